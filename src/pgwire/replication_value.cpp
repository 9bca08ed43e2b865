#include "pgwire/replication_value.h"

namespace art32::pgwire {
namespace {

struct Spelling {
  std::string_view word;
  std::size_t shortest;  // octets that tell it from the others
  Replication meaning;
};

constexpr std::array spellings = {
    Spelling{"true", 1, Replication::physical}, Spelling{"yes", 1, Replication::physical},
    Spelling{"on", 2, Replication::physical},   Spelling{"1", 1, Replication::physical},
    Spelling{"false", 1, Replication::none},    Spelling{"no", 1, Replication::none},
    Spelling{"off", 2, Replication::none},      Spelling{"0", 1, Replication::none},
};

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter + ('a' - 'A'));
  return lower;
}

}  // namespace

std::optional<Replication> read_replication(std::string_view value) {
  if (value == "database") return Replication::logical;
  const std::string lower = lower_case(value);
  for (const Spelling& spelling : spellings)
    if (lower.size() >= spelling.shortest && spelling.word.starts_with(lower)) return spelling.meaning;
  return std::nullopt;
}

}  // namespace art32::pgwire
