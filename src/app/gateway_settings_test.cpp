#include "app/gateway_settings.h"

#include <gtest/gtest.h>

#include "base/scratch_folder.h"
#include "crypto/certificate.h"
#include "crypto/private_file.h"

namespace art32::app {
namespace {

class GatewaySettings : public testing::Test {
 protected:
  GatewaySettings() {
    EXPECT_TRUE(base::make_folder(folder.keys(), 0700).has_value());
    const base::Instant now = base::SystemClock().now();
    authority = crypto::make_authority("test", now, std::chrono::days(2));
    leaf = crypto::issue_certificate(authority, {"localhost"}, now, std::chrono::days(1)).value();
    EXPECT_TRUE(base::replace_file(folder.keys() / "db.crt", base::as_bytes(authority.certificate_pem)));
    GatewayDatabase database;
    database.name = database.server = "app";
    database.authority = "keys/db.crt";
    configuration.databases.push_back(database);
    GatewayPrincipal principal;
    principal.name = "app";
    principal.password_file = "keys/app.password";
    configuration.principals.push_back(principal);
    write("app.password", "correct horse\n");
  }
  void write(const std::string& name, std::string_view content) {
    ASSERT_TRUE(crypto::save_private_file(folder.keys() / name, base::as_bytes(content)).has_value());
  }
  auto make() {
    return make_gateway_settings(folder, configuration, stored, leaf.certificate_pem, leaf.private_key_pem,
                                 {gates});
  }

  base::ScratchFolder scratch;
  Folder folder{scratch.path()};
  crypto::CertifiedKey authority, leaf;
  GatewayConfiguration configuration;
  std::vector<identity::Principal> stored;
  gateway::LoginGates gates;
};

TEST_F(GatewaySettings, a_password_file_serves_both_legs) {
  const auto made = make();
  ASSERT_TRUE(made.has_value()) << made.error().message();
  const gateway::Principal& app = (*made)->principals.at("app");
  EXPECT_TRUE(pgwire::fits_password(app.verifier, "correct horse"));
  EXPECT_EQ(app.server_password.text(), "correct horse");
}

TEST_F(GatewaySettings, a_users_salt_is_the_same_after_a_restart_like_an_unknown_users) {
  const auto first = make();
  const auto again = make();
  ASSERT_TRUE(first && again);
  EXPECT_EQ((*first)->principals.at("app").verifier.salt, (*again)->principals.at("app").verifier.salt);
  EXPECT_EQ(pgwire::mock_scram_verifier((*first)->mock_secret, "nobody").salt,
            pgwire::mock_scram_verifier((*again)->mock_secret, "nobody").salt);
}

TEST_F(GatewaySettings, a_verifier_leaves_the_servers_password_to_the_client) {
  const auto verifier = pgwire::make_scram_verifier("from elsewhere", base::Bytes(16, 7));
  write("app.password", pgwire::format_scram_verifier(*verifier).text());
  const auto made = make();
  ASSERT_TRUE(made.has_value()) << made.error().message();
  EXPECT_TRUE(pgwire::fits_password((*made)->principals.at("app").verifier, "from elsewhere"));
  EXPECT_EQ((*made)->principals.at("app").server_password.size(), 0U);
}

TEST_F(GatewaySettings, says_which_principal_or_database_it_is_about) {
  const auto error = [&] {
    const auto made = make();
    return made ? std::string() : made.error().message();
  };
  write("app.password", "two\nlines\n");
  EXPECT_NE(error().find("[[gateway.principal]] \"app\": keys/app.password doesn't hold one line"),
            std::string::npos)
      << error();
  write("app.password", "good");
  configuration.databases[0].authority = "keys/nowhere.crt";
  EXPECT_NE(error().find("[[gateway.database]] \"app\""), std::string::npos) << error();
  configuration.databases[0].authority = "keys/db.crt";
  configuration.databases[0].key = "keys/app.password";
  EXPECT_NE(error().find("need each other"), std::string::npos) << error();
  configuration.databases[0].key = "";
  configuration.workers = 40;
  EXPECT_NE(error().find("can't be shared by 40 workers"), std::string::npos) << error();
}

TEST_F(GatewaySettings, an_auth_query_needs_who_asks_and_whom_it_asks_about) {
  GatewayDatabase& database = configuration.databases[0];
  const auto error = [&] {
    const auto made = make();
    return made ? std::string() : made.error().message();
  };
  database.auth_query = "select * from art32.login($1)";
  EXPECT_NE(error().find("auth_query without auth_role"), std::string::npos) << error();
  database.auth_role = "asker";
  database.auth_password_file = "keys/app.password";
  const auto made = make();
  ASSERT_TRUE(made.has_value()) << made.error().message();
  EXPECT_EQ((*made)->databases.at("app").auth_query->query, "select * from art32.login($1)");
  EXPECT_EQ((*made)->databases.at("app").auth_query->password.text(), "correct horse");
  database.auth_query = "select * from art32.logins";
  EXPECT_NE(error().find("doesn't ask for $1"), std::string::npos) << error();
  database.auth_query.clear();
  EXPECT_EQ((*make())->databases.at("app").auth_query->query, gateway::usual_auth_query);
  database.auth_kind = gateway::PrincipalKind::probe;
  EXPECT_NE(error().find("auth_kind can't be"), std::string::npos) << error();
}

TEST_F(GatewaySettings, who_is_stored_signs_in_through_somebody_configured) {
  const auto error = [&] {
    const auto made = make();
    return made ? std::string() : made.error().message();
  };
  stored.push_back({"erika", "staff", "app", *pgwire::make_scram_verifier("hers", base::Bytes(16, 7)), {}});
  const auto made = make();
  ASSERT_TRUE(made.has_value()) << error();
  const gateway::Principal& erika = (*made)->principals.at("erika");
  EXPECT_EQ(erika.kind, gateway::PrincipalKind::staff);
  EXPECT_EQ(erika.server_role, "app");
  EXPECT_EQ(erika.server_password.text(), "correct horse");
  EXPECT_TRUE(pgwire::fits_password(erika.verifier, "hers"));
  stored[0].through = "nobody";
  EXPECT_NE(error().find("signs in through \"nobody\", which isn't configured"), std::string::npos)
      << error();
  stored[0].through.clear();
  EXPECT_EQ((*make())->principals.at("erika").server_password.size(), 0U) << "its own, with its own keys";
  stored[0].name = "app";
  EXPECT_NE(error().find("art32 principal remove app"), std::string::npos) << error();
  EXPECT_FALSE(stored_principal_kind("probe").has_value());
}

TEST_F(GatewaySettings, a_client_certificate_needs_an_authority_and_without_password_a_way_on) {
  GatewayPrincipal& principal = configuration.principals[0];
  const auto error = [&] {
    const auto made = make();
    return made ? std::string() : made.error().message();
  };
  principal.certificate = gateway::ClientCertificate::required;
  EXPECT_NE(error().find("name client_authority in [gateway]"), std::string::npos) << error();
  configuration.client_authority = "keys/db.crt";
  ASSERT_TRUE(make().has_value()) << error();
  EXPECT_EQ((*make())->principals.at("app").certificate_name, "app");
  principal.certificate = gateway::ClientCertificate::sufficient;
  principal.password_file.clear();
  EXPECT_NE(error().find("name the role's server_password_file"), std::string::npos) << error();
  principal.server_password_file = "keys/app.password";
  ASSERT_TRUE(make().has_value()) << error();
  EXPECT_FALSE(pgwire::fits_password((*make())->principals.at("app").verifier, "correct horse"));
}

TEST_F(GatewaySettings, a_password_that_others_can_read_is_refused) {
  std::filesystem::permissions(folder.keys() / "app.password", std::filesystem::perms(0644));
  const auto made = make();
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, base::ErrorCode::permission);
}

}  // namespace
}  // namespace art32::app
