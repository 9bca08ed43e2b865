// What the first packets of a connection may be, up to the StartupMessage.
//
// The caller hands over all octets that have come and weren't used; next() says what to
// do. SSLRequest and GSSENCRequest may come once each, the one after the other's
// refusal; nothing is asked for within TLS or GSS (CVE-2026-14681, CVE-2026-6479); TLS
// without a request must be the first thing that comes and needs ALPN "postgresql";
// octets behind a request are refused, as somebody may have put them before the
// encrypted ones (CVE-2021-23214, for clients CVE-2021-23222).
//
// One for each connection, one thread; owns nothing. PostgreSQL documentation, sections
// 55.2.1, 55.2.9 "SSL Session Encryption" and 55.2.10 "GSSAPI Session Encryption".
#pragma once

#include "pgwire/startup.h"

namespace art32::pgwire {

enum class Transport : std::uint8_t { plain, tls, gss };

inline constexpr std::string_view alpn_protocol = "postgresql";

class Opening {
 public:
  enum class Step : std::uint8_t {
    needs_more,      // hold the octets, ask again with more
    begin_tls,       // they are TLS already: hand them over, then tls_started
    answer_ssl,      // send 'S' and tls_started, or 'N' and encryption_refused
    answer_gss,      // send 'G' and gss_started, or 'N' and encryption_refused
    start_session,   // packet: StartupMessage. Nothing may follow here
    cancel_request,  // packet: CancelRequest. Nothing may follow here
    refuse,          // tell the client `refusal` (behind direct TLS: nothing) and close
  };
  struct Decision {
    Step step = Step::needs_more;
    std::size_t used = 0;               // octets of `buffered` that are dealt with
    std::optional<FirstPacket> packet;  // views into `buffered`
    std::optional<Refusal> refusal;
  };

  // Not to be called while an answer to a request is due, nor after the last step.
  Decision next(base::ByteView buffered);

  // TLS stands, with the protocol that ALPN chose (empty: none). A refusal ends the connection.
  std::optional<Refusal> tls_started(std::string_view alpn);
  void gss_started();
  void encryption_refused();

  Transport transport() const { return transport_; }

 private:
  enum class State : std::uint8_t { waiting, ssl_asked, gss_asked, direct_tls, over };

  Decision judge(base::ByteView buffered, std::uint32_t packet_octets);
  Decision refuse(std::string_view reason, std::string_view hint);
  Decision refuse(const Refusal& refusal);

  State state_ = State::waiting;
  Transport transport_ = Transport::plain;
  bool is_first_ = true;
  bool ssl_came_ = false;
  bool gss_came_ = false;
};

// What a server answered to SSLRequest or GSSENCRequest, for the side of the client.
enum class EncryptionAnswer : std::uint8_t {
  needs_more,
  accepted,
  refused,
  invalid,  // anything else, or octets behind it: close. An error text from here isn't to be
            // trusted or shown (CVE-2024-10977)
};
EncryptionAnswer read_encryption_answer(base::ByteView input, Transport asked) noexcept;

}  // namespace art32::pgwire
