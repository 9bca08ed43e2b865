// What publishes a version of the annex, what doesn't, and what follows from it.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>

#include "tests/support/running_server.h"

namespace art32::test {
namespace {

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
                                                  {"token", "list"},
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

TEST_F(Publication, is_needed_before_anything_can_be_attacked) {
  const net::Finished refused = server.command({"audit"});
  EXPECT_EQ(refused.exit_code, 69);
  EXPECT_NE(refused.errors.find("art32 serve"), std::string::npos) << refused.errors;
}

}  // namespace
}  // namespace art32::test
