// The ledger on this machine's disk: durable entries a second, how long an entry
// waits for its checkpoint, verifying a million of them as an outsider, and kills.
#include <unistd.h>

#include <atomic>
#include <thread>

#include "../tests/ledger_kill/kill_rounds.h"
#include "base/scratch_folder.h"
#include "bench/figure.h"
#include "crypto/digest.h"
#include "ledger/ledger.h"
#include "merkle/tree.h"
#include "model/evidence.h"

namespace art32::bench {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::uint64_t entries = 1'000'000;
constexpr std::size_t batch = 1'000;
constexpr int appenders = 4;
constexpr int kills = 100;

template <class T>
T checked(base::Result<T> result, std::string_view doing) {
  if (result) return std::move(*result);
  fmt::print(stderr, "{}: {}\n", doing, result.error().message());
  std::exit(1);
}

void progress(std::string_view doing, std::uint64_t done, std::uint64_t all) {
  static const bool is_terminal = ::isatty(STDERR_FILENO) == 1;
  if (is_terminal) fmt::print(stderr, "\r{} {}/{}{}", doing, done, all, done == all ? "\n" : "");
}

// When sizes were acknowledged, and how long the slowest waited for its checkpoint.
class DelayWatch {
 public:
  explicit DelayWatch(const ledger::Ledger& ledger) : ledger_(ledger), thread_([this] { watch(); }) {}
  ~DelayWatch() { stop(); }

  void acknowledged(std::uint64_t size) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({size, std::chrono::steady_clock::now()});
  }
  double stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
    return longest_;
  }

 private:
  struct Waiting {
    std::uint64_t size;
    SteadyTime since;
  };

  void watch() {
    while (true) {
      const bool is_last = stopping_;
      const std::uint64_t integrated = ledger_.checkpoint().size.value;
      const SteadyTime now = std::chrono::steady_clock::now();
      {
        const std::lock_guard lock(mutex_);
        std::erase_if(waiting_, [&](const Waiting& one) {
          if (one.size > integrated) return false;
          longest_ = std::max(longest_, std::chrono::duration<double>(now - one.since).count());
          return true;
        });
        if (is_last && waiting_.empty()) return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

  const ledger::Ledger& ledger_;
  std::mutex mutex_;
  std::vector<Waiting> waiting_;
  double longest_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

void append_all(ledger::Ledger& ledger, DelayWatch& watch) {
  std::atomic<std::uint64_t> done = 0;
  std::vector<std::thread> threads;
  for (int number = 0; number < appenders; ++number)
    threads.emplace_back([&] {
      std::vector<base::Bytes> records;
      for (std::size_t place = 0; place < batch; ++place)
        records.push_back(base::to_bytes(fmt::format(
            R"({{"actor":"user:{}","event":"updated","new":{{"name":"B","plan":"pro"}},"old":{{"name":"A","plan":"free"}},"table":"accounts"}})",
            place)));
      while (done.fetch_add(batch) < entries) {
        const auto first = checked(ledger.append_batch({"change"}, records), "append");
        watch.acknowledged(first.value + batch);
        progress("appending", std::min(done.load(), entries), entries);
      }
    });
  for (std::thread& thread : threads)
    thread.join();
}

void measure_appends(const ledger::Options& options) {
  const base::SystemClock clock;
  const auto ledger = checked(ledger::Ledger::open(options, clock), "open");
  DelayWatch watch(*ledger);
  const double seconds = seconds_of([&] { append_all(*ledger, watch); });
  figure("ledger_durable_entries_per_second", static_cast<double>(entries) / seconds, "entries/s",
         ">=", 20'000);
  figure("ledger_integration_delay_max", watch.stop(), "s", "<=", 1);
}

void measure_verification(const ledger::Options& options) {
  const base::SystemClock clock;
  std::string key;
  const double open_seconds =
      seconds_of([&] { key = checked(ledger::Ledger::open(options, clock), "open")->verifier_key(); });
  fmt::print(stderr, "opening a ledger of {} entries took {:.2f} s\n", entries, open_seconds);
  std::uint64_t verified = 0;
  const double seconds = seconds_of([&] {
    verified = checked(ledger::verify_folder(options.folder, key,
                                             [](std::uint64_t done, std::uint64_t all) {
                                               if (done % 65'536 == 0 || done == all)
                                                 progress("verifying", done, all);
                                             }),
                       "verify")
                   .entries;
  });
  if (verified != entries) std::exit(1);
  figure("ledger_verify_1m_entries", seconds, "s", "<=", 5);
}

void measure_kills(const base::Path& folder) {
  const auto options = checked(ledger_kill::make_ledger(folder), "make a ledger");
  const auto report =
      checked(ledger_kill::run_kill_rounds(options, kills,
                                           [](int done, int all) {
                                             progress("killing", static_cast<std::uint64_t>(done),
                                                      static_cast<std::uint64_t>(all));
                                           }),
              "kill");
  fmt::print(stderr, "{} entries acknowledged before {} kills, all found\n", report.acknowledged,
             report.kills);
  figure("ledger_kills_without_loss", report.kills, "kills", ">=", kills);
}

}  // namespace
}  // namespace art32::bench

int main() {
  namespace bench = art32::bench;
  const art32::base::ScratchFolder folder, kill_folder;
  art32::base::set_log_level(art32::base::LogLevel::error);
  bench::measure_kills(kill_folder.path());  // forks, so before any thread
  const auto options = bench::checked(art32::ledger_kill::make_ledger(folder.path()), "make a ledger");
  bench::measure_appends(options);
  bench::measure_verification(options);
  return bench::exit_status();
}
