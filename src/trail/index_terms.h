// What a record can be found by, as numbers: a keyed hash of each term, under a key of the team,
// so that two teams' terms have nothing in common. docs/formats/trail.md, "Index".
//
// Texts are as records have them: canonical JSON. Different terms may have the same number: a
// number says where to look, not what is there. Any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "crypto/digest.h"

namespace art32::trail {

using TermHash = std::uint32_t;
inline constexpr unsigned term_bits = 28;  // of it

class TeamTerms {
 public:
  explicit TeamTerms(base::ByteView team_key);

  TermHash row(std::string_view schema, std::string_view table, std::string_view identity) const;
  TermHash table(std::string_view schema, std::string_view table) const;
  TermHash actor(std::string_view kind, std::string_view id) const;
  TermHash request(std::string_view request) const;
  // Of blocks with changes whose transaction ends in another run: anybody may have made them, at any time.
  TermHash open() const;

 private:
  crypto::Digest key_;
};

}  // namespace art32::trail
