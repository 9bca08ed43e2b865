#include "identity/teams.h"

#include <fmt/core.h>

#include "base/limits.h"
#include "identity/customers_testing.h"

namespace art32::identity {
namespace {

using base::ErrorCode;
using namespace std::chrono_literals;

class TeamsTest : public testing::CustomersTest {};

TEST_F(TeamsTest, are_added_renamed_and_removed_and_the_ledger_knows) {
  ASSERT_TRUE(teams.add({"7"}, "Seven \"&\" sons"));
  ASSERT_TRUE(teams.rename({"7"}, "Seven"));
  ASSERT_TRUE(teams.remove({"7"}));
  EXPECT_EQ(sink.records,
            (std::vector<std::string>{R"({"event":"team-added","name":"Seven \"&\" sons","team":"7"})",
                                      R"({"event":"team-renamed","name":"Seven","team":"7"})",
                                      R"({"event":"team-removed","team":"7"})"}));
  EXPECT_EQ(sink.kinds, std::vector<std::string>(3, "account"));
}

TEST_F(TeamsTest, are_listed_by_id_page_by_page) {
  clock.advance(1h);
  ASSERT_TRUE(teams.remove(red));
  const auto current = teams.list();
  ASSERT_EQ(current->size(), 1U);
  EXPECT_EQ(current->front().id, blue);
  EXPECT_EQ(current->front().name, "Blue");
  EXPECT_EQ(current->front().created, clock.now() - 1h);
  EXPECT_EQ(current->front().removed, std::nullopt);
  const auto removed = teams.list(TeamsShown::removed);
  ASSERT_EQ(removed->size(), 1U);
  EXPECT_EQ(removed->front().removed, clock.now());
  for (std::size_t i = 0; i < base::limits::identity_page_rows; ++i)
    ASSERT_TRUE(teams.add({fmt::format("x{:05}", i)}, "many"));
  const auto first = teams.list();
  ASSERT_EQ(first->size(), base::limits::identity_page_rows);
  const auto second = teams.list(TeamsShown::current, first->back().id);
  ASSERT_EQ(second->size(), 1U);
  EXPECT_EQ(second->front().id.value, "x00999");
}

TEST_F(TeamsTest, keep_the_row_and_the_id_of_a_removed_one) {
  ASSERT_TRUE(teams.remove(red));
  EXPECT_EQ(teams.remove(red).error().code, ErrorCode::not_found);
  EXPECT_EQ(teams.rename(red, "Green").error().code, ErrorCode::not_found);
  EXPECT_EQ(teams.add(red, "Another").error().code, ErrorCode::already_exists);
  const auto found = teams.find(red);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->name, "Red");
  EXPECT_EQ((*found)->removed, clock.now());
  EXPECT_EQ(teams.find({"nobody"}).value(), std::nullopt);
}

TEST_F(TeamsTest, end_their_tokens_when_removed) {
  const std::string of_red = issue({red, erika}), of_blue = issue({blue, max});
  ASSERT_TRUE(look_up(of_red) && look_up(of_blue));
  ASSERT_TRUE(teams.remove(red));
  EXPECT_FALSE(look_up(of_red));
  EXPECT_FALSE(look_up(without_id(of_red)));
  EXPECT_TRUE(look_up(of_blue));
}

TEST_F(TeamsTest, have_ids_that_claims_can_carry_and_names_that_can_be_shown) {
  for (const std::string& id :
       {std::string(), std::string(65, 'a'), std::string("a b"), std::string("a\0b", 3),
        std::string("\xc3\xa4"), std::string("a'b"), std::string("a\n")})
    EXPECT_EQ(teams.add({id}, "name").error().code, ErrorCode::invalid_argument) << id;
  for (const std::string& name : {std::string(), std::string(201, 'a'), std::string("a\nb"),
                                  std::string("a\0b", 3), std::string("\xff"), std::string("\x7f")}) {
    EXPECT_EQ(teams.add({"7"}, name).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(teams.rename(red, name).error().code, ErrorCode::invalid_argument);
  }
  EXPECT_TRUE(teams.add({"6f9619ff-8b86-d011-b42d-00c04fc964ff"}, "B\xc3\xa4ume & S\xc3\xb6hne"));
}

TEST_F(TeamsTest, change_nothing_that_the_ledger_cannot_take) {
  sink.full = true;
  EXPECT_EQ(teams.add({"7"}, "Seven").error().code, ErrorCode::exhausted);
  EXPECT_EQ(teams.rename(red, "Green").error().code, ErrorCode::exhausted);
  EXPECT_EQ(teams.remove(red).error().code, ErrorCode::exhausted);
  EXPECT_EQ(teams.find({"7"}).value(), std::nullopt);
  EXPECT_EQ((*teams.find(red))->name, "Red");
  EXPECT_EQ((*teams.find(red))->removed, std::nullopt);
}

TEST_F(TeamsTest, keeps_a_list_of_those_that_were_removed) {
  EXPECT_TRUE(teams.remove(blue));
  const auto removed = teams.removed_teams();
  ASSERT_TRUE(removed.has_value());
  EXPECT_TRUE((*removed)->contains(blue));
  EXPECT_FALSE((*removed)->contains(red));
  EXPECT_TRUE(teams.remove(red));
  EXPECT_TRUE((*removed)->contains(red)) << "without another look";
  EXPECT_FALSE(teams.remove({"nobody"}));
  EXPECT_FALSE((*removed)->contains({"nobody"}));
}

}  // namespace
}  // namespace art32::identity
