#include "portal/validity.h"

#include <gtest/gtest.h>

#include "portal/testing.h"

namespace art32::portal {

namespace {

using testing::body_of;

annex::Version version(const std::string& number, std::string_view effective) {
  annex::Version version;
  version.version = number;
  version.effective = *base::parse_iso_date(effective);
  return version;
}

base::Instant at(std::string_view time) {
  return *base::parse_rfc3339(time);
}

TEST(Validity, changes_with_the_effective_day_of_each_version) {
  const std::vector<annex::Version> versions{version("1.1.0", "2027-01-01"), version("1.0.0", "2026-12-07")};
  EXPECT_EQ(version_in_force(versions, at("2026-12-06T23:59:59Z")), nullptr);
  EXPECT_EQ(validity(versions, 1, at("2026-12-06T23:59:59Z")), Validity::not_yet);
  EXPECT_EQ(validity(versions, 1, at("2026-12-07T00:00:00Z")), Validity::in_force);
  EXPECT_EQ(validity(versions, 0, at("2026-12-31T23:59:59Z")), Validity::not_yet);
  EXPECT_EQ(version_in_force(versions, at("2026-12-31T23:59:59Z"))->version, "1.0.0");
  EXPECT_EQ(validity(versions, 0, at("2027-01-01T00:00:00Z")), Validity::in_force);
  EXPECT_EQ(validity(versions, 1, at("2027-01-01T00:00:00Z")), Validity::superseded);
}

TEST(Validity, leaves_no_older_version_in_force_beside_a_newer_one) {
  const std::vector<annex::Version> versions{version("1.1.0", "2026-12-01"), version("1.0.0", "2026-12-07")};
  EXPECT_EQ(validity(versions, 1, at("2026-12-24T12:00:00Z")), Validity::superseded);
  EXPECT_EQ(validity(versions, 0, at("2026-12-24T12:00:00Z")), Validity::in_force);
}

TEST(Validity, is_said_on_the_pages_and_changes_with_the_day) {
  testing::Stage stage;
  const auto has = [&](const char* page, std::string_view text) {
    return body_of(stage.get(page)).find(text) != std::string_view::npos;
  };
  const std::string_view link = "<a href=\"/de/versions/1.1.0\">Heute gilt Fassung 1.1.0</a>";
  EXPECT_FALSE(has("/de/annex", "Heute gilt"));
  EXPECT_TRUE(has("/de/versions/1.0.0", "abgelöst"));
  stage.publish("1.2.0", stage.clock.now() + std::chrono::days(30));
  EXPECT_TRUE(has("/de/versions", "noch nicht in Kraft"));
  EXPECT_TRUE(has("/de/annex", "Gezeigt wird Fassung 1.2.0"));
  EXPECT_TRUE(has("/de/annex", link));
  EXPECT_TRUE(has("/de/", link));
  EXPECT_TRUE(has("/en/versions/1.1.0", "in force"));
  stage.clock.advance(std::chrono::days(30));
  stage.portal->refresh();
  EXPECT_FALSE(has("/de/annex", "Heute gilt"));
  EXPECT_FALSE(has("/de/versions", "noch nicht in Kraft"));
}

}  // namespace

}  // namespace art32::portal
