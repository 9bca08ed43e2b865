#include "store/database.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <limits>

#include "base/scratch_folder.h"

namespace art32::store {
namespace {

using base::Bytes;
using base::ErrorCode;
using base::Status;

class DatabaseTest : public testing::Test {
 protected:
  Database open() {
    auto database = Database::open(path);
    EXPECT_TRUE(database.has_value()) << database.error().message();
    return std::move(*database);
  }
  static std::int64_t count(const Database& database, std::string_view table) {
    std::int64_t rows = -1;
    EXPECT_TRUE(database.query("SELECT count(*) FROM " + std::string(table), {},
                               [&rows](const Row& row) { rows = row.integer(0); }));
    return rows;
  }

  base::ScratchFolder folder;
  base::Path path = folder.path() / "state.db";
};

TEST_F(DatabaseTest, gives_back_every_kind_of_value_unchanged) {
  Database database = open();
  ASSERT_TRUE(database.run("CREATE TABLE t (n, i INTEGER, r REAL, s TEXT, b BLOB, e BLOB)"));
  const std::string text("Grüße\0' OR 1=1 --", 20);
  Bytes octets(256);
  for (std::size_t i = 0; i < octets.size(); ++i)
    octets[i] = static_cast<std::uint8_t>(i);
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  ASSERT_TRUE(
      database.run("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", {nullptr, least, 0.1, text, octets, Bytes()}));
  EXPECT_EQ(database.changes(), 1);
  EXPECT_EQ(database.last_insert_id(), 1);
  int rows = 0;
  ASSERT_TRUE(database.query("SELECT * FROM t", {}, [&](const Row& row) {
    ++rows;
    EXPECT_TRUE(row.is_null(0));
    EXPECT_EQ(row.integer(1), least);
    EXPECT_EQ(row.real(2), 0.1);
    EXPECT_EQ(row.text(3), text);
    EXPECT_EQ(row.bytes(4), octets);
    EXPECT_FALSE(row.is_null(5));
    EXPECT_EQ(row.bytes(5), Bytes());
  }));
  EXPECT_EQ(rows, 1);
}

TEST_F(DatabaseTest, is_set_to_lose_nothing) {
  const Database database = open();
  const auto setting = [&database](std::string_view pragma) {
    std::string value;
    EXPECT_TRUE(database.query("PRAGMA " + std::string(pragma), {},
                               [&value](const Row& row) { value = row.text(0); }));
    return value;
  };
  EXPECT_EQ(setting("journal_mode"), "wal");
  EXPECT_EQ(setting("synchronous"), "2");
  EXPECT_EQ(setting("foreign_keys"), "1");
  EXPECT_EQ(setting("trusted_schema"), "0");
  EXPECT_EQ(setting("secure_delete"), "1");
  EXPECT_EQ(setting("busy_timeout"), "5000");
}

TEST_F(DatabaseTest, is_readable_by_its_owner_alone_with_its_log) {
  Database database = open();
  ASSERT_TRUE(database.run("CREATE TABLE t (a)"));
  for (const char* suffix : {"", "-wal", "-shm"})
    EXPECT_EQ(base::file_facts(path.string() + suffix)->mode, 0600U) << suffix;
}

TEST_F(DatabaseTest, keeps_all_of_a_transaction_or_nothing) {
  Database database = open();
  ASSERT_TRUE(database.run("CREATE TABLE t (a INTEGER PRIMARY KEY)"));
  const Status failed = database.transaction([&]() -> Status {
    ART32_CHECKED(database.run("INSERT INTO t VALUES (1)"));
    return database.run("INSERT INTO t VALUES (1)");
  });
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, ErrorCode::already_exists);
  EXPECT_EQ(count(database, "t"), 0);
  ASSERT_TRUE(database.transaction([&] { return database.run("INSERT INTO t VALUES (1)"); }));
  EXPECT_EQ(count(database, "t"), 1);
}

TEST_F(DatabaseTest, rolls_back_when_the_work_throws) {
  Database database = open();
  ASSERT_TRUE(database.run("CREATE TABLE t (a)"));
  EXPECT_THROW((void)database.transaction([&]() -> Status {
    EXPECT_TRUE(database.run("INSERT INTO t VALUES (1)"));
    throw std::runtime_error("bug");
  }),
               std::runtime_error);
  EXPECT_EQ(count(database, "t"), 0);
  EXPECT_TRUE(database.transaction([] { return Status(); })) << "no transaction is left open";
}

TEST_F(DatabaseTest, runs_the_same_query_inside_its_own_visit) {
  Database database = open();
  ASSERT_TRUE(database.run("CREATE TABLE t (a)"));
  for (std::int64_t i = 0; i < 3; ++i)
    ASSERT_TRUE(database.run("INSERT INTO t VALUES (?)", {i}));
  int pairs = 0;
  ASSERT_TRUE(database.query("SELECT a FROM t", {}, [&](const Row&) {
    EXPECT_TRUE(database.query("SELECT a FROM t", {}, [&](const Row&) { ++pairs; }));
  }));
  EXPECT_EQ(pairs, 9);
}

TEST_F(DatabaseTest, keeps_references_whole) {
  Database database = open();
  ASSERT_TRUE(database.run("CREATE TABLE parent (id INTEGER PRIMARY KEY)"));
  ASSERT_TRUE(database.run("CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent)"));
  EXPECT_EQ(database.run("INSERT INTO child VALUES (7)").error().code, ErrorCode::conflict);
}

TEST_F(DatabaseTest, survives_a_full_disk_and_goes_on_when_there_is_room) {
  Database database = open();
  ASSERT_TRUE(database.run("CREATE TABLE t (a BLOB)"));
  const auto ignore = [](const Row&) {};
  ASSERT_TRUE(database.query("PRAGMA max_page_count = 10", {}, ignore));
  const Status full =
      database.transaction([&] { return database.run("INSERT INTO t VALUES (?)", {Bytes(100'000)}); });
  ASSERT_FALSE(full.has_value());
  EXPECT_EQ(full.error().code, ErrorCode::exhausted);
  EXPECT_EQ(count(database, "t"), 0);
  ASSERT_TRUE(database.query("PRAGMA max_page_count = 1000", {}, ignore));
  EXPECT_TRUE(database.run("INSERT INTO t VALUES (?)", {Bytes(100'000)}));
  EXPECT_TRUE(database.check_integrity());
}

TEST_F(DatabaseTest, names_the_conflict_when_another_program_holds_the_lock) {
  Database database = open();
  ASSERT_TRUE(database.run("CREATE TABLE t (a)"));
  ASSERT_TRUE(database.query("PRAGMA busy_timeout = 10", {}, [](const Row&) {}));
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ(database.run("INSERT INTO t VALUES (1)").error().code, ErrorCode::conflict);
  sqlite3_close(other);
  EXPECT_TRUE(database.run("INSERT INTO t VALUES (1)"));
}

TEST_F(DatabaseTest, reads_without_writing_when_asked_to) {
  Database database = open();
  ASSERT_TRUE(database.run("CREATE TABLE t (a)"));
  auto reader = Database::open(path, Database::Access::read_only);
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(count(*reader, "t"), 0);
  EXPECT_EQ(reader->run("INSERT INTO t VALUES (1)").error().code, ErrorCode::permission);
  EXPECT_EQ(Database::open(folder.path() / "none.db", Database::Access::read_only).error().code,
            ErrorCode::unavailable);
}

TEST_F(DatabaseTest, refuses_a_file_that_is_no_database) {
  ASSERT_TRUE(base::replace_file(path, base::as_bytes(std::string(4096, 'x'))));
  const auto opened = Database::open(path);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
  EXPECT_NE(opened.error().what.find(path.string()), std::string::npos);
}

TEST_F(DatabaseTest, finds_damage_and_leaves_it_as_it_is) {
  {
    Database database = open();
    ASSERT_TRUE(database.run("CREATE TABLE t (a TEXT PRIMARY KEY)"));
    for (int i = 0; i < 2000; ++i)
      ASSERT_TRUE(database.run("INSERT INTO t VALUES (?)", {std::to_string(i) + std::string(40, '.')}));
  }
  auto file = base::File::open_write(path);
  ASSERT_TRUE(file->write_at(4096 * 5, Bytes(4096, 0xff)));
  const Bytes damaged = *base::read_file(path, 1U << 24);
  {
    const Database database = open();
    const Status checked = database.check_integrity();
    ASSERT_FALSE(checked.has_value());
    EXPECT_EQ(checked.error().code, ErrorCode::corrupt);
  }
  EXPECT_EQ(*base::read_file(path, 1U << 24), damaged);
}

TEST_F(DatabaseTest, finds_a_reference_that_dangles) {
  Database database = open();
  ASSERT_TRUE(database.run("CREATE TABLE parent (id INTEGER PRIMARY KEY)"));
  ASSERT_TRUE(database.run("CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent)"));
  EXPECT_TRUE(database.check_integrity());
  ASSERT_TRUE(database.run("PRAGMA foreign_keys = OFF"));
  ASSERT_TRUE(database.run("INSERT INTO child VALUES (7)"));
  EXPECT_EQ(database.check_integrity().error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace art32::store
