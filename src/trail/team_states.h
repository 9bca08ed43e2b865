// How many records each team has, and the root of their tree: what is sealed in each epoch, so
// that whoever gets a team's records can tell that none is missing.
//
// docs/formats/completeness.md says every octet. Values and pure functions; one thread for each
// TeamStates.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "merkle/key_map.h"

namespace art32::trail {

// Roots of subtrees of 4,096 records are kept beside the records, so that a proof about a few of them needs
// no other ones.
inline constexpr unsigned kept_subtree_level = 12;
inline constexpr std::uint64_t kept_subtree_records = std::uint64_t{1} << kept_subtree_level;

struct TeamState {
  merkle::TreeSize size;                     // records
  merkle::Hash root = merkle::empty_root();  // of their tree

  bool operator==(const TeamState&) const = default;
};

merkle::Hash team_key(std::string_view team);
merkle::Hash state_hash(const TeamState& state);

class TeamStates {
 public:
  // From stored hashes: the frontier of each team's tree.
  void restore(std::string_view team, merkle::Frontier frontier);
  // The number of the team's record.
  std::uint64_t append(std::string_view team, base::ByteView record);

  TeamState of(std::string_view team) const;  // of a team without records: the empty tree's
  const merkle::Frontier& frontier_of(std::string_view team) const;
  // Of all teams. Costs a few hashes for each team that has grown since the last call.
  merkle::Hash root();
  merkle::KeyProof prove(std::string_view team);  // under root()

  // The subtrees of kept_subtree_level that appended records have filled, since they were forgotten.
  struct FilledSubtree {
    std::string team;
    std::uint64_t index = 0;  // among those of its level
    merkle::Hash root;
  };
  const std::vector<FilledSubtree>& filled() const { return filled_; }
  void forget_filled() { filled_.clear(); }

 private:
  void seal();

  struct Tree {
    merkle::Frontier frontier;
    bool has_grown = false;
  };
  std::map<std::string, Tree, std::less<>> trees_;
  std::vector<std::string> grown_;
  std::vector<FilledSubtree> filled_;
  merkle::KeyMap map_;
};

// What a team is shown of a sealed moment: its state and why that is the sealed one.
struct TeamProof {
  TeamState state;
  merkle::KeyProof proof;

  bool operator==(const TeamProof&) const = default;
};

// `check_failed` unless `root`, the map of a sealed moment, has the team in that state. A team
// without records isn't in the map.
base::Status verify_state(std::string_view team, const TeamProof& shown, const merkle::Hash& root);

// `check_failed` unless exactly these records, in this order, lead from one state to the other.
// `frontier` is that of `before`; both are empty for a team that was given all its records.
base::Status verify_records(const TeamState& before, const merkle::Frontier& frontier,
                            std::span<const base::ByteView> records, const TeamState& after);

}  // namespace art32::trail
