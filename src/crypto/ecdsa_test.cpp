#include "crypto/ecdsa.h"

#include <gtest/gtest.h>

namespace art32::crypto {
namespace {

using base::as_bytes;
using base::ErrorCode;

// The signed sample of GitHub's page on its secret scanning partner program, and the key of that
// time that its identifier (bcb53661...) names.
constexpr std::string_view github_key = R"(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYAGMWO8XgCamYKMJS6jc/qgvSlAd
AjPuDPRcXU22YxgBrz+zoN19MzuRyW87qEt9/AmtoNP5GrobzUvQSyJFVw==
-----END PUBLIC KEY-----
)";
constexpr std::string_view message =
    R"([{"source":"commit","token":"some_token","type":"some_type","url":"https://example.com/base-repo-url/"}])";
constexpr std::string_view github_signature =
    "MEQCIQDaMKqrGnE27S0kgMrEK0eYBmyG0LeZismAEz/BgZyt7AIfXt9fErtRS4XaeSt/AO1RtBY66YcAdjxji410VQV4xg==";

// The same message, signed by `openssl dgst -sha256 -sign` with a key of our own.
constexpr std::string_view other_key = R"(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEWSwHfdTSwAQHkTiI1EiqdvI4Id1s
AWj7ahkwpJ38KI6VemWiKQ5xwbdC/gwQzI7clJvfAdpyyQrXTkZSHch4jg==
-----END PUBLIC KEY-----
)";
constexpr std::string_view other_signature =
    "MEQCIHcltEZ9ZjVThhMt1U7qm+NTSMaAXusPh9S6k9iYdK8DAiB/ujGynNfQmefOWFVOqQwRN5SFZOPQ+SqTHlDprAnCiQ==";

TEST(EcdsaPublicKey, believes_what_its_owner_signed_and_nothing_else) {
  const auto github = EcdsaPublicKey::parse(github_key), other = EcdsaPublicKey::parse(other_key);
  ASSERT_TRUE(github && other);
  const auto of_github = base::from_base64(github_signature), of_other = base::from_base64(other_signature);
  ASSERT_TRUE(of_github && of_other);
  EXPECT_TRUE(github->verify(as_bytes(message), *of_github));
  EXPECT_TRUE(other->verify(as_bytes(message), *of_other));
  EXPECT_FALSE(github->verify(as_bytes(message), *of_other));
  EXPECT_FALSE(other->verify(as_bytes(message), *of_github));
  EXPECT_FALSE(github->verify(as_bytes(message.substr(1)), *of_github));
  EXPECT_FALSE(github->verify({}, *of_github));
}

TEST(EcdsaPublicKey, refuses_every_changed_octet_of_a_signature) {
  const auto key = EcdsaPublicKey::parse(other_key);
  ASSERT_TRUE(key);
  const base::Bytes right = base::from_base64(other_signature).value();
  for (std::size_t i = 0; i < right.size(); ++i) {
    base::Bytes wrong = right;
    wrong[i] = static_cast<std::uint8_t>(wrong[i] ^ 1U);
    EXPECT_FALSE(key->verify(as_bytes(message), wrong)) << i;
    EXPECT_FALSE(key->verify(as_bytes(message), base::ByteView(right).first(i))) << i;
  }
  base::Bytes longer = right;
  longer.push_back(0);
  EXPECT_FALSE(key->verify(as_bytes(message), longer)) << "nothing may follow it";
  EXPECT_FALSE(key->verify(as_bytes(message), base::Bytes(100'000, 0x30)));
}

TEST(EcdsaPublicKey, refuses_keys_of_another_kind) {
  constexpr std::string_view p384 = R"(-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEPhSQqe3pYjgNvuNClse+gCRjidU3JtBK
/J4jtWaVITgF2YbldW5ms8glK1Cu87ue3WQ9HhFiLb5MYY1B6ZZPCMPOlq/AQ6yV
itAieumdQqAJX7AJi9BwV3LGiFU0Oric
-----END PUBLIC KEY-----
)";
  constexpr std::string_view ed25519 = R"(-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAUwUHcQiFTntrVS5yYyd+xV1ZeUGoVMFd1diwrKG001Q=
-----END PUBLIC KEY-----
)";
  for (const std::string_view pem : {p384, ed25519, std::string_view("a key"), std::string_view(),
                                     other_key.substr(0, other_key.size() / 2)}) {
    const auto parsed = EcdsaPublicKey::parse(pem);
    ASSERT_FALSE(parsed) << pem;
    EXPECT_EQ(parsed.error().code, ErrorCode::corrupt);
    EXPECT_FALSE(parsed.error().mend.empty());
  }
}

}  // namespace
}  // namespace art32::crypto
