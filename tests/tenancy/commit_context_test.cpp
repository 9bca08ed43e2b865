// What the write-ahead log says of who wrote, as a reader of logical replication gets it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "tests/tenancy/protected_database.h"

namespace art32::test {
namespace {

class Contexts : public testing::TestWithParam<Functions> {
 protected:
  void SetUp() override {
    database.admin("create table if not exists notes (text text); grant select, insert on notes to app");
    // What `art32 trail apply` makes; the extension needs none.
    if (GetParam() == Functions::plain)
      for (const char* table : {"invoice", "notes"})
        database.admin(fmt::format(
            "create or replace trigger art32_attribute after insert or update or delete or truncate on {0} "
            "for each statement execute function art32.attribute(); "
            "alter table {0} enable always trigger art32_attribute",
            table));
    database.admin("drop publication if exists everything; create publication everything for all tables");
    database.admin("select pg_create_logical_replication_slot('contexts', 'pgoutput')");
    ASSERT_EQ(app.enter_team("1"), "");
  }
  void TearDown() override {
    database.admin("select pg_drop_replication_slot('contexts'); drop publication everything");
  }

  // The messages with our prefix since the last call; "M", flags, place, prefix, length, content.
  std::vector<base::Bytes> messages() const {
    std::vector<base::Bytes> found;
    const std::string all = database.admin(
        "select encode(data, 'hex') from pg_logical_slot_get_binary_changes('contexts', null, null, "
        "'proto_version', '1', 'publication_names', 'everything', 'messages', 'true')");
    for (const std::string_view line : base::split(all, '\n')) {
      const base::Bytes data = base::from_hex(line).value_or(base::Bytes());
      if (data.empty() || data[0] != 'M') continue;
      const base::ByteView rest = base::ByteView(data).subspan(10);
      if (!base::as_text(rest).starts_with(std::string_view("art32\0", 6))) continue;
      const base::ByteView content = rest.subspan(6);
      found.emplace_back(content.begin() + 4, content.end());
    }
    return found;
  }
  std::vector<tenancy::CommitContext> contexts() const {
    std::vector<tenancy::CommitContext> found;
    for (const base::Bytes& message : messages())
      if (const auto context = tenancy::read_commit_context(message, database.keys()))
        found.push_back(*context);
    return found;
  }

  ProtectedDatabase& database = protected_database(GetParam());
  AppSession app{database};
};

TEST_P(Contexts, name_team_actor_request_and_transaction_of_each_change) {
  const std::string transaction = app.ask(
      "with new as (insert into invoice (note) values ('x') returning 1) select pg_current_xact_id() from "
      "new");
  const auto found = contexts();
  ASSERT_EQ(found.size(), 1U);
  const std::uint64_t system =
      std::stoull(database.admin("select system_identifier from pg_control_system()"));
  const std::uint64_t oid = std::stoull(database.admin("select oid from pg_database where datname = 'app'"));
  EXPECT_EQ(found[0],
            (tenancy::CommitContext{
                system, oid, std::stoull(transaction), {"1"}, {model::ActorKind::user, "erika"}, "r-1"}));
}

TEST_P(Contexts, there_is_none_for_what_only_reads_or_is_rolled_back) {
  EXPECT_EQ(app.sees(), "1 1");
  app.ask("begin");
  app.ask("insert into invoice (note) values ('x')");
  app.ask("rollback");
  EXPECT_TRUE(contexts().empty());
}

TEST_P(Contexts, leaving_before_the_commit_hides_nobody) {
  for (const std::vector<std::string>& statements :
       {std::vector<std::string>{"select art32.leave()"},
        {"savepoint s", "select art32.leave()", "rollback to s"},
        {"savepoint s", "select art32.enter('\\x00')", "rollback to s"},
        {"do $$ begin perform art32.enter('\\x00'); exception when others then null; end $$"}}) {
    ASSERT_EQ(app.enter_team("1"), "");
    app.ask("begin");
    app.ask("insert into invoice (note) values ('x')");
    for (const std::string& statement : statements)
      app.ask(statement);
    app.ask("commit");
    const auto found = contexts();
    ASSERT_EQ(found.size(), 1U) << statements.back();
    EXPECT_EQ(found[0].team.value, "1");
    // In plain SQL a rollback takes the leaving back.
    if (GetParam() == Functions::extension) {
      EXPECT_NE(app.sees().find("acts for no team"), std::string::npos);
    }
  }
}

TEST_P(Contexts, one_transaction_changes_data_for_one_claim) {
  app.ask("begin");
  app.ask("insert into invoice (note) values ('x')");
  const std::string said = app.enter_team("2");
  EXPECT_NE(said.find("comes after changes in the same transaction"), std::string::npos) << said;
  app.ask("rollback");
  app.ask("begin");
  EXPECT_EQ(app.enter_team("2"), "");
  app.ask("insert into invoice (note) values ('x')");
  app.ask("commit");
  const auto found = contexts();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].team.value, "2");
}

// Where row-level security doesn't stop it: a table without a policy, in a later transaction.
TEST_P(Contexts, leaving_hides_nobody_in_later_transactions_either) {
  for (const char* hide : {"select art32.leave()", "select art32.enter('\\x00')"}) {
    ASSERT_EQ(app.enter_team("1"), "");
    (void)contexts();
    app.ask(hide);
    EXPECT_EQ(app.ask("insert into notes values ('x') returning text"), "x");
    const auto found = contexts();
    ASSERT_EQ(found.size(), 1U) << hide;
    EXPECT_EQ(found[0].team.value, "1");
  }
}

TEST_P(Contexts, of_nobody_there_is_none) {
  EXPECT_EQ(app.enter(app.next_nobody()), "");
  EXPECT_EQ(app.ask("insert into notes values ('x') returning text"), "x");
  EXPECT_TRUE(messages().empty());
}

TEST_P(Contexts, are_written_before_a_transaction_is_prepared) {
  if (GetParam() == Functions::plain) GTEST_SKIP() << "an entry is in a temporary table";
  app.ask("begin");
  app.ask("insert into invoice (note) values ('x')");
  app.ask("prepare transaction 'two'");
  EXPECT_EQ(app.ask("commit prepared 'two'"), "");
  const auto found = contexts();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].team.value, "1");
}

TEST_P(Contexts, one_that_somebody_else_writes_or_changes_is_not_believed) {
  app.ask("insert into invoice (note) values ('x')");
  const auto genuine = messages();
  ASSERT_EQ(genuine.size(), 1U);
  base::Bytes changed = genuine[0];
  changed[30] ^= 1;
  AppSession attacker(database);
  for (const base::Bytes& message : {changed, base::to_bytes("{\"team\":\"2\"}"), base::Bytes(91)})
    attacker.ask("select pg_logical_emit_message(true, 'art32', decode('" + base::hex(message) +
                 "', 'hex'))");
  EXPECT_EQ(messages().size(), 3U);
  EXPECT_TRUE(contexts().empty());
}

// A copy is as good as its original, and names the original's transaction: the reader compares.
TEST_P(Contexts, a_copy_names_the_transaction_that_it_was_taken_from) {
  const std::string first = app.ask(
      "with new as (insert into invoice (note) values ('x') returning 1) select pg_current_xact_id() from "
      "new");
  const auto genuine = messages();
  ASSERT_EQ(genuine.size(), 1U);
  AppSession attacker(database);
  attacker.ask("select pg_logical_emit_message(true, 'art32', decode('" + base::hex(genuine[0]) +
               "', 'hex'))");
  const auto copied = contexts();
  ASSERT_EQ(copied.size(), 1U);
  EXPECT_EQ(std::to_string(copied[0].transaction), first);
}

// In plain SQL a statement that changes nothing has no transaction, and each transaction says it once.
TEST_P(Contexts, are_written_once_for_each_transaction) {
  app.ask("begin");
  for (int i = 0; i < 3; ++i)
    app.ask("insert into invoice (note) values ('x')");
  app.ask("savepoint s");
  app.ask("delete from invoice where note = 'x'");
  app.ask("rollback to s");
  app.ask("commit");
  app.ask("delete from invoice where note = 'nothing has it'");
  EXPECT_EQ(messages().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Both, Contexts, testing::Values(Functions::extension, Functions::plain),
                         [](const auto& kind) { return name(kind.param); });

}  // namespace
}  // namespace art32::test
