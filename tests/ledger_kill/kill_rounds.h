// Kills a process that appends to a ledger, again and again, and checks after
// each kill that what it had acknowledged is there and that the tree wasn't forked.
//
// The appending process is a fork, so call this while no other thread runs. It
// tells each acknowledgement over a pipe, as soon as it has it. Used by the test
// beside this file and by the ledger's benchmark, which kills more often.
#pragma once

#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "ledger/ledger.h"
#include "merkle/proof.h"
#include "merkle/signed_checkpoint.h"
#include "merkle/tile_reader.h"

namespace art32::ledger_kill {

struct Acknowledgement {
  std::uint64_t first = 0;  // index of the first record
  std::uint32_t count = 0;  // 0: the record `first` was erased
  std::uint32_t round = 0;
  std::uint32_t thread = 0;
  std::uint32_t number = 0;  // of the thread's batch
};

inline std::string record_text(const Acknowledgement& batch, std::uint32_t place) {
  return fmt::format(R"({{"batch":{},"place":{},"round":{},"thread":{}}})", batch.number, place, batch.round,
                     batch.thread);
}

inline base::Result<ledger::Options> make_ledger(const base::Path& folder) {
  const ledger::Options options{folder / "ledger", "kill.example.com/ledger", folder / "ledger.pem",
                                folder / "record.key"};
  ART32_CHECKED(crypto::Ed25519PrivateKey::generate().save(options.signing_key));
  ART32_CHECKED(crypto::save_private_file(options.record_key, crypto::random_bytes(32)));
  ART32_CHECKED(ledger::Ledger::create(options, base::SystemClock()));
  return options;
}

// The appending process: never returns. Ends with 1 if the ledger refuses something.
[[noreturn]] inline void append_until_killed(const ledger::Options& options, std::uint32_t round, int pipe) {
  const base::SystemClock clock;
  const auto opened = ledger::Ledger::open(options, clock);
  if (!opened) ::_exit(1);
  ledger::Ledger& ledger = **opened;
  const auto tell = [pipe](const Acknowledgement& acknowledgement) {
    // One write of less than PIPE_BUF octets is never mixed with another thread's.
    if (::write(pipe, &acknowledgement, sizeof acknowledgement) != sizeof acknowledgement) ::_exit(1);
  };
  std::vector<std::thread> threads;
  for (std::uint32_t thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      std::minstd_rand random(round * 4 + thread + 1);
      Acknowledgement batch{0, 0, round, thread, 0};
      for (;; ++batch.number) {
        batch.count = 1 + static_cast<std::uint32_t>(random() % 60);
        std::vector<base::Bytes> records;
        for (std::uint32_t place = 0; place < batch.count; ++place)
          records.push_back(base::to_bytes(record_text(batch, place)));
        const auto first = ledger.append_batch(model::verdict_record, records);
        if (!first) ::_exit(1);
        batch.first = first->value;
        tell(batch);
        if (batch.number % 16 != 15) continue;
        if (!ledger.erase(*first, "asked for")) ::_exit(1);
        tell({batch.first, 0, round, thread, batch.number});
      }
    });
  for (std::thread& thread : threads)
    thread.join();
  ::_exit(1);
}

// What came through the pipe, as soon as it has come. `read` on one thread, `wait_for` on another.
class Inbox {
 public:
  // Until the pipe's other end is closed: one that fills up would stop the child.
  void read(int pipe) {
    Acknowledgement next;
    while (::read(pipe, &next, sizeof next) == sizeof next) {
      const std::lock_guard lock(mutex_);
      received_.push_back(next);
      records_ += next.count;
      changed_.notify_all();
    }
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  // Until so many records are acknowledged, or the child is gone.
  void wait_for(std::uint64_t records) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(30), [&] { return closed_ || records_ >= records; });
  }
  std::vector<Acknowledgement> take() {
    const std::lock_guard lock(mutex_);
    return std::move(received_);
  }

 private:
  std::mutex mutex_;  // guards the next three
  std::vector<Acknowledgement> received_;
  std::uint64_t records_ = 0;
  bool closed_ = false;
  std::condition_variable changed_;
};

// A life of a child: how long it appends, counted from when it has acknowledged so many records.
struct Life {
  std::uint64_t records = 0;  // 0: from its birth, so that it may die while it still opens the ledger
  std::chrono::microseconds time{0};
};

// Lets a child append for a life, then kills it. What it acknowledged.
inline base::Result<std::vector<Acknowledgement>> append_and_kill(const ledger::Options& options,
                                                                  std::uint32_t round, const Life& life) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return base::system_failure("cannot make a pipe", errno);
  const pid_t child = ::fork();
  if (child < 0) return base::system_failure("cannot fork", errno);
  if (child == 0) append_until_killed(options, round, ends[1]);
  ::close(ends[1]);
  Inbox inbox;
  std::thread reader([&] { inbox.read(ends[0]); });
  inbox.wait_for(life.records);
  std::this_thread::sleep_for(life.time);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  reader.join();
  ::close(ends[0]);
  if (!WIFSIGNALED(status))
    return base::failure(base::ErrorCode::check_failed, "the appending process ended before it was killed");
  return inbox.take();
}

inline base::Status check_acknowledged(const ledger::Ledger& ledger,
                                       std::span<const Acknowledgement> acknowledged) {
  std::vector<std::uint64_t> erased;
  for (const Acknowledgement& batch : acknowledged)
    if (batch.count == 0) erased.push_back(batch.first);
  for (const Acknowledgement& batch : acknowledged) {
    for (std::uint32_t place = 0; place < batch.count; ++place) {
      const std::uint64_t index = batch.first + place;
      const auto disclosure = ledger.disclose(model::LeafIndex(index));
      if (std::ranges::find(erased, index) != erased.end()) {
        if (!disclosure && disclosure.error().code == base::ErrorCode::not_found) continue;
        return base::failure(base::ErrorCode::check_failed,
                             fmt::format("record {} was erased and came back", index));
      }
      // An erasure may be done though its acknowledgement was never sent: only the first of a batch is
      // erased.
      if (!disclosure && place == 0 && disclosure.error().code == base::ErrorCode::not_found &&
          disclosure.error().mend.starts_with("leaf "))
        continue;
      if (!disclosure) return tl::unexpected<base::Error>(disclosure.error());
      if (base::as_text(disclosure->record) != record_text(batch, place))
        return base::failure(base::ErrorCode::check_failed,
                             fmt::format("record {} isn't what was acknowledged", index));
    }
  }
  return {};
}

inline base::Status check_extends(const ledger::Ledger& ledger, const merkle::Checkpoint& older) {
  const merkle::Checkpoint newer = ledger.checkpoint();
  merkle::TileNodeReader reader(
      newer.size, [&](const merkle::Tile& tile) { return ledger.resource(merkle::tile_path(tile)); });
  ART32_ASSIGN(const auto proof, merkle::consistency_proof(older.size, newer.size, reader));
  return merkle::verify_consistency(older.size, older.root, newer.size, newer.root, proof);
}

struct Report {
  int kills = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t unacknowledged = 0;  // written by the killed process, and kept
};

inline base::Status kill_once(const ledger::Options& options, std::uint32_t round, const Life& life,
                              Report& report) {
  ART32_ASSIGN(const auto acknowledged, append_and_kill(options, round, life));
  // The checkpoint that outsiders have seen by now.
  ART32_ASSIGN(const auto key, crypto::Ed25519PrivateKey::load(options.signing_key));
  ART32_ASSIGN(const std::string note, base::read_text_file(options.folder / "checkpoint"));
  const merkle::VerifierKey verifier{options.origin, merkle::SignatureType::ed25519, key.public_key()};
  ART32_ASSIGN(const merkle::Checkpoint published, merkle::open_checkpoint(note, {verifier, {}, 0}));
  const base::SystemClock clock;
  ART32_ASSIGN(const auto ledger, ledger::Ledger::open(options, clock));
  ART32_CHECKED(ledger->flush());
  ART32_CHECKED(check_extends(*ledger, published));
  ART32_CHECKED(check_acknowledged(*ledger, acknowledged));
  for (const Acknowledgement& batch : acknowledged)
    report.acknowledged += batch.count == 0 ? 1 : batch.count;
  report.unacknowledged = ledger->health().size - report.acknowledged;
  ++report.kills;
  return {};
}

// Every second life begins under load, however slow the machine is.
inline constexpr std::uint64_t records_under_load = 30;

// `kills` rounds, each of them up to 200 ms long.
template <class Progress>
base::Result<Report> run_kill_rounds(const ledger::Options& options, int kills, Progress&& progress) {
  Report report;
  std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<int> length(1'000, 200'000);
  for (int round = 0; round < kills; ++round) {
    const Life life{round % 2 == 0 ? records_under_load : 0, std::chrono::microseconds(length(random))};
    auto status = kill_once(options, static_cast<std::uint32_t>(round), life, report);
    if (!status) return tl::unexpected<base::Error>(status.error().within(fmt::format("kill {}", round + 1)));
    progress(round + 1, kills);
  }
  ART32_ASSIGN([[maybe_unused]] const std::uint64_t checked, ledger::verify_records(options));
  return report;
}

}  // namespace art32::ledger_kill
