#include "tenancy/plan/apply_plan.h"

#include <gtest/gtest.h>

#include <map>

namespace art32::tenancy {
namespace {

using base::ErrorCode;

// Writes down what it is asked, settings aside, and fails as told: the first times that a
// statement comes.
class ScriptedSession final : public net::SqlSession {
 public:
  std::vector<std::string> asked;
  std::map<std::string, std::vector<base::Error>> failures;

  base::Result<std::vector<Row>> query(const std::string& sql, const std::vector<std::string>&) override {
    if (sql.find("_config(") != sql.npos || sql.find("current_setting") != sql.npos)
      return std::vector<Row>{{"x"}};
    asked.push_back(sql);
    auto& waiting = failures[sql];
    if (waiting.empty()) return std::vector<Row>{};
    base::Error next = waiting.front();
    waiting.erase(waiting.begin());
    return tl::unexpected<base::Error>(std::move(next));
  }
};

const base::Error lock_timeout = {ErrorCode::check_failed, "canceling statement due to lock timeout (55P03)",
                                  ""};

Plan plan_for_test() {
  return {{{"i", {"s", "a"}, "R.", "index", "drop index", Run::alone},
           {"p", {"s", "a"}, "R.", "policy", "drop policy", Run::in_transaction},
           {"r", {"s", "a"}, "R.", "row security", "", Run::in_transaction},
           {"v", {"s", "v"}, "R.", "view", "undo view", Run::in_transaction}},
          {}};
}

struct Applied : testing::Test {
  ScriptedSession session;
  ApplyOptions options;
  std::vector<std::string> seen;
  std::vector<std::chrono::milliseconds> pauses;
  OnProgress on_progress = [this](const Progress& progress) {
    const char* stages[] = {"begins", "waits", "done", "failed"};
    seen.push_back(progress.step.id + " " + stages[static_cast<int>(progress.stage)]);
  };

  Applied() {
    options.tries = 3;
    options.pause = [this](std::chrono::milliseconds pause) { pauses.push_back(pause); };
  }
};

TEST_F(Applied, puts_neighbours_of_one_object_in_one_transaction) {
  ASSERT_TRUE(apply_plan(session, plan_for_test(), options, on_progress));
  EXPECT_EQ(session.asked, (std::vector<std::string>{"index", "begin", "policy", "row security", "commit",
                                                     "begin", "view", "commit"}));
  EXPECT_EQ(seen, (std::vector<std::string>{"i begins", "i done", "p begins", "r begins", "p done", "r done",
                                            "v begins", "v done"}));
}

TEST_F(Applied, undoes_from_the_end_and_skips_what_has_no_undo) {
  ASSERT_TRUE(undo_plan(session, plan_for_test(), options));
  EXPECT_EQ(session.asked, (std::vector<std::string>{"begin", "undo view", "commit", "begin", "drop policy",
                                                     "commit", "drop index"}));
}

TEST_F(Applied, tries_a_transaction_again_as_a_whole) {
  session.failures["row security"] = {lock_timeout};
  ASSERT_TRUE(apply_plan(session, plan_for_test(), options, on_progress));
  EXPECT_EQ(std::vector<std::string>(session.asked.begin() + 1, session.asked.begin() + 9),
            (std::vector<std::string>{"begin", "policy", "row security", "rollback", "begin", "policy",
                                      "row security", "commit"}));
  EXPECT_EQ(seen[4], "r waits");
  EXPECT_EQ(pauses.size(), 1U);
}

TEST_F(Applied, clears_up_before_it_builds_an_index_again) {
  session.failures["index"] = {lock_timeout, lock_timeout};
  ASSERT_TRUE(apply_plan(session, plan_for_test(), options));
  EXPECT_EQ(std::vector<std::string>(session.asked.begin(), session.asked.begin() + 5),
            (std::vector<std::string>{"index", "drop index", "index", "drop index", "index"}));
}

TEST_F(Applied, takes_a_clearing_up_that_failed_for_a_try) {
  session.failures["index"] = {lock_timeout};
  session.failures["drop index"] = {lock_timeout};
  ASSERT_TRUE(apply_plan(session, plan_for_test(), options));
  EXPECT_EQ(std::vector<std::string>(session.asked.begin(), session.asked.begin() + 4),
            (std::vector<std::string>{"index", "drop index", "drop index", "index"}));
}

TEST_F(Applied, pauses_longer_each_time_up_to_a_bound_and_gives_up) {
  options.tries = 5;
  options.first_pause = std::chrono::milliseconds(10);
  options.longest_pause = std::chrono::milliseconds(30);
  session.failures["view"] = std::vector<base::Error>(9, lock_timeout);
  const auto status = apply_plan(session, plan_for_test(), options, on_progress);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::timeout);
  EXPECT_EQ(status.error().what, "step 4 of 4, v: canceling statement due to lock timeout (55P03)");
  EXPECT_EQ(seen.back(), "v failed");
  using std::chrono_literals::operator""ms;
  EXPECT_EQ(pauses, (std::vector<std::chrono::milliseconds>{10ms, 20ms, 30ms, 30ms}));
}

TEST_F(Applied, stops_at_what_no_patience_mends) {
  session.failures["policy"] = {{ErrorCode::check_failed, "must be owner of table a (42501)", ""}};
  const auto status = apply_plan(session, plan_for_test(), options);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().what, "step 2 of 4, p: must be owner of table a (42501)");
  EXPECT_NE(status.error().mend.find("as the owner"), std::string::npos);
  EXPECT_EQ(session.asked.back(), "rollback");
  EXPECT_TRUE(pauses.empty());
}

TEST_F(Applied, says_when_the_connection_ended) {
  session.failures["commit"] = {{ErrorCode::unavailable, "server closed the connection", ""}};
  const auto status = apply_plan(session, plan_for_test(), options);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::unavailable);
  EXPECT_NE(status.error().mend.find("plan and apply again"), std::string::npos);
}

}  // namespace
}  // namespace art32::tenancy
