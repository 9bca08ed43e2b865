#include "crypto/subject_names.h"

#include <arpa/inet.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/text.h"

namespace art32::crypto {
namespace {

bool is_label(std::string_view label) {
  const auto is_letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [&](char c) { return is_letter_or_digit(c) || c == '-'; });
}

// RFC 1123 section 2.1, with one leading wildcard label (RFC 6125 section 6.4.3).
bool is_dns_name(std::string_view name) {
  if (name.size() > 253) return false;
  if (name.substr(0, 2) == "*.") name.remove_prefix(2);
  const std::vector<std::string_view> labels = base::split(name, '.');
  const bool looks_like_an_address =
      std::ranges::all_of(labels.back(), [](char c) { return c >= '0' && c <= '9'; });
  return !looks_like_an_address && std::ranges::all_of(labels, is_label);
}

bool is_address(const std::string& name) {
  std::array<std::uint8_t, 16> octets{};
  return ::inet_pton(AF_INET, name.c_str(), octets.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), octets.data()) == 1;
}

std::string address_text(base::ByteView octets) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = octets.size() == 4 ? AF_INET : AF_INET6;
  if (octets.size() != 4 && octets.size() != 16) return {};
  require(::inet_ntop(family, octets.data(), text.data(), static_cast<socklen_t>(text.size())) != nullptr,
          "inet_ntop");
  return text.data();
}

base::ByteView octets_of(const ASN1_STRING* text) {
  return {ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text))};
}

}  // namespace

base::Result<NamesPointer> encode_names(const std::vector<std::string>& names) {
  using base::ErrorCode;
  if (names.empty())
    return base::failure(ErrorCode::invalid_argument, "a certificate needs at least one name");
  NamesPointer encoded(GENERAL_NAMES_new());
  require(encoded != nullptr, "GENERAL_NAMES_new");
  for (const std::string& name : names) {
    const bool address = is_address(name);
    if (!address && !is_dns_name(name))
      return base::failure(ErrorCode::invalid_argument,
                           fmt::format("\"{}\" is neither a DNS name nor an IP address", name),
                           "write it as in https://NAME/, international names in their xn-- form");
    GENERAL_NAME* one =
        a2i_GENERAL_NAME(nullptr, nullptr, nullptr, address ? GEN_IPADD : GEN_DNS, name.c_str(), 0);
    require(one != nullptr && sk_GENERAL_NAME_push(encoded.get(), one) > 0, "a2i_GENERAL_NAME");
  }
  return encoded;
}

std::vector<std::string> decode_names(const GENERAL_NAMES* names) {
  std::vector<std::string> decoded;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names); ++i) {
    int kind = 0;
    const auto* value =
        static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &kind));
    if (kind == GEN_DNS) decoded.push_back(base::to_text(octets_of(value)));
    if (kind == GEN_IPADD) decoded.push_back(address_text(octets_of(value)));
  }
  return decoded;
}

}  // namespace art32::crypto
