#include "tenancy/entrance.h"

#include <gmock/gmock.h>

#include "base/result.h"
#include "tenancy/claim_token.h"
#include "tenancy/entry.h"
#include "tenancy/testing.h"

namespace art32::tenancy {
namespace {

TEST(Entrance, says_how_long_a_claim_lasts) {
  const auto clock = std::make_shared<base::ManualClock>(vector_time());
  const Entrance entrance(vector_keys(), KeyRing::make("e1"), "example", clock);
  const auto believed = entrance.believe(sign_claim(vector_claim(), vector_keys()));
  ASSERT_TRUE(believed) << believed.error().message();
  EXPECT_EQ(believed->claim, vector_claim());
  EXPECT_EQ(believed->left, std::chrono::seconds(50));
}

TEST(Entrance, believes_no_claim_for_another_audience_and_none_that_is_over) {
  const auto clock = std::make_shared<base::ManualClock>(vector_time());
  const std::string token = sign_claim(vector_claim(), vector_keys());
  const Entrance elsewhere(vector_keys(), KeyRing::make("e1"), "elsewhere", clock);
  EXPECT_EQ(elsewhere.believe(token).error().code, base::ErrorCode::permission);
  const Entrance here(vector_keys(), KeyRing::make("e1"), "example", clock);
  clock->set(vector_claim().expires);
  EXPECT_EQ(here.believe(token).error().code, base::ErrorCode::permission);
}

TEST(Entrance, believes_a_claim_for_one_use_alone) {
  const auto clock = std::make_shared<base::ManualClock>(vector_time());
  using model::ClaimUse;
  for (const ClaimUse use : {ClaimUse::database, ClaimUse::trail}) {
    const Entrance entrance(vector_keys(), KeyRing::make("e1"), model::audience_of("example", use), clock);
    for (const ClaimUse signed_for : {ClaimUse::database, ClaimUse::trail}) {
      model::Claim claim = vector_claim();
      claim.audience = model::audience_of("example", signed_for);
      EXPECT_EQ(entrance.believe(sign_claim(claim, vector_keys())).has_value(), use == signed_for);
    }
  }
}

struct OneRemovedTeam final : model::RemovedTeams {
  bool contains(const model::TeamId& team) const override { return team == vector_claim().team; }
  std::uint64_t removals() const override { return 1; }
};

TEST(Entrance, believes_no_claim_for_a_team_that_was_removed) {
  const auto clock = std::make_shared<base::ManualClock>(vector_time());
  const Entrance entrance(vector_keys(), KeyRing::make("e1"), "example", clock,
                          std::make_shared<const OneRemovedTeam>());
  const auto believed = entrance.believe(sign_claim(vector_claim(), vector_keys()));
  ASSERT_FALSE(believed);
  EXPECT_EQ(believed.error().code, base::ErrorCode::permission);
  EXPECT_NE(believed.error().what.find("removed"), std::string::npos);
  model::Claim other = vector_claim();
  other.team.value = "43";
  EXPECT_TRUE(entrance.believe(sign_claim(other, vector_keys())));
}

// Who signs claims can't enter.
TEST(Entrance, signs_entries_with_keys_of_their_own) {
  const auto clock = std::make_shared<base::ManualClock>(vector_time());
  const KeyRing entry_keys = vector_keys();
  const Entrance entrance(KeyRing::make("c1"), vector_keys(), "example", clock);
  const base::Bytes session(session_octets, 7);
  const model::Claim claim = vector_claim();
  const base::Instant expires = clock->now() + std::chrono::seconds(30);
  EXPECT_EQ(entrance.entry(&claim, session, 3), make_entry(claim, session, 3, expires, entry_keys));
  EXPECT_EQ(entrance.entry(nullptr, session, 4), make_nobody_entry(session, 4, expires, entry_keys));
}

}  // namespace
}  // namespace art32::tenancy
