// Brings the ledger's checkpoints to witnesses, and serves them with their cosignatures.
//
// Goes in rounds: the newest checkpoint is taken, every witness is asked about that one, and once all
// have answered, or the time of a round is over, it is served with the cosignatures that came. So what is
// served lags by seconds and never goes back; without an answer from anybody it goes on, uncosigned. A
// cosignature that comes late is added while its checkpoint is still the one that is served.
//
// Threads: one for the rounds and one for each witness, so that one that hangs holds nobody up.
// report() from any thread. Ledger, clock and what `send` uses outlive it; it ends within the limit that
// `send` has.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "ledger/witness/ask_witness.h"
#include "ledger/witness/cosigning_report.h"

namespace art32::ledger {

class Cosigning {
 public:
  struct Peer {
    merkle::VerifierKey key;  // of type 04
    std::string url;          // for reports
    SendToWitness send;
  };
  struct Pace {
    std::chrono::milliseconds look{100};           // whether there is a newer checkpoint
    std::chrono::milliseconds between{2'000};      // beginnings of rounds, at least
    std::chrono::milliseconds round{5'000};        // waited for answers, at most
    std::chrono::milliseconds first_pause{1'000};  // of who failed; doubled each time
    std::chrono::milliseconds longest_pause{60'000};
    std::chrono::milliseconds late{120'000};  // without enough cosignatures
  };

  Cosigning(Ledger& ledger, const base::Clock& clock, std::vector<Peer> peers, std::size_t needed,
            const Pace& pace);
  Cosigning(Ledger& ledger, const base::Clock& clock, std::vector<Peer> peers, std::size_t needed)
      : Cosigning(ledger, clock, std::move(peers), needed, Pace()) {}
  ~Cosigning();

  CosigningReport report() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Round {
    std::uint64_t number = 0;
    merkle::Checkpoint checkpoint;
    std::string note;  // as the log signed it
  };
  // With what came of it.
  struct Asking {
    Round round;
    std::map<std::size_t, merkle::NoteSignature> cosignatures;  // by place of the peer
    bool is_settled = false;
  };
  struct Asked {
    Peer peer;
    WitnessReport report;
    WitnessMemory memory;        // its own thread's
    std::uint64_t answered = 0;  // the round that it answered last, well or not
    std::uint64_t cosigned = 0;  // the round that it cosigned last
    Time not_before{};           // it failed, and isn't asked again until then
    std::chrono::milliseconds pause{0};
    std::thread thread;
  };

  void go_rounds();
  void begin_round();
  bool is_settled() const;
  void serve(std::unique_lock<std::mutex>& lock);
  void judge();
  CosigningState state() const;
  void ask_again_and_again(std::size_t place);
  bool is_due(const Asked& asked) const;
  void take(std::size_t place, std::uint64_t round, const base::Result<Cosignature>& answer);
  void take_failure(Asked& asked, const base::Error& error);

  Ledger& ledger_;
  const base::Clock& clock_;
  const std::size_t needed_;
  const Pace pace_;

  mutable std::mutex mutex_;  // guards all below but peers and memories
  std::condition_variable changed_;
  std::stop_source stop_;
  std::vector<std::unique_ptr<Asked>> asked_;
  Asking current_;  // asked about now, until the next round begins
  Asking served_;
  bool has_news_ = false;  // of what is to be served
  Time round_began_;
  Time witnessed_;  // when enough had cosigned what is served, the last time
  CosigningState told_ = CosigningState::pending;
  std::thread rounds_;
};

}  // namespace art32::ledger
