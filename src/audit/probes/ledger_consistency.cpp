// ledger.consistency: the log that is served continues the one seen last time,
// and its entries are the leaves under the signed root.

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "audit/observe.h"
#include "audit/probes/ledger_view.h"
#include "audit/probes/probes.h"

namespace art32::audit {
namespace {

using base::ErrorCode;

// A check that failed for want of an answer proves nothing; one whose answer
// contradicts the signed head does.
Outcome outcome_of(const base::Status& check) {
  if (check) return Outcome::refused;
  return check.error().code == ErrorCode::check_failed || check.error().code == ErrorCode::corrupt
             ? Outcome::worked
             : Outcome::undecided;
}

std::string seen_in(const base::Status& check, std::string good) {
  return check ? std::move(good) : check.error().what;
}

// A forged older root must be noticed, and a genuine prefix recognised.
void prove_forks_are_noticed(const LedgerView& view, const Head& head, Observations& observations) {
  const model::Text recognised{"Ein echter früherer Stand wird erkannt",
                               "A genuine earlier state is recognised"};
  const merkle::Checkpoint& newer = head.checkpoint;
  const auto older = view.prefix(newer, merkle::TreeSize((newer.size.value + 1) / 2));
  if (!older) {
    observations.control("checkpoint", recognised, Outcome::undecided, older.error().message());
    return;
  }
  const auto genuine = view.check_consistency(*older, newer);
  observations.control("checkpoint", recognised, genuine ? Outcome::worked : Outcome::undecided,
                       seen_in(genuine, fmt::format("{} of {} leaves", older->size.value, newer.size.value)));
  merkle::Checkpoint forged = *older;
  forged.root[0] ^= 1U;
  const auto noticed = view.check_consistency(forged, newer);
  const bool is_noticed = !noticed && noticed.error().code == ErrorCode::check_failed;
  observations.control("checkpoint",
                       {"Ein gefälschter früherer Stand fällt auf", "A forged earlier state is noticed"},
                       worked_if(is_noticed), noticed ? "not noticed" : noticed.error().what);
}

void attack_history(const LedgerView& view, const ProbeContext& context, const Head& head,
                    Observations& observations) {
  const model::Text older{"Ein älterer Prüfpunkt wird ausgegeben (das Protokoll schrumpft)",
                          "An older head is offered (the log shrinks)"};
  const model::Text forked{"Ein Prüfpunkt wird ausgegeben, der den zuletzt gesehenen nicht fortsetzt",
                           "A head is offered that doesn't continue the one seen last"};
  const auto last = context.target.last_checkpoint_note.and_then(
      [&view](const std::string& note) { return view.open_head(note); });
  if (!last) {
    observations.attack("checkpoint", forked, Outcome::undecided,
                        "the head seen last can't be read: " + last.error().message());
    return;
  }
  const auto before = last->checkpoint.size.value;
  const auto now = head.checkpoint.size.value;
  observations.attack("checkpoint", older, worked_if(now < before),
                      fmt::format("{} leaves after {}", now, before));
  if (now < before) return;
  const auto consistent = view.check_consistency(last->checkpoint, head.checkpoint);
  observations.attack(
      "checkpoint", forked, outcome_of(consistent),
      seen_in(consistent, fmt::format("the first {} of {} leaves are the same", before, now)));
}

// All bundles of a small log; of a large one the first, the newest, and some
// between that differ from head to head.
std::set<std::uint64_t> bundles_to_check(const merkle::Checkpoint& head) {
  constexpr std::uint64_t checked = 8;
  const std::uint64_t count = (head.size.value + merkle::tile_width - 1) / merkle::tile_width;
  std::set<std::uint64_t> chosen;
  for (std::uint64_t index = 0; index < std::min(count, checked); ++index)
    chosen.insert(count <= checked ? index : (base::get_u64(head.root) / (index + 1)) % count);
  if (count > checked) chosen.insert({0, count - 1});
  return chosen;
}

void attack_entries(const LedgerView& view, const Head& head, const base::Status& root,
                    Observations& observations) {
  observations.attack("tiles",
                      {"Die Kacheln ergeben eine andere Wurzel als die unterschriebene",
                       "The tiles make another root than the signed one"},
                      outcome_of(root), seen_in(root, "the signed root"));
  base::Status entries;
  const auto chosen = bundles_to_check(head.checkpoint);
  for (const std::uint64_t index : chosen)
    if (entries) entries = view.check_bundle(head.checkpoint, index);
  observations.attack(
      "entries",
      {"Ein Eintrag wurde nachträglich verändert oder vertauscht",
       "An entry was altered or exchanged afterwards"},
      outcome_of(entries),
      seen_in(entries, fmt::format("bundles that agree with their tiles: {}", chosen.size())));
}

}  // namespace

std::vector<model::Observation> probe_ledger_consistency(const ProbeContext& context) {
  Observations observations;
  const LedgerView view(context);
  const model::Text signed_head{"Der Prüfpunkt ist abrufbar und vom Schlüssel des Protokolls unterschrieben",
                                "The log's head is served, and signed by the ledger's key"};
  const auto head = view.fetch_head();
  if (!head) {
    observations.control("checkpoint", signed_head, Outcome::refused, head.error().message());
    return observations.take();
  }
  observations.control("checkpoint", signed_head, Outcome::worked,
                       fmt::format("{}, {} leaves", head->checkpoint.origin, head->checkpoint.size.value));
  const auto root = view.check_root(head->checkpoint);
  // Tiles that contradict the signed head are the finding itself: no earlier
  // state can be had from them to try the check on.
  if (outcome_of(root) != Outcome::worked) prove_forks_are_noticed(view, *head, observations);
  // The very first head has no predecessor to contradict.
  const auto& last = context.target.last_checkpoint_note;
  if (!last || !last->empty()) attack_history(view, context, *head, observations);
  attack_entries(view, *head, root, observations);

  auto seen = observations.take();
  if (model::judge(seen) == model::Verdict::pass && context.target.remember_checkpoint)
    context.target.remember_checkpoint(head->note);
  return seen;
}

}  // namespace art32::audit
