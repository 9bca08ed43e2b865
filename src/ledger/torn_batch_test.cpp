// What a power cut leaves of batches that were never acknowledged, against damage
// to batches that were.
#include <fstream>

#include "ledger/scratch_ledger.h"

namespace art32::ledger {
namespace {

namespace fs = std::filesystem;

// A ledger whose newest two batches, of 3 and 4 records, are in no tree yet: its
// records and keys are newer than its checkpoint, as after a crash.
class Unintegrated {
 public:
  Unintegrated() {
    const base::Path older = scratch.options.folder.string() + "-older";
    {
      const auto ledger = scratch.open();
      append_records(*ledger, 0, 5);
      EXPECT_TRUE(ledger->flush());
      integrated_octets = fs::file_size(records());
      fs::copy(scratch.options.folder, older, fs::copy_options::recursive);
      append_records(*ledger, 5, 3);
      middle_octets = fs::file_size(records());
      append_records(*ledger, 8, 4);
    }
    fs::remove_all(scratch.file("tile"));
    fs::copy(older / "tile", scratch.file("tile"), fs::copy_options::recursive);
    fs::copy_file(older / "checkpoint", scratch.file("checkpoint"), fs::copy_options::overwrite_existing);
    octets = base::read_file(records(), 1U << 20).value();
    fs::remove_all(older);
    copy = scratch.options.folder.string() + "-copy";
    fs::copy(scratch.options.folder, copy, fs::copy_options::recursive);
  }

  // As it was, but for the records file.
  void reset(base::ByteView content) const {
    fs::remove_all(scratch.options.folder);
    fs::copy(copy, scratch.options.folder, fs::copy_options::recursive);
    std::ofstream file(records(), std::ios::binary | std::ios::trunc);
    file.write(base::as_text(content).data(), static_cast<std::streamsize>(content.size()));
  }

  base::Path records() const { return scratch.file("records/0000000000000000.seg"); }

  ScratchLedger scratch;
  base::Path copy;
  base::Bytes octets;
  std::size_t integrated_octets = 0;  // of the first batch
  std::size_t middle_octets = 0;      // and the second
};

TEST(TornBatch, is_cut_off_wherever_the_power_went) {
  const Unintegrated crash;
  for (std::size_t size = crash.integrated_octets; size <= crash.octets.size();
       size += size % 64 == 0 ? 13 : 1) {
    crash.reset(base::ByteView(crash.octets).first(size));
    const auto ledger = crash.scratch.open();
    ASSERT_NE(ledger, nullptr) << size;
    const std::uint64_t expected = size == crash.octets.size() ? 12 : size >= crash.middle_octets ? 8 : 5;
    ASSERT_EQ(ledger->health().size, expected) << size;
    append_records(*ledger, expected, 2);
    ASSERT_TRUE(ledger->flush());
    expect_records(*ledger, 0, expected + 2);
  }
}

TEST(TornBatch, may_be_of_any_octets_if_nothing_whole_follows) {
  const Unintegrated crash;
  for (std::size_t place = crash.middle_octets; place < crash.octets.size(); place += 7) {
    base::Bytes changed = crash.octets;
    changed[place] ^= 0x40;
    crash.reset(changed);
    const auto ledger = crash.scratch.open();
    ASSERT_NE(ledger, nullptr) << place;
    EXPECT_EQ(ledger->health().size, 8U);
    EXPECT_EQ(fs::file_size(crash.records()), crash.middle_octets);
  }
}

TEST(TornBatch, is_damage_if_a_whole_one_follows) {
  const Unintegrated crash;
  for (std::size_t place = crash.integrated_octets; place < crash.middle_octets; place += 3) {
    base::Bytes changed = crash.octets;
    changed[place] ^= 0x40;
    crash.reset(changed);
    const auto refused = Ledger::open(crash.scratch.options, crash.scratch.clock);
    ASSERT_FALSE(refused) << place;
    EXPECT_EQ(refused.error().code, base::ErrorCode::corrupt);
    EXPECT_THAT(refused.error().what, testing::HasSubstr("record "));
    EXPECT_EQ(base::read_file(crash.records(), 1U << 20).value(), changed) << "nothing is cut";
  }
}

TEST(TornBatch, is_damage_below_the_checkpoint) {
  const Unintegrated crash;
  for (std::size_t size = 0; size < crash.integrated_octets; size += 11) {
    crash.reset(base::ByteView(crash.octets).first(size));
    const auto refused = Ledger::open(crash.scratch.options, crash.scratch.clock);
    ASSERT_FALSE(refused) << size;
    EXPECT_EQ(refused.error().code, base::ErrorCode::corrupt);
  }
}

TEST(TornBatch, of_zeros_is_cut_off) {
  const Unintegrated crash;
  base::Bytes changed = crash.octets;
  changed.resize(changed.size() + 5'000, 0);
  crash.reset(changed);
  const auto ledger = crash.scratch.open();
  ASSERT_NE(ledger, nullptr);
  EXPECT_EQ(ledger->health().size, 12U);
}

}  // namespace
}  // namespace art32::ledger
