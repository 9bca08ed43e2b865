// state.db and ledger/ against each other: what one of them lost, the other tells.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>

#include "tests/support/running_server.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

class Consistency : public testing::Test {
 protected:
  void audit() {
    const net::Finished done = server.command({"audit", "--only", "ledger.consistency"});
    ASSERT_EQ(done.exit_code, 0) << done.output << done.errors;
  }
  void add_account(const std::string& name) {
    ASSERT_EQ(server.command({"account", "add", name}).exit_code, 0);
  }
  void stop() { ASSERT_EQ(server.stop(SIGTERM), 0) << server.log(); }
  void keep(const std::string& name) {
    std::filesystem::copy(server.folder() / name, server.folder() / (name + ".older"),
                          std::filesystem::copy_options::recursive);
  }
  void put_back(const std::string& name) {
    std::filesystem::remove_all(server.folder() / name);
    std::filesystem::rename(server.folder() / (name + ".older"), server.folder() / name);
  }
  void remove_state() {
    for (const char* name : {"state.db", "state.db-wal", "state.db-shm"})
      std::filesystem::remove(server.folder() / name);
  }
  void change_state(const std::string& sql) {
    const auto done = net::run({{"sqlite3", (server.folder() / "state.db").string(), sql}, {}, {}, {}}, 10s);
    ASSERT_TRUE(done && done->exit_code == 0) << (done ? done->errors : done.error().message());
  }
  std::string ledger_note() const {
    return base::read_text_file(server.folder() / "ledger/checkpoint").value();
  }
  void expect_refused(const std::vector<std::string>& words) {
    for (const char* command : {"serve", "check"}) {
      const net::Finished refused = server.command({command});
      EXPECT_EQ(refused.exit_code, 65) << command << ": " << refused.output << refused.errors;
      for (const std::string& word : words)
        EXPECT_NE((refused.output + refused.errors).find(word), std::string::npos)
            << command << " doesn't say " << word << ": " << refused.output << refused.errors;
    }
  }
  std::string state_of(const std::string& measure) {
    const net::Finished status = server.command({"status", "--json"});
    const json::value parsed = json::parse(status.output);
    for (const json::value& one : parsed.at("measures").as_array())
      if (one.at("measure").as_string() == std::string_view(measure))
        return std::string(one.at("state").as_string());
    return "not listed";
  }

  RunningServer server;
};

TEST_F(Consistency, a_ledger_older_than_state_db_is_refused_and_named_with_the_mend) {
  server.start();
  add_account("early");
  stop();
  keep("ledger");
  server.start();
  audit();
  stop();
  const std::string newest = ledger_note();
  put_back("ledger");
  const std::string rolled_back = ledger_note();
  ASSERT_NE(newest, rolled_back);
  expect_refused({"state.db", "ledger", "don't belong together", "put back"});
  EXPECT_EQ(ledger_note(), rolled_back) << "nothing was signed";
}

TEST_F(Consistency, a_ledger_that_lost_what_was_sealed_after_the_last_audit_is_refused) {
  server.start();
  audit();
  stop();
  keep("ledger");
  server.start();
  add_account("late");  // no audit follows, and no row names its leaf
  stop();
  put_back("ledger");
  expect_refused({"don't belong together"});
}

TEST_F(Consistency, a_ledger_that_lost_what_a_killed_server_stored_is_refused) {
  server.start();
  stop();
  keep("ledger");
  server.start();
  server.raise_annex("1.0.1");
  ASSERT_EQ(server.command({"annex", "publish"}).exit_code, 0);
  server.stop(SIGKILL);  // no time to remember the head: the row of the version names its leaf
  put_back("ledger");
  expect_refused({"don't belong together", "names leaf"});
}

TEST_F(Consistency, another_installations_state_db_is_refused) {
  server.start();
  stop();
  RunningServer other;
  other.start();
  ASSERT_EQ(other.stop(SIGTERM), 0);
  remove_state();
  std::filesystem::copy_file(other.folder() / "state.db", server.folder() / "state.db");
  expect_refused({"don't belong together", "isn't one of this ledger"});
}

TEST_F(Consistency, a_missing_state_db_is_named_and_not_made_anew) {
  server.start();
  stop();
  remove_state();
  const std::string before = ledger_note();
  expect_refused({"state.db is missing or empty", "--accept-lost-state"});
  EXPECT_FALSE(std::filesystem::exists(server.folder() / "state.db"));
  EXPECT_EQ(ledger_note(), before);
  change_state("create table something (anything)");
  std::filesystem::permissions(server.folder() / "state.db", std::filesystem::perms(0600));
  expect_refused({"state.db is missing or empty"});
}

TEST_F(Consistency, a_lost_state_db_can_be_accepted_once_and_the_ledger_says_so) {
  server.start();
  stop();
  const net::Finished nothing_lost = server.command({"serve", "--accept-lost-state"});
  EXPECT_EQ(nothing_lost.exit_code, 75) << "a flag left in a unit file must not accept the next loss";
  EXPECT_NE(nothing_lost.errors.find("isn't lost"), std::string::npos) << nothing_lost.errors;
  remove_state();
  server.start({"--accept-lost-state"});
  EXPECT_NE(server.command({"ledger", "show", "1"}).output.find("lost-state-accepted"), std::string::npos);
  audit();
  stop();
  server.start();
  EXPECT_EQ(server.command({"check"}).exit_code, 0);
}

TEST_F(Consistency, a_server_that_was_killed_starts_again) {
  server.start();
  server.stop(SIGKILL);
  server.start();
  audit();
  add_account("late");
  server.stop(SIGKILL);
  EXPECT_EQ(server.command({"check"}).exit_code, 0);
  server.start();
  EXPECT_EQ(server.command({"check"}).exit_code, 0);
}

TEST_F(Consistency, a_verdict_that_was_changed_in_state_db_is_not_shown_as_kept) {
  const std::string measure = "review.evidence";  // ledger.consistency is its only probe
  server.start();
  audit();
  audit();
  const auto change = [&](const std::string& set) {
    change_state("update probe_runs set " + set + " where id = (select max(id) from probe_runs)");
  };
  ASSERT_EQ(state_of(measure), "kept");
  change("verdict = 'fail'");
  EXPECT_EQ(state_of(measure), "unproven") << "what contradicts its leaf is neither kept nor broken";
  change("verdict = 'pass'");
  EXPECT_EQ(state_of(measure), "kept");
  change("evidence = evidence - 2");  // the leaf of the run before
  EXPECT_EQ(state_of(measure), "unproven");
  EXPECT_NE(server.log().find("contradicts leaf"), std::string::npos) << server.log();
}

}  // namespace
}  // namespace art32::test
