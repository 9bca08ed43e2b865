#include "pgwire/message.h"

#include <gtest/gtest.h>

#include <set>

#include "base/file.h"
#include "pgwire/sqlstate.h"

namespace art32::pgwire {
namespace {

std::string format_page() {
  return base::read_text_file(ART32_SOURCE_FOLDER "/docs/formats/pgwire.md").value();
}

TEST(Message, table_has_every_type_once_and_is_found_by_it) {
  std::set<std::pair<Origin, std::uint8_t>> seen;
  for (const MessageRow& row : message_rows) {
    EXPECT_TRUE(seen.emplace(row.origin, row.type).second) << row.name;
    EXPECT_EQ(find_message(row.origin, row.type), &row);
    EXPECT_LE(row.smallest, row.largest) << row.name;
  }
  int found = 0;
  for (int type = 0; type < 256; ++type)
    for (const Origin origin : {Origin::frontend, Origin::backend})
      found += find_message(origin, static_cast<std::uint8_t>(type)) != nullptr ? 1 : 0;
  EXPECT_EQ(found, static_cast<int>(message_rows.size()));
}

TEST(Message, that_is_needed_whole_is_small_enough_to_buffer) {
  for (const MessageRow& row : message_rows)
    if (row.treatment == Treatment::whole) {
      EXPECT_LT(row.largest, 65'536U) << row.name;
    }
}

TEST(Message, means_different_things_by_origin) {
  EXPECT_EQ(find_message(Origin::frontend, 'D')->name, "Describe");
  EXPECT_EQ(find_message(Origin::backend, 'D')->name, "DataRow");
  EXPECT_EQ(find_message(Origin::frontend, 'Z'), nullptr);
}

TEST(Message, table_stands_in_the_format_page_word_for_word) {
  EXPECT_NE(format_page().find("\n\n" + message_table() + "\n"), std::string::npos) << message_table();
}

TEST(SqlState, table_stands_in_the_format_page_word_for_word) {
  EXPECT_NE(format_page().find("\n\n" + sqlstate_table()), std::string::npos) << sqlstate_table();
}

TEST(SqlState, codes_have_five_characters_and_stand_once) {
  std::set<std::string_view> seen;
  for (const SqlState& state : sqlstate::all) {
    EXPECT_TRUE(seen.insert(state.code).second) << state.code;
    EXPECT_EQ(state.code.size(), 5U);
    EXPECT_EQ(state.code.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"), std::string_view::npos);
  }
}

}  // namespace
}  // namespace art32::pgwire
