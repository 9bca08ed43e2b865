#include "pgwire/scram_server.h"

#include <gtest/gtest.h>

namespace art32::pgwire {
namespace {

using base::ErrorCode;

// RFC 7677 section 3.
constexpr std::string_view client_first = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
constexpr std::string_view server_nonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
constexpr std::string_view server_first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
constexpr std::string_view client_final =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
constexpr std::string_view server_final = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

const base::Bytes no_tls;
const base::Bytes end_point = *base::from_hex(
    "f4b36f9236f7d99698c6284c7cbc2ca0224632f10f8a6c319fce303041133d79"
    "1258a3fb063d3fe9cbf8a090be11edc0");

ScramServer server_of(base::Bytes binding = no_tls) {
  auto verifier = make_scram_verifier("pencil", base::from_base64("W22ZaJ0SNY7soEsUEjb6gQ==").value());
  return {std::move(*verifier), std::move(binding), std::string(server_nonce)};
}

std::string changed(std::string_view text, std::string_view from, std::string_view to) {
  std::string copy(text);
  const std::size_t at = copy.find(from);
  EXPECT_NE(at, copy.npos);
  return copy.replace(at, from.size(), to);
}

// The code of the error that ends an exchange with this last message.
ErrorCode refusal_of(std::string_view last, std::string_view first = client_first) {
  ScramServer server = server_of();
  EXPECT_TRUE(server.answer_first(scram_sha_256, first).has_value());
  const auto answer = server.answer_final(last);
  EXPECT_FALSE(answer.has_value()) << last;
  EXPECT_FALSE(server.is_finished());
  return answer ? ErrorCode::internal : answer.error().code;
}

TEST(ScramServer, gives_the_published_answers) {
  ScramServer server = server_of();
  EXPECT_EQ(server.answer_first(scram_sha_256, client_first).value(), server_first);
  EXPECT_FALSE(server.is_finished());
  EXPECT_EQ(server.answer_final(client_final).value(), server_final);
  EXPECT_TRUE(server.is_finished());
  EXPECT_FALSE(server.is_channel_bound());
}

// Recorded from psql 15 with sslmode=require channel_binding=require.
TEST(ScramServer, accepts_what_psql_sends_over_tls) {
  auto verifier = parse_scram_verifier(
      "SCRAM-SHA-256$4096:qN1f4KYGJUyZvS46Q3zhww==$gSgOPjz6nhDG4BE0teEnIJYinRMM5gQ34JVmwVsI1Ws=:"
      "hpH82/sucARyGUdk6FKKQ6ZcwCWy+GPep2V2jsXZb6E=");
  ScramServer server(std::move(*verifier), end_point, "MGg4rz674Z+abIfN3AV6bwOG");
  EXPECT_EQ(server.answer_first(scram_sha_256_plus, "p=tls-server-end-point,,n=,r=CxAvELeiN6jIyeHzxqwnxFGI")
                .value(),
            "r=CxAvELeiN6jIyeHzxqwnxFGIMGg4rz674Z+abIfN3AV6bwOG,s=qN1f4KYGJUyZvS46Q3zhww==,i=4096");
  EXPECT_EQ(server
                .answer_final("c=cD10bHMtc2VydmVyLWVuZC1wb2ludCws9LNvkjb32ZaYxihMfLwsoCJGMvEPimwxn84wMEETPXkS"
                              "WKP7Bj0/6cv4oJC+Ee3A,r=CxAvELeiN6jIyeHzxqwnxFGIMGg4rz674Z+abIfN3AV6bwOG,"
                              "p=tg852LvXhyva5v0wXP8UbR0J5KV6WJgz5+M6BgrJDJE=")
                .value(),
            "v=IPLJkxxsJnXkxkVNshhZsTxmRBSvBhFSQRnKtSn9zxc=");
  EXPECT_TRUE(server.is_channel_bound());
}

TEST(ScramServer, knows_the_clients_keys_afterwards) {
  ScramServer server = server_of();
  ASSERT_TRUE(server.answer_first(scram_sha_256, client_first).has_value());
  ASSERT_TRUE(server.answer_final(client_final).has_value());
  const ScramKeys keys = derive_scram_keys(base::Secret(std::string_view("pencil")),
                                           base::from_base64("W22ZaJ0SNY7soEsUEjb6gQ==").value(), 4096);
  EXPECT_EQ(base::hex(server.keys().client_key.view()), base::hex(keys.client_key.view()));
  EXPECT_EQ(base::hex(server.keys().server_key.view()), base::hex(keys.server_key.view()));
}

TEST(ScramServer, offers_channel_binding_over_tls_first) {
  EXPECT_EQ(server_of().mechanisms(), (std::vector<std::string_view>{scram_sha_256}));
  EXPECT_EQ(server_of(end_point).mechanisms(),
            (std::vector<std::string_view>{scram_sha_256_plus, scram_sha_256}));
}

TEST(ScramServer, refuses_each_field_of_the_last_message_when_it_is_changed) {
  EXPECT_EQ(refusal_of(changed(client_final, "p=d", "p=e")), ErrorCode::permission);
  EXPECT_EQ(refusal_of(changed(client_final, "k0,p=", "k1,p=")), ErrorCode::invalid_argument) << "nonce";
  EXPECT_EQ(refusal_of(changed(client_final, "k0,p=", "k,p=")), ErrorCode::invalid_argument) << "nonce";
  EXPECT_EQ(refusal_of(changed(client_final, "c=biws", "c=eSws")), ErrorCode::check_failed);
  EXPECT_EQ(refusal_of(changed(client_final, ",p=", ",x=1,p=")), ErrorCode::permission) << "signed, too";
  EXPECT_EQ(refusal_of(changed(client_final, "c=biws,", "")), ErrorCode::invalid_argument);
}

TEST(ScramServer, refuses_a_first_message_that_is_not_the_one_that_was_signed) {
  EXPECT_EQ(refusal_of(client_final, changed(client_first, "n=user", "n=root")), ErrorCode::permission);
  EXPECT_EQ(refusal_of(client_final, changed(client_first, "n,,", "y,,")), ErrorCode::check_failed);
  EXPECT_EQ(refusal_of(client_final, changed(client_first, "r=r", "r=s")), ErrorCode::invalid_argument);
}

TEST(ScramServer, answers_for_an_unknown_user_as_for_a_wrong_password) {
  const base::Secret secret(std::string_view("a secret of thirty-two octets...."));
  ScramServer unknown(mock_scram_verifier(secret, "user"), no_tls, std::string(server_nonce));
  ScramServer known = server_of();
  const auto first = unknown.answer_first(scram_sha_256, client_first);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->size(), known.answer_first(scram_sha_256, client_first)->size());
  EXPECT_EQ(unknown.answer_final(client_final).error(),
            known.answer_final(changed(client_final, "p=d", "p=e")).error());
}

TEST(ScramServer, notices_that_its_offer_of_channel_binding_was_removed) {
  EXPECT_EQ(server_of(end_point).answer_first(scram_sha_256, "y,,n=,r=abc").error().code,
            ErrorCode::check_failed);
  EXPECT_TRUE(server_of().answer_first(scram_sha_256, "y,,n=,r=abc").has_value()) << "none was offered";
  EXPECT_TRUE(server_of(end_point).answer_first(scram_sha_256, "n,,n=,r=abc").has_value());
}

TEST(ScramServer, refuses_a_mechanism_that_does_not_fit) {
  constexpr std::string_view bound = "p=tls-server-end-point,,n=,r=abc";
  for (const std::string_view mechanism : {"", "SCRAM-SHA-1", "scram-sha-256", "SCRAM-SHA-256-PLUS"})
    EXPECT_EQ(server_of().answer_first(mechanism, bound).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(server_of(end_point).answer_first(scram_sha_256, bound).error().code,
            ErrorCode::invalid_argument);
  for (const char* free : {"n,,n=,r=abc", "y,,n=,r=abc"})
    EXPECT_EQ(server_of(end_point).answer_first(scram_sha_256_plus, free).error().code,
              ErrorCode::invalid_argument);
}

TEST(ScramServer, refuses_the_channel_binding_of_another_connection) {
  base::Bytes other = end_point;
  other[0] ^= 1;
  for (const base::Bytes& binding : {other, base::Bytes(end_point.begin(), end_point.begin() + 32), no_tls}) {
    ScramServer server = server_of(end_point);
    ASSERT_TRUE(server.answer_first(scram_sha_256_plus, "p=tls-server-end-point,,n=,r=abc").has_value());
    const std::string last = format_client_final_without_proof(
        channel_binding_input(ChannelBindingFlag::end_point, binding), "abc" + std::string(server_nonce));
    EXPECT_EQ(server.answer_final(with_proof(last, base::Secret(base::Bytes(32)))).error().code,
              ErrorCode::check_failed);
  }
}

TEST(ScramServer, refuses_messages_out_of_order_and_after_an_error) {
  ScramServer early = server_of();
  EXPECT_EQ(early.answer_final(client_final).error().code, ErrorCode::invalid_argument);
  EXPECT_FALSE(early.answer_first(scram_sha_256, client_first).has_value()) << "after an error";

  ScramServer twice = server_of();
  EXPECT_TRUE(twice.answer_first(scram_sha_256, client_first).has_value());
  EXPECT_FALSE(twice.answer_first(scram_sha_256, client_first).has_value());
  EXPECT_FALSE(twice.answer_final(client_final).has_value());

  ScramServer after = server_of();
  EXPECT_TRUE(after.answer_first(scram_sha_256, client_first).has_value());
  EXPECT_TRUE(after.answer_final(client_final).has_value());
  EXPECT_FALSE(after.answer_final(client_final).has_value());
  EXPECT_FALSE(after.is_finished());
}

}  // namespace
}  // namespace art32::pgwire
