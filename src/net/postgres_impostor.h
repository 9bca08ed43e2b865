// Somebody who pretends to be a PostgreSQL server, for the proof that nobody falls for it:
// refuses TLS, or offers it with a certificate of its own.
//
// Listens on 127.0.0.1, any port, on a thread of its own; ended with the object. Never part
// of a listener of the server.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/result.h"
#include "net/tls_context.h"

namespace art32::net {

class PostgresImpostor {
 public:
  // Without a context it answers the request for TLS with "N".
  static base::Result<std::unique_ptr<PostgresImpostor>> start(std::optional<TlsServerContext> tls);
  ~PostgresImpostor();

  std::uint16_t port() const;
  // Octets that came behind TLS, or in clear behind the refusal: somebody trusts it.
  std::uint64_t octets_told() const;

 private:
  class Implementation;
  explicit PostgresImpostor(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace art32::net
