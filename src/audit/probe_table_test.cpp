#include "audit/probe_table.h"

#include <gtest/gtest.h>

#include <set>

namespace art32::audit {
namespace {

void expect_said_twice(const model::Text& text, const std::string& where) {
  EXPECT_FALSE(text.german.empty()) << where;
  EXPECT_FALSE(text.english.empty()) << where;
  EXPECT_NE(text.german, text.english) << where;
}

TEST(ProbeTable, says_everything_in_both_languages) {
  for (const Probe& probe : probes()) {
    expect_said_twice(probe.title, probe.id);
    expect_said_twice(probe.positive_control, probe.id);
    EXPECT_FALSE(probe.attacks.empty()) << probe.id;
    EXPECT_FALSE(probe.proves.empty()) << probe.id << " is of no use to an annex";
    for (const model::Text& attack : probe.attacks)
      expect_said_twice(attack, probe.id);
    for (const Mutation& mutation : probe.mutations)
      expect_said_twice(mutation.text, probe.id);
  }
}

TEST(ProbeTable, can_run_and_break_every_probe_within_a_limit) {
  EXPECT_EQ(probes().size(), 14U);
  for (const Probe& probe : probes()) {
    EXPECT_TRUE(probe.run) << probe.id;
    EXPECT_FALSE(probe.mutations.empty()) << probe.id;
    for (const Mutation& mutation : probe.mutations)
      EXPECT_TRUE(mutation.apply) << probe.id << ": " << mutation.text.english;
    EXPECT_LE(probe.limit, std::chrono::seconds(60)) << probe.id;
    EXPECT_GE(probe.period, std::chrono::hours(24)) << probe.id;
  }
}

TEST(ProbeTable, finds_each_by_an_id_of_its_own) {
  std::set<std::string> ids;
  for (const Probe& probe : probes()) {
    EXPECT_TRUE(ids.insert(probe.id).second) << probe.id;
    EXPECT_EQ(find_probe(probe.id), &probe);
  }
  EXPECT_EQ(find_probe("no.such"), nullptr);
}

}  // namespace
}  // namespace art32::audit
