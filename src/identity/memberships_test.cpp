#include "identity/memberships.h"

#include "identity/customers_testing.h"

namespace art32::identity {
namespace {

using base::ErrorCode;

class MembershipsTest : public testing::CustomersTest {};

TEST_F(MembershipsTest, join_users_and_teams_and_the_ledger_knows) {
  ASSERT_TRUE(memberships.add({blue, erika}));
  EXPECT_EQ(memberships.teams_of(erika).value(), (std::vector{blue, red}));
  EXPECT_EQ(memberships.users_of(blue).value(), (std::vector{erika, max}));
  EXPECT_EQ(memberships.users_of(blue, erika).value(), std::vector{max});
  ASSERT_TRUE(memberships.remove({blue, erika}));
  EXPECT_EQ(memberships.teams_of(erika).value(), std::vector{red});
  EXPECT_EQ(sink.records, (std::vector<std::string>{R"({"event":"member-added","team":"blue","user":1})",
                                                    R"({"event":"member-removed","team":"blue","user":1})"}));
}

TEST_F(MembershipsTest, say_what_is_wrong) {
  EXPECT_EQ(memberships.add({red, erika}).error().code, ErrorCode::already_exists);
  EXPECT_EQ(memberships.add({{"green"}, erika}).error().code, ErrorCode::not_found);
  EXPECT_EQ(memberships.add({red, UserId(99)}).error().code, ErrorCode::not_found);
  EXPECT_EQ(memberships.remove({red, max}).error().code, ErrorCode::not_found);
  ASSERT_TRUE(teams.remove(blue));
  EXPECT_EQ(memberships.add({blue, erika}).error().code, ErrorCode::not_found) << "the team was removed";
  EXPECT_TRUE(memberships.teams_of(max)->empty());
  EXPECT_EQ(sink.records.size(), 1U) << "nothing is sealed for a change that is refused";
}

TEST_F(MembershipsTest, take_the_tokens_for_the_team_with_them_and_no_others) {
  ASSERT_TRUE(memberships.add({blue, erika}));
  const std::string for_red = issue({red, erika}), for_blue = issue({blue, erika});
  ASSERT_TRUE(look_up(for_red) && look_up(for_blue));
  ASSERT_TRUE(memberships.remove({blue, erika}));
  EXPECT_TRUE(look_up(for_red));
  EXPECT_FALSE(look_up(for_blue));
  ASSERT_TRUE(memberships.add({blue, erika}));
  EXPECT_FALSE(look_up(for_blue)) << "a token doesn't come back with its user";
}

TEST_F(MembershipsTest, change_nothing_that_the_ledger_cannot_take) {
  const std::string token = issue({red, erika});
  sink.full = true;
  EXPECT_EQ(memberships.add({blue, erika}).error().code, ErrorCode::exhausted);
  EXPECT_EQ(memberships.remove({red, erika}).error().code, ErrorCode::exhausted);
  EXPECT_EQ(memberships.teams_of(erika).value(), std::vector{red});
  EXPECT_TRUE(look_up(token));
}

}  // namespace
}  // namespace art32::identity
