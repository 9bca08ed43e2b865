// The probes against the real program: green on a healthy installation, each red
// on one that was broken for it.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>
#include <set>

#include "audit/probe_table.h"
#include "tests/support/running_server.h"

namespace art32::test {
namespace {

namespace json = boost::json;

json::value parsed(const net::Finished& finished) {
  boost::system::error_code trouble;
  json::value value = json::parse(finished.output, trouble);
  EXPECT_FALSE(trouble) << finished.output << finished.errors;
  return value;
}

std::string text(const json::value& value, std::string_view key) {
  return std::string(value.at({key.data(), key.size()}).as_string());
}

std::set<std::string> ids_of_probes(bool (*wanted)(const audit::Probe&)) {
  std::set<std::string> ids;
  for (const audit::Probe& probe : audit::probes())
    if (wanted(probe)) ids.insert(probe.id);
  return ids;
}

bool is_any(const audit::Probe&) {
  return true;
}
// Of those that attack a gateway, tests/app/gateway_test.cpp sees that they pass.
bool attacks_the_server(const audit::Probe& probe) {
  return probe.subject == audit::Subject::server;
}

class Audit : public testing::Test {
 protected:
  Audit() { server.start(); }
  RunningServer server;
};

TEST_F(Audit, passes_every_probe_on_a_healthy_installation_and_seals_each) {
  const net::Finished finished = server.command({"audit", "--json"});
  EXPECT_EQ(finished.exit_code, 0) << finished.output << finished.errors;
  std::set<std::string> seen;
  const json::value run = parsed(finished);
  for (const json::value& probe : run.at("probes").as_array()) {
    EXPECT_EQ(text(probe, "verdict"), "pass") << json::serialize(probe);
    EXPECT_TRUE(probe.at("evidence").is_number()) << json::serialize(probe);
    seen.insert(text(probe, "probe"));
  }
  EXPECT_EQ(seen, ids_of_probes(attacks_the_server));
}

TEST_F(Audit, passes_again_as_the_ledger_grows_and_after_a_restart) {
  for (int round = 0; round < 3; ++round) {
    const net::Finished finished = server.command({"audit", "--only", "ledger.consistency", "--json"});
    EXPECT_EQ(finished.exit_code, 0) << finished.output << finished.errors;
  }
  EXPECT_EQ(server.stop(SIGTERM), 0);
  server.start();
  const net::Finished finished = server.command({"audit", "--only", "ledger.consistency", "--json"});
  EXPECT_EQ(finished.exit_code, 0) << finished.output << finished.errors;
  EXPECT_NE(finished.output.find("continue"), std::string::npos) << "the head seen last was compared";
}

TEST_F(Audit, leaves_no_account_and_no_secret_behind) {
  const net::Finished audited =
      server.command({"audit", "--only", "secrets.passwords", "secrets.tokens", "--json"});
  EXPECT_EQ(audited.exit_code, 0) << audited.output << audited.errors;
  const net::Finished accounts = server.command({"account", "list", "--json"});
  EXPECT_EQ(accounts.output.find("canary"), std::string::npos) << accounts.output;
  EXPECT_EQ(audited.output.find("$2b$"), std::string::npos) << "no hash in what is reported";
}

TEST_F(Audit, turns_red_when_a_key_is_opened_to_everybody) {
  std::filesystem::permissions(server.folder() / "keys" / "ledger.pem", std::filesystem::perms(0644));
  const net::Finished finished = server.command({"audit", "--only", "files.secret_modes", "--json"});
  EXPECT_EQ(finished.exit_code, 1) << finished.output;
  EXPECT_EQ(text(parsed(finished).at("probes").at(0), "verdict"), "fail");
}

TEST_F(Audit, turns_red_when_others_could_replace_the_keys) {
  std::filesystem::permissions(server.folder(), std::filesystem::perms(0777));
  const net::Finished finished = server.command({"audit", "--only", "files.secret_modes", "--json"});
  EXPECT_EQ(finished.exit_code, 1) << finished.output;
  EXPECT_EQ(text(parsed(finished).at("probes").at(0), "verdict"), "fail");
}

TEST(Mutations, turn_their_probe_red_one_by_one) {
  net::Command command;
  command.arguments = {ART32_PROGRAM, "audit", "--mutate", "--json"};
  const auto ended = net::run(command, std::chrono::minutes(8));
  ASSERT_TRUE(ended.has_value()) << ended.error().message();
  const net::Finished& finished = *ended;
  EXPECT_EQ(finished.exit_code, 0) << finished.output << finished.errors;
  std::set<std::string> seen;
  std::set<std::string> broken;
  const json::value results = parsed(finished);
  for (const json::value& result : results.as_array()) {
    EXPECT_EQ(text(result, "healthy"), "pass") << json::serialize(result);
    EXPECT_EQ(text(result, "broken"), "fail") << json::serialize(result);
    seen.insert(text(result, "probe"));
    broken.insert(text(result.at("mutation"), "en"));
  }
  EXPECT_EQ(seen, ids_of_probes(is_any));
  for (const audit::Probe& probe : audit::probes())
    for (const audit::Mutation& mutation : probe.mutations)
      EXPECT_TRUE(broken.contains(mutation.text.english)) << probe.id << ": " << mutation.text.english;
}

}  // namespace
}  // namespace art32::test
