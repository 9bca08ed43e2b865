// A leaf of the ledger: one line of text that tells an outsider what kind of
// record was sealed and when, and commits to its content without showing it.
//
//   art32-entry/v1 verdict 2026-11-23T16:51:54.123456Z 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
//
// docs/formats/ledger.md, "Entry". Plain values, pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/digest.h"

namespace art32::ledger {

inline constexpr std::size_t kind_octets_maximum = 64;

struct Entry {
  std::string kind;
  base::Instant time;
  crypto::Digest commitment{};

  bool operator==(const Entry&) const = default;
};

// Lower-case words of letters and digits with single hyphens between them.
bool is_record_kind(std::string_view kind);

std::string format_entry(const Entry& entry);
// `corrupt` for anything that format_entry would not have written.
base::Result<Entry> parse_entry(base::ByteView octets);

}  // namespace art32::ledger
