#include "pgwire/scram_client.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace art32::pgwire {
namespace {

using base::ErrorCode;
using Offer = std::vector<std::string_view>;

const base::Bytes no_tls;
const base::Bytes end_point = *base::from_hex(
    "f4b36f9236f7d99698c6284c7cbc2ca0224632f10f8a6c319fce303041133d79"
    "1258a3fb063d3fe9cbf8a090be11edc0");
const Offer both{scram_sha_256_plus, scram_sha_256};
const Offer plain{scram_sha_256};

// Recorded from PostgreSQL 15, without TLS.
constexpr std::string_view nonce = "LG88balxEXU1kOedXCLLRn60";
constexpr std::string_view server_first =
    "r=LG88balxEXU1kOedXCLLRn60bEDE0XLHLVT9zFKM1TpsXMQd,s=cttfpAlf5kO/2Zgf+qLLHw==,i=4096";
constexpr std::string_view server_final = "v=0e9ae/qpwggSswi3NdCQdwxfiyI9odap3iN0+wnLdYg=";

base::Secret password() {
  return base::Secret(std::string_view("secret"));
}

ScramClient client_of(ChannelBinding binding = ChannelBinding::preferred, base::Bytes of_server = no_tls) {
  return {password(), binding, std::move(of_server), std::string(nonce)};
}

std::string changed(std::string_view text, std::string_view from, std::string_view to) {
  std::string copy(text);
  const std::size_t at = copy.find(from);
  EXPECT_NE(at, copy.npos);
  return copy.replace(at, from.size(), to);
}

ErrorCode refusal_of_first(std::string_view first) {
  ScramClient client = client_of();
  EXPECT_TRUE(client.start(plain).has_value());
  const auto answer = client.answer(first);
  EXPECT_FALSE(answer.has_value()) << first;
  return answer ? ErrorCode::internal : answer.error().code;
}

ErrorCode refusal_of_final(std::string_view first, std::string_view last) {
  ScramClient client = client_of();
  EXPECT_TRUE(client.start(plain).has_value());
  EXPECT_TRUE(client.answer(first).has_value());
  const auto status = client.finish(last);
  EXPECT_FALSE(client.is_finished());
  return status ? ErrorCode::internal : status.error().code;
}

// Who remembers the keys doesn't look at the password any more, unless the salt is another.
TEST(ScramClient, hashes_the_password_once_for_one_salt) {
  DerivedScramKeys derived;
  const auto answer = [&](std::string_view secret, std::string_view first) {
    ScramClient client(base::Secret(secret), ChannelBinding::preferred, no_tls, std::string(nonce));
    client.remember_keys_in(derived);
    EXPECT_TRUE(client.start(plain).has_value());
    return client.answer(first).value();
  };
  const std::string right = answer("secret", server_first);
  EXPECT_EQ(derived.iterations, 4096U);
  EXPECT_EQ(answer("wrong", server_first), right);
  const std::string other_salt = changed(server_first, "s=ctt", "s=ctu");
  EXPECT_NE(answer("wrong", other_salt), answer("secret", server_first));
  EXPECT_EQ(answer("secret", server_first), right);
}

TEST(ScramClient, logs_in_to_postgresql_as_it_was_recorded) {
  ScramClient client = client_of();
  const auto start = client.start(plain);
  ASSERT_TRUE(start.has_value());
  EXPECT_EQ(start->mechanism, scram_sha_256);
  EXPECT_EQ(start->message, "n,,n=,r=LG88balxEXU1kOedXCLLRn60");
  EXPECT_EQ(client.answer(server_first).value(),
            "c=biws,r=LG88balxEXU1kOedXCLLRn60bEDE0XLHLVT9zFKM1TpsXMQd,"
            "p=BOlEWuYpcO5Q2id/zxxjaOQAiEOQLXmjLgblHBrRJ08=");
  EXPECT_FALSE(client.is_finished()) << "the server hasn't proved itself";
  EXPECT_TRUE(client.finish(server_final).has_value());
  EXPECT_TRUE(client.is_finished());
  EXPECT_FALSE(client.is_channel_bound());
}

// The same over TLS, whose certificate was signed with ecdsa-with-SHA384.
TEST(ScramClient, binds_its_login_to_the_tls_connection) {
  ScramClient client(password(), ChannelBinding::required, end_point, "dgfa0F2OuE5g/93Qc6jWg0ue");
  const auto start = client.start(both);
  ASSERT_TRUE(start.has_value());
  EXPECT_EQ(start->mechanism, scram_sha_256_plus);
  EXPECT_EQ(start->message, "p=tls-server-end-point,,n=,r=dgfa0F2OuE5g/93Qc6jWg0ue");
  EXPECT_EQ(
      client.answer("r=dgfa0F2OuE5g/93Qc6jWg0ueRgREG7Fcnu6hdc2iVatZ97st,s=cttfpAlf5kO/2Zgf+qLLHw==,i=4096")
          .value(),
      "c=cD10bHMtc2VydmVyLWVuZC1wb2ludCws9LNvkjb32ZaYxihMfLwsoCJGMvEPimwxn84wMEETPXkSWKP7Bj0/6cv4oJC+Ee3A,"
      "r=dgfa0F2OuE5g/93Qc6jWg0ueRgREG7Fcnu6hdc2iVatZ97st,p=6E3TBTecpTUzrRC6XmWkWyU1l9cup4bd1LnJKo2pIMg=");
  EXPECT_TRUE(client.finish("v=0B1OyGt1fwBAoC2e+nwYT8B7vz/AdGA8e2g3bfdCafA=").has_value());
  EXPECT_TRUE(client.is_channel_bound());
}

TEST(ScramClient, needs_no_password_when_it_has_the_keys) {
  ScramClient client(
      derive_scram_keys(password(), base::from_base64("cttfpAlf5kO/2Zgf+qLLHw==").value(), 4096),
      ChannelBinding::preferred, no_tls, std::string(nonce));
  ASSERT_TRUE(client.start(plain).has_value());
  ASSERT_TRUE(client.answer(server_first).has_value());
  EXPECT_TRUE(client.finish(server_final).has_value());
}

TEST(ScramClient, chooses_channel_binding_where_it_can) {
  const auto begin = [](ChannelBinding binding, const base::Bytes& of_server, const Offer& offer) {
    const auto start = client_of(binding, of_server).start(offer);
    return start ? std::string(start->mechanism) + " " + start->message.substr(0, 2)
                 : std::string(base::describe(start.error().code).name);
  };
  using enum ChannelBinding;
  EXPECT_EQ(begin(preferred, end_point, both), "SCRAM-SHA-256-PLUS p=");
  EXPECT_EQ(begin(preferred, end_point, {scram_sha_256, scram_sha_256_plus}), "SCRAM-SHA-256-PLUS p=");
  EXPECT_EQ(begin(preferred, end_point, plain), "SCRAM-SHA-256 y,") << "so that the server notices a removal";
  EXPECT_EQ(begin(preferred, no_tls, both), "SCRAM-SHA-256 n,");
  EXPECT_EQ(begin(disabled, end_point, both), "SCRAM-SHA-256 n,");
  EXPECT_EQ(begin(required, end_point, both), "SCRAM-SHA-256-PLUS p=");
  EXPECT_EQ(begin(required, end_point, {scram_sha_256_plus}), "SCRAM-SHA-256-PLUS p=");
}

TEST(ScramClient, accepts_nothing_else_where_channel_binding_is_required) {
  EXPECT_EQ(client_of(ChannelBinding::required, end_point).start(plain).error().code,
            ErrorCode::check_failed);
  EXPECT_EQ(client_of(ChannelBinding::required, end_point).start({}).error().code, ErrorCode::check_failed);
  EXPECT_EQ(client_of(ChannelBinding::required, no_tls).start(both).error().code, ErrorCode::check_failed);
  ScramClient client = client_of(ChannelBinding::required, end_point);
  EXPECT_FALSE(client.start(plain).has_value());
  EXPECT_FALSE(client.answer(server_first).has_value()) << "the exchange is over";
  EXPECT_FALSE(client.is_channel_bound());
}

TEST(ScramClient, refuses_a_server_without_a_mechanism_that_it_knows) {
  for (const Offer& offer : {Offer{}, Offer{"SCRAM-SHA-1"}, Offer{scram_sha_256_plus}, Offer{""}})
    EXPECT_EQ(client_of().start(offer).error().code, ErrorCode::unsupported);
}

TEST(ScramClient, refuses_a_nonce_that_does_not_continue_its_own) {
  EXPECT_EQ(refusal_of_first(changed(server_first, "r=L", "r=M")), ErrorCode::check_failed);
  EXPECT_EQ(refusal_of_first("r=LG88balxEXU1kOedXCLLRn60,s=AAAA,i=1"), ErrorCode::check_failed);
  EXPECT_EQ(refusal_of_first("r=LG88balxEXU1kOedXCLLRn60short,s=AAAA,i=1"), ErrorCode::check_failed);
  EXPECT_EQ(refusal_of_first("r=LG88balxEXU1kOedXCLL,s=AAAA,i=1"), ErrorCode::check_failed);
  EXPECT_EQ(refusal_of_first(changed(server_first, "MQd,", "MQ\xc3\xa4,")), ErrorCode::invalid_argument);
  EXPECT_EQ(refusal_of_first("r=" + std::string(nonce) + std::string(5'000, 'x') + ",s=AAAA,i=1"),
            ErrorCode::invalid_argument);
}

TEST(ScramClient, does_not_hash_for_as_long_as_a_server_likes) {
  EXPECT_EQ(refusal_of_first(changed(server_first, "i=4096", "i=1000001")), ErrorCode::exhausted);
  EXPECT_EQ(refusal_of_first(changed(server_first, "i=4096", "i=4294967297")), ErrorCode::exhausted);
}

TEST(ScramClient, refuses_a_server_that_does_not_prove_itself) {
  EXPECT_EQ(refusal_of_final(server_first, changed(server_final, "v=0", "v=1")), ErrorCode::check_failed);
  EXPECT_EQ(refusal_of_final(server_first, ""), ErrorCode::invalid_argument);
  EXPECT_EQ(refusal_of_final(server_first, "v="), ErrorCode::invalid_argument);
  EXPECT_EQ(refusal_of_final(server_first, "e=invalid-proof"), ErrorCode::permission);
  EXPECT_EQ(refusal_of_final(changed(server_first, "s=c", "s=d"), server_final), ErrorCode::check_failed);
  EXPECT_EQ(refusal_of_final(changed(server_first, "i=4096", "i=4097"), server_final),
            ErrorCode::check_failed);
  EXPECT_EQ(refusal_of_final(changed(server_first, "MQd,", "MQe,"), server_final), ErrorCode::check_failed);
}

TEST(ScramClient, refuses_messages_out_of_order_and_after_an_error) {
  ScramClient early = client_of();
  EXPECT_EQ(early.answer(server_first).error().code, ErrorCode::invalid_argument);
  EXPECT_FALSE(early.start(plain).has_value()) << "after an error";

  ScramClient skipping = client_of();
  EXPECT_TRUE(skipping.start(plain).has_value());
  EXPECT_EQ(skipping.finish(server_final).error().code, ErrorCode::invalid_argument);
  EXPECT_FALSE(skipping.answer(server_first).has_value());

  ScramClient after = client_of();
  EXPECT_TRUE(after.start(plain).has_value());
  EXPECT_TRUE(after.answer(server_first).has_value());
  EXPECT_TRUE(after.finish(server_final).has_value());
  EXPECT_FALSE(after.finish(server_final).has_value());
  EXPECT_FALSE(after.is_finished());
}

TEST(ScramClient, refuses_a_password_that_postgresql_cannot_have) {
  ScramClient client(base::Secret(), ChannelBinding::preferred, no_tls, std::string(nonce));
  EXPECT_TRUE(client.start(plain).has_value());
  EXPECT_EQ(client.answer(server_first).error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace art32::pgwire
