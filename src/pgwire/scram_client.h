// The client's side of a SCRAM-SHA-256 or SCRAM-SHA-256-PLUS exchange (RFC 5802,
// RFC 7677; PostgreSQL's documentation, "SASL Authentication"), without I/O.
//
// start chooses among the mechanisms of AuthenticationSASL, answer takes what
// AuthenticationSASLContinue carries, finish what AuthenticationSASLFinal does. The
// caller accepts AuthenticationOk only once is_finished(): before that, nobody has
// shown to know the password's verifier. After an error the exchange is over.
// One thread; answer hashes the password, if it was given one and doesn't remember its keys:
// keep that off event loops, or let it happen once.
//
// Errors: those of scram_messages.h; `check_failed` where the server doesn't prove
// itself or offers less than is required, `permission` where it refuses.
#pragma once

#include <span>
#include <variant>

#include "pgwire/scram_keys.h"
#include "pgwire/scram_messages.h"

namespace art32::pgwire {

enum class ChannelBinding {
  disabled,
  preferred,  // used where the server offers it over TLS
  required,   // nothing else is accepted
};

// Keys that were derived from a password, for one salt and iteration count: kept by a caller
// that logs in with the same password again and again, so that it is hashed once.
struct DerivedScramKeys {
  base::Bytes salt;
  unsigned iterations = 0;  // 0: none yet
  ScramKeys keys;
};

class ScramClient {
 public:
  using Credential = std::variant<base::Secret, ScramKeys>;  // a password, or its keys
  struct Start {
    std::string_view mechanism;
    std::string message;
  };

  // `end_point`: crypto::tls_server_end_point of the server's certificate; empty
  // without TLS, or where the certificate has none. `nonce`: make_scram_nonce(),
  // never the same twice.
  ScramClient(Credential credential, ChannelBinding binding, base::Bytes end_point, std::string nonce);

  // Used where the server's salt and iterations are theirs, else replaced. Only ever for one
  // password. They outlive this object.
  void remember_keys_in(DerivedScramKeys& derived) { derived_ = &derived; }

  base::Result<Start> start(std::span<const std::string_view> offered);
  base::Result<std::string> answer(std::string_view server_first);
  base::Status finish(std::string_view server_final);

  bool is_finished() const { return state_ == State::finished; }
  bool is_channel_bound() const { return is_finished() && flag_ == ChannelBindingFlag::end_point; }

 private:
  enum class State { begins, waits_for_first, waits_for_final, finished, failed };

  base::Status choose(std::span<const std::string_view> offered);
  base::Result<std::string> prove(std::string_view server_first);
  base::Result<ScramKeys> keys_for(const ServerFirst& first);

  Credential credential_;
  DerivedScramKeys* derived_ = nullptr;
  ChannelBinding binding_;
  base::Bytes end_point_;
  std::string nonce_;
  State state_ = State::begins;
  ChannelBindingFlag flag_ = ChannelBindingFlag::unsupported;
  base::Secret expected_signature_;
};

}  // namespace art32::pgwire
