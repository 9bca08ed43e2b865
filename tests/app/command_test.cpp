// Every command by its outside: exit codes, JSON, help, errors that can be acted on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/support/running_server.h"

namespace art32::test {
namespace {

namespace json = boost::json;

class Commands : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server = new RunningServer;
    server->start();
  }
  static void TearDownTestSuite() {
    delete server;
    server = nullptr;
  }
  static json::value parsed(const net::Finished& finished) {
    boost::system::error_code trouble;
    json::value value = json::parse(finished.output, trouble);
    EXPECT_FALSE(trouble) << finished.output << finished.errors;
    return value;
  }
  static RunningServer* server;
};
RunningServer* Commands::server = nullptr;

TEST_F(Commands, help_shows_an_example_for_each) {
  for (const std::vector<std::string>& path : {std::vector<std::string>{"init"},
                                               {"serve"},
                                               {"check"},
                                               {"status"},
                                               {"audit"},
                                               {"demo"},
                                               {"version"},
                                               {"annex", "check"},
                                               {"annex", "show"},
                                               {"annex", "diff"},
                                               {"annex", "history"},
                                               {"annex", "publish"},
                                               {"ledger", "verify"},
                                               {"ledger", "proof"},
                                               {"ledger", "show"},
                                               {"ledger", "keys"},
                                               {"ledger", "erase"},
                                               {"account", "add"},
                                               {"account", "password"},
                                               {"account", "token", "issue"},
                                               {"account", "token", "revoke"},
                                               {"team", "add"},
                                               {"user", "join"},
                                               {"token", "issue"},
                                               {"token", "import"}}) {
    std::vector<std::string> arguments = path;
    arguments.emplace_back("--help");
    const net::Finished help = server->command(arguments);
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_NE(help.output.find("Example:\n  art32 " + path[0]), std::string::npos) << help.output;
  }
}

TEST_F(Commands, wrong_usage_is_64_and_says_where_help_is) {
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{},
                                                {"sevre"},
                                                {"ledger"},
                                                {"ledger", "proof"},
                                                {"ledger", "show", "-1"},
                                                {"ledger", "erase", "-1", "--reason", "none"},
                                                {"account", "token", "revoke", "-1"},
                                                {"token", "revoke", "-1"},
                                                {"token", "import"},
                                                {"annex", "show", "--lang", "fr"}}) {
    const net::Finished refused = server->command(wrong);
    EXPECT_EQ(refused.exit_code, 64) << refused.output;
    EXPECT_NE(refused.errors.find("--help"), std::string::npos) << refused.errors;
  }
}

TEST_F(Commands, a_missing_installation_is_named_with_the_command_that_makes_one) {
  const net::Finished refused = server->command({"--folder", "/nonexistent/art32", "status"});
  EXPECT_EQ(refused.exit_code, 66);
  EXPECT_NE(refused.errors.find("art32 init --folder /nonexistent/art32"), std::string::npos)
      << refused.errors;
}

TEST_F(Commands, init_refuses_a_folder_that_holds_one) {
  EXPECT_EQ(server->command({"init"}).exit_code, 73);
}

TEST_F(Commands, check_finds_nothing_wrong_with_a_fresh_installation) {
  const net::Finished check = server->command({"check", "--json"});
  EXPECT_EQ(check.exit_code, 0) << check.output;
  const json::value items = parsed(check);
  for (const json::value& item : items.as_array())
    EXPECT_TRUE(item.at("holds").as_bool()) << item;
}

TEST_F(Commands, check_refuses_a_schedule_that_lets_every_verdict_go_stale) {
  RunningServer monthly;
  monthly.edit("art32.toml", " * * *\"", " 1 * *\"");
  const net::Finished refused = monthly.command({"check"});
  EXPECT_EQ(refused.exit_code, 78) << refused.output;
  EXPECT_NE(refused.output.find("leaves up to 31 days without an audit"), std::string::npos)
      << refused.output;
  EXPECT_NE(refused.output.find("stale after 36 hours"), std::string::npos) << refused.output;
}

TEST_F(Commands, status_lists_every_measure_with_its_state) {
  const json::value status = parsed(server->command({"status", "--json"}));
  EXPECT_TRUE(status.at("running").as_bool());
  EXPECT_GE(status.at("measures").as_array().size(), 24U);
}

TEST_F(Commands, tokens_open_metrics_until_they_are_revoked) {
  ASSERT_EQ(server->command({"account", "add", "scraper"}).exit_code, 0);
  const net::Finished issued = server->command({"account", "token", "issue", "scraper", "--json"});
  const std::string token(parsed(issued).at("token").as_string());
  const auto metrics = [&] {
    return server->get("/metrics", {{"Authorization", "Bearer " + token}}).response.status;
  };
  EXPECT_EQ(metrics(), 200);
  EXPECT_EQ(server->get("/metrics").response.status, 401);
  ASSERT_EQ(server->command({"account", "token", "revoke", token.substr(0, token.find('|'))}).exit_code, 0);
  EXPECT_EQ(metrics(), 401);
}

TEST_F(Commands, passwords_come_from_standard_input_and_open_metrics) {
  ASSERT_EQ(server->command({"account", "add", "reader"}).exit_code, 0);
  ASSERT_EQ(server->command({"account", "password", "reader"}, "correct horse battery\n").exit_code, 0);
  const std::string right = "Basic " + base::base64(base::as_bytes("reader:correct horse battery"));
  const std::string wrong = "Basic " + base::base64(base::as_bytes("reader:correct horse"));
  EXPECT_EQ(server->get("/metrics", {{"Authorization", right}}).response.status, 200);
  EXPECT_EQ(server->get("/metrics", {{"Authorization", wrong}}).response.status, 401);
  EXPECT_EQ(server->command({"account", "password", "reader"}, std::string(73, 'x') + "\n").exit_code, 64);
}

TEST_F(Commands, the_ledger_shows_proves_verifies_and_erases) {
  ASSERT_EQ(server->command({"account", "add", "erasable"}).exit_code, 0);
  const json::value status = parsed(server->command({"status", "--json"}));
  const auto last = std::to_string(status.at("ledger").at("size").to_number<std::uint64_t>() - 1);
  EXPECT_NE(server->command({"ledger", "show", last}).output.find("erasable"), std::string::npos);
  EXPECT_EQ(server->command({"ledger", "erase", last, "--reason", "asked for"}).exit_code, 0);
  EXPECT_EQ(server->command({"ledger", "show", last}).exit_code, 66);
  EXPECT_EQ(server->command({"ledger", "proof", last}).output.rfind("c2sp.org/tlog-proof@v1\n", 0), 0U);
  EXPECT_EQ(server->command({"ledger", "verify", "--records"}).exit_code, 0);
  EXPECT_EQ(server->command({"ledger", "show", "999999"}).exit_code, 66);
}

TEST_F(Commands, the_annex_is_shown_in_each_format_and_diffed_with_itself) {
  for (const std::string format : {"md", "html", "json"}) {
    const net::Finished shown = server->command({"annex", "show", "--lang", "en", "--format", format});
    EXPECT_EQ(shown.exit_code, 0) << shown.errors;
    EXPECT_GT(shown.output.size(), 5000U) << format;
  }
  EXPECT_EQ(server->command({"annex", "diff", "1.0.0"}).output, "Nothing changed.\n");
  EXPECT_NE(server->command({"annex", "history"}).output.find("1.0.0"), std::string::npos);
}

TEST_F(Commands, the_annex_is_shown_as_a_tagged_pdf) {
  const net::Finished shown = server->command({"annex", "show", "--lang", "en", "--format", "pdf"});
  ASSERT_EQ(shown.exit_code, 0) << shown.errors;
  EXPECT_EQ(shown.output.rfind("%PDF-", 0), 0U);
  const auto facts = net::run({{"pdfinfo", "-"}, {}, shown.output, {}}, std::chrono::seconds(30));
  ASSERT_TRUE(facts.has_value()) << facts.error().message();
  EXPECT_EQ(facts->exit_code, 0) << facts->errors;
  EXPECT_THAT(facts->output, testing::ContainsRegex("Tagged: +yes"));
}

TEST_F(Commands, json_of_the_annex_is_json_and_no_other_format) {
  const json::value annex = parsed(server->command({"annex", "show", "--json"}));
  EXPECT_EQ(annex.at("format").as_string(), "art32-annex/v1");
  EXPECT_EQ(parsed(server->command({"annex", "show", "--json", "--format", "json"})), annex);
  for (const std::string other : {"html", "md", "pdf"}) {
    const net::Finished refused = server->command({"annex", "show", "--format", other, "--json"});
    EXPECT_EQ(refused.exit_code, 64) << other;
    EXPECT_EQ(parsed(refused).at("error").at("code").as_string(), "invalid-argument") << refused.output;
  }
}

TEST_F(Commands, the_demo_prints_one_json_document) {
  const net::Finished demo = server->command({"demo", "--once", "--json"});
  ASSERT_EQ(demo.exit_code, 0) << demo.output << demo.errors;
  EXPECT_EQ(demo.errors, "") << "no line of the log stands between its own";
  const json::value document = parsed(demo);
  EXPECT_TRUE(document.at("passed").as_bool());
  EXPECT_EQ(document.at("probes").as_array().size(), 14U);
  EXPECT_EQ(document.at("gateway").at("failed").to_number<int>(), 0);
  EXPECT_LE(document.at("gateway").at("server_connections").to_number<int>(), 4) << "clients share them";
  for (const json::value& probe : document.at("probes").as_array())
    EXPECT_EQ(probe.at("verdict").as_string(), "pass") << probe;
  EXPECT_GE(document.at("measures").as_array().size(), 24U);
  EXPECT_GE(document.at("ledger").at("entries").to_number<std::uint64_t>(), 8U);
  EXPECT_EQ(document.at("addresses").at(0).as_string().find("https://"), 0U);
}

TEST_F(Commands, only_takes_probes_and_leaves_the_options_behind_it_alone) {
  const std::string folder = server->folder().string();
  const auto probes = [&](const std::vector<std::string>& arguments) {
    const json::value run = parsed(server->command(arguments));
    return run.is_object() ? run.at("probes").as_array().size() : 0;
  };
  EXPECT_EQ(probes({"audit", "--only", "tls.versions", "--json"}), 1U);
  EXPECT_EQ(probes({"audit", "--only", "tls.versions", "tls.hsts", "--json", "--folder", folder}), 2U);
  EXPECT_EQ(probes({"audit", "--only", "tls.versions", "--only", "tls.hsts", "-f", folder, "--json"}), 2U);
  EXPECT_EQ(server->command({"audit", "--only", "tls.versions", "--folder", "/nonexistent/art32"}).exit_code,
            66);
}

TEST_F(Commands, the_version_is_told_with_the_commit_where_there_is_one) {
  const net::Finished told = server->command({"--version"});
  EXPECT_EQ(told.exit_code, 0);
  EXPECT_THAT(told.output, testing::MatchesRegex(
                               "art32 [0-9]+\\.[0-9]+\\.[0-9]+( \\(commit [0-9a-f]{12}(-changed)?\\))?\n"));
  EXPECT_EQ(server->command({"version"}).output, told.output);
  const json::value parts = parsed(server->command({"version", "--json"}));
  EXPECT_EQ(told.output.find("art32 " + std::string(parts.at("version").as_string())), 0U);
  EXPECT_EQ(parts.at("commit").is_null(), told.output.find("commit") == std::string::npos);
}

TEST_F(Commands, the_manual_has_every_command_the_global_options_and_the_environment) {
  const net::Finished page = server->command({"man"});
  EXPECT_EQ(page.exit_code, 0);
  for (const std::string part :
       {".SS art32 serve", ".SS art32 ledger verify", ".SS art32 annex diff", ".SS art32 account token issue",
        ".SH OPTIONS", "\\fB\\-f,\\-\\-folder\\fR\nThe installation's folder",
        "\\fB\\-\\-json\\fR\nPrint JSON", ".SH ENVIRONMENT",
        "\\fBART32_FOLDER\\fR\nThe installation's folder where \\-\\-folder isn't given"})
    EXPECT_NE(page.output.find(part), std::string::npos) << part;
}

}  // namespace
}  // namespace art32::test
