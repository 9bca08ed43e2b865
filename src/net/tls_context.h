// TLS server contexts: TLS 1.3 only, no renegotiation, no early data, session
// tickets off the disk, ALPN for one application.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

struct ssl_ctx_st;

namespace art32::net {

// What is spoken inside; a client that names protocols must name this one (RFC 7301).
enum class TlsApplication { https, postgresql };

// Shares one SSL_CTX; copies are cheap, and a connection keeps its own alive.
class TlsServerContext {
 public:
  // `configuration` when chain and key don't belong together or can't be read. Where client
  // authorities are given, clients are asked for a certificate and may go without; one that
  // none of these authorities has signed for clients ends the handshake.
  static base::Result<TlsServerContext> make(std::string_view certificate_chain_pem,
                                             std::string_view private_key_pem,
                                             TlsApplication application = TlsApplication::https,
                                             std::string_view client_authorities_pem = {});
  // A context that accepts older versions, for the careless peers that probes
  // are tested with. Never used by a listener of the server.
  static base::Result<TlsServerContext> make_careless(std::string_view certificate_chain_pem,
                                                      std::string_view private_key_pem);

  ssl_ctx_st* native() const { return context_.get(); }

 private:
  explicit TlsServerContext(std::shared_ptr<ssl_ctx_st> context) : context_(std::move(context)) {}
  std::shared_ptr<ssl_ctx_st> context_;
};

// Puts the chain, leaf first, or its key into a context; for the contexts of this room.
// `configuration` when they can't be read or don't belong together.
base::Status use_chain(ssl_ctx_st* context, std::string_view pem);
base::Status use_key(ssl_ctx_st* context, std::string_view pem);
// Whom a peer's certificate must be signed by.
base::Status use_authorities(ssl_ctx_st* context, std::string_view pem);

}  // namespace art32::net
