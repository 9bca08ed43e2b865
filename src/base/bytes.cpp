#include "base/bytes.h"

#include <algorithm>
#include <array>

#include "base/assert.h"

namespace art32::base {
namespace {

constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view hex_alphabet = "0123456789abcdef";

constexpr std::array<std::int8_t, 256> inverse(std::string_view alphabet) {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  return table;
}

constexpr auto base64_values = inverse(base64_alphabet);
constexpr auto hex_values = inverse(hex_alphabet);

std::string base64_without_padding(ByteView bytes, std::string_view alphabet) {
  std::string text((bytes.size() * 4 + 2) / 3, '\0');
  std::size_t at = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16 |
                                (left > 1 ? static_cast<std::uint32_t>(bytes[i + 1]) << 8 : 0U) |
                                (left > 2 ? static_cast<std::uint32_t>(bytes[i + 2]) : 0U);
    text[at++] = alphabet[group >> 18];
    text[at++] = alphabet[group >> 12 & 63];
    if (left > 1) text[at++] = alphabet[group >> 6 & 63];
    if (left > 2) text[at++] = alphabet[group & 63];
  }
  return text;
}

template <class Integer>
void put(Bytes& target, Integer value) {
  for (int shift = static_cast<int>(sizeof(Integer)) * 8 - 8; shift >= 0; shift -= 8)
    target.push_back(static_cast<std::uint8_t>(value >> shift));
}

template <class Integer>
Integer get(ByteView bytes) {
  ART32_ASSERT(bytes.size() >= sizeof(Integer));
  Integer value = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i)
    value = static_cast<Integer>(static_cast<std::uint64_t>(value) << 8 | bytes[i]);
  return value;
}

}  // namespace

ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes to_bytes(std::string_view text) {
  const ByteView view = as_bytes(text);
  return Bytes(view.begin(), view.end());
}

std::string to_text(ByteView bytes) {
  return std::string(as_text(bytes));
}

void append(Bytes& target, ByteView more) {
  target.insert(target.end(), more.begin(), more.end());
}

std::string hex(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += hex_alphabet[byte >> 4];
    text += hex_alphabet[byte & 15];
  }
  return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_values[static_cast<unsigned char>(text[i])];
    const int low = hex_values[static_cast<unsigned char>(text[i + 1])];
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return bytes;
}

std::string base64(ByteView bytes) {
  std::string text = base64_without_padding(bytes, base64_alphabet);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const int padding = !last || text[i + 3] != '=' ? 0 : text[i + 2] != '=' ? 1 : 2;
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const int value =
          static_cast<int>(k) >= 4 - padding ? 0 : base64_values[static_cast<unsigned char>(text[i + k])];
      if (value < 0) return std::nullopt;
      group = group << 6 | static_cast<std::uint32_t>(value);
    }
    if ((padding == 1 && (group & 0xff) != 0) || (padding == 2 && (group & 0xffff) != 0)) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(group >> 16));
    if (padding < 2) bytes.push_back(static_cast<std::uint8_t>(group >> 8));
    if (padding < 1) bytes.push_back(static_cast<std::uint8_t>(group));
  }
  return bytes;
}

std::string base64url(ByteView bytes) {
  return base64_without_padding(bytes, base64url_alphabet);
}

std::optional<Bytes> from_base64url(std::string_view text) {
  if (text.find_first_of("+/=") != text.npos) return std::nullopt;
  std::string padded(text);
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  padded.append((4 - padded.size() % 4) % 4, '=');
  return from_base64(padded);
}

void put_u16(Bytes& target, std::uint16_t value) {
  put(target, value);
}
void put_u32(Bytes& target, std::uint32_t value) {
  put(target, value);
}
void put_u64(Bytes& target, std::uint64_t value) {
  put(target, value);
}
std::uint16_t get_u16(ByteView bytes) {
  return get<std::uint16_t>(bytes);
}
std::uint32_t get_u32(ByteView bytes) {
  return get<std::uint32_t>(bytes);
}
std::uint64_t get_u64(ByteView bytes) {
  return get<std::uint64_t>(bytes);
}

}  // namespace art32::base
