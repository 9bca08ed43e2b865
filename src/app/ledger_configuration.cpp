#include "app/ledger_configuration.h"

#include <algorithm>

#include "base/text.h"
#include "net/socket_address.h"

namespace art32::app {
namespace {

bool is_loopback(const std::string& host) {
  return net::parse_socket_address(host, 0).has_value() && (host.starts_with("127.") || host == "::1");
}

bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '.';
  });
}

bool is_prefix(std::string_view prefix) {
  return prefix.size() <= 1'000 && std::all_of(prefix.begin(), prefix.end(), [](char letter) {
           return letter > 0x20 && letter < 0x7f && letter != '?' && letter != '#' && letter != '"' &&
                  letter != '\\';
         });
}

// "HOST[:PORT]" or "[IPV6][:PORT]".
bool read_authority(std::string_view text, WitnessAddress& address) {
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos) return false;
    address.host = text.substr(1, end - 1);
    if (address.host.find(':') == address.host.npos || !net::parse_socket_address(address.host, 0))
      return false;
    rest = text.substr(end + 1);
  } else {
    const std::size_t end = std::min(text.find(':'), text.size());
    address.host = text.substr(0, end);
    if (!is_host(address.host)) return false;
    rest = text.substr(end);
  }
  if (rest.empty()) return true;
  const auto port = base::parse_number(rest.substr(1));
  if (rest.front() != ':' || !port || *port == 0 || *port > 65'535) return false;
  address.port = static_cast<std::uint16_t>(*port);
  return true;
}

void read_witness(const Node& table, LedgerConfiguration& values, Report& report) {
  WitnessConfiguration witness;
  Section section(table, table.line, "[[ledger.witness]]", report);
  section.allow_only({"key", "url", "authority"});
  section.text(
      "key", "copy the witness's verifier key whole: name+8 hexadecimal digits+base64, of type 04",
      [&](const std::string& text) {
        const auto key = merkle::parse_verifier_key(text);
        if (key) witness.key = *key;
        return key && key->type == merkle::SignatureType::cosignature_v1;
      },
      Need::required);
  section.text(
      "url",
      "write https://HOST, with :PORT and /PREFIX where it has them; http:// only for numeric addresses of "
      "this machine, such as http://127.0.0.1:8480",
      [&](const std::string& url) {
        const auto address = parse_witness_address(url);
        if (address) witness.address = *address;
        witness.url = url;
        return address.has_value();
      },
      Need::required);
  section.text("authority", witness.authority);
  const bool is_twin =
      std::any_of(values.witnesses.begin(), values.witnesses.end(),
                  [&](const WitnessConfiguration& other) { return other.key.name == witness.key.name; });
  if (is_twin)
    report.add(table.line, fmt::format("there are two witnesses named {}", witness.key.name),
               "name each witness once");
  values.witnesses.push_back(std::move(witness));
}

}  // namespace

std::optional<WitnessAddress> parse_witness_address(const std::string& url) {
  constexpr std::string_view secure = "https://", plain = "http://";
  WitnessAddress address;
  std::string_view rest = url;
  if (rest.starts_with(secure)) {
    rest.remove_prefix(secure.size());
  } else if (rest.starts_with(plain)) {
    rest.remove_prefix(plain.size());
    address.transport = net::Transport::plain;
    address.port = 80;
  } else {
    return std::nullopt;
  }
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  address.prefix = rest.substr(slash);
  while (address.prefix.ends_with('/'))
    address.prefix.pop_back();
  if (!is_prefix(address.prefix) || !read_authority(rest.substr(0, slash), address)) return std::nullopt;
  if (address.transport == net::Transport::plain && !is_loopback(address.host)) return std::nullopt;
  return address;
}

void read_ledger(const Node& table, int line, LedgerConfiguration& values, Report& report) {
  Section section(table, line, "[ledger]", report);
  section.allow_only({"origin", "witness", "witnesses_needed"});
  section.text("origin", values.origin);
  section.list("witness", [&](const Node& each) { read_witness(each, values, report); });
  section.number("witnesses_needed", 99,
                 [&](std::int64_t needed) { values.wanted = static_cast<std::size_t>(needed); });
  if (values.wanted && (*values.wanted == 0 || *values.wanted > values.witnesses.size()))
    report.add(line,
               fmt::format("witnesses_needed is {}, and there are {} [[ledger.witness]]", *values.wanted,
                           values.witnesses.size()),
               "need one at least, and no more than there are");
}

}  // namespace art32::app
