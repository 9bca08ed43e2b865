// TLS client contexts that trust nobody by default: TLS 1.3, the chain checked against one
// given authority, the certificate's name against the one expected (RFC 6125).
//
// For the gateway's leg to the server. Shares one SSL_CTX; copies are cheap. Any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct ssl_ctx_st;
struct ssl_st;

namespace art32::net {

class TlsClientContext {
 public:
  // Certificates of the authorities, PEM; and, where the server wants one, our own
  // certificate chain with its key. `configuration` when something can't be read.
  static base::Result<TlsClientContext> make(std::string_view authorities_pem,
                                             std::string_view certificate_chain_pem = {},
                                             std::string_view private_key_pem = {});

  ssl_ctx_st* native() const { return context_.get(); }
  // A connection made from this context fails unless the certificate is for this name,
  // which may be a numeric address; names the server to it.
  void expect_name(ssl_st* connection, const std::string& name) const;

 private:
  explicit TlsClientContext(std::shared_ptr<ssl_ctx_st> context) : context_(std::move(context)) {}
  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace art32::net
