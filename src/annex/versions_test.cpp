#include "annex/versions.h"

#include <gtest/gtest.h>

#include "annex/render.h"
#include "annex/sample_test.h"
#include "base/scratch_folder.h"
#include "crypto/digest.h"
#include "model/testing.h"

namespace art32::annex {
namespace {

class VersionsTest : public testing::Test {
 protected:
  VersionsTest() : database_(open()), clock_(*base::parse_rfc3339("2026-11-24T08:00:00.25Z")) {}

  store::Database open() {
    auto database = store::Database::open(scratch_.path() / "state.db");
    EXPECT_TRUE(database);
    EXPECT_TRUE(database->migrate(Versions::migrations()));
    return std::move(*database);
  }

  static model::Annex annex(const std::string& version, std::string_view text = "Es gibt") {
    auto files = sample::with("availability.toml", "Es gibt", text);
    files[0] = sample::with("document.toml", "1.0.0", version)[0];
    return sample::annex(files);
  }

  base::ScratchFolder scratch_;
  store::Database database_;
  std::mutex mutex_;
  model::testing::RecordingSink sink_;
  base::ManualClock clock_;
  Versions versions_{database_, mutex_, sink_, clock_};
};

TEST_F(VersionsTest, seals_a_version_and_keeps_it_whole) {
  const model::Annex first = annex("1.0.0");
  const auto published = versions_.publish(first);
  ASSERT_TRUE(published) << published.error().message();
  EXPECT_EQ(published->json, to_json(first));
  EXPECT_EQ(published->digest, crypto::sha256_hex(to_json(first)));
  ASSERT_EQ(sink_.records.size(), 1U);
  EXPECT_EQ(sink_.records[0],
            fmt::format(R"({{"version":"1.0.0","digest":"{}","published":"2026-11-24T08:00:00.250000Z",)"
                        R"("effective":"2026-12-07","annex":{}}})",
                        published->digest, published->json));
  const auto found = versions_.find("1.0.0");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->json, published->json);
  EXPECT_EQ(found->published, clock_.now());
  EXPECT_EQ(base::iso_date(found->effective), "2026-12-07");
  EXPECT_EQ(found->evidence, model::LeafIndex(0));
}

TEST_F(VersionsTest, changes_nothing_when_the_same_is_published_again) {
  const auto first = versions_.publish(annex("1.0.0"));
  clock_.advance(std::chrono::hours(1));
  const auto again = versions_.publish(annex("1.0.0"));
  ASSERT_TRUE(first && again);
  EXPECT_EQ(again->published, first->published);
  EXPECT_EQ(sink_.records.size(), 1U);
}

TEST_F(VersionsTest, refuses_another_content_under_the_same_number) {
  ASSERT_TRUE(versions_.publish(annex("1.0.0")));
  const auto refused = versions_.publish(annex("1.0.0", "Es sind"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::conflict);
  EXPECT_EQ(sink_.records.size(), 1U);
}

TEST_F(VersionsTest, refuses_a_number_that_is_not_greater_than_the_newest) {
  ASSERT_TRUE(versions_.publish(annex("1.10.0")));
  for (const char* number : {"1.9.0", "1.10.0-rc.1", "1.10.0+build", "0.1.0"}) {
    const auto refused = versions_.publish(annex(number));
    ASSERT_FALSE(refused) << number;
    EXPECT_EQ(refused.error().code, base::ErrorCode::conflict);
  }
  EXPECT_TRUE(versions_.publish(annex("1.11.0")));
}

// The sample binds from 2026-12-07.
TEST_F(VersionsTest, refuses_to_bind_anybody_before_the_day_of_publication) {
  clock_.set(*base::parse_rfc3339("2027-01-01T08:00:00Z"));
  ASSERT_TRUE(versions_.publish(annex("1.0.0"))) << "the very first may say since when it has held";
  const auto refused = versions_.publish(annex("1.0.1", "Es sind"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::conflict);
  EXPECT_EQ(refused.error().mend, "set effective in document.toml to 2027-01-01 or later");
  EXPECT_TRUE(versions_.publish(annex("1.0.0"))) << "what is published stays so";
  clock_.set(*base::parse_rfc3339("2026-12-07T23:59:59Z"));
  EXPECT_TRUE(versions_.publish(annex("1.0.1", "Es sind"))) << "the same day will do";
}

TEST_F(VersionsTest, knows_which_is_in_force_and_which_is_announced) {
  using enum VersionState;
  const auto at = [](std::string_view day) { return *base::parse_iso_date(day); };
  const auto of = [&](std::vector<std::string_view> effective, std::string_view day) {
    std::vector<Version> list;
    for (const std::string_view date : effective) {
      list.emplace_back();
      list.back().effective = at(date);
    }
    return states(list, at(day));
  };
  using States = std::vector<VersionState>;
  EXPECT_EQ(of({"2026-12-07"}, "2026-12-06"), (States{announced})) << "none is in force yet";
  EXPECT_EQ(of({"2026-12-07"}, "2026-12-07"), (States{in_force}));
  EXPECT_EQ(of({"2027-06-01", "2026-12-07", "2026-01-01"}, "2027-01-01"),
            (States{announced, in_force, superseded}));
  EXPECT_EQ(of({"2027-01-01", "2027-06-01", "2026-01-01"}, "2027-07-01"),
            (States{in_force, superseded, superseded}))
      << "a newer one replaces an announced one";
  EXPECT_EQ(of({}, "2027-01-01"), States{});
}

TEST_F(VersionsTest, lists_the_newest_first_and_finds_the_old_one) {
  ASSERT_TRUE(versions_.publish(annex("1.0.0")));
  ASSERT_TRUE(versions_.publish(annex("1.0.1", "Es sind")));
  const auto all = versions_.all();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->front().version, "1.0.1");
  EXPECT_EQ(all->back().version, "1.0.0");
  const auto missing = versions_.find("3.0.0");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, base::ErrorCode::not_found);
}

TEST_F(VersionsTest, publishes_nothing_that_could_not_be_sealed) {
  sink_.full = true;
  const auto refused = versions_.publish(annex("1.0.0"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::exhausted);
  EXPECT_TRUE(versions_.all()->empty());
  sink_.full = false;
  EXPECT_TRUE(versions_.publish(annex("1.0.0")));
}

TEST_F(VersionsTest, keeps_the_database_from_changing_or_dropping_a_version) {
  ASSERT_TRUE(versions_.publish(annex("1.0.0")));
  EXPECT_FALSE(database_.run("update annex_version set published = '2020-01-01T00:00:00Z'"));
  EXPECT_FALSE(database_.run("delete from annex_version"));
  EXPECT_EQ(versions_.all()->size(), 1U);
}

TEST_F(VersionsTest, names_a_version_whose_text_was_altered_behind_its_back) {
  ASSERT_TRUE(versions_.publish(annex("1.0.0")));
  ASSERT_TRUE(database_.run("drop trigger annex_version_stays"));
  ASSERT_TRUE(database_.run("update annex_version set json = replace(json, '30d', '31d')"));
  const auto found = versions_.find("1.0.0");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, base::ErrorCode::corrupt);
}

}  // namespace
}  // namespace art32::annex
