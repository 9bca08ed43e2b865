#include "ledger/witness/cosigning.h"

#include <algorithm>

#include "base/assert.h"
#include "base/log.h"

namespace art32::ledger {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

std::string_view name(WitnessState state) {
  switch (state) {
    case WitnessState::waiting:
      return "waiting";
    case WitnessState::cosigned:
      return "cosigned";
    case WitnessState::failing:
      return "failing";
    case WitnessState::contradicts:
      return "contradicts";
  }
  return {};
}

std::string_view name(CosigningState state) {
  switch (state) {
    case CosigningState::pending:
      return "pending";
    case CosigningState::witnessed:
      return "witnessed";
    case CosigningState::late:
      return "late";
    case CosigningState::contradicted:
      return "contradicted";
  }
  return {};
}

Cosigning::Cosigning(Ledger& ledger, const base::Clock& clock, std::vector<Peer> peers, std::size_t needed,
                     const Pace& pace)
    : ledger_(ledger), clock_(clock), needed_(needed), pace_(pace), witnessed_(Clock::now()) {
  ART32_ASSERT(!peers.empty() && needed <= peers.size());
  for (Peer& peer : peers) {
    auto asked = std::make_unique<Asked>();
    asked->report.name = peer.key.name;
    asked->report.url = peer.url;
    asked->peer = std::move(peer);
    asked_.push_back(std::move(asked));
  }
  begin_round();
  // From here on what is served stands still until the newest is cosigned, or nobody answers.
  base::Status served = ledger_.serve_kept();
  if (!served) served = ledger_.serve(current_.round.note);
  if (!served) base::log_error("a checkpoint couldn't be served", {{"error", served.error().message()}});
  served_ = current_;
  for (std::size_t place = 0; place < asked_.size(); ++place)
    asked_[place]->thread = std::thread([this, place] { ask_again_and_again(place); });
  rounds_ = std::thread([this] { go_rounds(); });
}

Cosigning::~Cosigning() {
  {
    const std::lock_guard lock(mutex_);
    stop_.request_stop();
  }
  changed_.notify_all();
  rounds_.join();
  for (const auto& asked : asked_)
    asked->thread.join();
}

void Cosigning::go_rounds() {
  std::unique_lock lock(mutex_);
  while (!stop_.stop_requested()) {
    if (!current_.is_settled && is_settled()) {
      current_.is_settled = true;
      served_ = current_;
      has_news_ = true;
    }
    if (has_news_) serve(lock);
    judge();
    if (current_.is_settled && Clock::now() >= round_began_ + pace_.between &&
        ledger_.checkpoint().size != current_.round.checkpoint.size) {
      begin_round();
      changed_.notify_all();
    }
    changed_.wait_for(lock, pace_.look);
  }
}

void Cosigning::begin_round() {
  const std::uint64_t number = current_.round.number + 1;
  current_ = {};
  current_.round.number = number;
  current_.round.note = ledger_.checkpoint_note();
  current_.round.checkpoint =
      merkle::parse_checkpoint(merkle::parse_note(current_.round.note).value().text).value();
  round_began_ = Clock::now();
}

// Everybody has answered, or isn't asked now, or there was time enough.
bool Cosigning::is_settled() const {
  const Time now = Clock::now();
  return now >= round_began_ + pace_.round ||
         std::all_of(asked_.begin(), asked_.end(), [&](const auto& asked) {
           return asked->answered == current_.round.number || now < asked->not_before;
         });
}

void Cosigning::serve(std::unique_lock<std::mutex>& lock) {
  has_news_ = false;
  merkle::Note note = merkle::parse_note(served_.round.note).value();
  for (const auto& [place, cosignature] : served_.cosignatures)
    note.signatures.push_back(cosignature);
  lock.unlock();
  const base::Status served = ledger_.serve(merkle::format_note(note));
  lock.lock();
  if (!served)
    base::log_error("a cosigned checkpoint couldn't be kept", {{"error", served.error().message()}});
}

CosigningState Cosigning::state() const {
  if (std::any_of(asked_.begin(), asked_.end(),
                  [](const auto& asked) { return asked->report.state == WitnessState::contradicts; }))
    return CosigningState::contradicted;
  if (served_.cosignatures.size() >= needed_) return CosigningState::witnessed;
  return Clock::now() >= witnessed_ + pace_.late ? CosigningState::late : CosigningState::pending;
}

void Cosigning::judge() {
  if (served_.cosignatures.size() >= needed_) witnessed_ = Clock::now();
  const CosigningState now = state();
  if (now == told_) return;
  if (now == CosigningState::late)
    base::log_error(
        "the ledger is not witnessed: too few have cosigned what is served",
        {{"cosigned", std::to_string(served_.cosignatures.size())}, {"needed", std::to_string(needed_)}});
  if (now == CosigningState::witnessed && told_ != CosigningState::pending)
    base::log_info("the ledger is witnessed again");
  told_ = now;
}

bool Cosigning::is_due(const Asked& asked) const {
  return asked.cosigned != current_.round.number && Clock::now() >= asked.not_before;
}

// The thread of one witness.
void Cosigning::ask_again_and_again(std::size_t place) {
  Asked& asked = *asked_[place];
  std::unique_lock lock(mutex_);
  while (!stop_.stop_requested()) {
    if (!is_due(asked)) {
      changed_.wait_for(lock, pace_.look);
      continue;
    }
    const Round round = current_.round;
    lock.unlock();
    const auto answer = ask_witness(ledger_, round.checkpoint, round.note, asked.peer.key, asked.peer.send,
                                    clock_, asked.memory, stop_.get_token());
    lock.lock();
    if (stop_.stop_requested()) return;
    take(place, round.number, answer);
    changed_.notify_all();
  }
}

void Cosigning::take(std::size_t place, std::uint64_t round, const base::Result<Cosignature>& answer) {
  Asked& asked = *asked_[place];
  asked.answered = round;
  if (!answer) return take_failure(asked, answer.error());
  if (asked.report.state == WitnessState::failing || asked.report.state == WitnessState::contradicts)
    base::log_info("a witness cosigns again", {{"witness", asked.report.name}});
  asked.report.state = WitnessState::cosigned;
  asked.report.error.reset();
  asked.report.size = asked.memory.size;
  asked.report.time = answer->time;
  asked.cosigned = round;
  asked.pause = std::chrono::milliseconds(0);
  if (round == current_.round.number) current_.cosignatures[place] = answer->signature;
  if (round == served_.round.number) {
    served_.cosignatures[place] = answer->signature;
    has_news_ = has_news_ || served_.is_settled;
  }
}

void Cosigning::take_failure(Asked& asked, const base::Error& error) {
  asked.pause = std::clamp(asked.pause * 2, pace_.first_pause, pace_.longest_pause);
  asked.not_before = Clock::now() + asked.pause;
  const bool contradicts = error.code == base::ErrorCode::corrupt;
  // It stays contradicted until the witness cosigns, whatever else fails meanwhile.
  if (!contradicts && asked.report.state == WitnessState::contradicts) return;
  asked.report.error = error;
  // That somebody else was faster to bring it a checkpoint is nothing to speak of.
  if (error.code == base::ErrorCode::conflict) return;
  const WitnessState before =
      std::exchange(asked.report.state, contradicts ? WitnessState::contradicts : WitnessState::failing);
  if (before == asked.report.state) return;
  if (contradicts)
    base::log_error("A WITNESS CONTRADICTS THE LEDGER",
                    {{"witness", asked.report.name}, {"what", error.what}, {"mend", error.mend}});
  else
    base::log_warning("a witness doesn't cosign",
                      {{"witness", asked.report.name}, {"what", error.what}, {"mend", error.mend}});
}

CosigningReport Cosigning::report() const {
  const std::lock_guard lock(mutex_);
  CosigningReport report{state(), needed_, served_.cosignatures.size(), served_.round.checkpoint.size, {}};
  for (const auto& asked : asked_)
    report.witnesses.push_back(asked->report);
  return report;
}

}  // namespace art32::ledger
