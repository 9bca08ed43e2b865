// What the watch makes of what is seen: gates, states, and its own end. That it sees what is there,
// the program shows with a database (tests/app/posture_test.cpp).
#include "app/posture_watch.h"

#include <gtest/gtest.h>

#include <atomic>

namespace art32::app {
namespace {

using namespace std::chrono_literals;
using gateway::PostureState;
using std::chrono::steady_clock;

PostureSubject subject(const std::string& name, bool is_enforced = true) {
  PostureSubject made;
  made.database.name = name;
  made.is_enforced = is_enforced;
  return made;
}

std::vector<PostureSubject> subjects(const std::string& name) {
  std::vector<PostureSubject> all;
  all.push_back(subject(name));
  return all;
}

PostureSight clean() {
  return {{}, 3, true};
}

class Watch : public testing::Test {
 protected:
  PostureWatch::Look look() {
    return [this](const PostureSubject&, const std::stop_token& stop) {
      ++looks;
      while (hangs && !stop.stop_requested())
        std::this_thread::sleep_for(1ms);
      const std::lock_guard lock(mutex);
      return sight;
    };
  }
  void will_see(base::Result<PostureSight> next) {
    const std::lock_guard lock(mutex);
    sight = std::move(next);
  }
  std::optional<gateway::LoginGate::Refusal> refusal(steady_clock::duration later = 0s) {
    return gates.of("shop")->refusal(steady_clock::now() + later);
  }

  std::mutex mutex;
  base::Result<PostureSight> sight = clean();
  std::atomic<int> looks{0};
  std::atomic<bool> hangs{false};
  gateway::LoginGates gates;
  base::SystemClock clock;
  PostureWatch watch{gates, clock, look()};
};

TEST_F(Watch, opens_the_gate_of_a_schema_in_which_nothing_is_found_for_three_intervals) {
  EXPECT_TRUE(refusal().has_value()) << "nothing is known yet";
  watch.watch(subjects("shop"));
  ASSERT_TRUE(watch.wait_for_enforced(10s));
  EXPECT_FALSE(refusal().has_value());
  EXPECT_FALSE(refusal(14min).has_value());
  EXPECT_TRUE(refusal(16min).has_value()) << "a watch that died leaves no door open";
  ASSERT_EQ(watch.standings().size(), 1U);
  EXPECT_EQ(watch.standings()[0].state, PostureState::kept);
}

TEST_F(Watch, shuts_it_with_the_first_finding_until_that_is_mended) {
  will_see(PostureSight{
      {{"rls-disabled", "public.bill", "", ""}, {"role-bypasses", "role app", "", ""}}, 3, true});
  watch.watch(subjects("shop"));
  ASSERT_TRUE(watch.wait_for_enforced(10s));
  ASSERT_TRUE(refusal().has_value());
  EXPECT_EQ(refusal()->detail, "rls-disabled public.bill, and 1 more");
  EXPECT_EQ(watch.reports()[0].findings, 2U);
  will_see(clean());
  ASSERT_TRUE(watch.look_now().has_value());
  EXPECT_FALSE(refusal().has_value());
}

TEST_F(Watch, knows_nothing_where_it_could_not_look_or_could_not_be_believed) {
  watch.watch(subjects("shop"));
  ASSERT_TRUE(watch.wait_for_enforced(10s));
  will_see(base::failure(base::ErrorCode::unavailable, "10.0.0.7 is gone"));
  const auto failed = watch.look_now();
  ASSERT_TRUE(failed.has_value());
  EXPECT_EQ(failed->at(0).state, PostureState::unknown);
  ASSERT_TRUE(refusal().has_value());
  EXPECT_EQ(refusal()->detail.find("10.0.0.7"), std::string::npos) << "addresses stay in the log";
  will_see(PostureSight{{}, 3, false});
  EXPECT_EQ(watch.look_now()->at(0).state, PostureState::unknown) << "it saw nothing, not even a superuser";
  EXPECT_TRUE(refusal().has_value());
}

TEST_F(Watch, keeps_what_it_knows_while_a_reload_names_the_same_database_and_forgets_others) {
  watch.watch(subjects("shop"));
  ASSERT_TRUE(watch.wait_for_enforced(10s));
  hangs = true;
  watch.watch(subjects("shop"));
  EXPECT_FALSE(watch.wait_for_enforced(1ms));
  EXPECT_FALSE(refusal().has_value()) << "nobody is sent away because of a reload";
  hangs = false;
  ASSERT_TRUE(watch.wait_for_enforced(10s));
  watch.watch(subjects("elsewhere"));
  EXPECT_TRUE(refusal().has_value());
  EXPECT_EQ(watch.standings().size(), 1U);
}

TEST_F(Watch, learns_nothing_from_a_look_at_what_was_replaced_meanwhile) {
  hangs = true;
  watch.watch(subjects("shop"));
  while (looks == 0)
    std::this_thread::sleep_for(1ms);
  watch.watch(subjects("shop"));
  hangs = false;
  ASSERT_TRUE(watch.wait_for_enforced(10s));
  EXPECT_EQ(looks, 2);
}

TEST_F(Watch, ends_at_once_although_a_look_hangs) {
  hangs = true;
  watch.watch(subjects("shop"));
  while (looks == 0)
    std::this_thread::sleep_for(1ms);
  const auto begun = steady_clock::now();
  watch.stop();
  EXPECT_LT(steady_clock::now() - begun, 2s);
  EXPECT_TRUE(refusal().has_value());
}

// For the thread sanitizer: a reload, people and pages at the same time as the watch's own looks.
TEST_F(Watch, stays_whole_while_reloads_people_and_pages_come_at_once) {
  watch.watch(subjects("shop"));
  ASSERT_TRUE(watch.wait_for_enforced(10s));
  std::atomic<bool> goes_on{true};
  std::atomic<int> refused{0};
  {
    std::jthread reloads([&] {
      for (int i = 0; i < 100; ++i) {
        std::vector<PostureSubject> named = subjects("shop");
        if (i % 2 == 0) named.push_back(subject("second", false));
        watch.watch(std::move(named));
        std::this_thread::sleep_for(1ms);
      }
      goes_on = false;
    });
    std::jthread people([&] {
      while (goes_on)
        if (!watch.look_now()) ++refused;
    });
    std::jthread pages([&] {
      while (goes_on) {
        for (const gateway::PostureReport& report : watch.reports())
          if (report.database == "shop" && report.state != PostureState::kept) ++refused;
        if (refusal()) ++refused;
      }
    });
  }
  EXPECT_EQ(refused, 0) << "the schema was well all the time";
  EXPECT_GT(looks, 1);
  watch.stop();
  EXPECT_FALSE(watch.look_now().has_value());
}

}  // namespace
}  // namespace art32::app
