#include <atomic>
#include <fstream>
#include <thread>

#include "ledger/scratch_ledger.h"

namespace art32::ledger {
namespace {

namespace fs = std::filesystem;

TEST(VerifyFolder, needs_no_more_than_checkpoint_and_tiles) {
  const ScratchLedger scratch;
  {
    const auto ledger = scratch.open();
    append_records(*ledger, 0, 600);
  }
  const std::string key = scratch.verifier_key();
  const base::ScratchFolder copy;
  fs::copy(scratch.file("tile"), copy.path() / "tile", fs::copy_options::recursive);
  fs::copy_file(scratch.file("checkpoint"), copy.path() / "checkpoint");
  std::uint64_t seen = 0;
  const auto verified = verify_folder(copy.path(), key, [&](std::uint64_t done, std::uint64_t all) {
    EXPECT_GT(done, seen);
    seen = done;
    EXPECT_EQ(all, 600U);
  });
  ASSERT_TRUE(verified) << verified.error().message();
  EXPECT_EQ(verified->entries, 600U);
  EXPECT_EQ(seen, 600U);
  EXPECT_FALSE(verify_folder(copy.path(), ScratchLedger().verifier_key())) << "another log's key";
}

TEST(VerifyFolder, accepts_an_empty_ledger) {
  const ScratchLedger scratch;
  EXPECT_EQ(verify_folder(scratch.options.folder, scratch.verifier_key())->entries, 0U);
}

TEST(VerifyFolder, finds_any_changed_octet) {
  const ScratchLedger scratch;
  {
    const auto ledger = scratch.open();
    append_records(*ledger, 0, 300);
  }
  const std::string key = scratch.verifier_key();
  int changed = 0;
  for (const std::string name : {"checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1",
                                 "tile/entries/000", "tile/entries/001.p/44"}) {
    const auto size = static_cast<std::streamoff>(fs::file_size(scratch.file(name)));
    for (std::streamoff place = 0; place < size; place += 1 + size / 40) {
      std::fstream file(scratch.file(name), std::ios::binary | std::ios::in | std::ios::out);
      file.seekg(place);
      const char octet = static_cast<char>(file.get());
      file.seekp(place).put(static_cast<char>(octet ^ 4)).flush();
      EXPECT_FALSE(verify_folder(scratch.options.folder, key)) << name << " at " << place;
      file.seekp(place).put(octet).flush();
      ++changed;
    }
  }
  EXPECT_GT(changed, 150);
  EXPECT_TRUE(verify_folder(scratch.options.folder, key));
}

TEST(VerifyFolder, works_while_the_ledger_grows) {
  const ScratchLedger scratch;
  const auto ledger = scratch.open();
  std::atomic<bool> stop = false;
  std::thread appender([&] {
    for (int batch = 0; batch < 150 && !stop; ++batch) {
      std::vector<base::Bytes> records(37, base::to_bytes("{}"));
      if (!ledger->append_batch(model::verdict_record, records) || !ledger->flush()) break;
    }
  });
  std::uint64_t entries = 0;
  for (int round = 0; entries < 2'000 && round < 5'000; ++round) {
    const auto verified = verify_folder(scratch.options.folder, ledger->verifier_key());
    ASSERT_TRUE(verified) << verified.error().message();
    EXPECT_GE(verified->entries, entries);
    entries = verified->entries;
    if (round % 20 == 0) {
      const auto records = verify_records(scratch.options);
      EXPECT_TRUE(records) << records.error().message();
    }
  }
  stop = true;
  appender.join();
  EXPECT_GE(entries, 2'000U);
}

}  // namespace
}  // namespace art32::ledger
