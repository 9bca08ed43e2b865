#include "net/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/tls_stream.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;

namespace {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using BioPointer = std::unique_ptr<BIO, FreeBio>;

BioPointer reader(std::string_view pem) {
  return BioPointer(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// Without it OpenSSL asks the terminal for the password of an encrypted key.
int no_password(char*, int, int, void*) {
  return -1;
}

}  // namespace

base::Status use_chain(SSL_CTX* context, std::string_view pem) {
  const char* mend = "put the PEM certificate first, then its issuers, into the certificate file";
  const BioPointer source = reader(pem);
  const std::unique_ptr<X509, FreeCertificate> leaf(
      PEM_read_bio_X509(source.get(), nullptr, no_password, nullptr));
  if (!leaf)
    return failure(ErrorCode::configuration, "no certificate can be read: " + take_tls_error(), mend);
  if (SSL_CTX_use_certificate(context, leaf.get()) != 1)
    return failure(ErrorCode::configuration, "the certificate can't be used: " + take_tls_error(), mend);
  while (X509* issuer = PEM_read_bio_X509(source.get(), nullptr, no_password, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, issuer) == 1) continue;
    X509_free(issuer);
    return failure(ErrorCode::configuration,
                   "an issuer of the certificate can't be used: " + take_tls_error(), mend);
  }
  const unsigned long last = ERR_peek_last_error();
  ERR_clear_error();
  if (ERR_GET_REASON(last) != PEM_R_NO_START_LINE)
    return failure(ErrorCode::configuration, "the certificate chain is damaged after the first certificate",
                   mend);
  return {};
}

base::Status use_key(SSL_CTX* context, std::string_view pem) {
  const BioPointer source = reader(pem);
  const std::unique_ptr<EVP_PKEY, FreeKey> key(
      PEM_read_bio_PrivateKey(source.get(), nullptr, no_password, nullptr));
  if (!key)
    return failure(ErrorCode::configuration, "the private key can't be read: " + take_tls_error(),
                   "it must be an unencrypted PEM key");
  // Checks that the key belongs to the certificate too.
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1)
    return failure(ErrorCode::configuration,
                   "certificate and private key don't belong together: " + take_tls_error(),
                   "use the key for which the certificate was issued");
  return {};
}

base::Status use_authorities(SSL_CTX* context, std::string_view pem) {
  const BioPointer source = reader(pem);
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  unsigned count = 0;
  while (X509* read = PEM_read_bio_X509(source.get(), nullptr, no_password, nullptr)) {
    const std::unique_ptr<X509, FreeCertificate> authority(read);
    // Decodes the extensions now, before threads share the certificate: OpenSSL does it at
    // the first use, guarded by an atomic that the thread sanitizer can't see in libcrypto.
    if (X509_check_purpose(authority.get(), -1, 0) != 1 || X509_STORE_add_cert(store, authority.get()) != 1)
      return failure(ErrorCode::configuration, "an authority can't be used: " + take_tls_error());
    ++count;
  }
  ERR_clear_error();
  if (count == 0)
    return failure(ErrorCode::configuration, "no authority's certificate can be read",
                   "name a PEM file with the certificate of whoever signs the other side's");
  return {};
}

namespace {

// Asked for, not demanded. The names of the authorities help clients to choose among theirs.
base::Status ask_for_certificate(SSL_CTX* context, std::string_view authorities) {
  ART32_CHECKED(use_authorities(context, authorities));
  const BioPointer source = reader(authorities);
  while (X509* read = PEM_read_bio_X509(source.get(), nullptr, no_password, nullptr)) {
    const std::unique_ptr<X509, FreeCertificate> authority(read);
    SSL_CTX_add_client_CA(context, authority.get());
  }
  ERR_clear_error();
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return {};
}

// Length and name, as ALPN has them.
std::string_view protocol_of(TlsApplication application) {
  using namespace std::string_view_literals;
  return application == TlsApplication::https ? "\x08http/1.1"sv : "\x0apostgresql"sv;
}

// OpenSSL keeps a pointer only.
void* pointer_to(TlsApplication application) {
  static TlsApplication all[] = {TlsApplication::https, TlsApplication::postgresql};
  return &all[static_cast<std::size_t>(application)];
}

// RFC 7301 section 3.2: no common protocol is a fatal alert.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void* application) {
  const std::string_view ours = protocol_of(*static_cast<const TlsApplication*>(application));
  unsigned char* match = nullptr;
  if (SSL_select_next_proto(&match, chosen_size, reinterpret_cast<const unsigned char*>(ours.data()),
                            static_cast<unsigned>(ours.size()), offered,
                            offered_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = match;
  return SSL_TLSEXT_ERR_OK;
}

// No session tickets, no cache: resumption would save one signature a connection,
// but a ticket lets an observer of the server's memory, and the server itself,
// link a visitor's connections, and its key would need guarding and rotation.
void forget_sessions(SSL_CTX* context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
}

base::Result<std::shared_ptr<SSL_CTX>> make_context(std::string_view chain, std::string_view key,
                                                    TlsApplication application) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return failure(ErrorCode::internal, "no TLS context: " + take_tls_error());
  SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                         SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_max_early_data(context.get(), 0);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, pointer_to(application));
  forget_sessions(context.get());
  ART32_CHECKED(use_chain(context.get(), chain));
  ART32_CHECKED(use_key(context.get(), key));
  return context;
}

}  // namespace

base::Result<TlsServerContext> TlsServerContext::make(std::string_view certificate_chain_pem,
                                                      std::string_view private_key_pem,
                                                      TlsApplication application,
                                                      std::string_view client_authorities_pem) {
  ART32_ASSIGN(auto context, make_context(certificate_chain_pem, private_key_pem, application));
  if (!client_authorities_pem.empty())
    ART32_CHECKED(ask_for_certificate(context.get(), client_authorities_pem));
  // A configuration file of OpenSSL may say otherwise: what holds is set here.
  if (SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_max_proto_version(context.get(), TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_ciphersuites(
          context.get(), "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") != 1 ||
      SSL_CTX_set1_groups_list(context.get(), "X25519:P-256") != 1)
    return failure(ErrorCode::internal, "OpenSSL lacks what TLS 1.3 needs: " + take_tls_error());
  return TlsServerContext(std::move(context));
}

base::Result<TlsServerContext> TlsServerContext::make_careless(std::string_view certificate_chain_pem,
                                                               std::string_view private_key_pem) {
  ART32_ASSIGN(auto context, make_context(certificate_chain_pem, private_key_pem, TlsApplication::https));
  SSL_CTX_set_security_level(context.get(), 0);
  if (SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION) != 1 ||
      SSL_CTX_set_max_proto_version(context.get(), TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0") != 1)
    return failure(ErrorCode::internal, "OpenSSL can't speak old TLS versions: " + take_tls_error());
  return TlsServerContext(std::move(context));
}

}  // namespace art32::net
