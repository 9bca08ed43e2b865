// art32 tenancy keys from outside: several at once, and files that aren't what the server needs.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "base/text.h"
#include "tests/support/running_server.h"

namespace art32::test {
namespace {

using testing::HasSubstr;

class TenancyKeys : public testing::Test {
 protected:
  net::Finished add(const std::string& id) { return server.command({"tenancy", "keys", "add", "entry", id}); }
  unsigned mode() { return base::file_facts(file)->mode; }
  std::string lines() { return base::read_text_file(file).value_or("?"); }

  RunningServer server;  // nothing runs
  const base::Path file = server.folder() / "keys/entry.keys";
};

TEST_F(TenancyKeys, are_all_there_after_several_commands_at_once) {
  constexpr int most = 7;  // beside the one that is there
  std::vector<net::Finished> ended(most);
  {
    std::vector<std::jthread> commands;
    for (int i = 0; i < most; ++i)
      commands.emplace_back([&, i] { ended[static_cast<std::size_t>(i)] = add("n" + std::to_string(i)); });
  }
  for (const net::Finished& each : ended)
    EXPECT_EQ(each.exit_code, 0) << each.errors;
  EXPECT_EQ(base::split(base::trim(lines()), '\n').size(), 8U) << "a command wrote over another one's key";
}

TEST_F(TenancyKeys, are_made_once_by_several_commands_at_once) {
  std::filesystem::remove(file);
  std::vector<net::Finished> ended(4);
  {
    std::vector<std::jthread> commands;
    for (std::size_t i = 0; i < ended.size(); ++i)
      commands.emplace_back([&, i] { ended[i] = add("n" + std::to_string(i)); });
  }
  EXPECT_EQ(base::split(base::trim(lines()), '\n').size(), 5U);
}

TEST_F(TenancyKeys, wait_for_another_command_and_give_up_with_what_to_do) {
  auto folder = base::File::open_read(server.folder() / "keys");
  ASSERT_TRUE(folder && folder->lock());
  const std::string before = lines();
  const net::Finished refused = add("k2");
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.errors, HasSubstr("another command changes the keys"));
  EXPECT_THAT(refused.errors, HasSubstr("try again"));
  EXPECT_EQ(lines(), before);
}

TEST_F(TenancyKeys, leave_the_mode_of_their_file) {
  ASSERT_EQ(::chmod(file.c_str(), 0400), 0);
  EXPECT_EQ(add("k2").exit_code, 0);
  EXPECT_EQ(mode(), 0400U);
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  EXPECT_EQ(add("k3").exit_code, 0);
  EXPECT_EQ(mode(), 0600U);
}

TEST_F(TenancyKeys, are_not_written_where_others_may_read_them) {
  ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
  const std::string before = lines();
  const net::Finished refused = add("k2");
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.errors, HasSubstr("chmod 600 " + file.string()));
  EXPECT_EQ(lines(), before);
  EXPECT_EQ(mode(), 0644U);
}

// What took its place would be this user's, and the server couldn't read it.
TEST_F(TenancyKeys, are_not_written_by_anybody_but_the_owner) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const std::string before = lines();
  ASSERT_EQ(::chown(file.c_str(), 65534, 65534), 0);
  const net::Finished refused = add("k2");
  EXPECT_THAT(refused.errors, HasSubstr("chown 0 " + file.string()));
  ASSERT_EQ(::chown(server.folder().c_str(), 65534, 65534), 0);
  const net::Finished stranger = add("k2");
  EXPECT_NE(stranger.exit_code, 0);
  EXPECT_THAT(stranger.errors, HasSubstr("run it as that user"));
  EXPECT_EQ(lines(), before);
  EXPECT_EQ(base::file_facts(file)->owner, 65534U);
}

}  // namespace
}  // namespace art32::test
