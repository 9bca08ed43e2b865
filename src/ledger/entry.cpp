#include "ledger/entry.h"

#include <algorithm>

#include "base/text.h"

namespace art32::ledger {
namespace {

constexpr std::string_view entry_version = "art32-entry/v1";

}  // namespace

bool is_record_kind(std::string_view kind) {
  if (kind.empty() || kind.size() > kind_octets_maximum) return false;
  if (kind.front() == '-' || kind.back() == '-' || kind.find("--") != kind.npos) return false;
  return std::ranges::all_of(
      kind, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::string format_entry(const Entry& entry) {
  return fmt::format("{} {} {} {}", entry_version, entry.kind, base::rfc3339(entry.time),
                     base::base64(entry.commitment));
}

base::Result<Entry> parse_entry(base::ByteView octets) {
  const std::string_view text = base::as_text(octets);
  const auto refused = [] { return base::failure(base::ErrorCode::corrupt, "not an art32-entry/v1 line"); };
  const std::vector<std::string_view> words = base::split(text, ' ');
  if (words.size() != 4 || words[0] != entry_version || !is_record_kind(words[1])) return refused();
  const auto time = base::parse_rfc3339(words[2]);
  const auto commitment = base::from_base64(words[3]);
  if (!time || !commitment) return refused();
  Entry entry{std::string(words[1]), *time, {}};
  if (commitment->size() != entry.commitment.size()) return refused();
  std::ranges::copy(*commitment, entry.commitment.begin());
  if (format_entry(entry) != text) return refused();
  return entry;
}

}  // namespace art32::ledger
