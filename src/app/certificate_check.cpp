#include "app/certificate_check.h"

#include "crypto/certificate.h"
#include "crypto/certificate_chain.h"
#include "net/tls_context.h"

namespace art32::app {
namespace {

// The installation's own authority, whole; empty where it has none.
base::Result<std::string> own_authority(const base::Path& path) {
  const auto facts = base::file_facts(path);
  if (!facts && facts.error().code == base::ErrorCode::not_found) return std::string();
  ART32_ASSIGN(std::string pem, base::read_text_file(path));
  if (const base::Status whole = crypto::check_authorities(pem); !whole)
    return tl::unexpected<base::Error>(whole.error().within(path.string()));
  return pem;
}

base::Status check_signatures(const Folder& folder, const Configuration& configuration,
                              std::string_view chain_pem) {
  ART32_ASSIGN(const std::string authority, own_authority(folder.authority_certificate()));
  if (const base::Status whole = crypto::check_chain(chain_pem, authority); !whole)
    return tl::unexpected<base::Error>(
        whole.error().within(folder.resolve(configuration.certificate).string()));
  return {};
}

}  // namespace

base::Status check_server_certificate(const Folder& folder, const Configuration& configuration,
                                      std::string_view chain_pem, std::string_view key_pem) {
  ART32_CHECKED(net::TlsServerContext::make(chain_pem, key_pem).map([](const net::TlsServerContext&) {}));
  ART32_CHECKED(check_signatures(folder, configuration, chain_pem));
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
