#include "merkle/signed_checkpoint.h"

#include <rapidcheck/gtest.h>

#include "merkle/cosignature.h"
#include "merkle/naive_tree.h"

namespace art32::merkle {
namespace {

using std::chrono_literals::operator""s;

constexpr std::string_view origin = "log.example.com/ledger";

crypto::Ed25519PrivateKey key_of(std::uint8_t fill) {
  return crypto::Ed25519PrivateKey::from_seed(base::Bytes(32, fill)).value();
}

CheckpointPolicy policy() {
  return {{std::string(origin), SignatureType::ed25519, key_of(1).public_key()}};
}

VerifierKey witness(std::uint8_t fill) {
  return {"witness.example/" + std::to_string(fill), SignatureType::cosignature_v1,
          key_of(fill).public_key()};
}

Checkpoint checkpoint() {
  return {std::string(origin), TreeSize(70'000), numbered_leaf(0)};
}

std::string cosigned(const std::vector<std::uint8_t>& witnesses, base::Instant time) {
  Note note = parse_note(sign_checkpoint(checkpoint(), key_of(1))).value();
  for (const std::uint8_t fill : witnesses)
    note.signatures.push_back(cosign(note.text, witness(fill).name, key_of(fill), time));
  return format_note(note);
}

TEST(Checkpoint, has_the_three_lines_of_the_specification) {
  const std::string body =
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const auto parsed = parse_checkpoint(body);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(parsed->size, TreeSize(20'852'163));
  EXPECT_EQ(format_checkpoint(*parsed), body);
}

RC_GTEST_PROP(Checkpoint, reads_back_what_it_wrote, ()) {
  Checkpoint written;
  written.origin = *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange<char>(0x20, 0x7f)));
  written.size = TreeSize(*rc::gen::arbitrary<std::uint64_t>() >> *rc::gen::inRange(2, 64));
  written.root = *rc::gen::arbitrary<Hash>();
  RC_ASSERT(parse_checkpoint(format_checkpoint(written)).value() == written);
}

TEST(Checkpoint, is_refused_when_malformed) {
  const std::string root = base::base64(numbered_leaf(0));
  for (const std::string& malformed :
       {std::string(), std::string("origin\n"), "origin\n1\n" + root, "\n1\n" + root + "\n",
        "origin\n01\n" + root + "\n", "origin\n-1\n" + root + "\n", "origin\n+1\n" + root + "\n",
        "origin\n\n" + root + "\n", "origin\n1 \n" + root + "\n", "origin\n1\n" + root + "=\n",
        "origin\n1\n" + root.substr(4) + "\n", "origin\n1\n" + root + "\n\n",
        "origin\n1\n" + root + "\nextension\n\n", "origin\n1\n" + root + "\nextension",
        "origin\n18446744073709551616\n" + root + "\n", "origin\n9223372036854775808\n" + root + "\n",
        "ori\rgin\n1\n" + root + "\n"}) {
    const auto parsed = parse_checkpoint(malformed);
    ASSERT_FALSE(parsed.has_value()) << malformed;
    EXPECT_EQ(parsed.error().code, base::ErrorCode::corrupt);
  }
}

TEST(Checkpoint, may_have_extension_lines) {
  const std::string body = "origin\n0\n" + base::base64(empty_root()) + "\nextension one\nextension two\n";
  EXPECT_EQ(parse_checkpoint(body).value(), (Checkpoint{"origin", TreeSize(0), empty_root()}));
}

TEST(Checkpoint, signed_by_its_log_opens) {
  const auto opened = open_checkpoint(sign_checkpoint(checkpoint(), key_of(1)), policy());
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(*opened, checkpoint());
}

TEST(Checkpoint, refuses_a_root_signed_by_an_unknown_key) {
  const auto opened = open_checkpoint(sign_checkpoint(checkpoint(), key_of(2)), policy());
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, base::ErrorCode::check_failed);
}

TEST(Checkpoint, refuses_the_text_of_another_log_under_the_right_signature) {
  Checkpoint other = checkpoint();
  other.origin = "another.example.com/ledger";
  const std::string body = format_checkpoint(other);
  const std::string note = format_note({body, {sign_note(body, origin, key_of(1))}});
  const auto opened = open_checkpoint(note, policy());
  ASSERT_FALSE(opened.has_value());
  EXPECT_THAT(opened.error().what, testing::HasSubstr("another.example.com/ledger"));
}

TEST(Checkpoint, needs_as_many_witnesses_as_the_policy_asks_for) {
  CheckpointPolicy quorum = policy();
  quorum.witnesses = {witness(3), witness(4), witness(5)};
  quorum.quorum = 2;
  const base::Instant time{1'679'315'147s};
  EXPECT_TRUE(open_checkpoint(cosigned({3, 5}, time), quorum).has_value());
  EXPECT_TRUE(open_checkpoint(cosigned({3, 4, 5, 6}, time), quorum).has_value());
  EXPECT_FALSE(open_checkpoint(cosigned({3, 6}, time), quorum).has_value());
  EXPECT_FALSE(open_checkpoint(cosigned({3, 3}, time), quorum).has_value());
  EXPECT_FALSE(open_checkpoint(cosigned({}, time), quorum).has_value());
}

TEST(Cosignature, says_when_the_checkpoint_was_seen) {
  const std::string body = format_checkpoint(checkpoint());
  const base::Instant time{1'679'315'147s + std::chrono::microseconds(999'999)};
  const NoteSignature cosignature = cosign(body, witness(3).name, key_of(3), time);
  EXPECT_EQ(cosignature.signature.size(), 72U);
  EXPECT_EQ(verify_cosignature(body, cosignature, witness(3)).value(), base::Instant(1'679'315'147s));
  EXPECT_TRUE(verify_signature(body, cosignature, witness(3)));
}

TEST(Cosignature, signs_the_message_of_the_specification) {
  const std::string body = format_checkpoint(checkpoint());
  const NoteSignature cosignature = cosign(body, witness(3).name, key_of(3), base::Instant(1'679'315'147s));
  const std::string message = "cosignature/v1\ntime 1679315147\n" + body;
  EXPECT_TRUE(crypto::verify(key_of(3).public_key(), base::as_bytes(message),
                             base::ByteView(cosignature.signature).subspan(8)));
}

TEST(Cosignature, is_refused_for_another_time_text_key_or_length) {
  const std::string body = format_checkpoint(checkpoint());
  const NoteSignature good = cosign(body, witness(3).name, key_of(3), base::Instant(1'679'315'147s));
  ASSERT_TRUE(verify_cosignature(body, good, witness(3)).has_value());
  for (std::size_t i = 0; i < good.signature.size(); ++i) {
    NoteSignature changed = good;
    changed.signature[i] ^= 1;
    EXPECT_FALSE(verify_cosignature(body, changed, witness(3)).has_value()) << i;
  }
  EXPECT_FALSE(verify_cosignature(body + "extension\n", good, witness(3)).has_value());
  EXPECT_FALSE(verify_cosignature(body, good, witness(4)).has_value());
  VerifierKey plain = witness(3);
  plain.type = SignatureType::ed25519;
  EXPECT_FALSE(verify_cosignature(body, good, plain).has_value());
  EXPECT_FALSE(verify_signature(body, good, plain));
  NoteSignature longer = good;
  longer.signature.push_back(0);
  EXPECT_FALSE(verify_cosignature(body, longer, witness(3)).has_value());
}

TEST(Cosignature, is_refused_for_a_time_that_no_calendar_has) {
  const std::string body = format_checkpoint(checkpoint());
  NoteSignature far = cosign(body, witness(3).name, key_of(3), base::Instant(0s));
  base::Bytes late;
  base::put_u64(late, 253'402'300'800);
  const std::string message = "cosignature/v1\ntime 253402300800\n" + body;
  base::append(late, key_of(3).sign(base::as_bytes(message)));
  far.signature = late;
  EXPECT_THAT(verify_cosignature(body, far, witness(3)).error().what, testing::HasSubstr("9999"));
}

}  // namespace
}  // namespace art32::merkle
