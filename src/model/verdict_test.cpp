#include "model/verdict.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace art32::model {
namespace {

using namespace std::chrono_literals;
using Kind = Observation::Kind;
using Outcome = Observation::Outcome;

Observation seen(Kind kind, Outcome outcome) {
  return Observation{kind, "portal", {"etwas", "something"}, outcome, ""};
}

constexpr std::array all_verdicts{Verdict::pass, Verdict::fail, Verdict::error, Verdict::stale,
                                  Verdict::waived};
constexpr std::array all_states{State::kept, State::broken, State::unproven};
constexpr std::array all_outcomes{Outcome::worked, Outcome::refused, Outcome::undecided};

TEST(Names, of_verdicts_are_read_back_and_each_has_both_languages) {
  std::set<std::string_view> german;
  for (const Verdict verdict : all_verdicts) {
    EXPECT_EQ(parse_verdict(name(verdict)), verdict);
    EXPECT_FALSE(name(verdict, Language::english).empty());
    german.insert(name(verdict, Language::german));
  }
  EXPECT_EQ(german.size(), all_verdicts.size());
  EXPECT_EQ(parse_verdict("passed"), std::nullopt);
  EXPECT_EQ(parse_verdict(""), std::nullopt);
}

TEST(Names, of_states_and_severities_follow_the_glossary) {
  EXPECT_EQ(name(State::kept), "kept");
  EXPECT_EQ(name(State::broken, Language::german), "verletzt");
  EXPECT_EQ(name(State::unproven, Language::german), "nicht nachgewiesen");
  EXPECT_EQ(name(Severity::critical, Language::german), "kritisch");
  EXPECT_EQ(name(Severity::low, Language::english), "low");
}

TEST(Judge, calls_nothing_to_judge_an_error) {
  EXPECT_EQ(judge({}), Verdict::error);
  const std::vector<Observation> only_control{seen(Kind::positive_control, Outcome::worked)};
  const std::vector<Observation> only_attack{seen(Kind::attack, Outcome::refused)};
  EXPECT_EQ(judge(only_control), Verdict::error) << "no attack was tried";
  EXPECT_EQ(judge(only_attack), Verdict::error) << "a locked door refuses everybody";
}

// What the header promises, restated without the code's own bookkeeping.
Verdict expected(const std::vector<Outcome>& controls, const std::vector<Outcome>& attacks) {
  for (const Outcome attack : attacks)
    if (attack == Outcome::worked) return Verdict::fail;
  if (controls.empty() || attacks.empty()) return Verdict::error;
  for (const Outcome control : controls)
    if (control != Outcome::worked) return Verdict::error;
  for (const Outcome attack : attacks)
    if (attack != Outcome::refused) return Verdict::error;
  return Verdict::pass;
}

TEST(Judge, is_right_about_every_run_of_up_to_two_controls_and_two_attacks_in_any_order) {
  std::vector<std::vector<Outcome>> choices{{}};
  for (const Outcome first : all_outcomes) {
    choices.push_back({first});
    for (const Outcome second : all_outcomes)
      choices.push_back({first, second});
  }
  for (const auto& controls : choices)
    for (const auto& attacks : choices) {
      std::vector<Observation> run;
      for (const Outcome outcome : controls)
        run.push_back(seen(Kind::positive_control, outcome));
      for (const Outcome outcome : attacks)
        run.push_back(seen(Kind::attack, outcome));
      EXPECT_EQ(judge(run), expected(controls, attacks));
      std::reverse(run.begin(), run.end());
      EXPECT_EQ(judge(run), expected(controls, attacks));
    }
}

TEST(Judge, shows_a_break_even_if_another_attack_is_undecided) {
  const std::vector<Observation> run{seen(Kind::positive_control, Outcome::worked),
                                     seen(Kind::attack, Outcome::undecided),
                                     seen(Kind::attack, Outcome::worked)};
  EXPECT_EQ(judge(run), Verdict::fail);
}

TEST(Judge, shows_a_break_even_if_a_control_of_something_else_failed_or_there_is_none) {
  for (const Outcome control : {Outcome::refused, Outcome::undecided}) {
    const std::vector<Observation> run{seen(Kind::positive_control, control),
                                       seen(Kind::attack, Outcome::worked)};
    EXPECT_EQ(judge(run), Verdict::fail);
  }
  const std::vector<Observation> without_control{seen(Kind::attack, Outcome::worked)};
  EXPECT_EQ(judge(without_control), Verdict::fail);
}

class CurrentVerdict : public testing::Test {
 protected:
  const base::Instant now = *base::parse_rfc3339("2026-11-23T12:00:00Z");
  const Waiver waiver{"tls.versions", "Erika Muster", "replaced next week", now + 24h};
};

TEST_F(CurrentVerdict, is_the_runs_own_while_it_is_fresh) {
  for (const Verdict verdict : {Verdict::pass, Verdict::fail, Verdict::error})
    EXPECT_EQ(current_verdict({verdict, now - 1h}, 1h, nullptr, now), verdict)
        << "exactly the period is fresh";
}

TEST_F(CurrentVerdict, is_stale_after_the_period_whatever_it_was) {
  for (const Verdict verdict : {Verdict::pass, Verdict::fail, Verdict::error}) {
    EXPECT_EQ(current_verdict({verdict, now - 1h - 1us}, 1h, nullptr, now), Verdict::stale);
    EXPECT_EQ(current_verdict({verdict, now - 1h - 1us}, 1h, &waiver, now), Verdict::stale);
  }
}

TEST_F(CurrentVerdict, is_not_kept_fresh_by_a_clock_that_stepped_back) {
  EXPECT_EQ(current_verdict({Verdict::pass, now + 1ms}, 1h, nullptr, now), Verdict::pass);
  EXPECT_EQ(current_verdict({Verdict::pass, now + 2h}, 1h, nullptr, now), Verdict::stale);
}

TEST_F(CurrentVerdict, waives_only_a_failure_and_only_until_the_date) {
  EXPECT_EQ(current_verdict({Verdict::fail, now}, 1h, &waiver, now), Verdict::waived);
  EXPECT_EQ(current_verdict({Verdict::pass, now}, 1h, &waiver, now), Verdict::pass);
  EXPECT_EQ(current_verdict({Verdict::error, now}, 1h, &waiver, now), Verdict::error);
  EXPECT_EQ(current_verdict({Verdict::fail, waiver.until}, 1h, &waiver, waiver.until), Verdict::fail);
}

TEST(State, of_no_verdict_or_no_state_is_unproven) {
  EXPECT_EQ(judge_state({}), State::unproven);
  EXPECT_EQ(combine({}), State::unproven);
}

TEST(State, is_right_for_every_three_verdicts) {
  for (const Verdict a : all_verdicts)
    for (const Verdict b : all_verdicts)
      for (const Verdict c : all_verdicts) {
        const std::array given{a, b, c};
        const bool any_fail = a == Verdict::fail || b == Verdict::fail || c == Verdict::fail;
        const bool all_pass = a == Verdict::pass && b == Verdict::pass && c == Verdict::pass;
        EXPECT_EQ(judge_state(given), any_fail ? State::broken : all_pass ? State::kept : State::unproven);
      }
}

TEST(State, of_a_measure_is_broken_by_one_paragraph_and_kept_only_by_all) {
  for (const State a : all_states)
    for (const State b : all_states) {
      const std::array given{a, b};
      const bool broken = a == State::broken || b == State::broken;
      const bool kept = a == State::kept && b == State::kept;
      EXPECT_EQ(combine(given), broken ? State::broken : kept ? State::kept : State::unproven);
    }
}

}  // namespace
}  // namespace art32::model
