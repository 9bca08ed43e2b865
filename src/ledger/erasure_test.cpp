#include "ledger/erasure.h"

#include "ledger/disclosure.h"
#include "ledger/key_files.h"
#include "ledger/scratch_ledger.h"

namespace art32::ledger {
namespace {

TEST(Erasure, destroys_the_key_and_says_so_in_the_log) {
  const ScratchLedger scratch;
  {
    const auto ledger = scratch.open();
    append_records(*ledger, 0, 5);
    const auto leaf = ledger->erase(model::LeafIndex(3), "asked for by \"the person\"");
    ASSERT_TRUE(leaf) << leaf.error().message();
    EXPECT_EQ(leaf->value, 5U);
    const auto gone = ledger->disclose(model::LeafIndex(3));
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().code, base::ErrorCode::not_found);
    EXPECT_THAT(gone.error().mend, testing::HasSubstr("leaf 5"));
    const auto said = ledger->disclose(*leaf);
    ASSERT_TRUE(said);
    EXPECT_EQ(said->kind, "erased");
    EXPECT_EQ(base::as_text(said->record), R"({"index":3,"reason":"asked for by \"the person\""})");
  }
  const auto ledger = scratch.open();
  EXPECT_FALSE(ledger->disclose(model::LeafIndex(3)));
  EXPECT_TRUE(ledger->disclose(model::LeafIndex(2)));
}

TEST(Erasure, leaves_no_octet_of_the_key) {
  const ScratchLedger scratch;
  const auto ledger = scratch.open();
  append_records(*ledger, 0, 5);
  const KeySlot before = KeyFiles(scratch.file("keys")).read(3).value();
  ASSERT_TRUE(ledger->erase(model::LeafIndex(3), "asked for"));
  const base::Bytes file = base::read_file(scratch.file("keys/00000000.keys"), 1U << 20).value();
  const auto holds = [&](base::ByteView octets) {
    return std::search(file.begin(), file.end(), octets.begin(), octets.end()) != file.end();
  };
  EXPECT_FALSE(holds(base::ByteView(before.wrapped).first(16)));
  EXPECT_FALSE(holds(base::ByteView(before.wrapped).last(16)));
  EXPECT_TRUE(KeyFiles(scratch.file("keys")).read(3)->is_erased);
}

TEST(Erasure, keeps_every_proof_valid) {
  const ScratchLedger scratch;
  const auto ledger = scratch.open();
  append_records(*ledger, 0, 5);
  ASSERT_TRUE(ledger->flush());
  const Disclosure handed_out = ledger->disclose(model::LeafIndex(3)).value();
  const std::string proof = ledger->proof(model::LeafIndex(3)).value();
  ASSERT_TRUE(ledger->erase(model::LeafIndex(3), "asked for"));
  ASSERT_TRUE(ledger->flush());
  EXPECT_TRUE(verify_disclosure(handed_out, proof, ledger->verifier_key()));
  EXPECT_TRUE(ledger->proof(model::LeafIndex(3)));
  EXPECT_EQ(verify_folder(scratch.options.folder, ledger->verifier_key())->entries, 6U);
  EXPECT_EQ(verify_records(scratch.options).value(), 6U);
}

TEST(Erasure, is_refused_twice_of_itself_and_of_nothing) {
  const ScratchLedger scratch;
  const auto ledger = scratch.open();
  append_records(*ledger, 0, 2);
  const model::LeafIndex leaf = ledger->erase(model::LeafIndex(0), "asked for").value();
  EXPECT_EQ(ledger->erase(model::LeafIndex(0), "again").error().code, base::ErrorCode::not_found);
  EXPECT_EQ(ledger->erase(leaf, "of itself").error().code, base::ErrorCode::invalid_argument);
  EXPECT_EQ(ledger->erase(model::LeafIndex(99), "of nothing").error().code, base::ErrorCode::not_found);
  EXPECT_EQ(ledger->health().size, 3U);
}

TEST(ErasureRecord, comes_back_as_it_was_written) {
  const std::string record = format_erasure(17, "a \"reason\"\n");
  EXPECT_EQ(record, R"({"index":17,"reason":"a \"reason\"\n"})");
  const auto erasure = parse_erasure(base::as_bytes(record));
  ASSERT_TRUE(erasure);
  EXPECT_EQ(erasure->index, 17U);
  EXPECT_EQ(erasure->reason_json, R"("a \"reason\"\n")");
  for (const std::string_view other :
       {"", "{}", R"({"index":-1,"reason":""})", R"({"index":1})", R"({"index":1,"reason":"})"})
    EXPECT_FALSE(parse_erasure(base::as_bytes(other))) << other;
}

}  // namespace
}  // namespace art32::ledger
