#include "net/tls_client.h"
#include "net/listening_socket.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <thread>

#include "net/listener.h"
#include "net/testing.h"
#include "net/tls_peer.h"
#include "net/tls_stream.h"

namespace art32::net {
namespace {

using namespace std::chrono_literals;
using Outcome = TlsAttempt::Outcome;

constexpr std::array old_versions{TlsVersion::tls_1_0, TlsVersion::tls_1_1, TlsVersion::tls_1_2};

TEST(TlsClient, is_accepted_with_every_version_by_a_careless_server) {
  const testing::Identity identity;
  const auto server = HttpsServer::start({}, identity.careless_tls(), testing::echo_handler()).value();
  const Endpoint endpoint{"127.0.0.1", server->port(), "localhost"};
  const std::map<TlsVersion, std::string> names{{TlsVersion::tls_1_0, "TLSv1"},
                                                {TlsVersion::tls_1_1, "TLSv1.1"},
                                                {TlsVersion::tls_1_2, "TLSv1.2"},
                                                {TlsVersion::tls_1_3, "TLSv1.3"}};
  for (const auto& [version, expected] : names) {
    const TlsAttempt attempt = attempt_tls(endpoint, version, testing::ample);
    EXPECT_EQ(attempt.outcome, Outcome::accepted) << name(version) << ": " << attempt.detail;
    EXPECT_EQ(attempt.version, expected);
    EXPECT_FALSE(attempt.cipher.empty());
    EXPECT_EQ(crypto::certificate_pin(attempt.certificate_pem),
              crypto::certificate_pin(identity.certificate_pem));
  }
}

TEST(TlsClient, is_refused_with_old_versions_by_our_server) {
  const testing::Server server;
  for (const TlsVersion version : old_versions) {
    const TlsAttempt attempt = attempt_tls(server.endpoint(), version, testing::ample);
    EXPECT_EQ(attempt.outcome, Outcome::refused) << name(version);
    EXPECT_EQ(attempt.detail, "alert: protocol version");
  }
  const TlsAttempt attempt = attempt_tls(server.endpoint(), TlsVersion::tls_1_3, testing::ample);
  EXPECT_EQ(attempt.outcome, Outcome::accepted) << attempt.detail;
  EXPECT_EQ(attempt.cipher, "TLS_AES_128_GCM_SHA256");
}

// The protocol the server chose from `offered` (RFC 7301 wire format); empty when it refused.
std::string protocol_chosen(const testing::Server& server, std::string_view offered) {
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>(offered.data()),
                          static_cast<unsigned>(offered.size()));
  const Descriptor socket = server.connect();
  TlsStream stream(context.get(), socket.number(), TlsRole::client);
  if (shake_hands(stream, socket.number(), Deadline(testing::ample)) != StreamProgress::done) return {};
  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(stream.native(), &chosen, &size);
  EXPECT_EQ(SSL_SESSION_has_ticket(SSL_get0_session(stream.native())), 0) << "tickets are off";
  return {reinterpret_cast<const char*>(chosen), size};
}

TEST(TlsServerContext, chooses_http_1_1_and_refuses_who_offers_none_of_it) {
  const testing::Server server;
  EXPECT_EQ(protocol_chosen(server, "\x02h2\x08http/1.1"), "http/1.1");
  EXPECT_EQ(protocol_chosen(server, "\x02h2"), "");
}

TEST(TlsServerContext, refuses_a_key_of_another_certificate_and_damaged_pem) {
  const testing::Identity one;
  const testing::Identity other;
  const std::string cut = one.certificate_pem.substr(0, one.certificate_pem.size() / 3);
  for (const auto& made :
       {TlsServerContext::make(one.certificate_pem, other.key_pem), TlsServerContext::make(cut, one.key_pem),
        TlsServerContext::make("", one.key_pem), TlsServerContext::make(one.certificate_pem, "")}) {
    ASSERT_FALSE(made.has_value());
    EXPECT_EQ(made.error().code, base::ErrorCode::configuration);
    EXPECT_FALSE(made.error().mend.empty());
  }
}

TEST(TlsClient, learns_nothing_where_nobody_listens) {
  Descriptor socket = listen_tcp("127.0.0.1", 0).value();
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ASSERT_EQ(::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&storage), &size), 0);
  const auto port = static_cast<std::uint16_t>(reinterpret_cast<sockaddr_in&>(storage).sin_port);
  const Endpoint endpoint{"127.0.0.1", ntohs(port), "localhost"};
  // Open but never answering: time runs out.
  EXPECT_EQ(attempt_tls(endpoint, TlsVersion::tls_1_2, 100ms).outcome, Outcome::unreachable);
  socket.close();
  EXPECT_EQ(attempt_tls(endpoint, TlsVersion::tls_1_2, 1s).outcome, Outcome::unreachable);
}

// One connection of a peer that says `answer` to the first octets and closes.
TlsAttempt attempt_against(std::string_view answer) {
  Descriptor listening = listen_tcp("127.0.0.1", 0).value();
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listening.number(), reinterpret_cast<sockaddr*>(&address), &size);
  std::thread peer([&] {
    pollfd entry{listening.number(), POLLIN, 0};
    ::poll(&entry, 1, static_cast<int>(testing::ample.count()));
    const Descriptor accepted(::accept(listening.number(), nullptr, nullptr));
    std::array<char, 4096> hello;
    if (::recv(accepted.number(), hello.data(), hello.size(), 0) > 0 && !answer.empty())
      ::send(accepted.number(), answer.data(), answer.size(), MSG_NOSIGNAL);
  });
  const TlsAttempt attempt =
      attempt_tls({"127.0.0.1", ntohs(address.sin_port), ""}, TlsVersion::tls_1_2, testing::ample);
  peer.join();
  return attempt;
}

TEST(TlsClient, takes_a_close_during_the_handshake_for_a_refusal) {
  EXPECT_EQ(attempt_against("").outcome, Outcome::refused);
}

TEST(TlsClient, takes_an_answer_that_is_not_tls_for_nothing_learnt) {
  EXPECT_EQ(attempt_against("HTTP/1.1 400 Bad Request\r\n\r\n").outcome, Outcome::unreachable);
}

}  // namespace
}  // namespace art32::net
