// Octets, and their usual spellings: hexadecimal, base64, big-endian integers.
//
// Bytes owns, ByteView borrows; text and bytes convert without a copy by
// as_bytes and as_text. Decoders are strict: wrong length, padding, alphabet or
// non-canonical trailing bits are refused.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace art32::base {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

ByteView as_bytes(std::string_view text);
std::string_view as_text(ByteView bytes);
Bytes to_bytes(std::string_view text);
std::string to_text(ByteView bytes);
void append(Bytes& target, ByteView more);

std::string hex(ByteView bytes);  // lower case
std::optional<Bytes> from_hex(std::string_view text);

std::string base64(ByteView bytes);  // RFC 4648 section 4, padded
std::optional<Bytes> from_base64(std::string_view text);

std::string base64url(ByteView bytes);  // RFC 4648 section 5, without padding, as in RFC 7515
std::optional<Bytes> from_base64url(std::string_view text);

void put_u16(Bytes& target, std::uint16_t value);
void put_u32(Bytes& target, std::uint32_t value);
void put_u64(Bytes& target, std::uint64_t value);
// Read from the first 2, 4 or 8 octets; the caller has checked the length.
std::uint16_t get_u16(ByteView bytes);
std::uint32_t get_u32(ByteView bytes);
std::uint64_t get_u64(ByteView bytes);

}  // namespace art32::base
