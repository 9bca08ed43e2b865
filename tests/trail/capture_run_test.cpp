// What runs as a thread of its own: goes on after whatever happens to the database, and says where
// nobody can have read.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <thread>

#include "base/scratch_folder.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "tests/trail/captured.h"
#include "trail/capture.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class SeenLedger final : public model::EvidenceSink {
 public:
  base::Result<model::LeafIndex> append(model::RecordKind, base::ByteView) override {
    return model::LeafIndex(seals++);
  }
  base::Result<model::LeafIndex> append_batch(model::RecordKind, std::span<const base::Bytes>) override {
    return base::failure(base::ErrorCode::unsupported, "one at a time");
  }
  std::uint64_t seals = 0;
};

class CaptureRuns : public testing::Test {
 protected:
  explicit CaptureRuns(PrivatePostgres& postgres = logical_postgres()) : database(postgres) {
    EXPECT_TRUE(crypto::save_private_file(store.key, crypto::random_bytes(32)));
    database.sql("create table t (id int primary key, team_id int)");
    database.sql("alter table t replica identity full");
  }
  ~CaptureRuns() override { stop(); }

  void start() {
    trail::Capture::Options options;
    options.source = database.source();
    options.store = store;
    options.rules.of_table = [](const trail::Table&) { return trail::TableRules{{}, 1}; };
    options.rules.author = [](std::string_view prefix, base::ByteView content,
                              const trail::TransactionIdentity&) -> std::optional<trail::Author> {
      if (prefix != "who") return std::nullopt;
      return trail::Author{"1", "user", std::string(base::as_text(content)), "r-1"};
    };
    options.seal_every = 20ms;
    capture = std::make_unique<trail::Capture>(std::move(options), ledger, clock);
    thread = std::jthread([this](const std::stop_token& stop) { capture->run(stop); });
  }
  void stop() {
    if (!thread.joinable()) return;
    thread.request_stop();
    thread.join();
  }
  bool eventually(const std::function<bool(const trail::CaptureState&)>& is_so) {
    for (int tries = 0; tries < 6'000; ++tries, std::this_thread::sleep_for(10ms))
      if (is_so(capture->state())) return true;
    return false;
  }
  bool reads() {
    return eventually([](const trail::CaptureState& state) { return state.is_connected; });
  }
  // Until everything that is committed by now is sealed.
  bool seals(std::uint64_t transactions) {
    return eventually([&](const trail::CaptureState& state) { return state.transactions >= transactions; });
  }
  std::vector<std::string> records(std::string_view team) {
    stop();
    auto opened = trail::RecordStore::open(store, ledger, clock);
    EXPECT_TRUE(opened);
    std::vector<std::string> found;
    EXPECT_TRUE((*opened)->read(team, 0, [&](std::uint64_t, const trail::StoredRecord& stored) {
      found.emplace_back(base::as_text(stored.record));
      return true;
    }));
    return found;
  }
  void drop_slot() {
    stop();
    const std::string slot = database.source().slot;
    for (int tries = 0; tries < 100; ++tries, std::this_thread::sleep_for(20ms))
      if (database.sql("select active from pg_replication_slots where slot_name = '" + slot + "'") == "f")
        break;
    database.sql("select pg_drop_replication_slot('" + slot + "')");
  }

  SourceDatabase database;
  base::ScratchFolder scratch;
  trail::RecordStore::Options store{scratch.path() / "trail", scratch.path() / "trail.key"};
  SeenLedger ledger;
  base::SystemClock clock;
  std::unique_ptr<trail::Capture> capture;
  std::jthread thread;
};

TEST_F(CaptureRuns, and_records_who_made_the_changes_of_each_team_or_that_nobody_is_known) {
  start();
  ASSERT_TRUE(reads());
  database.sql(
      "begin; insert into t values (1, 1), (2, 2); select pg_logical_emit_message(true, 'who', 'erika'); "
      "commit");
  database.sql("update t set team_id = 2 where id = 1");
  ASSERT_TRUE(seals(2));
  EXPECT_EQ(capture->state().unattributed, 1U);
  const auto kinds = [](const std::vector<std::string>& records) {
    std::vector<std::string> found;
    for (const std::string& record : records) {
      const std::size_t at = record.find("\"kind\":\"", record.find("\"format\"")) + 8;
      found.push_back(record.substr(at, record.find('"', at) - at));
    }
    return found;
  };
  EXPECT_THAT(kinds(records("1")), ElementsAre("insert", "transaction", "update", "transaction"));
  EXPECT_THAT(kinds(records("2")), ElementsAre("insert", "transaction", "update", "transaction"));
  EXPECT_THAT(records("1")[1],
              AllOf(HasSubstr(R"("author":{"id":"erika","kind":"user")"), HasSubstr(R"("changes":1)")));
  EXPECT_THAT(records("1")[3], HasSubstr(R"("author":null)"));
  EXPECT_THAT(records("1")[2], HasSubstr(R"(["team_id","1","2"])"));
}

TEST_F(CaptureRuns, and_records_a_gap_where_the_slot_was_dropped) {
  start();
  ASSERT_TRUE(reads());
  database.sql("insert into t values (1, 1)");
  ASSERT_TRUE(seals(1));
  stop();
  const std::string sealed = pgwire::format_lsn(capture->state().sealed->lsn);
  drop_slot();
  database.sql("insert into t values (2, 1)");
  start();
  ASSERT_TRUE(eventually([](const trail::CaptureState& state) { return state.gaps == 1; }));
  ASSERT_TRUE(reads());
  database.sql("insert into t values (3, 1)");
  ASSERT_TRUE(seals(1));
  const std::string from = R"("from":{"lsn":")" + sealed + "\"";
  EXPECT_THAT(records(""), ElementsAre(AllOf(HasSubstr(R"("kind":"gap")"), HasSubstr(from),
                                             HasSubstr("the replication slot was not there any more"))));
  EXPECT_THAT(records("1"), SizeIs(4)) << "the first and the third row, each with its transaction";
}

TEST_F(CaptureRuns, and_records_a_gap_where_somebody_else_moved_the_slot_on) {
  start();
  ASSERT_TRUE(reads());
  database.sql("insert into t values (1, 1)");
  ASSERT_TRUE(seals(1));
  stop();
  database.sql("insert into t values (2, 1)");
  const std::string slot = database.source().slot;
  for (int tries = 0; tries < 100; ++tries, std::this_thread::sleep_for(20ms))
    if (database.sql("select active from pg_replication_slots where slot_name = '" + slot + "'") == "f")
      break;
  database.sql("select pg_replication_slot_advance('" + slot + "', pg_current_wal_lsn())");
  start();
  ASSERT_TRUE(eventually([](const trail::CaptureState& state) { return state.gaps == 1; }));
  EXPECT_THAT(records(""), ElementsAre(HasSubstr("moved on by somebody else")));
}

TEST_F(CaptureRuns, and_finds_no_gap_where_it_only_waited) {
  start();
  ASSERT_TRUE(reads());
  database.sql("insert into t values (1, 1)");
  ASSERT_TRUE(seals(1));
  // Of others, so that the slot moves on without a change of ours.
  logical_postgres().sql(
      "create table others as select repeat('x', 100) from generate_series(1, 50000); drop table others");
  const auto end = pgwire::parse_lsn(database.sql("select pg_current_wal_lsn()"));
  ASSERT_TRUE(eventually([&](const trail::CaptureState& state) {
    return state.sealed->lsn.value + base::limits::trail_idle_octets >= end->value;
  }));
  const std::uint64_t seals_before = ledger.seals;
  stop();
  start();
  ASSERT_TRUE(reads());
  database.sql("insert into t values (2, 1)");
  ASSERT_TRUE(seals(1));
  EXPECT_EQ(capture->state().gaps, 0U);
  EXPECT_EQ(seals_before, 1U) << "waiting seals nothing";
  EXPECT_THAT(records("1"), SizeIs(4));
}

TEST_F(CaptureRuns, and_takes_a_transaction_of_any_size_in_the_same_memory) {
  const auto most_kib = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  database.sql("alter table t add note text");
  start();
  ASSERT_TRUE(reads());
  const long before = most_kib();
  // Some 300 MiB of records.
  database.sql(
      "insert into t select i, 1 + i % 50, repeat(md5(i::text), 15) from generate_series(1, 500000) i");
  ASSERT_TRUE(eventually([](const trail::CaptureState& state) { return state.transactions == 1; }));
  EXPECT_LT(most_kib() - before, 120 << 10);
  EXPECT_THAT(records("7"), SizeIs(10'001));
}

// With a cluster of its own, since it dies.
class CaptureOfAClusterThatDies : public CaptureRuns {
 protected:
  static PrivatePostgres& dying() {
    static PrivatePostgres postgres({.settings = {{"wal_level", "logical"}}});
    return postgres;
  }
  CaptureOfAClusterThatDies() : CaptureRuns(dying()) {}
};

TEST_F(CaptureOfAClusterThatDies, goes_on_and_has_every_change_once) {
  start();
  ASSERT_TRUE(reads());
  for (int round = 0; round < 3; ++round) {
    database.sql(fmt::format("insert into t select i, 1 from generate_series({}, {}) i", round * 100,
                             round * 100 + 99));
    dying().stop("immediate");
    ASSERT_TRUE(eventually([](const trail::CaptureState& state) { return !state.is_connected; }));
    dying().start();
    ASSERT_TRUE(reads());
  }
  ASSERT_TRUE(seals(3));
  EXPECT_EQ(capture->state().gaps, 0U);
  EXPECT_THAT(records("1"), SizeIs(303));
}

}  // namespace
}  // namespace art32::test
