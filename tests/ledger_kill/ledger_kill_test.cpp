#include "kill_rounds.h"

#include <gtest/gtest.h>

#include "base/scratch_folder.h"

namespace art32::ledger_kill {
namespace {

TEST(Ledger, loses_nothing_acknowledged_when_it_is_killed_at_random_moments) {
  const base::ScratchFolder folder;
  base::set_log_level(base::LogLevel::error);
  const auto options = make_ledger(folder.path());
  ASSERT_TRUE(options) << options.error().message();
  const auto report = run_kill_rounds(*options, 10, [](int, int) {});
  ASSERT_TRUE(report) << report.error().message();
  EXPECT_EQ(report->kills, 10);
  EXPECT_GT(report->acknowledged, 100U) << "it was under load";
}

}  // namespace
}  // namespace art32::ledger_kill
