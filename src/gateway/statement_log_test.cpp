#include "gateway/statement_log.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "base/limits.h"

namespace art32::gateway {
namespace {

// Seals when it is let, and counts its batches.
class SlowSink final : public model::EvidenceSink {
 public:
  base::Result<model::LeafIndex> append(model::RecordKind kind, base::ByteView record) override {
    const base::Bytes one(record.begin(), record.end());
    return append_batch(kind, std::span(&one, 1));
  }
  base::Result<model::LeafIndex> append_batch(model::RecordKind kind,
                                              std::span<const base::Bytes> records) override {
    std::unique_lock lock(mutex);
    opened.wait(lock, [&] { return open; });
    if (full) return base::failure(base::ErrorCode::exhausted, "the disk is full");
    batches.push_back(std::string(kind.name) + " " + std::to_string(records.size()));
    next += records.size();
    return model::LeafIndex(next - records.size());
  }
  void let_all() {
    {
      const std::lock_guard lock(mutex);
      open = true;
    }
    opened.notify_all();
  }

  std::mutex mutex;
  std::condition_variable opened;
  bool open = false;
  std::atomic<bool> full = false;
  std::uint64_t next = 0;
  std::vector<std::string> batches;
};

TEST(StatementLog, seals_together_what_came_while_it_waited_for_the_disk) {
  SlowSink sink;
  std::vector<std::uint64_t> leaves;
  {
    StatementLog log(sink);
    for (int i = 0; i < 100; ++i)
      log.append(model::statement_record, "{}", [&](auto leaf) { leaves.push_back(leaf->value); });
    log.append(model::statement_outcome_record, "{}", {});
    sink.let_all();
  }
  ASSERT_EQ(leaves.size(), 100U);
  for (std::size_t i = 0; i < leaves.size(); ++i)
    EXPECT_EQ(leaves[i], i);
  EXPECT_LE(sink.batches.size(), 3U) << "one that began at once, the rest together, the outcome";
  EXPECT_EQ(sink.batches.back(), "statement-outcome 1");
}

TEST(StatementLog, tells_everybody_when_the_ledger_takes_nothing) {
  SlowSink sink;
  sink.full = true;
  int refused = 0;
  {
    StatementLog log(sink);
    for (int i = 0; i < 10; ++i)
      log.append(model::statement_record, "{}",
                 [&](auto leaf) { refused += !leaf && leaf.error().code == base::ErrorCode::exhausted; });
    sink.let_all();
  }
  EXPECT_EQ(refused, 10);
}

TEST(StatementLog, refuses_what_is_too_much_instead_of_growing) {
  SlowSink sink;
  std::atomic<int> refused = 0;
  {
    StatementLog log(sink);
    for (std::size_t i = 0; i < base::limits::gateway_log_records * 2 + 2; ++i)
      log.append(model::statement_record, "{}", [&](auto leaf) { refused += !leaf; });
    EXPECT_GE(refused, 1);
    sink.let_all();
  }
}

TEST(StatementLog, counts_the_outcomes_that_it_drops_when_too_many_wait) {
  SlowSink sink;
  StatementLog log(sink);
  constexpr std::size_t fits = base::limits::gateway_log_records;
  for (std::size_t i = 0; i < fits * 2 + 2; ++i)
    log.append(model::statement_outcome_record, "{}", {});
  const std::uint64_t dropped = log.dropped();
  EXPECT_GE(dropped, 1U);
  sink.let_all();
  log.close();
  EXPECT_EQ(sink.next + dropped, fits * 2 + 2) << "each is sealed or counted";
}

TEST(StatementLog, seals_what_waits_when_it_is_closed_and_refuses_what_comes_later) {
  SlowSink sink;
  sink.let_all();
  StatementLog log(sink);
  std::vector<bool> sealed;
  const auto note = [&](const base::Result<model::LeafIndex>& leaf) { sealed.push_back(leaf.has_value()); };
  log.append(model::statement_record, "before", note);
  log.close();
  log.append(model::statement_record, "after", note);
  log.append(model::statement_record, "and nobody asks", {});
  EXPECT_EQ(sealed, (std::vector<bool>{true, false}));
  EXPECT_EQ(sink.next, 1U);
}

}  // namespace
}  // namespace art32::gateway
