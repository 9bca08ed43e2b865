// Disks that are full or broken for a while, under a ledger that stays open.
#include <atomic>
#include <cerrno>
#include <thread>

#include "base/file_fault.h"
#include "ledger/scratch_ledger.h"

namespace art32::ledger {
namespace {

constexpr int for_good = 1 << 20;

// Which steps fail; changed while the ledger's thread runs, hence atomic.
struct FaultPlan {
  std::atomic<int> step{0};  // counts on
  std::atomic<int> fail_from{-1};
  std::atomic<int> fail_count{0};
  std::atomic<int> error{0};
  std::atomic<bool> tiles_only{false};

  FaultPlan() {
    base::set_file_fault([this](base::FileStep, const base::Path& path) {
      if (tiles_only && path.string().find("/ledger/tile") == std::string::npos) return 0;
      const int now = step++;
      return fail_from >= 0 && now >= fail_from && now < fail_from + fail_count ? error.load() : 0;
    });
  }
  ~FaultPlan() { base::set_file_fault({}); }

  void fail(int from, int count, int number) {
    step = 0;
    error = number;
    fail_count = count;
    fail_from = from;
  }
  // Every write below tile/: appends go on, and none is integrated.
  void fail_tiles(int number) {
    tiles_only = true;
    fail(0, for_good, number);
  }
  void heal() { fail_from = -1; }
};

void append_one(Ledger& ledger, std::uint64_t number, std::vector<std::uint64_t>& acknowledged) {
  const auto index = ledger.append(model::verdict_record, base::as_bytes(test_record(number)));
  if (!index) return;
  EXPECT_EQ(index->value, acknowledged.size()) << "indexes have no gaps";
  acknowledged.push_back(number);
}

void expect_acknowledged(const Ledger& ledger, const std::vector<std::uint64_t>& acknowledged) {
  for (std::uint64_t index = 0; index < acknowledged.size(); ++index) {
    const auto disclosure = ledger.disclose(model::LeafIndex(index));
    ASSERT_TRUE(disclosure) << disclosure.error().message();
    EXPECT_EQ(base::as_text(disclosure->record), test_record(acknowledged[index]));
  }
}

TEST(FullDisk, refuses_appends_says_so_and_goes_on_when_there_is_room) {
  const ScratchLedger scratch;
  FaultPlan plan;
  const auto ledger = scratch.open();
  std::vector<std::uint64_t> acknowledged;
  append_one(*ledger, 0, acknowledged);
  ASSERT_TRUE(ledger->flush());
  plan.fail(0, for_good, ENOSPC);
  const auto refused = ledger->append(model::verdict_record, base::as_bytes("no room"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::exhausted);
  EXPECT_THAT(refused.error().mend, testing::HasSubstr("disk space"));
  ASSERT_TRUE(ledger->health().trouble);
  EXPECT_EQ(ledger->health().trouble->code, base::ErrorCode::exhausted);
  EXPECT_TRUE(ledger->disclose(model::LeafIndex(0))) << "reading goes on";
  plan.heal();
  append_one(*ledger, 1, acknowledged);
  ASSERT_EQ(acknowledged.size(), 2U);
  EXPECT_TRUE(ledger->flush());
  EXPECT_FALSE(ledger->health().trouble);
  EXPECT_EQ(ledger->checkpoint().size.value, 2U);
  expect_acknowledged(*ledger, acknowledged);
}

TEST(FullDisk, that_stops_integration_only_delays_the_checkpoint) {
  const ScratchLedger scratch;
  FaultPlan plan;
  const auto ledger = scratch.open();
  std::vector<std::uint64_t> acknowledged;
  plan.fail_tiles(ENOSPC);
  append_one(*ledger, 0, acknowledged);
  EXPECT_EQ(ledger->flush().error().code, base::ErrorCode::exhausted);
  EXPECT_EQ(ledger->health().size, 1U);
  EXPECT_EQ(ledger->health().integrated, 0U);
  EXPECT_TRUE(ledger->health().trouble);
  plan.heal();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (ledger->health().trouble && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_FALSE(ledger->health().trouble);
  EXPECT_EQ(ledger->health().integrated, 1U) << "it goes on by itself";
}

TEST(FullDisk, at_the_end_leaves_the_rest_to_the_next_open) {
  const ScratchLedger scratch;
  {
    FaultPlan plan;
    const auto ledger = scratch.open();
    plan.fail_tiles(ENOSPC);
    append_records(*ledger, 0, 5);
  }
  const auto ledger = scratch.open();
  ASSERT_TRUE(ledger->flush());
  EXPECT_EQ(ledger->checkpoint().size.value, 5U);
}

// One, two or three failing steps in a row, beginning at each step there is.
TEST(BrokenDisk, at_any_step_loses_nothing_acknowledged_and_never_forks) {
  for (const int count : {1, 3}) {
    for (int from = 0; from < 45; ++from) {
      SCOPED_TRACE(fmt::format("{} failures from step {}", count, from));
      const ScratchLedger scratch;
      std::vector<std::uint64_t> acknowledged;
      merkle::Checkpoint before;
      {
        FaultPlan plan;
        const auto ledger = scratch.open();
        append_one(*ledger, 0, acknowledged);
        plan.fail(from, count, from % 2 == 0 ? EIO : ENOSPC);
        for (std::uint64_t number = 1; number < 8; ++number) {
          append_one(*ledger, number, acknowledged);
          if (number % 3 == 0) std::ignore = ledger->flush();
        }
        before = ledger->checkpoint();
        plan.heal();
        append_one(*ledger, 100, acknowledged);
        ASSERT_EQ(acknowledged.back(), 100U) << "it goes on";
        ASSERT_TRUE(ledger->flush());
        expect_acknowledged(*ledger, acknowledged);
        expect_extends(*ledger, before);
        EXPECT_FALSE(ledger->health().trouble);
        before = ledger->checkpoint();
      }
      const auto ledger = scratch.open();
      ASSERT_NE(ledger, nullptr);
      EXPECT_EQ(ledger->health().size, acknowledged.size());
      expect_acknowledged(*ledger, acknowledged);
      expect_extends(*ledger, before);
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(BrokenDisk, during_an_erasure_never_publishes_a_leaf_whose_key_is_still_there) {
  int failed = 0;
  for (int from = 0; from < 12; ++from) {
    SCOPED_TRACE(fmt::format("from step {}", from));
    const ScratchLedger scratch;
    FaultPlan plan;
    const auto ledger = scratch.open();
    append_records(*ledger, 0, 2);
    ASSERT_TRUE(ledger->flush());
    plan.fail(from, 2, EIO);
    if (!ledger->erase(model::LeafIndex(0), "asked for")) ++failed;
    plan.heal();
    ASSERT_TRUE(ledger->flush());
    const bool is_recorded = ledger->checkpoint().size.value == 3;
    EXPECT_EQ(ledger->disclose(model::LeafIndex(0)).has_value(), !is_recorded);
  }
  EXPECT_GE(failed, 4);
}

}  // namespace
}  // namespace art32::ledger
