// What the trail costs an application that writes, beside auditing by triggers into a JSONB table and beside
// pgaudit: pgbench's TPC-B at a fixed rate, and as fast as it can. And how long a change takes from its
// commit until it is sealed. In rounds that alternate, medians.
#include <fmt/format.h>

#include <thread>

#include "base/log.h"
#include "base/scratch_folder.h"
#include "base/text.h"
#include "bench/running_ledger.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "ledger/ledger.h"
#include "net/subprocess.h"
#include "tests/support/private_postgres.h"
#include "trail/capture.h"
#include "trail/record_fields.h"
#include "trail/record_reader.h"

namespace art32::bench {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr int rounds = 5;
constexpr int seconds_of_a_run = 10;
constexpr int rate = 200;  // transactions a second: far from what the machine can do
constexpr int changes_a_second = 1'000;

// A database with pgbench's tables, for one way of auditing.
enum class Way { none, art32, trigger, pgaudit };
constexpr Way ways[] = {Way::none, Way::art32, Way::trigger, Way::pgaudit};

std::string name_of(Way way) {
  switch (way) {
    case Way::none:
      return "none";
    case Way::art32:
      return "art32";
    case Way::trigger:
      return "trigger";
    case Way::pgaudit:
      break;
  }
  return "pgaudit";
}

constexpr const char* audit_by_trigger = R"(
create table audit (id bigint generated always as identity, at timestamptz default clock_timestamp(), by_whom text
  default current_user, relation text, operation text, before jsonb, after jsonb);
create function audit() returns trigger language plpgsql as $$
begin
  insert into audit (relation, operation, before, after)
    values (tg_relid::regclass::text, tg_op, to_jsonb(old), to_jsonb(new));
  return null;
end $$;
create trigger audit after insert or update or delete on pgbench_accounts for each row execute function audit();
create trigger audit after insert or update or delete on pgbench_branches for each row execute function audit();
create trigger audit after insert or update or delete on pgbench_tellers for each row execute function audit();
create trigger audit after insert or update or delete on pgbench_history for each row execute function audit();
)";

constexpr const char* read_by_art32 = R"(
create publication everything for all tables;
alter table pgbench_accounts replica identity full;
alter table pgbench_branches replica identity full;
alter table pgbench_tellers replica identity full;
alter table pgbench_history replica identity full;
)";

std::string pgbench(const test::PrivatePostgres& postgres, Way way, std::vector<std::string> arguments) {
  net::Command command;
  command.arguments = {"/usr/lib/postgresql/15/bin/pgbench",
                       "-h",
                       postgres.socket_folder().string(),
                       "-p",
                       std::to_string(postgres.port()),
                       "-U",
                       "postgres"};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.arguments.push_back(name_of(way));
  const net::Finished finished = taken(net::run(command, 120s));
  if (finished.exit_code != 0) give_up(finished.output + finished.errors);
  return finished.output + finished.errors;
}

void make_databases(const test::PrivatePostgres& postgres) {
  postgres.add_role("reader");
  postgres.sql("alter role reader replication");
  for (const Way way : ways) {
    const std::string name = name_of(way);
    postgres.sql("create database " + name);
    pgbench(postgres, way, {"-i", "-q", "-s", "10"});
    if (way == Way::art32) postgres.sql(read_by_art32, name);
    if (way == Way::trigger) postgres.sql(audit_by_trigger, name);
    if (way == Way::pgaudit)
      postgres.sql("create extension pgaudit; alter database pgaudit set pgaudit.log = 'write'", name);
  }
  postgres.sql("checkpoint");
}

// The number behind these words.
double number_after(const std::string& text, std::string_view words) {
  const std::size_t at = text.find(words);
  if (at == text.npos) give_up(text);
  return std::stod(text.substr(at + words.size()));
}

// The server's capture of one database, with a ledger as it runs.
class RunningTrail {
 public:
  explicit RunningTrail(const test::PrivatePostgres& postgres) {
    ledger_ = make_ledger(scratch_.path(), clock_);
    trail::Capture::Options options;
    options.source.server.host = options.source.server.address = "127.0.0.1";
    options.source.server.port = postgres.port();
    options.source.server.has_tls = false;
    options.source.account = {"reader", base::Secret(postgres.password()), "art32"};
    options.source.slot = "art32";
    options.source.publication = "everything";
    options.store = store_ = {scratch_.path() / "trail", scratch_.path() / "trail.key"};
    taken(crypto::save_private_file(options.store.key, crypto::random_bytes(32)));
    options.rules.of_table = [](const trail::Table&) { return trail::TableRules(); };
    options.rules.author = [](auto&&...) { return std::nullopt; };
    capture_ = std::make_unique<trail::Capture>(std::move(options), *ledger_, clock_);
    thread_ = std::jthread([this](const std::stop_token& stop) { capture_->run(stop); });
    wait([](const trail::CaptureState& state) { return state.is_connected; });
  }

  trail::CaptureState state() const { return capture_->state(); }
  void wait(const std::function<bool(const trail::CaptureState&)>& is_so) const {
    const auto end = steady_clock::now() + 60s;
    while (!is_so(state())) {
      if (steady_clock::now() > end || state().trouble)
        give_up(state().trouble ? state().trouble->message() : "the trail didn't get so far");
      std::this_thread::sleep_for(5ms);
    }
  }
  std::unique_ptr<trail::RecordReader> reader() const {
    return taken(trail::RecordReader::open({store_.folder, store_.key}));
  }

 private:
  base::ScratchFolder scratch_;
  base::SystemClock clock_;
  std::unique_ptr<ledger::Ledger> ledger_;
  trail::RecordStore::Options store_;
  std::unique_ptr<trail::Capture> capture_;
  std::jthread thread_;
};

// Looks a thousand times a second how far it is sealed, while it lives.
class Watch {
 public:
  struct Seen {
    pgwire::Lsn sealed;
    base::Instant at;
  };
  explicit Watch(const RunningTrail& trail)
      : thread_([this, &trail](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            const trail::CaptureState state = trail.state();
            const base::Instant now = base::SystemClock().now();
            if (state.sealed && (seen_.empty() || seen_.back().sealed < state.sealed->lsn))
              seen_.push_back({state.sealed->lsn, now});
            if (state.complete)
              lag_ = std::max(lag_, std::chrono::duration<double>(now - *state.complete).count());
            std::this_thread::sleep_for(1ms);
          }
        }) {}
  void stop() {
    thread_.request_stop();
    thread_.join();
  }
  double lag() const { return lag_; }  // the longest one, in seconds
  const std::vector<Seen>& seen() const { return seen_; }

 private:
  std::vector<Seen> seen_;
  double lag_ = 0;
  std::jthread thread_;
};

void measure_latency(const test::PrivatePostgres& postgres) {
  std::map<Way, std::vector<double>> latency, speed;
  for (int round = 0; round < rounds; ++round)
    for (const Way way : ways) {
      const std::string seconds = std::to_string(seconds_of_a_run);
      const std::string paced =
          pgbench(postgres, way, {"-n", "-c", "2", "-T", seconds, "-R", std::to_string(rate)});
      const std::string fast = pgbench(postgres, way, {"-n", "-c", "4", "-T", seconds});
      // Without how late a transaction began.
      latency[way].push_back(number_after(paced, "latency average = ") -
                             number_after(paced, "rate limit schedule lag: avg "));
      speed[way].push_back(number_after(fast, "tps = "));
      fmt::print("{:>8}: {:.3f} ms a transaction at {} a second, {:.0f} a second at most\n", name_of(way),
                 latency[way].back(), rate, speed[way].back());
    }
  const double none = median(latency[Way::none]), most = median(speed[Way::none]);
  for (const Way way : {Way::trigger, Way::pgaudit})
    fmt::print("{}: {:.3f}x the latency, {:.3f}x the rate\n", name_of(way), median(latency[way]) / none,
               median(speed[way]) / most);
  fmt::print("art32: {:.3f}x the rate\n", median(speed[Way::art32]) / most);
  figure("trail.commit_latency", median(latency[Way::art32]) / none, "x", "<=", 1.03);
  figure("trail.rate_to_trigger", median(speed[Way::art32]) / median(speed[Way::trigger]), "x", ">=", 1);
}

// While everything that the machine can do is written.
void measure_lag(const test::PrivatePostgres& postgres, const RunningTrail& trail) {
  Watch watch(trail);
  pgbench(postgres, Way::art32, {"-n", "-c", "4", "-T", "20"});
  watch.stop();
  figure("trail.lag", watch.lag(), "s", "<=", 2);
}

// Of each transaction's commit, by the server's clock, which is this machine's.
void measure_delay(const test::PrivatePostgres& postgres, const RunningTrail& trail) {
  postgres.sql(
      "create table entry (id bigint generated always as identity, note text); "
      "alter table entry replica identity full",
      "art32");
  const base::ScratchFolder scratch;
  taken(base::replace_file(scratch.path() / "insert.sql",
                           base::as_bytes("insert into entry (note) values ('a note of some length');")));
  const std::uint64_t first = taken(trail.reader()->records_of(""));
  Watch watch(trail);
  pgbench(postgres, Way::art32,
          {"-n", "-c", "2", "-T", "15", "-R", std::to_string(changes_a_second), "-f",
           (scratch.path() / "insert.sql").string()});
  const std::string end = postgres.sql("select pg_current_wal_insert_lsn()", "art32");
  postgres.sql("select pg_logical_emit_message(true, 'end', '')", "art32");
  trail.wait([&](const trail::CaptureState& state) {
    return state.sealed && state.sealed->lsn >= pgwire::parse_lsn(base::trim(end)).value();
  });
  watch.stop();
  std::vector<double> delays;
  std::size_t at = 0;
  taken(trail.reader()->read(
      "", first, trail::Direction::forwards, [&](std::uint64_t, const trail::StoredRecord& stored) {
        const auto fields = trail::parse_record(stored.record);
        if (!fields || fields->kind != trail::RecordFields::Kind::transaction) return true;
        const std::string_view commit = fields->commit.substr(1, fields->commit.size() - 2),
                               time = fields->at.substr(1, fields->at.size() - 2);
        const auto lsn = pgwire::parse_lsn(commit);
        while (at < watch.seen().size() && watch.seen()[at].sealed < *lsn)
          ++at;
        if (at == watch.seen().size()) return false;
        delays.push_back(
            std::chrono::duration<double>(watch.seen()[at].at - *base::parse_rfc3339(time)).count());
        return true;
      }));
  if (delays.size() < 10 * changes_a_second) give_up(fmt::format("{} changes", delays.size()));
  std::sort(delays.begin(), delays.end());
  fmt::print("{} changes: half are sealed after {:.3f} s, the last one after {:.3f} s\n", delays.size(),
             delays[delays.size() / 2], delays.back());
  figure("trail.delay_p99", delays[delays.size() * 99 / 100], "s", "<", 1);
}

int bench() {
  base::set_log_level(base::LogLevel::error);
  const test::PrivatePostgres postgres({.settings = {{"wal_level", "logical"},
                                                     {"shared_preload_libraries", "pgaudit"},
                                                     {"max_wal_size", "8GB"},
                                                     {"shared_buffers", "512MB"}}});
  make_databases(postgres);
  const RunningTrail trail(postgres);
  measure_latency(postgres);
  measure_lag(postgres, trail);
  measure_delay(postgres, trail);
  return exit_status();
}

}  // namespace
}  // namespace art32::bench

int main() {
  return art32::bench::bench();
}
