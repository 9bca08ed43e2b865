#include "pgwire/opening.h"

#include <gtest/gtest.h>

namespace art32::pgwire {
namespace {

using Step = Opening::Step;

base::Bytes ssl_request() {
  base::Bytes packet;
  put_ssl_request(packet);
  return packet;
}

base::Bytes gssenc_request() {
  base::Bytes packet;
  put_gssenc_request(packet);
  return packet;
}

base::Bytes startup_message() {
  base::Bytes packet;
  put_startup_message(packet, protocol_3_0, std::vector<StartupParameter>{{"user", "anna"}});
  return packet;
}

base::Bytes client_hello() {
  return {0x16, 3, 1, 0, 200};
}

base::Bytes followed_by(base::Bytes first, const base::Bytes& second) {
  base::append(first, second);
  return first;
}

TEST(Opening, starts_a_plain_session) {
  Opening opening;
  const base::Bytes packet = startup_message();
  const auto decision = opening.next(packet);
  EXPECT_EQ(decision.step, Step::start_session);
  EXPECT_EQ(decision.used, packet.size());
  EXPECT_EQ(std::get<StartupMessage>(*decision.packet).user(), "anna");
  EXPECT_EQ(opening.transport(), Transport::plain);
}

TEST(Opening, waits_for_a_packet_that_is_cut_anywhere) {
  const base::Bytes packet = startup_message();
  Opening opening;
  for (std::size_t size = 0; size < packet.size(); ++size)
    EXPECT_EQ(opening.next(base::ByteView(packet).first(size)).step, Step::needs_more);
  EXPECT_EQ(opening.next(packet).step, Step::start_session);
}

TEST(Opening, starts_a_session_within_tls) {
  Opening opening;
  EXPECT_EQ(opening.next(ssl_request()).step, Step::answer_ssl);
  EXPECT_FALSE(opening.tls_started(""));
  EXPECT_EQ(opening.transport(), Transport::tls);
  EXPECT_EQ(opening.next(startup_message()).step, Step::start_session);
}

TEST(Opening, starts_a_session_within_direct_tls) {
  Opening opening;
  const auto decision = opening.next(client_hello());
  EXPECT_EQ(decision.step, Step::begin_tls);
  EXPECT_EQ(decision.used, 0U);
  EXPECT_FALSE(opening.tls_started("postgresql"));
  EXPECT_EQ(opening.next(startup_message()).step, Step::start_session);
}

TEST(Opening, wants_alpn_for_direct_tls) {
  for (const std::string_view alpn : {"", "http/1.1", "postgresql2", "POSTGRESQL"}) {
    Opening opening;
    (void)opening.next(client_hello());
    EXPECT_EQ(opening.tls_started(alpn)->sqlstate, sqlstate::protocol_violation) << alpn;
  }
}

TEST(Opening, refuses_another_protocol_of_alpn_behind_a_request_too) {
  Opening opening;
  (void)opening.next(ssl_request());
  EXPECT_TRUE(opening.tls_started("h2"));
}

TEST(Opening, lets_the_other_encryption_be_asked_for_after_a_refusal) {
  for (const bool ssl_first : {true, false}) {
    Opening opening;
    EXPECT_EQ(opening.next(ssl_first ? ssl_request() : gssenc_request()).step,
              ssl_first ? Step::answer_ssl : Step::answer_gss);
    opening.encryption_refused();
    EXPECT_EQ(opening.next(ssl_first ? gssenc_request() : ssl_request()).step,
              ssl_first ? Step::answer_gss : Step::answer_ssl);
    opening.encryption_refused();
    EXPECT_EQ(opening.next(startup_message()).step, Step::start_session);
  }
}

TEST(Opening, refuses_to_be_asked_twice) {
  for (const base::Bytes& request : {ssl_request(), gssenc_request()}) {
    Opening opening;
    (void)opening.next(request);
    opening.encryption_refused();
    EXPECT_EQ(opening.next(request).step, Step::refuse);
  }
}

// CVE-2026-14681, CVE-2026-6479
TEST(Opening, lets_nothing_be_nested) {
  for (const base::Bytes& inner : {ssl_request(), gssenc_request(), client_hello()}) {
    Opening within_tls, within_direct_tls, within_gss;
    (void)within_tls.next(ssl_request());
    (void)within_tls.tls_started("");
    EXPECT_EQ(within_tls.next(inner).step, Step::refuse);
    (void)within_direct_tls.next(client_hello());
    (void)within_direct_tls.tls_started("postgresql");
    EXPECT_EQ(within_direct_tls.next(inner).step, Step::refuse);
    (void)within_gss.next(gssenc_request());
    within_gss.gss_started();
    EXPECT_EQ(within_gss.transport(), Transport::gss);
    EXPECT_EQ(within_gss.next(inner).step, Step::refuse);
  }
}

// CVE-2021-23214
TEST(Opening, refuses_octets_that_came_before_encryption) {
  for (const base::Bytes& request : {ssl_request(), gssenc_request()})
    for (const base::Bytes& injected : {startup_message(), client_hello(), base::Bytes{0}}) {
      Opening opening;
      const auto decision = opening.next(followed_by(request, injected));
      EXPECT_EQ(decision.step, Step::refuse);
      EXPECT_EQ(decision.refusal->sqlstate, sqlstate::protocol_violation);
    }
}

TEST(Opening, refuses_tls_that_begins_after_a_refusal) {
  Opening opening;
  (void)opening.next(ssl_request());
  opening.encryption_refused();
  EXPECT_EQ(opening.next(client_hello()).step, Step::refuse);
}

TEST(Opening, takes_a_cancel_request_in_the_clear_and_within_tls) {
  base::Bytes packet;
  put_cancel_request(packet, {1, base::Bytes(32, 1)});
  Opening plain, encrypted;
  EXPECT_EQ(plain.next(packet).step, Step::cancel_request);
  (void)encrypted.next(ssl_request());
  (void)encrypted.tls_started("postgresql");
  EXPECT_EQ(encrypted.next(packet).step, Step::cancel_request);
}

TEST(Opening, leaves_what_follows_the_start_up_to_the_session) {
  Opening opening;
  const base::Bytes packet = startup_message();
  const auto decision = opening.next(followed_by(packet, {'p', 0}));
  EXPECT_EQ(decision.step, Step::start_session);
  EXPECT_EQ(decision.used, packet.size());
}

TEST(Opening, refuses_other_protocols_at_once) {
  Opening opening;
  EXPECT_EQ(opening.next(base::as_bytes("GET / HTTP/1.1")).step, Step::refuse);
}

TEST(EncryptionAnswer, is_one_octet) {
  const auto answer = [](std::string_view text, Transport asked = Transport::tls) {
    return read_encryption_answer(base::as_bytes(text), asked);
  };
  EXPECT_EQ(answer(""), EncryptionAnswer::needs_more);
  EXPECT_EQ(answer("S"), EncryptionAnswer::accepted);
  EXPECT_EQ(answer("N"), EncryptionAnswer::refused);
  EXPECT_EQ(answer("G"), EncryptionAnswer::invalid);
  EXPECT_EQ(answer("G", Transport::gss), EncryptionAnswer::accepted);
  EXPECT_EQ(answer("S", Transport::gss), EncryptionAnswer::invalid);
  EXPECT_EQ(answer("E"), EncryptionAnswer::invalid);
  EXPECT_EQ(answer("SR"), EncryptionAnswer::invalid) << "CVE-2021-23222";
  EXPECT_EQ(answer("NE"), EncryptionAnswer::invalid);
}

}  // namespace
}  // namespace art32::pgwire
