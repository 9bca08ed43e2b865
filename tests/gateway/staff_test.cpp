// Statements of staff through the gateway: in the log before they run, whatever way they
// take, and not run when the log can't take them.
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "gateway/statement_log.h"
#include "tests/gateway/prepared_postgres.h"
#include "tests/gateway/raw_client.h"

namespace art32::test {
namespace {

// A ledger in memory that can run full.
class MemorySink final : public model::EvidenceSink {
 public:
  base::Result<model::LeafIndex> append(model::RecordKind kind, base::ByteView record) override {
    const base::Bytes one(record.begin(), record.end());
    return append_batch(kind, std::span(&one, 1));
  }
  base::Result<model::LeafIndex> append_batch(model::RecordKind,
                                              std::span<const base::Bytes> records) override {
    ++asked;
    const std::scoped_lock lock(gate, mutex_);
    if (is_full) return base::failure(base::ErrorCode::exhausted, "the disk is full");
    const std::size_t first = records_.size();
    for (const base::Bytes& record : records)
      records_.emplace_back(base::as_text(record));
    return model::LeafIndex(first);
  }
  std::vector<std::string> all() {
    const std::lock_guard lock(mutex_);
    return records_;
  }
  // Those with every one of the words.
  std::size_t count(std::initializer_list<std::string_view> words) {
    const auto records = all();
    return static_cast<std::size_t>(
        std::count_if(records.begin(), records.end(), [&](const std::string& record) {
          return std::all_of(words.begin(), words.end(),
                             [&](std::string_view word) { return record.find(word) != record.npos; });
        }));
  }

  std::atomic<bool> is_full = false;
  std::atomic<int> asked = 0;
  std::mutex gate;  // held: nothing is sealed

 private:
  std::mutex mutex_;
  std::vector<std::string> records_;
};

class Staff : public testing::Test {
 protected:
  void SetUp() override {
    auto settings = gateway_settings(postgres(), {.pool_size = 2});
    settings->principals.at("other").kind = gateway::PrincipalKind::staff;
    settings->principals.at("other").statement_log = std::make_shared<gateway::StatementLog>(sink);
    auto started = gateway::Gateway::start(settings);
    ASSERT_TRUE(started.has_value()) << started.error().message();
    gateway = std::move(*started);
  }
  static PrivatePostgres& postgres() { return prepared_postgres(); }
  std::string psql(const std::string& sql, const std::string& user = "other",
                   const std::string& database = "app") {
    const net::Finished finished =
        run_client({"psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--file=-"}, sql,
                   gateway->port(), postgres().password(), database, user);
    return std::string(base::trim(finished.output + finished.errors));
  }
  std::unique_ptr<RawClient> sign_in(const std::string& database,
                                     std::vector<std::pair<std::string, std::string>> parameters = {}) const {
    auto client = std::make_unique<RawClient>(gateway->port());
    RawClient::Login login;
    login.password = postgres().password();
    login.user = "other";
    login.database = database;
    login.parameters = std::move(parameters);
    EXPECT_EQ(client->log_in(login).types.back(), 'I');
    return client;
  }
  // The outcome comes after the answer: a moment.
  bool soon(std::initializer_list<std::string_view> words, std::size_t wanted = 1) {
    for (int i = 0; i < 200 && sink.count(words) < wanted; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return sink.count(words) == wanted;
  }

  MemorySink sink;
  std::unique_ptr<gateway::Gateway> gateway;
};

TEST_F(Staff, a_statement_is_logged_with_person_role_and_outcome) {
  EXPECT_EQ(psql("select 41 + 1;"), "42");
  EXPECT_EQ(sink.count({"\"text\":\"select 41 + 1;\"", "\"person\":\"other\"", "\"application\":\"psql\"",
                        "\"way\":\"query\"", "\"database\":\"app\""}),
            1U);
  EXPECT_TRUE(
      soon({"\"outcome\":\"completed\"", "\"rows\":1", "\"statements\":[0]", "\"tags\":[\"SELECT 1\"]"}));
}

TEST_F(Staff, the_application_is_not_logged) {
  EXPECT_EQ(psql("select 1;", "app"), "1");
  EXPECT_TRUE(sink.all().empty());
}

TEST_F(Staff, failed_and_aborted_statements_are_logged_too) {
  psql("select 1/0; select * from nowhere; begin; insert into item (name) values ('undone'); rollback;");
  EXPECT_EQ(sink.count({"select 1/0;"}), 1U);
  EXPECT_TRUE(soon({"\"outcome\":\"failed\"", "\"sqlstate\":\"22012\""}));
  EXPECT_TRUE(soon({"\"outcome\":\"failed\"", "\"sqlstate\":\"42P01\""}));
  EXPECT_EQ(sink.count({"'undone'", "\"way\":\"query\""}), 1U);
  EXPECT_TRUE(soon({"\"tags\":[\"ROLLBACK\"]"}));
}

TEST_F(Staff, copy_is_logged_with_its_rows) {
  EXPECT_EQ(psql("begin;\ncopy item (name) from stdin;\n1\n2\n3\n\\.\nrollback;\n"), "");
  EXPECT_EQ(sink.count({"copy item (name) from stdin"}), 1U);
  EXPECT_TRUE(soon({"\"rows\":3", "\"tags\":[\"COPY 3\"]"}));
}

TEST_F(Staff, extended_protocol_is_logged_with_its_parameters) {
  const net::Finished finished =
      run_client({"pgbench", "-n", "-M", "prepared", "-t", "3", "-f", "/dev/stdin", "-D", "x=7"},
                 "select :x + 1;\n", gateway->port(), postgres().password(), "app", "other");
  EXPECT_EQ(finished.exit_code, 0) << finished.errors;
  EXPECT_EQ(sink.count({"\"way\":\"prepare\"", "select $1 + 1"}), 1U);
  EXPECT_EQ(sink.count({"\"way\":\"execute\"", "\"parameters\":[\"7\"]", "select $1 + 1"}), 3U);
  EXPECT_TRUE(soon({"\"outcome\":\"completed\"", "SELECT 1"}, 3));
}

TEST_F(Staff, session_mode_is_logged_as_well) {
  EXPECT_EQ(psql("select 5;", "other", "session"), "5");
  EXPECT_EQ(sink.count({"select 5;", "\"database\":\"session\""}), 1U);
}

TEST_F(Staff, a_statement_does_not_run_before_its_record_is_sealed) {
  psql("delete from item;", "app");
  std::unique_lock held(sink.gate);
  std::thread client([&] { psql("insert into item (name) values ('patient');"); });
  while (sink.asked == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(psql("select count(*) from item;", "app"), "0");
  EXPECT_EQ(postgres().sql("select count(*) from pg_stat_activity where query like '%patient%' and pid <> "
                           "pg_backend_pid()"),
            "0")
      << "the server hasn't heard of it";
  held.unlock();
  client.join();
  EXPECT_EQ(psql("select name from item;", "app"), "patient");
}

TEST_F(Staff, nothing_runs_when_the_log_cannot_take_it) {
  psql("delete from item;", "app");
  sink.is_full = true;
  const std::string answer = psql("insert into item (name) values ('unlogged');");
  EXPECT_NE(answer.find("can't be logged, so it doesn't run"), answer.npos) << answer;
  EXPECT_EQ(psql("select count(*) from item;", "app"), "0") << "and the application goes on";
  sink.is_full = false;
  psql("insert into item (name) values ('logged');");
  EXPECT_EQ(psql("select name from item;", "app"), "logged");
}

TEST_F(Staff, an_execution_is_recorded_with_the_text_that_runs) {
  for (const char* database : {"app", "session"}) {
    const auto client = sign_in(database);
    client->parse("s", "select 'what runs'").sync().go();
    EXPECT_EQ(client->ready().types, "1ZI");
    client->parse("s", "select 'harmless'").sync().go();
    EXPECT_EQ(client->ready().sqlstate(), "42P05");
    client->bind("", "s").execute().sync().go();
    EXPECT_EQ(client->ready().row(), "what runs");
    client->close('S', "s").parse("s", "select 'new'").bind("", "s").execute().sync().go();
    EXPECT_EQ(client->ready().row(), "new");
  }
  EXPECT_EQ(sink.count({"\"text\":\"select 'what runs'\"", "\"way\":\"execute\""}), 2U);
  EXPECT_EQ(sink.count({"harmless", "\"way\":\"execute\""}), 0U);
  EXPECT_TRUE(soon({"\"outcome\":\"failed\"", "\"sqlstate\":\"42P05\""}, 2)) << "what the client was told";
}

TEST_F(Staff, what_is_prepared_behind_the_logs_back_does_not_run) {
  for (const char* database : {"app", "session"}) {
    const auto client = sign_in(database);
    EXPECT_EQ(client->ask("prepare hidden as select 'hidden'").types, "CZI");
    client->bind("", "hidden").execute().sync().go();
    const Answers answers = client->rest();
    EXPECT_EQ(answers.sqlstate(), "26000");
    EXPECT_TRUE(answers.rows.empty());
  }
}

TEST_F(Staff, an_error_too_long_to_be_held_is_a_failure_too) {
  const auto client = sign_in("app");
  client->ask("do $$ begin raise exception '%', repeat('x', 2000000); end $$");
  EXPECT_TRUE(soon({"\"outcome\":\"failed\"", "\"sqlstate\":\"P0001\""}));
  EXPECT_EQ(client->ask("select 1").row(), "1");
}

TEST_F(Staff, settings_of_the_log_in_are_recorded) {
  const auto client = sign_in("app", {{"options", "-c search_path=elsewhere"}, {"TimeZone", "UTC"}});
  client->ask("select 1");
  EXPECT_EQ(sink.count({"\"settings\":[\"search_path=elsewhere\",\"TimeZone=UTC\"]", "select 1"}), 1U);
}

TEST_F(Staff, what_is_cancelled_while_it_waits_for_a_server_is_recorded_as_failed) {
  const auto first = sign_in("app"), second = sign_in("app"), waiting = sign_in("app");
  first->ask("begin");
  second->ask("begin");  // that's all of them
  waiting->parse("", "select 'never'").bind("", "").execute().sync().go();
  Answers answers;
  for (int i = 0; i < 100 && answers.types.empty(); ++i) {
    send_cancel(gateway->port(), waiting->process_id, waiting->cancel_key);
    answers = waiting->ready(1, std::chrono::milliseconds(50));
    if (answers.types == "#") answers = {};
  }
  EXPECT_EQ(answers.types, "EZI");
  EXPECT_TRUE(soon({"\"outcome\":\"failed\"", "\"sqlstate\":\"57014\""}));
  first->ask("commit");
  EXPECT_EQ(waiting->ask("select 'on'").row(), "on");
}

TEST_F(Staff, an_answer_that_never_came_is_recorded_as_lost) {
  std::thread client([&] { psql("select pg_sleep(30), 'cut';"); });
  for (int i = 0; i < 300 && sink.count({"'cut'"}) == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  postgres().sql(
      "select pg_terminate_backend(pid) from pg_stat_activity where query like '%cut%' and pid <> "
      "pg_backend_pid()");
  client.join();
  EXPECT_TRUE(soon({"\"outcome\":\"failed\"", "57P01"}) || soon({"\"outcome\":\"lost\""}));
}

}  // namespace
}  // namespace art32::test
