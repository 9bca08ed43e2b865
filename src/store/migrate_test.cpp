#include <gtest/gtest.h>

#include "base/scratch_folder.h"
#include "store/database.h"

namespace art32::store {
namespace {

using base::ErrorCode;

const Migration first{"audit", 1,
                      "CREATE TABLE run (id INTEGER PRIMARY KEY); CREATE INDEX run_id ON run (id)"};
const Migration second{"audit", 2, "ALTER TABLE run ADD COLUMN verdict TEXT"};
const Migration other{"identity", 1, "CREATE TABLE account (name TEXT)"};

TEST(Migrate, applies_each_step_once_and_in_order) {
  const base::ScratchFolder folder;
  const base::Path path = folder.path() / "state.db";
  {
    auto database = Database::open(path);
    ASSERT_TRUE(database->migrate({first}));
    ASSERT_TRUE(database->run("INSERT INTO run (id) VALUES (1)"));
  }
  auto database = Database::open(path);
  for (int again = 0; again < 2; ++again)
    ASSERT_TRUE(database->migrate({first, other, second}));
  EXPECT_TRUE(database->run("UPDATE run SET verdict = 'pass'"));
  EXPECT_EQ(database->changes(), 1);
  EXPECT_TRUE(database->run("INSERT INTO account VALUES ('monitoring')"));
}

TEST(Migrate, refuses_what_a_newer_program_wrote_and_changes_nothing) {
  const base::ScratchFolder folder;
  auto database = Database::open(folder.path() / "state.db");
  ASSERT_TRUE(database->migrate({first, second}));
  const base::Status refused = database->migrate({other, first});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  EXPECT_FALSE(refused.error().mend.empty());
  int tables = 0;
  ASSERT_TRUE(database->query("SELECT 1 FROM sqlite_schema WHERE name = 'account'", {},
                              [&](const Row&) { ++tables; }));
  EXPECT_EQ(tables, 0);
}

TEST(Migrate, leaves_no_half_of_a_step_that_failed) {
  const base::ScratchFolder folder;
  auto database = Database::open(folder.path() / "state.db");
  const Migration failing{"audit", 1,
                          "CREATE TABLE a (x UNIQUE); INSERT INTO a VALUES (1); INSERT INTO a VALUES (1)"};
  const base::Status failed = database->migrate({failing});
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().what.substr(0, 17), "migration audit 1");
  EXPECT_TRUE(database->migrate({first})) << "the version was not recorded";
  EXPECT_TRUE(database->run("CREATE TABLE a (y)")) << "the table was not made";
}

TEST(Migrate, has_nothing_to_write_in_an_up_to_date_database) {
  const base::ScratchFolder folder;
  auto database = Database::open(folder.path() / "state.db");
  ASSERT_TRUE(database->migrate({first}));
  auto reader = Database::open(folder.path() / "state.db", Database::Access::read_only);
  EXPECT_TRUE(reader->migrate({first}));
  EXPECT_EQ(reader->migrate({first, second}).error().code, ErrorCode::permission);
}

}  // namespace
}  // namespace art32::store
