#include "crypto/digest.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace art32::crypto {
namespace {

using base::as_bytes;

// FIPS 180-4, examples published by NIST.
TEST(Sha256, gives_the_published_digests) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, starts_anew_after_it_was_finished) {
  Sha256 hasher;
  hasher.update(as_bytes("first"));
  EXPECT_EQ(hasher.finish(), sha256(as_bytes("first")));
  EXPECT_EQ(hasher.update(as_bytes("second")).finish(), sha256(as_bytes("second")));
}

TEST(Sha256, can_be_moved_in_the_middle) {
  Sha256 hasher;
  hasher.update(as_bytes("ab"));
  Sha256 moved = std::move(hasher);
  EXPECT_EQ(moved.update(as_bytes("c")).finish(), sha256(as_bytes("abc")));
}

RC_GTEST_PROP(Sha256, does_not_care_how_its_input_is_cut, (const base::Bytes& a, const base::Bytes& b)) {
  base::Bytes whole = a;
  base::append(whole, b);
  RC_ASSERT(sha256({a, b}) == sha256(whole));
  RC_ASSERT(Sha256().update(a).update(b).finish() == sha256(whole));
}

}  // namespace
}  // namespace art32::crypto
