#include "app/certificate_check.h"

#include "crypto/certificate.h"
#include "net/tls_context.h"

namespace art32::app {

base::Status check_server_certificate(const Configuration& configuration, std::string_view chain_pem,
                                      std::string_view key_pem) {
  ART32_CHECKED(net::TlsServerContext::make(chain_pem, key_pem).map([](const net::TlsServerContext&) {}));
  ART32_ASSIGN(const crypto::CertificateFacts facts, crypto::certificate_facts(chain_pem));
  for (const std::string& name : facts.names) {
    // RFC 6125 section 6.4.3: a wildcard stands for exactly one label.
    const bool wildcard = name.substr(0, 2) == "*." &&
                          name.substr(1) == configuration.name.substr(std::min(configuration.name.size(),
                                                                               configuration.name.find('.')));
    if (name == configuration.name || wildcard) return {};
  }
  return base::failure(
      base::ErrorCode::configuration,
      fmt::format("the certificate {} isn't for {}", configuration.certificate, configuration.name),
      "set server.name to a name in it, or get one for this name");
}

}  // namespace art32::app
