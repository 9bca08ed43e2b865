#include "identity/attempts.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace art32::identity {
namespace {

namespace limits = base::limits;
using Standing = Attempts::Standing;
using namespace std::chrono_literals;

constexpr std::string_view here = "192.0.2.1", there = "192.0.2.2";

class AttemptsTest : public testing::Test {
 protected:
  // How many of so many tries are let through; each with another name when there is none.
  unsigned let_through(unsigned tries, std::string_view peer, std::string_view name = {}) {
    unsigned through = 0;
    for (unsigned i = 0; i < tries; ++i) {
      const std::string invented = "invented-" + std::to_string(next_++);
      if (attempts.begin(peer, name.empty() ? invented : name)) ++through;
    }
    return through;
  }

  base::ManualClock clock{*base::parse_rfc3339("2026-11-23T12:00:00Z")};
  Attempts attempts{clock};

 private:
  unsigned next_ = 0;
};

TEST_F(AttemptsTest, of_one_name_end_and_come_back_one_by_one) {
  attempts.succeed(here, "monitoring", Standing::expected);
  EXPECT_EQ(let_through(100, here, "monitoring"), limits::sign_in_tries_of_name);
  clock.advance(6s);
  EXPECT_EQ(let_through(100, here, "monitoring"), 1U);
  clock.advance(1h);
  EXPECT_EQ(let_through(100, here, "monitoring"), limits::sign_in_tries_of_name);
  clock.advance(-1h);
  EXPECT_EQ(let_through(100, here, "monitoring"), 0U) << "the clock stepped back";
  clock.advance(60s);
  EXPECT_EQ(let_through(100, here, "monitoring"), limits::sign_in_tries_of_name);
}

TEST_F(AttemptsTest, of_invented_names_use_up_their_peer_alone) {
  EXPECT_EQ(let_through(1000, here), limits::sign_in_tries_of_peer);
  EXPECT_EQ(let_through(1, there, "monitoring"), 1U);
}

TEST_F(AttemptsTest, of_invented_names_do_not_lock_out_who_signed_in_from_the_same_peer) {
  const auto paid = attempts.begin(here, "monitoring");
  ASSERT_EQ(paid, Standing::stranger);
  attempts.succeed(here, "monitoring", *paid);
  let_through(1000, here);
  for (int i = 0; i < 100; ++i) {
    const auto again = attempts.begin(here, "monitoring");
    ASSERT_EQ(again, Standing::expected);
    attempts.succeed(here, "monitoring", *again);
  }
  EXPECT_EQ(let_through(1, here), 0U) << "success of another gives a flood nothing back";
}

TEST_F(AttemptsTest, of_invented_names_do_not_lock_out_a_new_password) {
  let_through(1000, here);
  attempts.expect("canary");
  EXPECT_EQ(attempts.standing(here, "canary"), Standing::expected);
  EXPECT_EQ(let_through(100, here, "canary"), limits::sign_in_tries_of_name);
  clock.advance(limits::sign_in_expected);
  EXPECT_EQ(attempts.standing(here, "canary"), Standing::stranger);
}

TEST_F(AttemptsTest, of_a_removed_name_are_a_strangers) {
  attempts.expect("canary");
  attempts.succeed(here, "canary", Standing::expected);
  attempts.forget("canary");
  EXPECT_EQ(attempts.standing(here, "canary"), Standing::stranger);
}

TEST_F(AttemptsTest, from_many_peers_end_together) {
  unsigned through = 0;
  for (int i = 0; i < 5000; ++i)
    through += let_through(1, "2001:db8::" + std::to_string(i));
  EXPECT_EQ(through, limits::sign_in_tries_of_strangers);
}

TEST_F(AttemptsTest, are_refused_when_there_is_no_room_to_count_them) {
  attempts.expect("canary");
  unsigned through = 0;
  for (unsigned i = 0; i < 2 * limits::sign_in_remembered; ++i)
    through += let_through(1, "2001:db8::" + std::to_string(i), "canary");
  EXPECT_EQ(through, limits::sign_in_remembered);
  clock.advance(60s);
  EXPECT_EQ(let_through(1, there, "canary"), 1U) << "those of a minute ago made room";
}

}  // namespace
}  // namespace art32::identity
