#include "gateway/session_settings.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace art32::gateway {
namespace {

SettingsBook::Used nothing_used() {
  return {};
}

TEST(SettingsBook, gives_equal_lists_one_number) {
  SettingsBook book(nothing_used);
  EXPECT_EQ(book.startup({}).value(), 0U);
  const SettingsId a = book.startup({{"TimeZone", "UTC"}}).value();
  EXPECT_EQ(a, book.startup({{"TimeZone", "UTC"}}).value());
  EXPECT_NE(a, book.startup({{"TimeZone", "CET"}}).value());
  const SettingsId b = book.after(0, "SET search_path = x").value();
  EXPECT_EQ(b, book.after(book.after(0, "set Search_Path TO y").value(), "SET search_path = x").value());
}

TEST(SettingsBook, quotes_what_clients_send_at_start_up) {
  SettingsBook book(nothing_used);
  const SettingsId id = book.startup({{"my.own", "it's; \\ drop"}}).value();
  EXPECT_EQ(book.sql(id), "SELECT pg_catalog.set_config(E'my.own', E'it''s; \\\\ drop', false)");
}

TEST(SettingsBook, reset_goes_back_to_start_up_and_no_further) {
  SettingsBook book(nothing_used);
  const SettingsId start = book.startup({{"TimeZone", "UTC"}}).value();
  const SettingsId later =
      book.after(book.after(start, "SET timezone = 'CET'").value(), "SET a.b = 1").value();
  EXPECT_EQ(book.sql(later),
            "SELECT pg_catalog.set_config(E'TimeZone', E'UTC', false); SET timezone = 'CET'; SET a.b = 1");
  EXPECT_EQ(book.after(later, "RESET timezone").value(), book.after(start, "SET a.b = 1").value());
  EXPECT_EQ(book.after(later, "RESET ALL").value(), start);
}

TEST(SettingsBook, knows_the_other_spellings_of_a_setting) {
  SettingsBook book(nothing_used);
  const SettingsId zone = book.after(0, "SET TIME ZONE 'CET'").value();
  EXPECT_EQ(book.after(zone, "SET SESSION timezone = 'UTC'").value(),
            book.after(0, "SET SESSION timezone = 'UTC'").value());
  const SettingsId role = book.after(0, "SET SESSION AUTHORIZATION x").value();
  EXPECT_EQ(book.after(role, "SET SESSION AUTHORIZATION y").value(),
            book.after(0, "SET SESSION AUTHORIZATION y").value());
}

TEST(SettingsBook, takes_a_dotted_name_as_a_whole) {
  SettingsBook book(nothing_used);
  for (const char* name : {"local.x", "session.x", "time.x", "names.x", "schema.x"}) {
    const auto set = [&](SettingsId before, const char* value) {
      return book.after(before, std::string("SET ") + name + " = " + value).value();
    };
    EXPECT_EQ(set(set(0, "1"), "2"), set(0, "2")) << name;
    EXPECT_NE(set(book.after(0, "SET timezone = 'UTC'").value(), "1"), set(0, "1")) << name;
  }
}

TEST(SettingsBook, covers_what_the_next_list_names_too) {
  SettingsBook book(nothing_used);
  const SettingsId one = book.startup({{"application_name", "a"}}).value();
  const SettingsId other = book.startup({{"application_name", "b"}}).value();
  const SettingsId more = book.after(one, "SET a.b = 1").value();
  EXPECT_TRUE(book.covers(other, one));
  EXPECT_TRUE(book.covers(more, one));
  EXPECT_TRUE(book.covers(book.after(0, "SET ROLE x").value(), 0));
  EXPECT_FALSE(book.covers(one, more));
  EXPECT_FALSE(book.covers(0, one));
  const SettingsId role = book.after(0, "SET ROLE x").value();
  EXPECT_FALSE(book.covers(book.after(0, "SET ROLE y").value(), role));
  const SettingsId hasty = book.after(0, "SET statement_timeout = 1").value();
  EXPECT_FALSE(book.covers(book.after(0, "SET statement_timeout = 0").value(), hasty));
}

TEST(SettingsBook, forgets_what_nobody_uses_when_there_is_no_more_room) {
  SettingsBook::Used used;
  SettingsBook book([&] { return used; });
  const SettingsId kept = book.after(0, "SET search_path = kept").value();
  used.lists = {kept};
  const std::string filling(10'000, 'x');
  for (int i = 0; i < 5'000; ++i)
    ASSERT_TRUE(book.after(0, fmt::format("SET search_path = v{}{}", i, filling)).has_value()) << i;
  EXPECT_EQ(book.sql(kept), "SET search_path = kept");
  EXPECT_EQ(book.after(0, "SET search_path = kept").value(), kept);
}

TEST(SettingsBook, refuses_what_has_no_room_beside_what_is_used) {
  SettingsBook::Used used;
  SettingsBook book([&] { return used; });
  const std::string filling(100'000, 'x');
  base::Result<SettingsId> last = SettingsId(0);
  for (int i = 0; i < 1'000 && last; ++i) {
    last = book.after(0, fmt::format("SET a.b{} = {}", i, filling));
    if (last) used.lists.insert(*last);
  }
  ASSERT_FALSE(last.has_value());
  EXPECT_EQ(last.error().code, base::ErrorCode::exhausted);
  used.lists.clear();
  bool has_room = false;
  for (int i = 0; i < 100 && !has_room; ++i)
    has_room = book.after(0, "SET a.c = " + filling).has_value();
  EXPECT_TRUE(has_room) << "those who had them are gone";
}

TEST(SettingsBook, tells_lists_apart_under_which_names_mean_something_else) {
  SettingsBook book(nothing_used);
  const auto view = [&](std::string_view statement) {
    return book.name_view(book.after(0, statement).value());
  };
  EXPECT_EQ(view("SET timezone = 'UTC'"), 0U);
  EXPECT_NE(view("SET search_path = a"), 0U);
  EXPECT_NE(view("SET search_path = a"), view("SET search_path = b"));
  EXPECT_NE(view("SET ROLE a"), view("SET search_path = a"));
  const SettingsId both = book.after(book.after(0, "SET a.b = 1").value(), "SET search_path = a").value();
  EXPECT_EQ(book.name_view(both), view("SET search_path = a"));
  EXPECT_EQ(book.after(book.after(0, "SET SCHEMA 'a'").value(), "RESET search_path").value(), 0U);
}

TEST(SettingsBook, says_the_same_with_what_another_book_knows) {
  SettingsBook here(nothing_used);
  SettingsBook there(nothing_used);
  there.after(0, "SET search_path = other").value();  // so that numbers differ
  const SettingsId started = here.startup({{"timezone", "UTC"}}).value();
  const SettingsId id = here.after(started, "SET search_path = a").value();
  const SettingsId taken = there.add(here.settings(id)).value();
  EXPECT_EQ(there.sql(taken), here.sql(id));
  EXPECT_NE(there.name_view(taken), here.name_view(id));
  EXPECT_EQ(there.view_named(here.view_text(here.name_view(id))), there.name_view(taken));
  EXPECT_EQ(there.view_named(here.view_text(0)), 0U);
  EXPECT_EQ(there.sql(there.after(taken, "RESET ALL").value()), here.sql(started)) << "start-up's stay";
}

}  // namespace
}  // namespace art32::gateway
