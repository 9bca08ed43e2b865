// The program with a gateway before a PostgreSQL of its own: configured, checked, reloaded,
// attacked, and watched.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <thread>

#include "base/text.h"
#include "tests/app/program_with_gateway.h"
#include "tests/support/eventually.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

class GatewayProgram : public testing::Test, protected ProgramWithGateway {
 protected:
  void SetUp() override { add_gateway(); }
  base::Result<std::unique_ptr<net::PostgresClient>> sign_in(const std::string& user,
                                                             const std::string& password) const {
    return ProgramWithGateway::sign_in(gateway_port(), user, password, "app");
  }
  std::string ask(const std::string& user, const std::string& sql) {
    auto client = sign_in(user, postgres->password());
    if (!client) return client.error().message();
    const auto rows = (*client)->query(sql, {}, 10s);
    if (!rows) return rows.error().message();
    return rows->empty() ? "" : rows->front().front().value_or("null");
  }
};

TEST_F(GatewayProgram, check_signs_in_as_everybody_and_names_what_does_not_work) {
  const net::Finished good = server.command({"check"});
  EXPECT_EQ(good.exit_code, 0) << good.output;
  EXPECT_NE(good.output.find("2 databases reached, 6 log-ins by 3 principals"), std::string::npos)
      << good.output;
  ASSERT_TRUE(postgres->sql("alter role staff password 'another'").has_value());
  const net::Finished bad = server.command({"check"});
  EXPECT_NE(bad.exit_code, 0);
  EXPECT_NE(bad.output.find("database \"app\", principal \"staff\""), std::string::npos) << bad.output;
}

TEST_F(GatewayProgram, an_application_and_staff_are_served_and_staff_are_in_the_ledger) {
  server.start();
  EXPECT_EQ(ask("app", "select 'hello'"), "hello");
  EXPECT_EQ(ask("staff", "select 'looked at something'"), "looked at something");
  bool found = false;
  for (int index = 0; index < 10 && !found; ++index) {
    const net::Finished shown = server.command({"ledger", "show", std::to_string(index)});
    found = shown.output.find("looked at something") != std::string::npos &&
            shown.output.find("execute") != std::string::npos;
    EXPECT_EQ(shown.output.find("hello"), std::string::npos) << "the application isn't logged";
  }
  EXPECT_TRUE(found);
}

// As on a full disk: no file grows beyond what it has.
TEST_F(GatewayProgram, statements_of_staff_are_exported_with_what_became_of_them) {
  server.start();
  EXPECT_EQ(ask("staff", "select 'looked at something'"), "looked at something");
  auto staff = sign_in("staff", postgres->password());
  ASSERT_TRUE(staff);
  EXPECT_FALSE((*staff)->query("select * from nothing_there", {}, 10s));
  const auto lines = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"trail", "export", "--statements", "--as", "ocsf"});
    const net::Finished done = server.command(words);
    EXPECT_EQ(done.exit_code, 0) << done.errors;
    return done.output;
  };
  EXPECT_TRUE(eventually([&] { return lines({}).find("\"42P01\"") != std::string::npos; })) << lines({});
  const std::string all = lines({"--database", "app"});
  EXPECT_NE(all.find("\"query_string\":\"select 'looked at something'\""), std::string::npos) << all;
  EXPECT_NE(all.find("\"status\":\"Success\""), std::string::npos);
  EXPECT_NE(all.find("\"class_uid\":6005"), std::string::npos);
  EXPECT_EQ(lines({"--database", "other"}), "");
  EXPECT_EQ(lines({"--until", "2020-01-01"}), "");
  EXPECT_NE(server.command({"trail", "export", "--statements", "--as", "csv"}).exit_code, 0);
  EXPECT_NE(server.command({"trail", "export", "--statements", "--team", "1", "--as", "ocsf"}).exit_code, 0);
}

TEST_F(GatewayProgram, disk_full_under_the_staff_log) {
  server.start();
  auto app = sign_in("app", postgres->password());
  auto staff = sign_in("staff", postgres->password());
  ASSERT_TRUE(app && staff);
  ASSERT_TRUE(postgres->sql("create sequence asked; grant usage on sequence asked to staff").has_value());
  const rlimit full{1, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(server.process(), RLIMIT_FSIZE, &full, nullptr), 0);
  const auto refused = (*staff)->query("select nextval('asked')", {}, 10s);
  ASSERT_FALSE(refused.has_value()) << "it isn't in the ledger";
  EXPECT_NE(refused.error().message().find("can't be logged, so it doesn't run"), std::string::npos)
      << refused.error().message();
  EXPECT_EQ(*postgres->sql("select is_called from asked"), "f");
  EXPECT_TRUE((*app)->query("select 1", {}, 10s).has_value()) << "nobody else notices";
  EXPECT_EQ(ask("app", "select 'new'"), "new");
  const rlimit free{RLIM_INFINITY, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(server.process(), RLIMIT_FSIZE, &free, nullptr), 0);
  EXPECT_TRUE(eventually([&] { return ask("staff", "select 'again'") == "again"; })) << server.log();
}

TEST_F(GatewayProgram, a_reload_takes_principals_in_and_out_without_dropping_the_others) {
  server.start();
  auto app = sign_in("app", postgres->password());
  auto staff = sign_in("staff", postgres->password());
  ASSERT_TRUE(app && staff);
  server.edit("art32.toml", "name = \"staff\"", "name = \"renamed\"\nserver_role = \"staff\"");
  server.signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return ask("renamed", "select 'in'") == "in"; })) << server.log();
  const auto gone = (*staff)->query("select 1", {}, 10s);
  EXPECT_FALSE(gone.has_value()) << "who isn't configured any more is out";
  EXPECT_NE(ask("staff", "select 1").find("password authentication failed"), std::string::npos);
  EXPECT_TRUE((*app)->query("select 1", {}, 10s).has_value());
}

TEST_F(GatewayProgram, principals_come_and_go_by_command) {
  server.start();
  const auto principal = [&](std::vector<std::string> words, const std::string& input = "") {
    words.insert(words.begin(), "principal");
    return server.command(words, input);
  };
  ASSERT_EQ(principal({"add", "erika", "--through", "staff"}, postgres->password() + "\n").exit_code, 0);
  EXPECT_EQ(ask("erika", "select current_user || ' sees'"), "staff sees");
  EXPECT_NE(principal({"list"}).output.find("erika  staff  staff"), std::string::npos)
      << principal({"list"}).output;
  bool is_logged = false;
  for (int index = 0; index < 20 && !is_logged; ++index) {
    const net::Finished shown = server.command({"ledger", "show", std::to_string(index)});
    is_logged = shown.output.find("current_user ||") != std::string::npos &&
                shown.output.find("erika") != std::string::npos;
  }
  EXPECT_TRUE(is_logged) << "under her own name";
  auto session = sign_in("erika", postgres->password());
  ASSERT_TRUE(session.has_value());
  ASSERT_EQ(principal({"remove", "erika"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return !(*session)->query("select 1", {}, 10s).has_value(); }));
  EXPECT_NE(ask("erika", "select 1").find("password authentication failed"), std::string::npos);
  const net::Finished nowhere = principal({"add", "max", "--through", "nobody"}, "correct horse\n");
  EXPECT_NE(nowhere.exit_code, 0);
  EXPECT_NE(nowhere.errors.find("isn't configured"), std::string::npos) << nowhere.errors;
  EXPECT_EQ(principal({"list"}).output.find("max"), std::string::npos);
  const net::Finished twice = principal({"add", "app"}, "correct horse\n");
  EXPECT_NE(twice.errors.find("art32.toml names a principal \"app\" already"), std::string::npos)
      << twice.errors;
}

TEST_F(GatewayProgram, a_reload_that_cannot_work_changes_nothing) {
  server.start();
  server.edit("art32.toml", "keys/probe.password", "keys/nowhere.password");
  server.signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return server.log().find("reload refused") != std::string::npos; }));
  EXPECT_NE(server.log().find("[[gateway.principal]] \\\"probe\\\""), std::string::npos) << server.log();
  EXPECT_EQ(ask("app", "select 'still here'"), "still here");
}

TEST_F(GatewayProgram, probes_of_the_gateway_pass_and_leave_nothing_behind) {
  server.start();
  const net::Finished run = server.command({"audit", "--only", "gateway.transfer", "database.encryption",
                                            "database.statement_log", "database.separation"});
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors << server.log();
  EXPECT_TRUE(eventually([&] {
    return *postgres->sql("select count(*) from pg_stat_activity where usename = 'probe'") == "0";
  })) << "the canaries' server connections end with them";
}

TEST_F(GatewayProgram, the_annex_names_a_server_that_may_be_reached_without_tls) {
  server.edit("art32.toml", "\n[[gateway.database]]\n",
              "\n[[gateway.database]]\nserver_security = \"plain\"\n");
  server.start();
  const net::Finished run = server.command({"audit", "--only", "database.encryption", "--json"});
  EXPECT_NE(run.exit_code, 0);
  const std::size_t at = run.output.find_first_of("0123456789", run.output.find("\"evidence\":"));
  ASSERT_NE(at, std::string::npos) << run.output;
  const std::string leaf = run.output.substr(at, run.output.find_first_not_of("0123456789", at) - at);
  EXPECT_NE(server.get("/de/evidence/" + leaf).response.body->find("Die Konfiguration nennt eine Ausnahme"),
            std::string::npos);
  EXPECT_NE(server.get("/en/measures/encryption.database").response.body->find("names an exception"),
            std::string::npos);
}

TEST_F(GatewayProgram, metrics_tell_of_the_gateway) {
  server.start();
  EXPECT_EQ(ask("app", "select 1"), "1");
  ASSERT_EQ(server.command({"account", "add", "watch"}).exit_code, 0);
  const net::Finished issued = server.command({"account", "token", "issue", "watch", "--json"});
  const std::size_t at = issued.output.find("\"token\"");
  ASSERT_NE(at, std::string::npos) << issued.output << issued.errors;
  const std::size_t begin = issued.output.find('"', at + 8) + 1;
  const std::string token = issued.output.substr(begin, issued.output.find('"', begin) - begin);
  const net::HttpsExchange metrics = server.get("/metrics", {{"Authorization", "Bearer " + token}});
  ASSERT_EQ(metrics.response.status, 200);
  const std::string& text = *metrics.response.body;
  EXPECT_NE(
      text.find("art32_gateway_queries_total{database=\"app\",mode=\"transaction\",principal=\"app\"} 1"),
      text.npos)
      << text;
  EXPECT_NE(
      text.find(
          "art32_gateway_servers{database=\"app\",mode=\"transaction\",principal=\"app\",state=\"idle\"} 1"),
      text.npos);
}

TEST(WithoutGateway, its_probes_are_not_run_and_say_why_when_they_are_asked_for) {
  RunningServer server;
  server.start();
  const net::Finished named = server.command({"audit", "--only", "gateway.transfer"});
  EXPECT_NE(named.exit_code, 0);
  EXPECT_NE(named.errors.find("this instance has none"), std::string::npos) << named.errors;
}

}  // namespace
}  // namespace art32::test
