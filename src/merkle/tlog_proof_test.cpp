#include "merkle/tlog_proof.h"

#include <rapidcheck/gtest.h>

#include "merkle/naive_tree.h"

namespace art32::merkle {
namespace {

constexpr std::string_view origin = "log.example.com/ledger";

crypto::Ed25519PrivateKey key() {
  return crypto::Ed25519PrivateKey::from_seed(base::Bytes(32, 1)).value();
}

CheckpointPolicy policy() {
  return {{std::string(origin), SignatureType::ed25519, key().public_key()}};
}

TlogProof proof_of(std::uint64_t index, std::uint64_t size) {
  NaiveTree tree(size);
  TlogProof proof;
  proof.index = LeafIndex(index);
  proof.hashes = inclusion_proof(LeafIndex(index), TreeSize(size), tree).value();
  proof.checkpoint = sign_checkpoint({std::string(origin), TreeSize(size), tree.root(size)}, key());
  return proof;
}

RC_GTEST_PROP(TlogProof, reads_back_what_it_wrote_and_verifies, ()) {
  const auto size = *rc::gen::inRange<std::uint64_t>(1, 100);
  const auto index = *rc::gen::inRange<std::uint64_t>(0, size);
  TlogProof proof = proof_of(index, size);
  if (*rc::gen::arbitrary<bool>()) proof.extra = *rc::gen::arbitrary<base::Bytes>();
  const auto parsed = parse_tlog_proof(format_tlog_proof(proof));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == proof);
  RC_ASSERT(verify_tlog_proof(*parsed, numbered_leaf(index), policy()).value().size == TreeSize(size));
}

TEST(TlogProof, is_written_as_the_specification_says) {
  TlogProof proof = proof_of(1, 2);
  proof.extra = base::to_bytes("extra");
  EXPECT_EQ(format_tlog_proof(proof), "c2sp.org/tlog-proof@v1\nextra ZXh0cmE=\nindex 1\n" +
                                          base::base64(numbered_leaf(0)) + "\n\n" + proof.checkpoint);
}

TEST(TlogProof, with_any_octet_changed_is_refused) {
  const std::string good = format_tlog_proof(proof_of(5, 11));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto parsed = parse_tlog_proof(changed);
    EXPECT_FALSE(parsed && verify_tlog_proof(*parsed, numbered_leaf(5), policy())) << changed;
  }
}

TEST(TlogProof, of_another_entry_or_log_is_refused) {
  const TlogProof proof = proof_of(5, 11);
  EXPECT_EQ(verify_tlog_proof(proof, numbered_leaf(6), policy()).error().code, base::ErrorCode::check_failed);
  CheckpointPolicy other = policy();
  other.log.name = "another.example.com/ledger";
  EXPECT_EQ(verify_tlog_proof(proof, numbered_leaf(5), other).error().code, base::ErrorCode::check_failed);
}

TEST(TlogProof, is_refused_when_malformed) {
  const std::string note = proof_of(0, 1).checkpoint;
  const std::string first = "c2sp.org/tlog-proof@v1\n";
  const std::string hash = base::base64(numbered_leaf(0)) + "\n";
  ASSERT_TRUE(parse_tlog_proof(first + "index 0\n\n" + note).has_value());
  std::string too_many = first + "index 0\n";
  for (int i = 0; i < 64; ++i)
    too_many += hash;
  for (const std::string& malformed :
       {std::string(), first, first + "index 0\n", first + "index 0\n\n", first + "\n" + note,
        "c2sp.org/tlog-proof@v2\nindex 0\n\n" + note, first + "index 00\n\n" + note,
        first + "index -1\n\n" + note, first + "index\n\n" + note,
        first + "index 18446744073709551616\n\n" + note, first + "extra Zg\nindex 0\n\n" + note,
        first + "extra\nindex 0\n\n" + note, first + "index 0\nextra Zg==\n\n" + note,
        first + "extra Zg==\nextra Zg==\nindex 0\n\n" + note, first + "index 0\n" + hash + note,
        first + "index 0\n" + hash.substr(4) + "\n" + note, first + "index 0\n\n\n" + note,
        too_many + "\n" + note,
        first + "index 0\n\n" +
            format_note({"no checkpoint\n", {sign_note("no checkpoint\n", origin, key())}})}) {
    const auto parsed = parse_tlog_proof(malformed);
    ASSERT_FALSE(parsed.has_value()) << malformed;
    EXPECT_EQ(parsed.error().code, base::ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace art32::merkle
