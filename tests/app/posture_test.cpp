// The program watches the schema of a separated database, and keeps applications outside while that
// is broken: with a PostgreSQL of its own, through its own gateway.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>
#include <thread>

#include "base/text.h"
#include "net/listening_socket.h"
#include "tests/app/program_with_gateway.h"
#include "tests/support/eventually.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class PostureProgram : public testing::Test, protected ProgramWithGateway {
 protected:
  void SetUp() override { add_gateway(); }
  void enforce() {
    server.edit("art32.toml", "[gateway.database.posture]\n", "[gateway.database.posture]\nenforce = true\n");
  }
  void sql(const std::string& text) {
    const auto done = postgres->sql(text, "tenants");
    ASSERT_TRUE(done.has_value()) << done.error().message();
  }
  std::string ask(const std::string& user, const std::string& password = "") {
    if (port == 0) port = gateway_port();
    const auto client = sign_in(port, user, password.empty() ? postgres->password() : password, "tenants");
    if (!client) return client.error().message();
    const auto rows = (*client)->query("select 'in'", {}, 10s);
    return rows ? rows->front().front().value_or("null") : rows.error().message();
  }
  boost::json::value status() {
    const auto asked = server.command({"status", "--json"});
    return boost::json::parse(asked.output).at("postures").at(0);
  }

  std::uint16_t port = 0;  // of the gateway, once it was asked
};

TEST_F(PostureProgram, a_broken_schema_keeps_applications_outside_until_it_is_mended) {
  enforce();
  server.start();
  EXPECT_EQ(ask("app"), "in") << "it was checked before the gateway opened";
  EXPECT_EQ(status().at("state").as_string(), "kept") << status();
  sql("alter table bill no force row level security");
  const net::Finished broken = server.command({"tenancy", "posture"});
  EXPECT_EQ(broken.exit_code, 1) << broken.errors;
  EXPECT_THAT(broken.output, HasSubstr("rls-not-forced  public.bill"));
  EXPECT_THAT(broken.output, HasSubstr("alter table public.bill force row level security;"));
  EXPECT_THAT(ask("app"), HasSubstr("its separation by team is broken"));
  EXPECT_THAT(ask("app"), HasSubstr("rls-not-forced public.bill"));
  EXPECT_THAT(ask("app"), HasSubstr("art32 tenancy posture"));
  EXPECT_THAT(ask("app", "a wrong password"), Not(HasSubstr("separation"))) << "strangers learn nothing";
  EXPECT_THAT(ask("nobody"), Not(HasSubstr("separation")));
  EXPECT_EQ(ask("staff"), "in") << "who mends it comes in";
  EXPECT_THAT(server.log(), HasSubstr("posture is broken"));
  EXPECT_THAT(server.command({"status"}).output, HasSubstr("1 to mend, applications may not sign in"));
  sql("alter table bill force row level security");
  EXPECT_EQ(server.command({"tenancy", "posture"}).exit_code, 0);
  EXPECT_EQ(ask("app"), "in");
}

TEST_F(PostureProgram, a_mended_schema_is_noticed_without_a_word) {
  enforce();
  sql("alter table bill no force row level security");
  server.start();
  EXPECT_THAT(ask("app"), HasSubstr("its separation by team is broken"));
  sql("alter table bill force row level security");
  EXPECT_TRUE(eventually([&] { return ask("app") == "in"; })) << server.log();
}

TEST_F(PostureProgram, is_shown_and_nothing_more_where_it_is_not_enforced) {
  sql("alter role app bypassrls");
  server.start();
  EXPECT_TRUE(eventually([&] { return status().at("state") == "broken"; })) << status();
  EXPECT_EQ(status().at("findings").at(0).at("check").as_string(), "role-bypasses") << status();
  EXPECT_EQ(ask("app"), "in");
  EXPECT_THAT(server.command({"status"}).output, HasSubstr("posture  tenants: broken since"));
}

TEST_F(PostureProgram, a_reload_takes_what_is_left_out) {
  enforce();
  sql("create table colour (name text); grant select on colour to app");
  server.start();
  EXPECT_THAT(ask("app"), HasSubstr("table-without-team public.colour"));
  server.edit("art32.toml", "left_out = [\n",
              "left_out = [\n  { object = \"public.colour\", reason = \"the same for all\" },\n");
  server.signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return ask("app") == "in"; })) << server.log();
}

TEST_F(PostureProgram, a_server_that_cannot_be_asked_is_no_server_that_was_well) {
  enforce();
  ASSERT_TRUE(postgres->stop("fast").has_value());
  server.start();
  EXPECT_THAT(ask("app"), HasSubstr("its separation by team couldn't be checked"));
  EXPECT_THAT(ask("app"), HasSubstr("\"unavailable\""));
  EXPECT_EQ(status().at("state").as_string(), "unknown");
  EXPECT_THAT(server.command({"tenancy", "posture"}).output, HasSubstr("unknown"));
  ASSERT_TRUE(postgres->start_again().has_value());
  EXPECT_TRUE(eventually([&] { return ask("app") == "in"; })) << server.log();
}

TEST_F(PostureProgram, a_server_that_takes_connections_and_says_nothing_does_not_hold_up_the_end) {
  enforce();
  const auto silent = net::listen_tcp("127.0.0.1", 0);
  server.edit(
      "art32.toml", "server_port = " + std::to_string(postgres->port()),
      "connect_timeout = \"60s\"\nserver_port = " + std::to_string(net::local_port(silent->number())));
  server.start();
  EXPECT_THAT(ask("app"), HasSubstr("no check has ended yet"));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(server.stop(SIGTERM), 0) << server.log();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

TEST_F(PostureProgram, an_upgrade_sends_no_application_away) {
  enforce();
  server.start();
  EXPECT_EQ(ask("app"), "in");
  ASSERT_EQ(server.command({"upgrade"}).exit_code, 0) << server.log();
  EXPECT_EQ(ask("app"), "in");
  sql("alter role app bypassrls");
  EXPECT_EQ(server.command({"tenancy", "posture"}).exit_code, 1);
  EXPECT_THAT(ask("app"), HasSubstr("role-bypasses role app")) << "the new process watches";
}

TEST_F(PostureProgram, its_probe_passes_and_finds_what_is_broken) {
  server.start();
  const std::vector<std::string> audit{"audit", "--only", "database.posture"};
  const net::Finished kept = server.command(audit);
  EXPECT_EQ(kept.exit_code, 0) << kept.output << kept.errors;
  sql("drop policy team on bill_line");
  const net::Finished broken = server.command(audit);
  EXPECT_NE(broken.exit_code, 0);
  EXPECT_THAT(broken.output, HasSubstr("team-policy-missing public.bill_line"));
}

TEST_F(PostureProgram, looks_over_a_unix_socket_as_well) {
  enforce();
  server.edit("art32.toml", "server = \"127.0.0.1\"", "server = \"" + postgres->folder().string() + "\"");
  server.start();
  EXPECT_EQ(status().at("state").as_string(), "kept") << status();
  EXPECT_EQ(ask("app"), "in");
}

TEST_F(PostureProgram, keeps_no_probe_outside_that_shows_what_comes_of_it) {
  enforce();
  sql("alter policy team on bill using (true)");
  server.start();
  EXPECT_THAT(ask("app"), HasSubstr("its separation by team is broken"));
  const net::Finished attacked = server.command({"audit", "--only", "database.separation"});
  EXPECT_THAT(attacked.output, HasSubstr("got at rows of others")) << attacked.errors;
}

}  // namespace
}  // namespace art32::test
