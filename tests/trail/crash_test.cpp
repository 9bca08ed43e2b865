// Whoever is killed, whenever: the trail is the database's history, each change once.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <thread>

#include "base/log.h"
#include "base/scratch_folder.h"
#include "base/text.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "net/subprocess.h"
#include "tests/trail/captured.h"
#include "trail/capture.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

// What the ledger would have, where a process that is killed can't take it along.
class FileLedger final : public model::EvidenceSink {
 public:
  explicit FileLedger(base::Path path) : path_(std::move(path)) {}
  base::Result<model::LeafIndex> append(model::RecordKind, base::ByteView record) override {
    std::ofstream(path_, std::ios::app) << base::as_text(record) << '\n';
    return model::LeafIndex(0);
  }
  base::Result<model::LeafIndex> append_batch(model::RecordKind, std::span<const base::Bytes>) override {
    return base::failure(base::ErrorCode::unsupported, "one at a time");
  }

 private:
  base::Path path_;
};

class CapturedHistory : public testing::Test {
 protected:
  CapturedHistory() {
    EXPECT_TRUE(crypto::save_private_file(store.key, crypto::random_bytes(32)));
    // The model: a trigger's own list, which isn't published.
    database.sql(R"(
drop publication everything;
create table rows (id int primary key, team_id int not null, note text);
create table history (number bigserial, id int, team_id int, change text, note text);
alter table rows replica identity full;
create function keep() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    insert into history (id, team_id, change, note) values (old.id, old.team_id, 'delete', old.note);
  else
    insert into history (id, team_id, change, note) values (new.id, new.team_id, lower(tg_op), new.note);
  end if;
  return null;
end $$;
create trigger keep after insert or update or delete on rows for each row execute function keep();
create publication everything for table rows;
)");
  }

  void start() {
    child = ::fork();
    if (child != 0) return;
    base::set_log_level(base::LogLevel::error);
    trail::Capture::Options options{
        database.source(),
        {},
        store,
        {[](const trail::Table&) {
           return trail::TableRules{{}, 1};
         },
         [](std::string_view, base::ByteView, const trail::TransactionIdentity&) { return std::nullopt; },
         {}},
        20ms};
    trail::Capture capture(std::move(options), ledger, clock);
    capture.run(std::stop_token());
    ::_exit(0);
  }
  void kill() {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }

  // Reads what is sealed, until that is all of the model.
  void compare() {
    std::string expected =
        database.sql("select team_id, id, change, note from history order by team_id, id, number");
    std::vector<std::string> lines = sealed_lines();
    for (int tries = 0; tries < 100 && lines.size() < base::split(expected, '\n').size(); ++tries) {
      start();
      std::this_thread::sleep_for(1s);
      kill();
      lines = sealed_lines();
    }
    std::string found;
    for (const std::string& line : lines)
      found += (found.empty() ? "" : "\n") + line;
    EXPECT_GT(lines.size(), 1'000U);
    EXPECT_TRUE(found == expected) << lines.size() << " of " << base::split(expected, '\n').size();
  }

  // As the model's: "team|id|change|note" by team and row.
  std::vector<std::string> sealed_lines() {
    auto opened = trail::RecordStore::open(store, ledger, clock);
    EXPECT_TRUE(opened) << opened.error().message();
    std::map<std::pair<int, int>, std::vector<std::string>> rows;
    for (int team = 1; team <= 3; ++team) {
      std::vector<base::Bytes> records;
      EXPECT_TRUE(
          (*opened)->read(std::to_string(team), 0, [&](std::uint64_t, const trail::StoredRecord& stored) {
            records.emplace_back(stored.record.begin(), stored.record.end());
            return true;
          }));
      const std::vector<base::ByteView> views(records.begin(), records.end());
      EXPECT_TRUE(trail::verify_records({}, {}, views, (*opened)->state_of(std::to_string(team))));
      EXPECT_TRUE(trail::verify_state(std::to_string(team), (*opened)->prove(std::to_string(team)),
                                      (*opened)->sealed_root()));
      for (const base::Bytes& record : records)
        if (auto [id, line] = line_of(team, base::as_text(record)); id >= 0) rows[{team, id}].push_back(line);
    }
    std::vector<std::string> lines;
    for (const auto& [row, changes] : rows)
      lines.insert(lines.end(), changes.begin(), changes.end());
    return lines;
  }

  static std::string_view between(std::string_view text, std::string_view begin, std::string_view end) {
    const std::size_t at = text.find(begin);
    if (at == text.npos) return {};
    text = text.substr(at + begin.size());
    return text.substr(0, text.find(end));
  }
  // A row's change; -1 for another record. Notes have no quotes.
  static std::pair<int, std::string> line_of(int team, std::string_view record) {
    const std::string_view kind = between(record, "\"kind\":\"", "\"");
    if (kind == "transaction") return {-1, ""};
    const auto last = [&](std::string_view column) {
      const std::string_view values = between(record, fmt::format("[\"{}\",\"", column), "\"]");
      const std::size_t before = values.rfind("\",\"");
      return std::string(before == values.npos ? values : values.substr(before + 3));
    };
    return {std::stoi(last("id")), fmt::format("{}|{}|{}|{}", team, last("id"), kind, last("note"))};
  }

  SourceDatabase database;
  base::ScratchFolder scratch;
  trail::RecordStore::Options store{scratch.path() / "trail", scratch.path() / "trail.key", 1U << 20};
  FileLedger ledger{scratch.path() / "ledger"};
  base::SystemClock clock;
  pid_t child = 0;
};

TEST_F(CapturedHistory, is_whole_whenever_its_process_is_killed) {
  std::ofstream(scratch.path() / "load.sql")
      << "\\set id random(1, 200)\n\\set team random(1, 3)\n"
         "\\set what random(1, 4)\n"
         "\\if :what = 1\ndelete from rows where id = :id;\n"
         "\\else\ninsert into rows values (:id, :team, 'note ' || random()) on "
         "conflict (id) do update set note = excluded.note || 'x';\n\\endif\n";
  start();
  std::this_thread::sleep_for(500ms);  // the slot is made
  net::Command command;
  command.arguments = {"pgbench", "-n", "-f", "load.sql", "-c", "4", "-T", "12", database.name()};
  command.environment = {"PGHOST=" + logical_postgres().socket_folder().string(),
                         fmt::format("PGPORT={}", logical_postgres().port()), "PGUSER=postgres"};
  command.folder = scratch.path();
  auto pgbench = net::Child::start(command, scratch.path() / "pgbench.log");
  ASSERT_TRUE(pgbench);
  std::mt19937 random(static_cast<unsigned>(testing::UnitTest::GetInstance()->random_seed()));
  int kills = 0;
  for (const auto end = std::chrono::steady_clock::now() + 12s; std::chrono::steady_clock::now() < end;
       ++kills) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 300));
    kill();
    start();
  }
  kill();
  EXPECT_GT(kills, 20);
  ASSERT_EQ(pgbench->wait(30s), 0);
  compare();
}

}  // namespace
}  // namespace art32::test
