#include "gateway/session_settings.h"

#include <gtest/gtest.h>

namespace art32::gateway {
namespace {

TEST(SettingsBook, gives_equal_lists_one_number) {
  SettingsBook book;
  EXPECT_EQ(book.startup({}).value(), 0U);
  const SettingsId a = book.startup({{"TimeZone", "UTC"}}).value();
  EXPECT_EQ(a, book.startup({{"TimeZone", "UTC"}}).value());
  EXPECT_NE(a, book.startup({{"TimeZone", "CET"}}).value());
  const SettingsId b = book.after(0, "SET search_path = x").value();
  EXPECT_EQ(b, book.after(book.after(0, "set Search_Path TO y").value(), "SET search_path = x").value());
}

TEST(SettingsBook, quotes_what_clients_send_at_start_up) {
  SettingsBook book;
  const SettingsId id = book.startup({{"my.own", "it's; \\ drop"}}).value();
  EXPECT_EQ(book.sql(id), "SET \"my\".\"own\" = E'it''s; \\\\ drop'");
}

TEST(SettingsBook, reset_goes_back_to_start_up_and_no_further) {
  SettingsBook book;
  const SettingsId start = book.startup({{"TimeZone", "UTC"}}).value();
  const SettingsId later =
      book.after(book.after(start, "SET timezone = 'CET'").value(), "SET a.b = 1").value();
  EXPECT_EQ(book.sql(later), "SET \"TimeZone\" = E'UTC'; SET timezone = 'CET'; SET a.b = 1");
  EXPECT_EQ(book.after(later, "RESET timezone").value(), book.after(start, "SET a.b = 1").value());
  EXPECT_EQ(book.after(later, "RESET ALL").value(), start);
}

TEST(SettingsBook, knows_the_other_spellings_of_a_setting) {
  SettingsBook book;
  const SettingsId zone = book.after(0, "SET TIME ZONE 'CET'").value();
  EXPECT_EQ(book.after(zone, "SET SESSION timezone = 'UTC'").value(),
            book.after(0, "SET SESSION timezone = 'UTC'").value());
  const SettingsId role = book.after(0, "SET SESSION AUTHORIZATION x").value();
  EXPECT_EQ(book.after(role, "SET SESSION AUTHORIZATION y").value(),
            book.after(0, "SET SESSION AUTHORIZATION y").value());
}

TEST(SettingsBook, is_bounded) {
  SettingsBook book;
  SettingsId id = 0;
  for (int i = 0; i < 100'000; ++i) {
    const auto next = book.after(id, "SET a.b" + std::to_string(i) + " = '" + std::string(1'000, 'x') + "'");
    if (!next) {
      EXPECT_EQ(next.error().code, base::ErrorCode::exhausted);
      return;
    }
    id = *next;
  }
  FAIL() << "it grew without bound";
}

}  // namespace
}  // namespace art32::gateway
