// The gateway between psql and PostgreSQL: what one sees through it, on both back ends.
#include <gtest/gtest.h>

#include "base/text.h"
#include "tests/gateway/prepared_postgres.h"

namespace art32::test {
namespace {

PrivatePostgres& postgres() {
  return prepared_postgres();
}

class Psql : public testing::TestWithParam<net::LoopBackend> {
 protected:
  void start(GatewayChoice choice = {}) {
    choice.backend = GetParam();
    auto started = gateway::Gateway::start(gateway_settings(postgres(), choice));
    ASSERT_TRUE(started.has_value()) << started.error().message();
    gateway = std::move(*started);
  }
  std::string psql(const std::string& sql, const std::string& database = "app",
                   const std::string& user = "app", const std::string& password = postgres().password()) {
    const net::Finished finished = run_client({"psql", "--no-psqlrc", "--quiet", "--no-align",
                                               "--tuples-only", "--set=ON_ERROR_STOP=1", "--file=-"},
                                              sql, gateway->port(), password, database, user);
    return std::string(base::trim(finished.output + finished.errors));
  }
  std::unique_ptr<gateway::Gateway> gateway;
};

TEST_P(Psql, answers_a_query) {
  start();
  EXPECT_EQ(psql("select 6 * 7;"), "42");
  EXPECT_EQ(psql("select current_user;", "app", "other"), "other");
}

TEST_P(Psql, a_wrong_password_and_an_unknown_user_get_the_same_answer) {
  start();
  const std::string wrong = psql("select 1;", "app", "app", "wrong");
  const std::string unknown = psql("select 1;", "app", "nobody", "wrong");
  EXPECT_NE(wrong.find("password authentication failed for user \"app\""), wrong.npos) << wrong;
  EXPECT_EQ(base::replace_all(unknown, "nobody", "app"), wrong);
}

TEST_P(Psql, an_unknown_database_is_told_after_the_password_only) {
  start();
  EXPECT_NE(psql("select 1;", "nowhere").find("isn't configured here"), std::string::npos);
  EXPECT_NE(psql("select 1;", "nowhere", "app", "wrong").find("password authentication failed"),
            std::string::npos);
}

TEST_P(Psql, many_statements_transactions_and_errors) {
  start();
  EXPECT_EQ(
      psql(
          "begin; insert into item (name) values ('x'); select count(*) from item where name = 'x'; rollback;"
          "select count(*) from item where name = 'x';"),
      "1\n0");
  EXPECT_NE(psql("select 1/0;").find("division by zero"), std::string::npos);
}

TEST_P(Psql, copy_in_and_out) {
  start();
  EXPECT_EQ(psql("begin; truncate item;\ncopy item from stdin;\n1\tone\n2\ttwo\n\\.\n"
                 "copy item to stdout; select count(*) from item; rollback;"),
            "1\tone\n2\ttwo\n2");
  EXPECT_NE(psql("copy item (id) from stdin;\nnot a number\n\\.\n").find("invalid input syntax"),
            std::string::npos);
  EXPECT_EQ(psql("select 1;"), "1");
}

TEST_P(Psql, a_large_result_arrives_whole) {
  start();
  EXPECT_EQ(
      psql("select sum(length(x)) from (select repeat('y', 1000) as x from generate_series(1, 50000)) t;"),
      "50000000");
  const std::string rows = psql("select repeat('z', 1000) from generate_series(1, 20000);");
  EXPECT_EQ(rows.size(), 20'000U * 1'001U - 1);
}

TEST_P(Psql, settings_follow_their_client_and_nobody_else) {
  start({.pool_size = 1});
  EXPECT_EQ(psql("set search_path = pg_catalog; set my.own = 'secret'; select 1;"), "1");
  EXPECT_EQ(psql("show search_path;"), "\"$user\", public");
  EXPECT_EQ(psql("select current_setting('my.own', true);"), "");
  EXPECT_EQ(psql("set search_path = pg_catalog; select 1; show search_path;"), "1\npg_catalog");
  EXPECT_EQ(psql("set role reader; select current_user;"), "reader");
  EXPECT_EQ(psql("select current_user;"), "app");
  EXPECT_EQ(
      psql("begin; set my.own = 'gone'; rollback; select coalesce(current_setting('my.own', true), '');"),
      "");
}

TEST_P(Psql, what_only_one_session_has_does_not_reach_the_next) {
  start({.pool_size = 1});
  EXPECT_NE(psql("create temp table t (a int); select count(*) from t;").find("NOTICE"), std::string::npos);
  EXPECT_NE(psql("select count(*) from t;").find("does not exist"), std::string::npos);
  EXPECT_NE(psql("select pg_advisory_lock(1) is null;").find("keeps its server connection"),
            std::string::npos);
  EXPECT_EQ(psql("select count(*) from pg_locks where locktype = 'advisory';"), "0");
  psql("declare c cursor with hold for select 1;");
  EXPECT_EQ(psql("select count(*) from pg_cursors;"), "0");
  psql("listen x;");
  EXPECT_EQ(psql("select count(*) from pg_listening_channels();"), "0");
  psql("prepare p as select 1;");
  EXPECT_NE(psql("execute p;").find("does not exist"), std::string::npos);
  psql("select set_config('my.own', 'secret', false);");
  EXPECT_EQ(psql("select coalesce(current_setting('my.own', true), '');"), "");
}

TEST_P(Psql, session_mode_keeps_everything_to_the_end) {
  start({.pool_size = 1});
  EXPECT_EQ(psql("create temp table t (a int); prepare p as select 5; execute p; select count(*) from t;",
                 "session"),
            "5\n0");
  EXPECT_NE(psql("execute p;", "session").find("does not exist"), std::string::npos);
}

TEST_P(Psql, statement_mode_refuses_transactions) {
  start();
  EXPECT_EQ(psql("select 1;", "statement"), "1");
  EXPECT_NE(psql("begin; select 1;", "statement").find("statement mode"), std::string::npos);
}

TEST_P(Psql, tls_on_both_legs) {
  start({.with_tls = true});
  EXPECT_EQ(psql("select ssl from pg_stat_ssl where pid = pg_backend_pid();"), "t");
  const net::Finished plain = run_client({"psql", "--no-psqlrc", "-c", "select 1", "sslmode=disable"}, "",
                                         gateway->port(), postgres().password());
  EXPECT_NE(plain.errors.find("wants TLS"), plain.errors.npos) << plain.errors;
  const net::Finished bound =
      run_client({"psql", "--no-psqlrc", "-Atc", "select 7", "channel_binding=require"}, "", gateway->port(),
                 postgres().password());
  EXPECT_EQ(bound.output, "7\n") << bound.errors;
}

// More clients than servers but for the prepared transactions: pgbench prepares with a blocking
// call, so that one waiting client keeps its thread's other clients from ending theirs.
TEST_P(Psql, pgbench_in_every_mode) {
  start();
  ASSERT_EQ(
      run_client({"pgbench", "-i", "-q", "-s", "1"}, "", gateway->port(), postgres().password()).exit_code,
      0);
  for (const char* mode : {"simple", "extended", "prepared"}) {
    for (const bool selects : {false, true}) {
      std::vector<std::string> words = {"pgbench", "-n", "-c", "4", "-j", "1", "-t", "50", "-M", mode};
      if (selects) words.insert(words.end(), {"-S", "-c", "16"});
      const net::Finished finished = run_client(words, "", gateway->port(), postgres().password());
      EXPECT_EQ(finished.exit_code, 0) << mode << finished.errors;
      EXPECT_NE(finished.output.find(selects ? "processed: 800/800" : "processed: 200/200"),
                finished.output.npos)
          << finished.output;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, Psql, testing::Values(net::LoopBackend::epoll, net::LoopBackend::io_uring),
                         [](const auto& tried) { return std::string(net::name(tried.param)); });

}  // namespace
}  // namespace art32::test
