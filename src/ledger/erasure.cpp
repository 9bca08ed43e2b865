#include "ledger/erasure.h"

#include "base/json_text.h"
#include "base/text.h"

namespace art32::ledger {
namespace {

constexpr std::string_view before_index = R"({"index":)";
constexpr std::string_view before_reason = R"(,"reason":)";

}  // namespace

std::string format_erasure(std::uint64_t index, std::string_view reason) {
  return fmt::format("{}{}{}{}}}", before_index, index, before_reason, base::json_string(reason));
}

base::Result<Erasure> parse_erasure(base::ByteView record) {
  const std::string_view text = base::as_text(record);
  const auto refused = [] { return base::failure(base::ErrorCode::corrupt, "not the record of an erasure"); };
  const std::size_t reason = text.find(before_reason);
  if (!text.starts_with(before_index) || reason == text.npos || !text.ends_with("\"}")) return refused();
  const auto index = base::parse_number(text.substr(before_index.size(), reason - before_index.size()));
  if (!index) return refused();
  std::string_view reason_json = text.substr(reason + before_reason.size());
  reason_json.remove_suffix(1);
  if (reason_json.size() < 2 || reason_json.front() != '"') return refused();
  return Erasure{*index, reason_json};
}

}  // namespace art32::ledger
