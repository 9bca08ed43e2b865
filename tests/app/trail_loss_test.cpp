// A trail whose folder is older than what the ledger sealed of it, or is gone: art32 refuses to go on as if
// nothing had been there, and what somebody accepts as lost is a gap.
#include "base/text.h"
#include "store/database.h"
#include "tests/app/shop_with_trail.h"

namespace art32::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* shop =
    "create table invoice (id bigint generated always as identity primary key, note text)";

class TrailLoss : public ShopWithTrail {
 protected:
  TrailLoss() : ShopWithTrail(shop, "", "") {
    start();
    sql("insert into invoice (note) values ('first')");
    wait_for(1);
    EXPECT_EQ(server.stop(SIGTERM), 0);
    std::filesystem::copy(trail(), older(), std::filesystem::copy_options::recursive);
    start();
    sql("insert into invoice (note) values ('vanished')");
    wait_for(1);
    EXPECT_EQ(server.stop(SIGTERM), 0);
  }
  base::Path trail() const { return server.folder() / "trail/shop"; }
  base::Path older() const { return scratch.path() / "older"; }

  void expect_refusal(const std::string& why) {
    server.start();
    std::string trouble;
    EXPECT_TRUE(eventually([&] {
      const boost::json::value now = status().at("trouble");
      trouble = now.is_null() ? "" : boost::json::serialize(now);
      return !trouble.empty();
    }));
    EXPECT_THAT(trouble, AllOf(HasSubstr(why), HasSubstr("accept-loss")));
    sql("insert into invoice (note) values ('while it is refused')");
    EXPECT_FALSE(status().at("connected").as_bool());
  }
  // Nothing that was committed since is missing then, and the seals go on where they were.
  void expect_a_gap_once_it_is_accepted(const std::string& why) {
    EXPECT_EQ(server.command({"trail", "accept-loss"}).exit_code, 0);
    ASSERT_TRUE(eventually([&] { return status().at("connected").as_bool(); })) << server.log();
    wait_for(1);
    const std::string found = server.command({"trail", "search", "--oldest-first"}).output;
    EXPECT_THAT(found, AllOf(HasSubstr("gap from "), HasSubstr(why), HasSubstr("accepted"),
                             HasSubstr("while it is refused")));
    EXPECT_EQ(found.find("vanished"), std::string::npos);
    EXPECT_EQ(server.command({"trail", "check-records"}).exit_code, 0);
    ASSERT_EQ(server.stop(SIGTERM), 0);
    start();
    EXPECT_EQ(status().at("gaps").to_number<int>(), 0) << "it is accepted once for all";
    EXPECT_EQ(server.command({"trail", "check-records"}).exit_code, 0);
  }

  base::ScratchFolder scratch;
};

TEST_F(TrailLoss, of_the_newest_copy_is_no_secret) {
  std::filesystem::remove_all(trail());
  std::filesystem::copy(older(), trail(), std::filesystem::copy_options::recursive);
  expect_refusal("is older than what the ledger sealed of it: it ends with epoch");
  expect_a_gap_once_it_is_accepted("an older copy of the trail was put back");
}

TEST_F(TrailLoss, of_all_is_no_secret_either) {
  std::filesystem::remove_all(trail());
  expect_refusal("is empty, and the ledger has sealed");
  expect_a_gap_once_it_is_accepted("the folder of the trail was lost");
}

// A backup that wasn't made at one moment: the files are newer than what is known of them. Nothing is lost
// then.
TEST_F(TrailLoss, of_what_is_known_of_the_files_is_mended_from_them) {
  for (const char* const suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(trail() / (std::string("state.db") + suffix));
    if (base::file_facts(older() / (std::string("state.db") + suffix)))
      std::filesystem::copy(older() / (std::string("state.db") + suffix),
                            trail() / (std::string("state.db") + suffix));
  }
  start();
  EXPECT_EQ(status().at("gaps").to_number<int>(), 0) << server.log();
  EXPECT_THAT(server.command({"trail", "search"}).output, HasSubstr("vanished"));
  EXPECT_EQ(server.command({"trail", "check-records"}).exit_code, 0);
}

// The leaf of the last seal that it knows points elsewhere, or is none.
TEST_F(TrailLoss, is_no_secret_where_the_older_copy_was_altered_too) {
  std::filesystem::remove_all(trail());
  std::filesystem::copy(older(), trail(), std::filesystem::copy_options::recursive);
  {
    auto state = store::Database::open(trail() / "state.db");
    ASSERT_TRUE(state && state->run("UPDATE trail_state SET leaf = 1000000"));
  }
  expect_refusal("is older than what the ledger sealed of it: it ends with epoch");
}

TEST_F(TrailLoss, is_accepted_only_where_something_is_lost) {
  start();
  const net::Finished refused = server.command({"trail", "accept-loss"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.errors, HasSubstr("nothing of the trail is lost"));
}

TEST_F(TrailLoss, of_a_record_is_found_by_reading_all) {
  start();
  const net::Finished well = server.command({"trail", "check-records"});
  EXPECT_EQ(well.exit_code, 0) << well.errors;
  EXPECT_THAT(well.output, HasSubstr("are those that were sealed"));
  base::Path segment;
  for (const auto& entry : std::filesystem::directory_iterator(trail() / "segments"))
    segment = entry.path();
  auto file = base::File::open_write(segment);
  ASSERT_TRUE(file);
  base::Bytes octet = file->read_at(100, 1).value();
  octet[0] ^= 4;
  ASSERT_TRUE(file->write_at(100, octet));
  const net::Finished damaged = server.command({"trail", "check-records"});
  EXPECT_NE(damaged.exit_code, 0) << damaged.output;
  EXPECT_THAT(damaged.errors, HasSubstr("isn't what was written"));
}

}  // namespace
}  // namespace art32::test
