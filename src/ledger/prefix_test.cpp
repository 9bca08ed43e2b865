#include "ledger/scratch_ledger.h"

namespace art32::ledger {
namespace {

void expect_refused(const base::Status& status, std::string_view words) {
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::corrupt);
  EXPECT_NE(status.error().what.find(words), std::string::npos) << status.error().message();
}

// The state of the whole tree, and the answers of ledger and folder, which must agree.
class PrefixTest : public testing::Test {
 protected:
  merkle::Checkpoint grow(Ledger& ledger, std::uint64_t first, std::uint64_t count) {
    append_records(ledger, first, count);
    EXPECT_TRUE(ledger.flush());
    return ledger.checkpoint();
  }
  base::Status extends(const Ledger& ledger, const merkle::Checkpoint& older) const {
    const base::Status live = ledger.extends(older);
    const base::Status copy = folder_extends(scratch.options.folder, ledger.checkpoint(), older);
    EXPECT_EQ(live.has_value(), copy.has_value());
    return live;
  }

  ScratchLedger scratch;
};

TEST_F(PrefixTest, a_ledger_extends_each_of_its_own_checkpoints_and_the_empty_one) {
  const auto ledger = scratch.open();
  std::vector<merkle::Checkpoint> seen{ledger->checkpoint()};
  std::uint64_t size = 0;
  for (const std::uint64_t count : {1U, 254U, 1U, 1U, 300U}) {
    seen.push_back(grow(*ledger, size, count));
    size += count;
  }
  for (const merkle::Checkpoint& older : seen) {
    const base::Status status = extends(*ledger, older);
    EXPECT_TRUE(status) << older.size.value << ": " << status.error().message();
  }
}

TEST_F(PrefixTest, a_ledger_doesnt_extend_a_checkpoint_that_it_hasnt_reached) {
  const auto ledger = scratch.open();
  merkle::Checkpoint later = grow(*ledger, 0, 5);
  later.size = merkle::TreeSize(6);
  expect_refused(extends(*ledger, later), "5 entries under its checkpoint, and had 6");
}

TEST_F(PrefixTest, a_ledger_doesnt_extend_another_history_of_the_same_size_or_shorter) {
  const auto ledger = scratch.open();
  merkle::Checkpoint other = grow(*ledger, 0, 5);
  other.root[7] ^= 1U;
  expect_refused(extends(*ledger, other), "first 5 entries");
  grow(*ledger, 5, 300);
  expect_refused(extends(*ledger, other), "first 5 entries");
}

TEST_F(PrefixTest, a_ledger_doesnt_extend_another_logs_checkpoint) {
  const auto ledger = scratch.open();
  merkle::Checkpoint other = grow(*ledger, 0, 5);
  other.origin = "annex.example.org/ledger";
  expect_refused(extends(*ledger, other), "annex.example.org/ledger");
}

TEST_F(PrefixTest, a_folder_holds_the_records_that_were_acknowledged_and_no_more) {
  EXPECT_FALSE(folder_holds(scratch.options.folder, model::LeafIndex(0)));
  const auto ledger = scratch.open();
  append_records(*ledger, 0, 3);
  EXPECT_TRUE(folder_holds(scratch.options.folder, model::LeafIndex(0)));
  EXPECT_TRUE(folder_holds(scratch.options.folder, model::LeafIndex(2)));
  expect_refused(folder_holds(scratch.options.folder, model::LeafIndex(3)), "end before record 3");
}

TEST_F(PrefixTest, a_record_is_given_back_until_it_is_erased) {
  const auto ledger = scratch.open();
  append_records(*ledger, 0, 2);
  const auto record = ledger->record(model::LeafIndex(1));
  ASSERT_TRUE(record) << record.error().message();
  EXPECT_EQ(base::as_text(*record), test_record(1));
  ASSERT_TRUE(ledger->erase(model::LeafIndex(1), "asked for"));
  EXPECT_EQ(ledger->record(model::LeafIndex(1)).error().code, base::ErrorCode::not_found);
}

}  // namespace
}  // namespace art32::ledger
