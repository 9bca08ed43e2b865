// Clients that show a certificate, by libpq as people use it.
#include <fmt/format.h>

#include <fstream>

#include "base/scratch_folder.h"
#include "crypto/channel_binding.h"
#include "net/testing.h"
#include "tests/gateway/fault_fixture.h"

namespace art32::test {
namespace {

// An authority that signs clients, and the files that libpq wants.
class ClientCertificates : public Faults {
 protected:
  crypto::CertifiedKey authority(const std::string& name) const {
    return crypto::make_authority(name, base::SystemClock().now(), std::chrono::days(2));
  }
  // A role that signs in by a certificate of `trusted`.
  void start_with(gateway::ClientCertificate use, const crypto::CertifiedKey& trusted) {
    auto chosen = settings(GatewayChoice{.with_tls = true});
    const net::testing::Identity identity;
    chosen->tls = std::make_shared<net::TlsServerContext>(
        net::TlsServerContext::make(identity.certificate_pem, identity.key_pem,
                                    net::TlsApplication::postgresql, trusted.certificate_pem)
            .value());
    chosen->tls_end_point = crypto::tls_server_end_point(base::as_bytes(identity.certificate_pem)).value();
    chosen->principals.at("app").certificate = use;
    chosen->principals.at("app").certificate_name = "app";
    start(chosen);
  }
  // psql with a certificate for `name` signed by `issuer`; without where that is null.
  net::Finished psql(const crypto::CertifiedKey* issuer, const std::string& name, const std::string& password,
                     crypto::CertificateUse use = crypto::CertificateUse::client) {
    std::string target = "sslmode=require";
    if (issuer != nullptr) {
      const auto leaf =
          crypto::issue_certificate(*issuer, {name}, base::SystemClock().now(), std::chrono::days(1), use)
              .value();
      std::ofstream(folder_.path() / "client.crt") << leaf.certificate_pem;
      std::ofstream(folder_.path() / "client.key") << leaf.private_key_pem.text();
      std::filesystem::permissions(folder_.path() / "client.key", std::filesystem::perms(0600));
      target += fmt::format(" sslcert={0}/client.crt sslkey={0}/client.key", folder_.path().string());
    }
    return run_client({"psql", "-w", "-AtX", target, "-c", "select current_user"}, "", port(), password);
  }

  base::ScratchFolder folder_;
};

TEST_P(ClientCertificates, sufficient_means_no_password) {
  const auto trusted = authority("clients"), stranger = authority("strangers");
  start_with(gateway::ClientCertificate::sufficient, trusted);
  const auto welcome = psql(&trusted, "app", "");
  EXPECT_EQ(welcome.output, "app\n") << welcome.errors;
  const auto other_name = psql(&trusted, "other", "");
  EXPECT_NE(other_name.exit_code, 0);
  EXPECT_NE(psql(&stranger, "app", "").exit_code, 0);
  EXPECT_NE(psql(&trusted, "app", "", crypto::CertificateUse::server).exit_code, 0) << "not a client's";
  EXPECT_NE(psql(nullptr, "app", "").exit_code, 0);
  EXPECT_EQ(psql(nullptr, "app", fault_postgres().password()).output, "app\n") << "the password is one too";
}

TEST_P(ClientCertificates, required_means_beside_the_password) {
  const auto trusted = authority("clients");
  start_with(gateway::ClientCertificate::required, trusted);
  EXPECT_EQ(psql(&trusted, "app", fault_postgres().password()).output, "app\n");
  EXPECT_NE(psql(&trusted, "app", "wrong").exit_code, 0);
  const auto without = psql(nullptr, "app", fault_postgres().password());
  EXPECT_NE(without.exit_code, 0);
  EXPECT_NE(without.errors.find("needs a client certificate"), std::string::npos) << without.errors;
  const auto other = psql(&trusted, "other", fault_postgres().password());
  EXPECT_NE(other.errors.find("needs a client certificate"), std::string::npos) << other.errors;
}

ART32_FAULTS_ON_BOTH_BACKENDS(ClientCertificates);

}  // namespace
}  // namespace art32::test
