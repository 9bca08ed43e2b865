#include "trail/stored_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "crypto/random.h"
#include "trail/evidence.h"

namespace art32::trail {
namespace {

using base::ErrorCode;
using base::failure;
using base::Status;

auto altered(const std::string& what) {
  return failure(ErrorCode::check_failed, what,
                 "keep the folder as evidence, and put the newest copy that holds back");
}

std::string called(const std::string& team) {
  return team.empty() ? "what is of no team" : fmt::format("team \"{}\"", team);
}

Status check_seal(const SealedStates& sealed, const model::EvidenceSource& ledger) {
  auto record = ledger.record(sealed.leaf);
  if (!record || base::as_text(*record) != sealed.seal)
    return altered(fmt::format("the ledger doesn't have the newest seal at {}", sealed.leaf.value));
  ART32_ASSIGN(const merkle::Hash root, sealed_root_of(sealed.seal));
  TeamStates states;
  for (const StoredTeam& team : sealed.teams)
    states.restore(team.name, team.frontier);
  if (states.root() != root) return altered("the teams' states aren't those that were sealed");
  return {};
}

// Where to begin so that about so many of a team's newest records are read: at a subtree that is kept.
base::Result<merkle::Frontier> frontier_before(RecordReader& reader, const StoredTeam& team,
                                               std::uint64_t records) {
  ART32_ASSIGN(Beginning beginning, reader.beginning(team.name));
  const std::uint64_t subtrees = records >= team.records ? 0 : (team.records - records) >> kept_subtree_level;
  if (subtrees << kept_subtree_level <= beginning.first) return std::move(beginning.frontier);
  ART32_ASSIGN(const std::vector<merkle::Hash> roots, reader.subtrees(team.name, 0, subtrees));
  merkle::Frontier frontier;
  if (roots.size() < subtrees) return std::move(beginning.frontier);
  for (const merkle::Hash& root : roots)
    frontier.append_subtree(kept_subtree_level, root);
  return frontier;
}

}  // namespace

base::Result<StoredCheck> check_stored(RecordReader& reader, const model::EvidenceSource& ledger,
                                       const StoredCheckLimits& limits, const std::stop_token& stop,
                                       const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  ART32_ASSIGN(SealedStates sealed, reader.states());
  ART32_CHECKED(check_seal(sealed, ledger));
  if (sealed.teams.size() > limits.teams) {
    std::mt19937_64 random(base::get_u64(crypto::random_bytes(8)));
    std::ranges::shuffle(sealed.teams, random);
    sealed.teams.erase(sealed.teams.begin() + static_cast<std::ptrdiff_t>(limits.teams), sealed.teams.end());
  }
  std::uint64_t all = 0;
  for (const StoredTeam& team : sealed.teams)
    all += std::min(team.records, limits.records);
  StoredCheck check;
  for (const StoredTeam& team : sealed.teams) {
    ART32_ASSIGN(merkle::Frontier frontier, frontier_before(reader, team, limits.records));
    if (frontier.size().value < team.records) {
      ART32_CHECKED(reader.read(team.name, frontier.size().value, Direction::forwards,
                                [&](std::uint64_t number, const StoredRecord& stored) {
                                  if (number != frontier.size().value) return false;
                                  frontier.append(merkle::leaf_hash(stored.record));
                                  ++check.records;
                                  if (progress) progress(check.records, all);
                                  return frontier.size().value < team.records && !stop.stop_requested();
                                }));
    }
    if (stop.stop_requested()) return failure(ErrorCode::unavailable, "the check was stopped");
    if (frontier.size().value != team.records)
      return altered(fmt::format("of {} {} records were sealed, and record {} is missing", called(team.name),
                                 team.records, frontier.size().value));
    if (frontier != team.frontier)
      return altered(fmt::format("records of {} aren't those that were sealed", called(team.name)));
    ++check.teams;
  }
  return check;
}

}  // namespace art32::trail
