#include "portal/validity.h"

#include <gtest/gtest.h>

#include "portal/testing.h"

namespace art32::portal {

namespace {

using testing::body_of;

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
  EXPECT_TRUE(has("/de/annex", "Gezeigt und geprüft wird Fassung 1.2.0"));
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
