// The admin console, as psql and operators' scripts see it.
#include <gtest/gtest.h>

#include <thread>

#include "base/text.h"
#include "base/version.h"
#include "pgwire/frontend.h"
#include "tests/gateway/prepared_postgres.h"
#include "tests/gateway/raw_client.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

class AtConsole : public testing::TestWithParam<unsigned> {
 protected:
  void SetUp() override {
    auto settings = gateway_settings(postgres(), {.pool_size = 4, .workers = GetParam()});
    settings->principals.at("other").may_use_console = true;
    settings->request_reload = [this] { reloads += 1; };
    auto started = gateway::Gateway::start(settings);
    ASSERT_TRUE(started.has_value()) << started.error().message();
    gateway = std::move(*started);
  }
  static PrivatePostgres& postgres() { return prepared_postgres(); }
  std::string psql(const std::string& sql, const std::string& database, const std::string& user) const {
    const net::Finished finished =
        run_client({"psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "-c", sql}, "",
                   gateway->port(), postgres().password(), database, user);
    return std::string(base::trim(finished.output + finished.errors));
  }
  std::string console(const std::string& command) const { return psql(command, "pgbouncer", "other"); }
  std::string app(const std::string& sql) const { return psql(sql, "app", "app"); }

  void wait_for_an_active_client() const {
    for (int i = 0; i < 500 && console("show clients").find("app|active|") == std::string::npos; ++i)
      std::this_thread::sleep_for(10ms);
  }

  std::atomic<int> reloads = 0;
  std::unique_ptr<gateway::Gateway> gateway;
};

TEST_P(AtConsole, shows_what_went_through_each_pool) {
  EXPECT_EQ(app("select 1"), "1");
  EXPECT_EQ(psql("select 2", "app", "other"), "2");
  const std::string pools = console("show pools");
  EXPECT_NE(pools.find("app|app|"), pools.npos) << pools;
  EXPECT_NE(pools.find("app|other|"), pools.npos) << pools;
  const std::string stats = console("SHOW STATS;");
  EXPECT_TRUE(stats.starts_with("app|2|2|")) << stats;
  EXPECT_NE(console("show databases").find("app|127.0.0.1|"), std::string::npos);
  EXPECT_NE(console("show servers").find("S|app|app|idle|127.0.0.1"), std::string::npos)
      << console("show servers");
  EXPECT_EQ(psql("show version", "art32", "other"), fmt::format("art32 {}", base::version()));
  EXPECT_NE(console("show config").find("max_client_conn|10000|10000|yes"), std::string::npos);
  EXPECT_NE(console("show clients").find("C|other|art32|active|"), std::string::npos) << "the console itself";
}

TEST_P(AtConsole, shows_clients_with_the_server_that_they_have) {
  std::thread busy([&] { app("select pg_sleep(2)"); });
  std::string clients;
  for (int i = 0; i < 500 && clients.find("app|active|") == clients.npos; ++i) {
    std::this_thread::sleep_for(10ms);
    clients = console("show clients");
  }
  EXPECT_NE(clients.find("C|app|app|active|127.0.0.1 port "), clients.npos) << clients;
  busy.join();
}

TEST_P(AtConsole, is_for_those_only_who_may_use_it) {
  EXPECT_NE(psql("show pools", "pgbouncer", "app").find("may not use the console"), std::string::npos);
}

TEST_P(AtConsole, pause_waits_for_the_last_transaction_and_holds_the_next) {
  EXPECT_EQ(app("select 1"), "1");
  std::thread busy([&] { EXPECT_EQ(app("select 'ran' from pg_sleep(2)"), "ran"); });
  wait_for_an_active_client();
  console("pause app");
  EXPECT_EQ(postgres().sql("select count(*) from pg_stat_activity where usename = 'app'"), "0")
      << "the database may be restarted now";
  busy.join();
  std::atomic<bool> answered = false;
  std::thread held([&] {
    EXPECT_EQ(app("select 'later'"), "later");
    answered = true;
  });
  std::this_thread::sleep_for(500ms);
  EXPECT_FALSE(answered);
  EXPECT_NE(console("show databases").find("|1\n"), std::string::npos);
  console("resume app");
  held.join();
}

TEST_P(AtConsole, a_stop_lets_transactions_end_and_tells_who_is_idle) {
  std::thread busy([&] { EXPECT_TRUE(app("select 'whole' from pg_sleep(2)").starts_with("whole")); });
  std::thread idle([&] {
    const net::Finished finished =
        run_client({"psql", "--no-psqlrc", "-c", "select 1", "-c", "\\! sleep 3", "-c", "select 2"}, "",
                   gateway->port(), postgres().password());
    EXPECT_NE(finished.errors.find("the gateway is shutting down"), std::string::npos) << finished.errors;
  });
  wait_for_an_active_client();
  std::this_thread::sleep_for(300ms);
  gateway->stop();
  busy.join();
  idle.join();
}

TEST_P(AtConsole, reload_asks_whoever_reads_the_configuration) {
  console("reload");
  EXPECT_EQ(reloads, 1);
}

TEST_P(AtConsole, says_what_it_does_not_know) {
  EXPECT_NE(console("show everything").find("SHOW HELP lists"), std::string::npos);
  EXPECT_NE(console("drop table item").find("doesn't know the command drop"), std::string::npos);
  EXPECT_NE(console("show pools; show clients").find("one command at a time"), std::string::npos);
  EXPECT_NE(console("pause app extra").find("\"extra\" is too much"), std::string::npos);
  for (const char* command : {"pause nosuch", "resume nosuch"}) {
    const std::string said = console(command);
    EXPECT_NE(said.find("there is no database \"nosuch\""), std::string::npos) << said;
    EXPECT_NE(said.find("there are: app, session, statement"), std::string::npos) << said;
  }
  EXPECT_EQ(console("show databases").find("|1\n"), std::string::npos) << "nothing is paused";
}

TEST(PausedDatabase, is_what_a_client_is_told_that_waited_in_vain) {
  PrivatePostgres postgres;
  prepare_postgres(postgres);
  auto settings = gateway_settings(postgres, {.wait = std::chrono::milliseconds(1'000)});
  settings->principals.at("other").may_use_console = true;
  const auto gateway = std::move(*gateway::Gateway::start(settings));
  const auto psql = [&](const std::string& sql, const std::string& database, const std::string& user) {
    return run_client({"psql", "--no-psqlrc", "--set=VERBOSITY=verbose", "-c", sql}, "", gateway->port(),
                      postgres.password(), database, user);
  };
  EXPECT_EQ(psql("select 1", "app", "app").errors, "");
  run_client({"psql", "--no-psqlrc", "-c", "pause app"}, "", gateway->port(), postgres.password(),
             "pgbouncer", "other");
  const std::string errors = psql("select 1", "app", "app").errors;
  EXPECT_NE(errors.find("57P03: the database \"app\" is paused"), std::string::npos) << errors;
  EXPECT_NE(errors.find("RESUME"), std::string::npos) << errors;
  postgres.sql("alter role app set timezone to 'Asia/Tokyo'");
  run_client({"psql", "--no-psqlrc", "-c", "resume app"}, "", gateway->port(), postgres.password(),
             "pgbouncer", "other");
  EXPECT_EQ(psql("select 1", "app", "app").errors, "");
  RawClient later(gateway->port());
  EXPECT_EQ(later.log_in({.password = postgres.password()}).parameters["TimeZone"], "Asia/Tokyo")
      << "as the server is now, not as it was before the pause";
  gateway->stop();
  postgres.stop("immediate");
}

TEST_P(AtConsole, refuses_the_extended_protocol_and_goes_on) {
  RawClient client(gateway->port());
  client.log_in({.password = postgres().password(), .user = "other", .database = "pgbouncer"});
  client.run("show version").sync().go();
  const Answers refused = client.ready();
  EXPECT_EQ(refused.types, "EZI");
  EXPECT_EQ(refused.sqlstate(), "0A000");
  EXPECT_EQ(client.ask("show version").rows.size(), 1U);
  base::Bytes call;
  pgwire::put_function_call(call, {});
  client.octets(call).go();
  EXPECT_EQ(client.ready().types, "EZI") << "it has no Sync to wait for";
}

INSTANTIATE_TEST_SUITE_P(, AtConsole, testing::Values(1U, 2U),
                         [](const auto& tried) { return std::to_string(tried.param) + "_workers"; });

}  // namespace
}  // namespace art32::test
