// The file that the extension reads its keys from: rotation, and what is wrong with it.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "base/file.h"
#include "tests/tenancy/protected_database.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

class KeyFile : public testing::Test {
 protected:
  void TearDown() override { database.write_keys(database.keys().text().text()); }
  // In a session of its own, which reads the file.
  std::string enter() const {
    AppSession app(database);
    const std::string said = app.enter_team("1");
    return said.empty() ? app.sees() : said;
  }
  ProtectedDatabase& database = protected_database(Functions::extension);
};

TEST_F(KeyFile, a_new_key_is_believed_without_a_restart) {
  AppSession app(database);
  ASSERT_EQ(app.enter_team("1"), "");
  std::this_thread::sleep_for(1100ms);  // it is read once a second at most
  ASSERT_TRUE(database.keys().add("k2"));
  ASSERT_TRUE(database.keys().sign_with("k2"));
  database.write_keys(database.keys().text().text());
  EXPECT_EQ(app.enter_team("2"), "");
  EXPECT_EQ(app.sees(), "2 2");
  EXPECT_EQ(enter(), "1 1");
}

TEST_F(KeyFile, that_others_may_read_is_refused) {
  for (const unsigned mode : {0640U, 0604U, 0620U, 0666U}) {
    database.write_keys(database.keys().text().text(), mode);
    const std::string said = enter();
    EXPECT_NE(said.find("may be read or written by others"), std::string::npos) << said;
  }
}

TEST_F(KeyFile, that_is_damaged_is_refused_without_its_content) {
  const std::string good(64, 'a');
  for (const std::string& text :
       {std::string("\n"), "k1 " + good.substr(1) + "\n", "k1 " + good + "0\n", "k1 " + good + "\nx\n",
        std::string(100'000, 'a'), std::string("k1 ") + std::string(64, 'G') + "\n"}) {
    database.write_keys(text);
    const std::string said = enter();
    EXPECT_NE(said.find("the key file of art32"), std::string::npos) << said;
    EXPECT_EQ(said.find("aaaa"), std::string::npos) << said;
  }
}

TEST_F(KeyFile, that_is_empty_or_gone_is_told) {
  database.write_keys("");
  EXPECT_NE(enter().find("has no key in it"), std::string::npos) << enter();
  std::filesystem::remove(database.key_file());
  EXPECT_NE(enter().find("can't be opened: No such file"), std::string::npos) << enter();
}

// 42501 would say that the session acts for no team.
TEST_F(KeyFile, that_the_server_may_not_read_is_told_as_such) {
  database.write_keys(database.keys().text().text());
  ASSERT_EQ(::chmod(database.key_file().c_str(), 0), 0);
  const std::string said = enter();
  EXPECT_NE(said.find("F0000"), std::string::npos) << said;
  EXPECT_NE(said.find("can't be opened: Permission denied"), std::string::npos) << said;
}

TEST_F(KeyFile, of_another_name_takes_a_reload_and_a_privilege) {
  AppSession app(database);
  EXPECT_NE(app.ask("show art32.key_file").find("42501"), std::string::npos)
      << "where keys lie is nobody's business";
  database.set_key_file("");
  std::string said;
  for (int i = 0; i < 100 && said.find("art32.key_file isn't set") == said.npos; ++i) {
    std::this_thread::sleep_for(50ms);
    said = enter();
  }
  EXPECT_NE(said.find("art32.key_file isn't set"), std::string::npos) << said;
  database.set_key_file(database.key_file().string());
  for (int i = 0; i < 100 && enter() != "1 1"; ++i)
    std::this_thread::sleep_for(50ms);
  EXPECT_EQ(enter(), "1 1");
}

}  // namespace
}  // namespace art32::test
