// What publishes a version of the annex, what doesn't, and what follows from it.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>
#include <thread>

#include "tests/support/running_server.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

class Publication : public testing::Test {
 protected:
  json::value ask(const std::vector<std::string>& arguments) const {
    std::vector<std::string> all = arguments;
    all.emplace_back("--json");
    const net::Finished finished = server.command(std::move(all));
    EXPECT_EQ(finished.exit_code, 0) << arguments[0] << ": " << finished.output << finished.errors;
    boost::system::error_code trouble;
    return json::parse(finished.output, trouble);
  }
  std::size_t versions() const { return ask({"annex", "history"}).as_array().size(); }
  std::uint64_t entries() const { return ask({"status"}).at("ledger").at("size").to_number<std::uint64_t>(); }
  std::string state_of(std::string_view measure) const {
    const json::value status = ask({"status"});
    for (const json::value& one : status.at("measures").as_array())
      if (one.at("measure").as_string() == measure) return std::string(one.at("state").as_string());
    return "not listed";
  }

  RunningServer server;
};

TEST_F(Publication, is_not_what_asking_a_folder_without_a_server_does) {
  EXPECT_EQ(entries(), 0U);
  EXPECT_EQ(versions(), 0U) << "no server ran yet";
  EXPECT_EQ(server.command({"account", "list"}).exit_code, 0);
  EXPECT_EQ(entries(), 0U) << "nothing was sealed";
}

TEST_F(Publication, leaves_commands_at_work_beside_an_annex_that_is_being_edited) {
  server.start();
  ASSERT_EQ(server.stop(SIGTERM), 0);
  const std::uint64_t before = entries();
  server.edit("annex/availability.toml", "30d", "31d");
  const net::Finished difference = server.command({"annex", "diff", "1.0.0", "--lang", "en"});
  EXPECT_EQ(difference.exit_code, 0) << difference.errors;
  EXPECT_NE(difference.output.find("31"), std::string::npos) << difference.output;
  for (const std::vector<std::string>& command : {std::vector<std::string>{"account", "list"},
                                                  {"account", "token", "list"},
                                                  {"ledger", "show", "0"},
                                                  {"ledger", "proof", "0"},
                                                  {"annex", "history"},
                                                  {"status"}}) {
    const net::Finished answered = server.command(command);
    EXPECT_EQ(answered.exit_code, 0) << command[0] << ": " << answered.errors;
  }
  EXPECT_EQ(entries(), before);
}

TEST_F(Publication, happens_by_command_without_a_server_and_says_so_once) {
  server.start();
  ASSERT_EQ(server.stop(SIGTERM), 0);
  server.edit("annex/availability.toml", "30d", "31d");
  EXPECT_EQ(server.command({"annex", "publish"}).exit_code, 75) << "the number is another content's";
  server.raise_annex("1.0.1");
  EXPECT_EQ(server.command({"annex", "publish"}).output.rfind("Published.\n", 0), 0U);
  EXPECT_EQ(server.command({"annex", "publish"}).output.rfind("Nothing new", 0), 0U);
  EXPECT_EQ(versions(), 2U);
}

TEST_F(Publication, makes_every_older_verdict_stale_and_starts_an_audit) {
  server.start();
  ASSERT_EQ(server.command({"audit"}).exit_code, 0);
  ASSERT_EQ(state_of("review.evidence"), "kept");
  ASSERT_EQ(server.stop(SIGTERM), 0);
  server.edit("annex/encryption.toml", "365d", "400d");
  server.raise_annex("1.0.1");
  ASSERT_EQ(server.command({"annex", "publish"}).exit_code, 0);
  EXPECT_EQ(state_of("review.evidence"), "unproven") << "this version was not attacked yet";
  server.start();
  server.edit("annex/encryption.toml", "400d", "500d");
  server.raise_annex("1.0.2");
  ASSERT_EQ(server.command({"annex", "publish"}).exit_code, 0);
  const auto audited = [this] {
    return ask({"status"}).at("last_audit").at("trigger").as_string() == "publish";
  };
  for (int i = 0; i < 300 && !audited(); ++i)
    std::this_thread::sleep_for(100ms);
  EXPECT_TRUE(audited()) << server.log();
  EXPECT_EQ(state_of("review.evidence"), "kept") << server.log();
}

TEST_F(Publication, announces_a_version_of_a_later_day_beside_the_one_in_force) {
  server.raise_annex("1.0.0");
  server.start();
  server.raise_annex("1.0.1", std::chrono::days(-1));
  const net::Finished refused = server.command({"annex", "publish"});
  EXPECT_EQ(refused.exit_code, 75) << "nobody is bound for yesterday";
  EXPECT_NE(refused.errors.find("set effective in document.toml to"), std::string::npos) << refused.errors;
  server.raise_annex("1.0.1", std::chrono::days(365));
  ASSERT_EQ(server.command({"annex", "publish"}).exit_code, 0);
  const json::value history = ask({"annex", "history"});
  ASSERT_EQ(history.as_array().size(), 2U);
  EXPECT_EQ(history.at(0).at("state").as_string(), "announced");
  EXPECT_EQ(history.at(1).at("state").as_string(), "in-force");
  const auto page = server.get("/de/annex").response.body;
  ASSERT_TRUE(page);
  EXPECT_NE(page->find("Gezeigt und geprüft wird Fassung 1.0.1, die erst ab"), std::string::npos);
  EXPECT_NE(page->find("/de/versions/1.0.0"), std::string::npos);
}

TEST_F(Publication, is_needed_before_anything_can_be_attacked) {
  const net::Finished refused = server.command({"audit"});
  EXPECT_EQ(refused.exit_code, 69);
  EXPECT_NE(refused.errors.find("art32 serve"), std::string::npos) << refused.errors;
}

}  // namespace
}  // namespace art32::test
