#include "portal/feeds.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "portal/markup.h"
#include "portal/testing.h"

namespace art32::portal {

namespace {

using testing::body_of;
using testing::Stage;

TEST(Feeds, carry_audits_and_versions_newest_first_under_unique_ids) {
  Stage stage;
  stage.run_audit();
  stage.clock.advance(std::chrono::hours(24));
  stage.run_audit();
  const boost::json::value feed = boost::json::parse(body_of(stage.get("/en/feed.json")));
  EXPECT_EQ(feed.at("version").as_string(), "https://jsonfeed.org/version/1.1");
  const auto& items = feed.at("items").as_array();
  ASSERT_EQ(items.size(), 4U);
  std::set<std::string> ids;
  std::string last = "9999";
  for (const auto& item : items) {
    EXPECT_TRUE(ids.insert(std::string(item.at("id").as_string())).second);
    const std::string published(item.at("date_published").as_string());
    EXPECT_TRUE(base::parse_rfc3339(published));
    EXPECT_LE(published, last);
    last = published;
  }
  EXPECT_EQ(items.front().at("title").as_string(), "Audit 2: 1 of 3 probes passed");
}

TEST(Feeds, are_well_formed_atom_with_all_that_rfc_4287_requires) {
  Stage stage;
  stage.run_audit();
  const std::string feed(body_of(stage.get("/de/feed.atom")));
  std::vector<std::string> open;
  for (std::size_t at = feed.find('<'); at != feed.npos; at = feed.find('<', at + 1)) {
    const std::size_t end = feed.find('>', at);
    ASSERT_NE(end, feed.npos);
    const std::string tag = feed.substr(at + 1, end - at - 1);
    if (tag.starts_with("?") || tag.ends_with("/")) continue;
    if (tag.starts_with("/")) {
      ASSERT_FALSE(open.empty());
      EXPECT_EQ(open.back(), tag.substr(1));
      open.pop_back();
    } else {
      open.push_back(tag.substr(0, tag.find(' ')));
    }
  }
  EXPECT_TRUE(open.empty());
  const std::size_t entries = testing::occurrences(feed, "<entry>");
  EXPECT_EQ(entries, 3U);
  for (const char* required : {"<id>", "<title>", "<updated>"})
    EXPECT_EQ(testing::occurrences(feed, required), entries + 1) << required;
  EXPECT_EQ(testing::occurrences(feed, "<author>"), 1U);
  EXPECT_NE(feed.find("Muster &amp; Söhne"), std::string::npos);
}

}  // namespace

}  // namespace art32::portal
