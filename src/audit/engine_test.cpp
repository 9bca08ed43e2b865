#include "audit/engine.h"

#include <gtest/gtest.h>

#include <list>
#include <map>

#include "audit/probe_for_test.h"
#include "base/limits.h"

namespace art32::audit {
namespace {

using namespace std::chrono_literals;

class EngineTest : public testing::Test {
 protected:
  std::map<std::string, ProbeOutcome> run(const std::vector<const Probe*>& probes) {
    std::map<std::string, ProbeOutcome> outcomes;
    engine.run(probes, target, [&outcomes](ProbeOutcome outcome) {
      const std::string id = outcome.probe->id;
      EXPECT_TRUE(outcomes.emplace(id, std::move(outcome)).second) << id << " ended twice";
    });
    return outcomes;
  }

  // A probe that overruns is used until its thread ends, so it outlives the engine.
  const Probe& keep(Probe probe) { return kept.emplace_back(std::move(probe)); }

  Target target;
  std::list<Probe> kept;
  std::atomic<bool> let_go{false};
  std::atomic<int> starts{0};
  Engine engine;  // last: its threads use the rest
};

TEST_F(EngineTest, judges_each_probe_by_what_it_saw) {
  const Probe good = passing_probe("good");
  const Probe bad = failing_probe("bad");
  const Probe locked = probe_at_a_locked_door("locked");
  const auto outcomes = run({&good, &bad, &locked});
  EXPECT_EQ(outcomes.at("good").verdict, model::Verdict::pass);
  EXPECT_EQ(outcomes.at("bad").verdict, model::Verdict::fail);
  EXPECT_EQ(outcomes.at("locked").verdict, model::Verdict::error);
}

TEST_F(EngineTest, runs_probes_side_by_side) {
  std::atomic<int> together{0};
  const auto meet = [&together](const ProbeContext& context) {
    ++together;
    while (together < 2 && !context.expired())
      std::this_thread::sleep_for(1ms);
    return std::vector{seen(Kind::positive_control, worked_if(together == 2)),
                       seen(Kind::attack, Outcome::refused)};
  };
  const Probe one = probe_that("one", meet);
  const Probe two = probe_that("two", meet);
  const auto outcomes = run({&one, &two});
  EXPECT_EQ(outcomes.at("one").verdict, model::Verdict::pass);
  EXPECT_EQ(outcomes.at("two").verdict, model::Verdict::pass);
}

TEST_F(EngineTest, gives_up_on_a_probe_that_overruns_and_never_calls_it_passed) {
  const Probe& slow = keep(overrunning_probe("slow", let_go, starts));
  const Probe good = passing_probe("good");
  const auto began = std::chrono::steady_clock::now();
  const auto outcomes = run({&slow, &good});
  EXPECT_LT(std::chrono::steady_clock::now() - began, good.limit + 5 * base::limits::probe_grace);
  EXPECT_EQ(outcomes.at("good").verdict, model::Verdict::pass);
  EXPECT_EQ(outcomes.at("slow").verdict, model::Verdict::error);
  ASSERT_FALSE(outcomes.at("slow").observations.empty());
  EXPECT_EQ(outcomes.at("slow").observations.back().seen, "it overran its limit of 50 ms");
  let_go = true;
}

TEST_F(EngineTest, doesnt_start_a_probe_again_while_its_last_run_goes_on) {
  const Probe& slow = keep(overrunning_probe("slow", let_go, starts));
  run({&slow});
  const auto outcomes = run({&slow});
  EXPECT_EQ(starts, 1);
  EXPECT_EQ(outcomes.at("slow").verdict, model::Verdict::error);
  let_go = true;
  for (int turn = 0; turn < 400 && starts == 1; ++turn) {
    std::this_thread::sleep_for(5ms);
    run({&slow});
  }
  EXPECT_EQ(starts, 2) << "once it has ended it may run again";
}

TEST_F(EngineTest, calls_a_probe_late_even_if_others_gave_it_the_time) {
  Probe late = probe_that("late", [](const ProbeContext&) {
    std::this_thread::sleep_for(base::limits::probe_grace + 100ms);
    return std::vector{seen(Kind::positive_control, Outcome::worked), seen(Kind::attack, Outcome::refused)};
  });
  late.limit = 10ms;
  Probe slower = probe_that("slower", [](const ProbeContext&) {
    std::this_thread::sleep_for(base::limits::probe_grace + 300ms);
    return std::vector{seen(Kind::positive_control, Outcome::worked), seen(Kind::attack, Outcome::refused)};
  });
  const auto outcomes = run({&keep(late), &keep(slower)});
  EXPECT_EQ(outcomes.at("late").verdict, model::Verdict::error);
  EXPECT_EQ(outcomes.at("slower").verdict, model::Verdict::pass);
}

TEST_F(EngineTest, reports_an_exception_as_an_error_that_names_it) {
  const Probe broken = probe_that("broken", [](const ProbeContext&) -> std::vector<model::Observation> {
    throw std::runtime_error("library trouble");
  });
  const auto outcomes = run({&broken});
  EXPECT_EQ(outcomes.at("broken").verdict, model::Verdict::error);
  EXPECT_NE(outcomes.at("broken").observations.at(0).seen.find("library trouble"), std::string::npos);
}

TEST_F(EngineTest, refuses_a_flood_of_observations) {
  const Probe flood = probe_that("flood", [](const ProbeContext&) {
    std::vector many(base::limits::probe_observations, seen(Kind::attack, Outcome::refused));
    many.push_back(seen(Kind::positive_control, Outcome::worked));
    return many;
  });
  const auto outcomes = run({&flood});
  EXPECT_EQ(outcomes.at("flood").verdict, model::Verdict::error);
  EXPECT_EQ(outcomes.at("flood").observations.size(), 1U);
}

TEST_F(EngineTest, makes_what_a_hostile_peer_sent_presentable) {
  const Probe hostile = probe_that("hostile", [](const ProbeContext&) {
    return std::vector{seen(Kind::positive_control, Outcome::worked, "\xff\xfe"),
                       seen(Kind::attack, Outcome::refused,
                            "\x1b[2Jü\n\xc2\x9b"
                            "1m\x7f"),
                       seen(Kind::attack, Outcome::refused, std::string(100'000, 'x'))};
  });
  const auto outcomes = run({&hostile});
  EXPECT_EQ(outcomes.at("hostile").observations.at(0).seen, "??");
  EXPECT_EQ(outcomes.at("hostile").observations.at(1).seen, "?[2Jü\n?1m?");
  EXPECT_LT(outcomes.at("hostile").observations.at(2).seen.size(), 2'100U);
}

TEST(ProbeContext, never_leaves_less_than_a_millisecond) {
  const Target target;
  const ProbeContext over{target, std::chrono::steady_clock::now() - 1s};
  EXPECT_EQ(over.left(), 1ms);
  EXPECT_TRUE(over.expired());
  const ProbeContext fresh{target, std::chrono::steady_clock::now() + 1h};
  EXPECT_GT(fresh.left(), 59min);
  EXPECT_FALSE(fresh.expired());
}

}  // namespace
}  // namespace art32::audit
