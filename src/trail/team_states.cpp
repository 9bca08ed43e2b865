#include "trail/team_states.h"

#include "base/assert.h"

namespace art32::trail {
namespace {

constexpr std::string_view team_label = "art32-trail-team/v1\n";
constexpr std::string_view state_label = "art32-trail-state/v1\n";

// Of the frontier's last subtrees, all levels below, and one leaf more.
merkle::Hash filled_root(const merkle::Frontier& frontier, merkle::Hash root) {
  const std::vector<merkle::Hash>& subtrees = frontier.subtrees();
  for (unsigned level = 0; level < kept_subtree_level; ++level)
    root = merkle::node_hash(subtrees[subtrees.size() - 1 - level], root);
  return root;
}

TeamState state_of(const merkle::Frontier& frontier) {
  return {frontier.size(), frontier.root()};
}

}  // namespace

merkle::Hash team_key(std::string_view team) {
  return crypto::sha256({base::as_bytes(team_label), base::as_bytes(team)});
}

merkle::Hash state_hash(const TeamState& state) {
  base::Bytes size;
  base::put_u64(size, state.size.value);
  return crypto::sha256({base::as_bytes(state_label), size, state.root});
}

void TeamStates::restore(std::string_view team, merkle::Frontier frontier) {
  const auto [tree, is_new] = trees_.try_emplace(std::string(team));
  ART32_ASSERT(is_new);
  tree->second.frontier = std::move(frontier);
  if (tree->second.frontier.size() == merkle::TreeSize()) return;
  tree->second.has_grown = true;
  grown_.emplace_back(team);
}

std::uint64_t TeamStates::append(std::string_view team, base::ByteView record) {
  auto tree = trees_.find(team);
  if (tree == trees_.end()) tree = trees_.emplace(team, Tree()).first;
  const std::uint64_t number = tree->second.frontier.size().value;
  const merkle::Hash leaf = merkle::leaf_hash(record);
  if ((number + 1) % kept_subtree_records == 0)
    filled_.push_back(
        {std::string(team), number >> kept_subtree_level, filled_root(tree->second.frontier, leaf)});
  tree->second.frontier.append(leaf);
  if (!std::exchange(tree->second.has_grown, true)) grown_.emplace_back(team);
  return number;
}

const merkle::Frontier& TeamStates::frontier_of(std::string_view team) const {
  static const merkle::Frontier empty;
  const auto tree = trees_.find(team);
  return tree == trees_.end() ? empty : tree->second.frontier;
}

TeamState TeamStates::of(std::string_view team) const {
  return state_of(frontier_of(team));
}

void TeamStates::seal() {
  for (const std::string& team : grown_) {
    map_.put(team_key(team), state_hash(of(team)));
    trees_.find(team)->second.has_grown = false;
  }
  grown_.clear();
}

merkle::Hash TeamStates::root() {
  seal();
  return map_.root();
}

merkle::KeyProof TeamStates::prove(std::string_view team) {
  seal();
  return map_.prove(team_key(team));
}

base::Status verify_state(std::string_view team, const TeamProof& shown, const merkle::Hash& root) {
  const merkle::Hash key = team_key(team);
  if (shown.state.size == merkle::TreeSize()) return merkle::verify_absent(key, shown.proof, root);
  return merkle::verify_present({key, state_hash(shown.state)}, shown.proof, root);
}

base::Status verify_records(const TeamState& before, const merkle::Frontier& frontier,
                            std::span<const base::ByteView> records, const TeamState& after) {
  merkle::Frontier grown = frontier;
  for (const base::ByteView record : records)
    grown.append(merkle::leaf_hash(record));
  if (state_of(frontier) == before && state_of(grown) == after) return {};
  return base::failure(base::ErrorCode::check_failed,
                       "these aren't all of the team's records as they were sealed",
                       "ask for a new export; if it doesn't verify either, records were altered or left out");
}

}  // namespace art32::trail
