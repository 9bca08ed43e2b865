// The server's side of a SCRAM-SHA-256 or SCRAM-SHA-256-PLUS exchange (RFC 5802,
// RFC 7677; PostgreSQL's documentation, "SASL Authentication"), without I/O.
//
// answer_first takes what SASLInitialResponse carries and answer_final what
// SASLResponse does; their answers go out as AuthenticationSASLContinue and
// AuthenticationSASLFinal. Nothing here is slow. A user who doesn't exist gets a
// mock_scram_verifier: then the exchange does the same work and ends in the same
// error as with a wrong password. After an error the exchange is over. One thread.
//
// Errors: `invalid_argument` and `unsupported` as in scram_messages.h (SQLSTATE 08P01),
// `check_failed` where the channel binding isn't this connection's or was negotiated
// away (28000), `permission` for a wrong password or an unknown user (28P01).
#pragma once

#include <vector>

#include "pgwire/scram_keys.h"
#include "pgwire/scram_messages.h"
#include "pgwire/scram_verifier.h"

namespace art32::pgwire {

class ScramServer {
 public:
  // `end_point`: crypto::tls_server_end_point of the certificate that this connection
  // uses; empty without TLS, or where the certificate has none: then PLUS isn't
  // offered. `nonce`: make_scram_nonce(), never the same twice.
  ScramServer(ScramVerifier verifier, base::Bytes end_point, std::string nonce);

  // What AuthenticationSASL offers, in this order.
  std::vector<std::string_view> mechanisms() const;

  base::Result<std::string> answer_first(std::string_view mechanism, std::string_view client_first);
  base::Result<std::string> answer_final(std::string_view client_final);

  bool is_finished() const { return state_ == State::finished; }
  bool is_channel_bound() const { return is_finished() && flag_ == ChannelBindingFlag::end_point; }
  // Once finished: with them a ScramClient logs in to a server that has the same verifier.
  const ScramKeys& keys() const;

 private:
  enum class State { waits_for_first, waits_for_final, finished, failed };

  base::Status check_binding(std::string_view mechanism) const;
  base::Result<std::string> begin(std::string_view mechanism, std::string_view client_first);
  base::Result<std::string> check(std::string_view client_final);

  ScramVerifier verifier_;
  base::Bytes end_point_;
  std::string nonce_;  // ours, then both joined
  State state_ = State::waits_for_first;
  ChannelBindingFlag flag_ = ChannelBindingFlag::unsupported;
  std::string client_first_bare_;
  std::string server_first_;
  ScramKeys keys_;
};

}  // namespace art32::pgwire
