// How long somebody takes to check an evidence pack of a million records, by our program and by the one in
// Go that lies in the pack. With the ledger as it runs.
#include <fmt/format.h>

#include "app/evidence_pack.h"
#include "base/log.h"
#include "base/scratch_folder.h"
#include "bench/running_ledger.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "ledger/disclosure.h"
#include "ledger/ledger.h"
#include "net/subprocess.h"
#include "trail/evidence.h"
#include "trail/record_writer.h"

namespace art32::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t records = 1'000'000;
constexpr std::uint64_t changes_of_a_transaction = 9;  // and the transaction's own record
constexpr std::uint64_t records_of_an_epoch = 25'000;
constexpr int rounds = 3;
constexpr const char* team = "42";

// Invoices of which one column changes.
void write(trail::RecordStore& store) {
  trail::RecordWriter::Rules rules;
  rules.of_table = [](const trail::Table&) { return trail::TableRules{{}, 1}; };
  rules.author = [](auto&&...) { return trail::Author{team, "user", "erika", "request-1"}; };
  trail::RecordWriter writer(store, rules, {});
  auto made = std::make_shared<trail::Table>();
  made->id = 1;
  made->schema = "public";
  made->name = "invoices";
  for (const char* const name : {"id", "team_id", "customer", "amount", "changed"})
    made->columns.push_back({name, 25, -1, false});
  const std::shared_ptr<const trail::Table> table = made;
  const auto text = [](std::string_view value) { return trail::Value{trail::Value::Kind::text, value}; };
  for (std::uint64_t number = 0; number < records; number += changes_of_a_transaction + 1) {
    taken(writer.begin({{number + 1}, base::Instant(std::chrono::seconds(1'800'000'000 + number)), number}));
    taken(writer.message("art32", {}));
    for (std::uint64_t i = 0; i < changes_of_a_transaction; ++i) {
      const std::string id = std::to_string(number + i), amount = fmt::format("{}.19", number % 10'000);
      const std::string customer = fmt::format("customer {}", (number * 2'654'435'761U) % 1'000'003);
      const std::vector<trail::Value> old{text(id), text(team), text(customer), text("0.00"),
                                          text("2026-11-30 12:00:00.123456+00")};
      const std::vector<trail::Value> now{text(id), text(team), text(customer), text(amount),
                                          text("2026-11-30 12:00:01.123456+00")};
      taken(writer.change({trail::Operation::update, table, pgwire::LogicalOld::full, old, now}));
    }
    taken(writer.commit({{number + 2}, ""}));
    if (number % records_of_an_epoch == 0) taken(writer.seal());
  }
  taken(writer.seal());
}

void make_pack(const base::Path& folder, trail::RecordReader& reader, ledger::Ledger& ledger) {
  trail::SealedEvidence sealed = taken(trail::prove_records(reader, team, std::nullopt, std::nullopt));
  if (sealed.evidence.range != trail::RecordRange{0, records}) give_up("other records than were written");
  taken(ledger.flush());
  const std::string seal =
      ledger::format_disclosure(taken(ledger.disclose(sealed.leaf)), taken(ledger.proof(sealed.leaf)));
  auto writer = taken(app::EvidencePackWriter::begin(
      folder, {"bench", std::move(sealed.evidence), seal, ledger.verifier_key()}));
  base::Bytes lines;
  taken(
      reader.read(team, 0, trail::Direction::forwards, [&](std::uint64_t, const trail::StoredRecord& stored) {
        base::append(lines, stored.record);
        lines.push_back('\n');
        if (lines.size() > 1U << 20) {
          taken(writer.add_records(lines));
          lines.clear();
        }
        return true;
      }));
  taken(writer.add_records(lines));
  taken(writer.finish());
}

double seconds_of_go(const base::Path& cache, const base::Path& pack, const std::string& key) {
  net::Command command;
  command.arguments = {"/bin/sh", ART32_SOURCE_FOLDER "/tests/interoperability/evidence.sh", cache.string(),
                       pack.string(), key};
  return seconds_of([&] {
    const net::Finished finished = taken(net::run(command, 300s));
    if (finished.exit_code != 0) give_up(finished.output + finished.errors);
  });
}

int bench() {
  base::set_log_level(base::LogLevel::error);
  const base::ScratchFolder scratch;
  const base::SystemClock clock;
  const auto ledger = make_ledger(scratch.path(), clock);
  const trail::RecordStore::Options options{scratch.path() / "trail", scratch.path() / "trail.key",
                                            base::limits::trail_segment_octets, "bench"};
  taken(crypto::save_private_file(options.key, crypto::random_bytes(32)));
  const auto store = taken(trail::RecordStore::open(options, *ledger, clock));
  write(*store);
  const base::Path pack = scratch.path() / "pack";
  const auto reader = taken(trail::RecordReader::open({options.folder, options.key}));
  fmt::print("a pack of {} records written and checked in {:.1f} s\n", records,
             seconds_of([&] { make_pack(pack, *reader, *ledger); }));
  const std::string key = ledger->verifier_key();
  seconds_of_go(scratch.path() / "go", pack, key);  // builds it
  std::vector<double> ours, go;
  for (int round = 0; round < rounds; ++round) {
    ours.push_back(seconds_of([&] { taken(app::verify_evidence_pack(pack, {key})); }));
    go.push_back(seconds_of_go(scratch.path() / "go", pack, key));
    fmt::print("art32 checks it in {:.2f} s, verify_evidence.go in {:.2f} s\n", ours.back(), go.back());
  }
  figure("trail.verify_export", median(ours), "s", "<=", 10);
  figure("trail.verify_export_go", median(go), "s", "<=", 10);
  return exit_status();
}

}  // namespace
}  // namespace art32::bench

int main() {
  return art32::bench::bench();
}
