#include "net/http_target.h"

#include "base/text.h"

namespace art32::net {

namespace {

bool is_alphanumeric(char octet) {
  return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') || (octet >= '0' && octet <= '9');
}

// RFC 3986 section 3.3, pchar and "/"; '%' is checked by the decoder.
bool is_path_octet(char octet) {
  return is_alphanumeric(octet) ||
         std::string_view("-._~!$&'()*+,;=:@/%").find(octet) != std::string_view::npos;
}

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

// The octet at "%XX"; -1 when it isn't one.
int decode_at(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size()) return -1;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::optional<std::string> decode_path(std::string_view raw) {
  std::string path;
  path.reserve(raw.size());
  for (std::size_t at = 0; at < raw.size(); ++at) {
    if (!is_path_octet(raw[at])) return std::nullopt;
    if (raw[at] != '%') {
      path.push_back(raw[at]);
      continue;
    }
    const int octet = decode_at(raw, at);
    if (octet < 0x20 || octet == 0x7f || octet == '/' || octet == '\\') return std::nullopt;
    path.push_back(static_cast<char>(octet));
    at += 2;
  }
  return path;
}

bool is_query(std::string_view raw) {
  for (std::size_t at = 0; at < raw.size(); ++at) {
    if (!is_path_octet(raw[at]) && raw[at] != '?') return false;
    if (raw[at] == '%' && decode_at(raw, at) < 0) return false;
  }
  return true;
}

bool has_dot_segment(std::string_view path) {
  for (const std::string_view segment : base::split(path, '/')) {
    if (segment == "." || segment == "..") return true;
  }
  return false;
}

}  // namespace

std::optional<HttpTarget> parse_target(std::string_view target) {
  if (target.empty() || target.front() != '/') return std::nullopt;
  const std::size_t mark = target.find('?');
  auto path = decode_path(target.substr(0, mark));
  if (!path || has_dot_segment(*path) || !base::is_utf8(*path)) return std::nullopt;
  const std::string_view query =
      mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  if (!is_query(query)) return std::nullopt;
  return HttpTarget{std::move(*path), std::string(query)};
}

std::vector<std::string> query_values(std::string_view query, std::string_view name) {
  std::vector<std::string> values;
  for (const std::string_view pair : base::split(query, '&')) {
    const std::size_t equals = pair.find('=');
    if (pair.substr(0, equals) != name) continue;
    std::string& value = values.emplace_back();
    const std::string_view raw = equals == pair.npos ? std::string_view() : pair.substr(equals + 1);
    for (std::size_t at = 0; at < raw.size(); ++at) {
      const int octet = raw[at] == '%' ? decode_at(raw, at) : -1;
      value.push_back(octet < 0 ? raw[at] : static_cast<char>(octet));
      if (octet >= 0) at += 2;
    }
  }
  return values;
}

std::string encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string all;
  for (const char each : text) {
    const auto octet = static_cast<unsigned char>(each);
    if (is_alphanumeric(each) || std::string_view("-._~").find(each) != std::string_view::npos)
      all += each;
    else
      (all += '%').append({digits[octet >> 4U], digits[octet & 15U]});
  }
  return all;
}

}  // namespace art32::net
