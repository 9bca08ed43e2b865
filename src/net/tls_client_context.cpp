#include "net/tls_client_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/assert.h"
#include "net/connect.h"
#include "net/tls_context.h"
#include "net/tls_stream.h"

namespace art32::net {
namespace {

using base::ErrorCode;
using base::failure;

}  // namespace

base::Result<TlsClientContext> TlsClientContext::make(std::string_view authorities_pem,
                                                      std::string_view certificate_chain_pem,
                                                      std::string_view private_key_pem) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  static constexpr unsigned char alpn[] = "\x0apostgresql";
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_alpn_protos(context.get(), alpn, sizeof alpn - 1) != 0)
    return failure(ErrorCode::internal, "no TLS context: " + take_tls_error());
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  ART32_CHECKED(use_authorities(context.get(), authorities_pem));
  if (!certificate_chain_pem.empty()) {
    ART32_CHECKED(use_chain(context.get(), certificate_chain_pem));
    ART32_CHECKED(use_key(context.get(), private_key_pem));
  }
  return TlsClientContext(std::move(context));
}

void TlsClientContext::expect_name(ssl_st* connection, const std::string& name) const {
  ART32_ASSERT(!name.empty());
  if (is_numeric_address(name)) {
    ART32_ASSERT(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), name.c_str()) == 1);
    return;
  }
  SSL_set_hostflags(connection, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  ART32_ASSERT(SSL_set1_host(connection, name.c_str()) == 1);
  SSL_set_tlsext_host_name(connection, name.c_str());
}

}  // namespace art32::net
