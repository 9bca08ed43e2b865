#include "merkle/checkpoint.h"

#include "base/assert.h"
#include "merkle/lines.h"
#include "merkle/note.h"

namespace art32::merkle {
namespace {

tl::unexpected<base::Error> broken(std::string what) {
  return base::failure(base::ErrorCode::corrupt, "the checkpoint " + std::move(what),
                       "fetch or restore the checkpoint again");
}

}  // namespace

std::string format_checkpoint(const Checkpoint& checkpoint) {
  ART32_ASSERT(!checkpoint.origin.empty() && checkpoint.origin.find('\n') == std::string::npos);
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size.value) + "\n" +
         base::base64(checkpoint.root) + "\n";
}

base::Result<Checkpoint> parse_checkpoint(std::string_view body) {
  if (!check_note_text(body)) return broken("isn't lines of UTF-8 text");
  Lines lines(body);
  const auto origin = lines.next();
  if (!origin || origin->empty()) return broken("has no origin");
  const auto size = parse_decimal(lines.next().value_or(""));
  if (!size || *size > tree_size_maximum) return broken("has no tree size in its second line");
  const auto root = parse_hash(lines.next().value_or(""));
  if (!root) return broken("has no root hash in its third line");
  while (!lines.at_end()) {
    if (lines.next().value_or("").empty()) return broken("has an empty extension line");
  }
  return Checkpoint{std::string(*origin), TreeSize(*size), *root};
}

}  // namespace art32::merkle
