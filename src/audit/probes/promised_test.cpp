#include "audit/probes/promised.h"

#include <gtest/gtest.h>

#include "audit/probes/promise_for_test.h"

namespace art32::audit {
namespace {

model::Observation seen_of(const model::Annex& annex) {
  Target target;
  target.annex = annex;
  Observations observations;
  control_promise(target, "encryption.secrets", "token_hash", "SHA-256", observations);
  return observations.take().at(0);
}

TEST(Promised, is_what_the_probe_measures) {
  const auto seen = seen_of(annex_promising("encryption.secrets", "token_hash", "SHA-256"));
  EXPECT_EQ(seen.kind, Kind::positive_control);
  EXPECT_EQ(seen.outcome, Outcome::worked);
}

TEST(Promised, cannot_be_judged_when_it_is_something_else_or_nothing) {
  const auto other = seen_of(annex_promising("encryption.secrets", "token_hash", "Argon2id"));
  EXPECT_EQ(other.outcome, Outcome::undecided);
  EXPECT_EQ(other.seen, "promised: Argon2id");
  EXPECT_EQ(seen_of({}).outcome, Outcome::undecided);
  EXPECT_EQ(seen_of(annex_promising("encryption.secrets", "hash", "SHA-256")).outcome, Outcome::undecided);
}

}  // namespace
}  // namespace art32::audit
