// How long it takes to erase a person of whom the trail keeps ten thousand records: one key, whatever
// there is under it. With the ledger as it runs, from the question to the answer.
#include <fmt/format.h>

#include "base/log.h"
#include "base/scratch_folder.h"
#include "bench/running_ledger.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "ledger/ledger.h"
#include "trail/personal_values.h"
#include "trail/record_writer.h"

namespace art32::bench {
namespace {

using std::chrono::steady_clock;

constexpr int records = 10'000;
constexpr int rounds = 5;  // of a person each

double seconds_since(steady_clock::time_point begin) {
  return std::chrono::duration<double>(steady_clock::now() - begin).count();
}

trail::RecordWriter::Rules rules_with(trail::SubjectKeys& keys) {
  trail::RecordWriter::Rules rules;
  rules.of_table = [](const trail::Table&) {
    trail::TableRules of_table;
    of_table.classes = {trail::ColumnClass::plain, trail::ColumnClass::personal,
                        trail::ColumnClass::personal};
    of_table.subjects = {{1, {"customer", 0}}, {2, {"customer", 0}}};
    return of_table;
  };
  rules.author = [](auto&&...) { return std::nullopt; };
  rules.subjects = &keys;
  return rules;
}

// Each a transaction, as the application would make them.
void write(trail::RecordWriter& writer, const std::string& id, std::uint64_t first) {
  auto made = std::make_shared<trail::Table>();
  made->id = 1;
  made->schema = "public";
  made->name = "customer";
  made->columns = {{"id", 20, -1, true}, {"name", 25, -1, false}, {"email", 25, -1, false}};
  const std::shared_ptr<const trail::Table> table = made;
  const auto text = [](std::string_view value) { return trail::Value{trail::Value::Kind::text, value}; };
  std::string email = "erika.0@example.com";
  for (std::uint64_t i = first; i < first + records; ++i) {
    const std::string before = std::exchange(email, fmt::format("erika.{}@example.com", i + 1));
    const std::vector<trail::Value> old{text(id), text("Erika Mustermann"), text(before)};
    const std::vector<trail::Value> now{text(id), text("Erika Mustermann"), text(email)};
    taken(writer.begin({{2 * i}, base::Instant(), i}));
    taken(writer.change({trail::Operation::update, table, pgwire::LogicalOld::full, old, now}));
    taken(writer.commit({{2 * i + 1}, ""}));
  }
  taken(writer.seal());
}

// Of all records so far: how many have values, or are erased.
int count(trail::RecordStore& store, const trail::SubjectKeys& keys, std::string_view member) {
  int found = 0;
  taken(store.read("", 0, [&](std::uint64_t, const trail::StoredRecord& stored) {
    const std::string read =
        taken(trail::with_personal_values(base::as_text(stored.record), stored.values, keys));
    if (read.find(member) != read.npos) ++found;
    return true;
  }));
  return found;
}

int bench() {
  base::set_log_level(base::LogLevel::error);
  const base::ScratchFolder scratch;
  const base::SystemClock clock;
  const auto ledger = make_ledger(scratch.path(), clock);
  const trail::RecordStore::Options options{scratch.path() / "trail", scratch.path() / "trail.key"};
  taken(crypto::save_private_file(options.key, crypto::random_bytes(32)));
  const auto store = taken(trail::RecordStore::open(options, *ledger, clock));
  const auto keys =
      taken(trail::SubjectKeys::open({options.folder / "subjects", options.key}, {*ledger, *ledger}, clock));
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round) {
    trail::RecordWriter writer(*store, rules_with(*keys), {});
    const std::string id = std::to_string(round);
    const auto begin = steady_clock::now();
    write(writer, id, static_cast<std::uint64_t>(round) * records + 1);
    const double written = seconds_since(begin);
    const auto asked = steady_clock::now();
    taken(keys->erase({"customer", id}, "bench"));
    times.push_back(1'000 * seconds_since(asked));
    if (count(*store, *keys, "\"erased\":true") != (round + 1) * records ||
        count(*store, *keys, "\"value\":") != 0)
      give_up("a value is still there");
    fmt::print("{} records written in {:.2f} s, erased in {:.1f} ms\n", records, written, times.back());
  }
  figure("trail.erase", median(times), "ms", "<=", 1'000);
  return exit_status();
}

}  // namespace
}  // namespace art32::bench

int main() {
  return art32::bench::bench();
}
