// How fast the trail drains a backlog of changes, sealed and durable, against pg_recvlogical that
// throws the same stream away; and how much room its records and their index take, against the rows
// themselves pressed together. In rounds that alternate, medians.
#include <fmt/format.h>
#include <zstd.h>

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
#include "trail/indexer.h"

namespace art32::bench {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr int rounds = 3;
constexpr int rows = 750'000;  // each is inserted and updated
constexpr int rows_of_a_transaction = 1'000;
constexpr int teams = 100;
constexpr const char* database = "postgres";

double seconds_since(steady_clock::time_point begin) {
  return std::chrono::duration<double>(steady_clock::now() - begin).count();
}

std::string slot_of(std::string_view way, int round) {
  return fmt::format("{}_{}", way, round);
}

// Invoices of a hundred teams, with the row of before in each update.
void make_backlog(const test::PrivatePostgres& postgres) {
  postgres.add_role("reader");
  postgres.sql("alter role reader replication");
  postgres.sql(
      "create table invoices (id int primary key, team_id int not null, customer text, amount numeric, "
      "changed timestamptz default now()); alter table invoices replica identity full; "
      "create publication everything for all tables");
  for (int round = 0; round < rounds; ++round)
    for (const char* way : {"art32", "peer"})
      postgres.sql(
          fmt::format("select pg_create_logical_replication_slot('{}', 'pgoutput')", slot_of(way, round)));
  postgres.sql(fmt::format(R"(
create procedure work() language plpgsql as $$
begin
  for i in 0..{1} loop
    insert into invoices select n, 1 + n % 100, 'customer ' || md5(n::text), n * 1.19
      from generate_series(i * {0}, i * {0} + {0} - 1) n;
    commit;
  end loop;
  for i in 0..{1} loop
    update invoices set amount = amount + 1, changed = clock_timestamp() where id between i * {0} and i * {0} + {0} - 1;
    commit;
  end loop;
end $$;
call work())",
                           rows_of_a_transaction, rows / rows_of_a_transaction - 1));
}

// Each transaction has a record of its own in each team.
std::uint64_t records_in(const trail::RecordStore::Options& options, model::EvidenceSink& ledger,
                         const base::Clock& clock) {
  const auto store = trail::RecordStore::open(options, ledger, clock);
  if (!store) give_up(store.error().message());
  std::uint64_t records = 0;
  for (int team = 1; team <= teams; ++team)
    records += (*store)->state_of(std::to_string(team)).size.value;
  return records;
}

double drain_by_peer(const test::PrivatePostgres& postgres, int round, const std::string& end) {
  net::Command command;
  command.arguments = {"/usr/lib/postgresql/15/bin/pg_recvlogical",
                       "--start",
                       "--no-loop",
                       "--slot=" + slot_of("peer", round),
                       "--endpos=" + end,
                       "--file=/dev/null",
                       "--option=proto_version=1",
                       "--option=publication_names=everything",
                       "--option=messages=true",
                       fmt::format("--dbname=host=127.0.0.1 port={} user=reader dbname={} sslmode=disable",
                                   postgres.port(), database)};
  command.environment = {"PGPASSWORD=" + postgres.password()};
  const auto begin = steady_clock::now();
  const auto finished = net::run(command, 300s);
  if (!finished) give_up(finished.error().message());
  if (finished->exit_code != 0) give_up(finished->errors);
  return 2 * rows / seconds_since(begin);
}

struct Drained {
  double rate = 0;
  double octets = 0;  // of a change, on disk
};

std::uint64_t octets_below(const base::Path& folder) {
  std::uint64_t octets = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder))
    if (file.is_regular_file()) octets += file.file_size();
  return octets;
}

Drained drain(const test::PrivatePostgres& postgres, int round, pgwire::Lsn end) {
  const base::ScratchFolder scratch;
  const base::SystemClock clock;
  const auto ledger = make_ledger(scratch.path(), clock);
  trail::Capture::Options options;
  options.source.server.host = options.source.server.address = "127.0.0.1";
  options.source.server.port = postgres.port();
  options.source.server.has_tls = false;
  options.source.account = {"reader", base::Secret(postgres.password()), database};
  options.source.slot = slot_of("art32", round);
  options.source.publication = "everything";
  options.store = {scratch.path() / "trail", scratch.path() / "trail.key"};
  if (!crypto::save_private_file(options.store.key, crypto::random_bytes(32))) give_up("the trail's key");
  options.rules.of_table = [](const trail::Table&) { return trail::TableRules{{}, 1}; };
  options.rules.author = [](auto&&...) { return std::nullopt; };
  const trail::RecordStore::Options store_options = options.store;
  trail::Capture capture(std::move(options), *ledger, clock);
  const auto begin = steady_clock::now();
  std::jthread thread([&](const std::stop_token& stop) { capture.run(stop); });
  while (true) {
    const trail::CaptureState state = capture.state();
    if (state.trouble) give_up(state.trouble->message());
    if (state.sealed && state.sealed->lsn >= end) break;
    if (seconds_since(begin) > 300) give_up("the backlog wasn't drained in time");
    std::this_thread::sleep_for(5ms);
  }
  const double rate = 2 * rows / seconds_since(begin);
  thread.request_stop();
  thread.join();
  if (capture.state().gaps != 0) give_up("a gap");
  if (const std::uint64_t records = records_in(store_options, *ledger, clock);
      records != std::uint64_t{2 * rows} + 2 * rows / rows_of_a_transaction * teams)
    give_up(fmt::format("{} records", records));
  const auto indexer = trail::Indexer::open({{store_options.folder, store_options.key}});
  if (!indexer) give_up(indexer.error().message());
  if (const base::Status made = (*indexer)->index_more({}); !made) give_up(made.error().message());
  return {rate, static_cast<double>(octets_below(scratch.path())) / (2 * rows)};
}

// Of a change: the values of before and since, as COPY writes them, pressed as the trail presses.
double pressed_octets(const test::PrivatePostgres& postgres) {
  const std::string table = postgres.sql("copy (select * from invoices order by id limit 100000) to stdout");
  std::string pressed(::ZSTD_compressBound(table.size()), '\0');
  const std::size_t size = ::ZSTD_compress(pressed.data(), pressed.size(), table.data(), table.size(), 3);
  // Inserted, then twice in the update.
  return static_cast<double>(size) / 100'000 * 3 / 2;
}

int bench() {
  base::set_log_level(base::LogLevel::error);
  const test::PrivatePostgres postgres({.settings = {{"wal_level", "logical"},
                                                     {"max_replication_slots", "16"},
                                                     {"max_wal_senders", "16"},
                                                     {"max_wal_size", "8GB"}}});
  make_backlog(postgres);
  const std::string end = postgres.sql("select pg_current_wal_insert_lsn()");
  postgres.sql("select pg_logical_emit_message(true, 'end', '')");
  postgres.sql("checkpoint");
  std::vector<double> peer, ours, octets;
  for (int round = 0; round < rounds; ++round) {
    peer.push_back(drain_by_peer(postgres, round, end));
    const Drained drained = drain(postgres, round, pgwire::parse_lsn(end).value());
    ours.push_back(drained.rate);
    octets.push_back(drained.octets);
    fmt::print(
        "pg_recvlogical {:>7.0f} changes/s, art32 {:>7.0f} changes/s, {:.1f} octets a change on disk\n",
        peer.back(), ours.back(), octets.back());
  }
  figure("trail.drain", median(ours), "changes/s", ">=", 50'000);
  figure("trail.drain_to_peer", median(ours) / median(peer), "x", ">=", 0.5);
  figure("trail.size", median(octets) / pressed_octets(postgres), "x", "<=", 1.5);
  return exit_status();
}

}  // namespace
}  // namespace art32::bench

int main() {
  return art32::bench::bench();
}
