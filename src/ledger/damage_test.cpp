// Every file of a ledger, changed or gone: named at the next open, and left alone.
#include <fstream>

#include "ledger/disclosure.h"
#include "ledger/key_files.h"
#include "ledger/scratch_ledger.h"

namespace art32::ledger {
namespace {

base::Bytes content_of(const base::Path& path) {
  return base::read_file(path, 64U << 20).value();
}

void put(const base::Path& path, base::ByteView content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(base::as_text(content).data(), static_cast<std::streamsize>(content.size()));
}

// Every file but the lock, relative to the folder.
std::map<std::string, base::Bytes> files_of(const base::Path& folder) {
  std::map<std::string, base::Bytes> files;
  for (const auto& item : std::filesystem::recursive_directory_iterator(folder))
    if (item.is_regular_file() && item.path().filename() != "lock")
      files[item.path().lexically_relative(folder).string()] = content_of(item.path());
  return files;
}

// More than 256 * 256 entries would take long; 600 give two levels of tiles.
void fill(const ScratchLedger& scratch) {
  const auto ledger = scratch.open();
  append_records(*ledger, 0, 300);
  ASSERT_TRUE(ledger->flush());
  append_records(*ledger, 300, 300);
}

void expect_named(const ScratchLedger& scratch, const std::string& name) {
  const auto before = files_of(scratch.options.folder);
  const auto opened = Ledger::open(scratch.options, scratch.clock);
  ASSERT_FALSE(opened) << name << " was changed and not noticed";
  EXPECT_EQ(opened.error().code, base::ErrorCode::corrupt) << opened.error().message();
  EXPECT_THAT(opened.error().what, testing::HasSubstr(name));
  EXPECT_FALSE(opened.error().mend.empty());
  EXPECT_EQ(files_of(scratch.options.folder), before) << "nothing is repaired silently";
}

TEST(Damage, of_any_file_is_named_at_the_next_open) {
  const ScratchLedger scratch;
  fill(scratch);
  const auto files = files_of(scratch.options.folder);
  int damaged = 0;
  for (const auto& [name, content] : files) {
    if (name.starts_with("tile/0/001.p") || name.starts_with("tile/entries/001.p") ||
        name == "tile/1/000.p/1")
      continue;  // of the checkpoint before: not needed any more
    const base::Path path = scratch.file(name);
    // Keys of records that don't exist, and what isn't read, can't be damaged: every octet here is used.
    for (const std::size_t place : {std::size_t{0}, content.size() / 2, content.size() - 1}) {
      SCOPED_TRACE(fmt::format("{} at {}", name, place));
      base::Bytes changed = content;
      changed[place] ^= 1;
      put(path, changed);
      expect_named(scratch, name);
    }
    for (const std::size_t size : {std::size_t{0}, content.size() - 1}) {
      SCOPED_TRACE(fmt::format("{} cut to {}", name, size));
      put(path, base::ByteView(content).first(size));
      expect_named(scratch, name == "records/0000000000000000.seg" && size == 0 ? "records" : name);
    }
    put(path, content);
    ++damaged;
  }
  EXPECT_EQ(damaged, 10) << "checkpoint, keys, records, 4 tiles, 3 bundles";
  const auto ledger = scratch.open();
  ASSERT_NE(ledger, nullptr) << "all is as it was";
  EXPECT_EQ(ledger->health().size, 600U);
}

TEST(Damage, of_a_file_that_is_gone_is_named_too) {
  const ScratchLedger scratch;
  fill(scratch);
  for (const std::string name : {"tile/0/000", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/001",
                                 "tile/entries/002.p/88", "keys/00000000.keys"}) {
    const base::Bytes content = content_of(scratch.file(name));
    std::filesystem::remove(scratch.file(name));
    expect_named(scratch, name);
    put(scratch.file(name), content);
  }
}

TEST(Damage, that_is_consistent_in_itself_is_found_by_the_owners_check) {
  const ScratchLedger scratch;
  fill(scratch);
  ASSERT_EQ(verify_records(scratch.options).value(), 600U);
  // A slot with a right checksum, and the key of another record.
  KeyFiles keys(scratch.file("keys"));
  KeySlot slot = keys.read(7).value();
  const KeySlot original = slot;
  slot.wrapped = keys.read(8)->wrapped;
  ASSERT_TRUE(keys.write(std::span(&slot, 1)));
  const auto refused = verify_records(scratch.options);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, testing::HasSubstr("record 7"));
  {
    const auto ledger = scratch.open();
    EXPECT_EQ(ledger->disclose(model::LeafIndex(7)).error().code, base::ErrorCode::corrupt);
    EXPECT_TRUE(ledger->disclose(model::LeafIndex(8)));
  }
  ASSERT_TRUE(keys.write(std::span(&original, 1)));
  EXPECT_TRUE(verify_records(scratch.options));
}

TEST(Open, names_the_key_that_doesnt_belong_to_the_ledger) {
  ScratchLedger scratch;
  fill(scratch);
  const Options right = scratch.options;
  const ScratchLedger other;
  scratch.options.record_key = other.options.record_key;
  auto refused = Ledger::open(scratch.options, scratch.clock);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, testing::HasSubstr("record.key"));
  scratch.options = right;
  scratch.options.signing_key = other.options.signing_key;
  refused = Ledger::open(scratch.options, scratch.clock);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, testing::HasSubstr("checkpoint"));
  scratch.options = right;
  scratch.options.origin = "other.example.com/ledger";
  refused = Ledger::open(scratch.options, scratch.clock);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, testing::HasSubstr("annex.example.com"));
  EXPECT_TRUE(Ledger::open(right, scratch.clock));
}

TEST(Open, refuses_a_checkpoint_of_an_older_or_newer_state_of_another_tree) {
  const ScratchLedger scratch;
  fill(scratch);
  const base::Bytes newest = content_of(scratch.file("checkpoint"));
  // The same key signs two trees: what a restored backup of half a folder looks like.
  ScratchLedger other;
  other.options.signing_key = scratch.options.signing_key;
  std::filesystem::remove(other.file("checkpoint"));
  ASSERT_TRUE(Ledger::create(other.options, other.clock));
  fill(other);
  put(scratch.file("checkpoint"), content_of(other.file("checkpoint")));
  const auto refused = Ledger::open(scratch.options, scratch.clock);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::corrupt);
  put(scratch.file("checkpoint"), newest);
  EXPECT_TRUE(Ledger::open(scratch.options, scratch.clock));
}

TEST(Checkpoint, that_somebody_replaced_is_never_overwritten) {
  const ScratchLedger scratch;
  const auto ledger = scratch.open();
  append_records(*ledger, 0, 1);
  ASSERT_TRUE(ledger->flush());
  put(scratch.file("checkpoint"), base::as_bytes("something else\n"));
  append_records(*ledger, 1, 1);
  EXPECT_EQ(ledger->flush().error().code, base::ErrorCode::conflict);
  EXPECT_EQ(ledger->checkpoint().size.value, 1U);
  EXPECT_EQ(ledger->health().trouble->code, base::ErrorCode::conflict);
  EXPECT_EQ(content_of(scratch.file("checkpoint")), base::to_bytes("something else\n"));
}

}  // namespace
}  // namespace art32::ledger
