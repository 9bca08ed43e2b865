// Start, reload, stop, and what must not be possible meanwhile.
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "crypto/certificate.h"
#include "crypto/private_file.h"
#include "tests/support/eventually.h"
#include "tests/support/running_server.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

std::string body(const net::HttpsExchange& exchange) {
  return exchange.response.body ? *exchange.response.body : "";
}

TEST(Server, serves_the_annex_in_both_languages_and_ends_cleanly_on_sigterm) {
  RunningServer server;
  server.start();
  EXPECT_EQ(server.get("/de/annex").response.status, 200);
  EXPECT_EQ(server.get("/en/annex").response.status, 200);
  EXPECT_EQ(server.stop(SIGTERM), 0) << server.log();
}

TEST(Server, is_refused_on_a_folder_that_another_one_has) {
  RunningServer server;
  server.start();
  const net::Finished second = server.command({"serve"});
  EXPECT_EQ(second.exit_code, 75);
  EXPECT_NE(second.errors.find("another art32 is running on"), std::string::npos) << second.errors;
  EXPECT_EQ(server.get("/de/").response.status, 200) << "the first one goes on";
  EXPECT_TRUE(std::filesystem::exists(server.folder() / "run/listeners.json")) << "and says where it listens";
}

TEST(Server, shows_a_changed_annex_after_sighup_under_a_new_version_number) {
  RunningServer server;
  server.start();
  server.raise_annex("1.0.1");
  server.signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return body(server.get("/en/annex")).find("1.0.1") != std::string::npos; }))
      << server.log();
  EXPECT_EQ(server.get("/en/versions/1.0.0..1.0.1").response.status, 200);
}

TEST(Server, goes_on_as_before_when_a_reload_is_refused) {
  RunningServer server;
  server.start();
  server.edit("annex/document.toml", "version = \"1.0.0\"", "version = \"one\"");
  const net::Finished refused = server.command({"annex", "publish"});
  EXPECT_EQ(refused.exit_code, 78) << refused.errors;
  EXPECT_NE(refused.errors.find("document.toml:"), std::string::npos) << refused.errors;
  EXPECT_NE(body(server.get("/en/annex")).find("1.0.0"), std::string::npos);
}

// A new key and its certificate beside the old ones, issued by the installation's own authority.
void issue(const RunningServer& server, const std::string& name) {
  const auto keys = server.folder() / "keys";
  crypto::CertifiedKey authority{base::read_text_file(keys / "authority.crt").value(),
                                 crypto::load_private_file(keys / "authority.key").value()};
  const auto issued =
      crypto::issue_certificate(authority, {"localhost"}, base::SystemClock().now(), std::chrono::days(30));
  ASSERT_TRUE(issued.has_value());
  ASSERT_TRUE(base::replace_file(keys / (name + ".crt"), base::as_bytes(issued->certificate_pem)));
  ASSERT_TRUE(crypto::save_private_file(keys / (name + ".key"), issued->private_key_pem.view()));
}

TEST(Server, rotates_to_a_key_whose_pin_was_published_and_refuses_any_other) {
  RunningServer server;
  server.start();
  const std::string before = server.get("/de/").certificate_pem;
  issue(server, "new");
  server.edit("art32.toml", "\"keys/tls.key\"", "\"keys/new.key\"");
  server.edit("art32.toml", "\"keys/tls.crt\"", "\"keys/new.crt\"");
  const net::Finished refused = server.command({"annex", "publish"});
  EXPECT_EQ(refused.exit_code, 75);
  EXPECT_NE(refused.errors.find("never published as a pin"), std::string::npos) << refused.errors;
  EXPECT_EQ(server.get("/de/").certificate_pem, before);

  // Announced first, it is served after the next reload.
  server.edit("art32.toml", "\"keys/new.key\"", "\"keys/tls.key\"");
  server.edit("art32.toml", "\"keys/new.crt\"", "\"keys/tls.crt\"");
  server.edit("art32.toml", "# next_key = \"keys/tls-next.key\"", "next_key = \"keys/new.key\"");
  ASSERT_EQ(server.command({"annex", "publish"}).exit_code, 0);
  EXPECT_NE(body(server.get("/.well-known/pins.json")).find("\"next\""), std::string::npos);
  server.edit("art32.toml", "\"keys/tls.key\"", "\"keys/new.key\"");
  server.edit("art32.toml", "\"keys/tls.crt\"", "\"keys/new.crt\"");
  ASSERT_EQ(server.command({"annex", "publish"}).exit_code, 0);
  EXPECT_NE(server.get("/de/").certificate_pem, before);
}

TEST(Server, counts_no_pin_as_published_that_only_a_refused_reload_named) {
  RunningServer server;
  server.start();
  const std::string before = server.get("/de/").certificate_pem;
  issue(server, "new");
  server.edit("art32.toml", "# next_key = \"keys/tls-next.key\"", "next_key = \"keys/new.key\"");
  server.edit("art32.toml", "port = 0", "port = 1");
  ASSERT_EQ(server.command({"annex", "publish"}).exit_code, 78);
  server.edit("art32.toml", "port = 1", "port = 0");
  server.edit("art32.toml", "next_key = \"keys/new.key\"", "");
  server.edit("art32.toml", "\"keys/tls.key\"", "\"keys/new.key\"");
  server.edit("art32.toml", "\"keys/tls.crt\"", "\"keys/new.crt\"");
  const net::Finished refused = server.command({"annex", "publish"});
  EXPECT_EQ(refused.exit_code, 75);
  EXPECT_NE(refused.errors.find("never published as a pin"), std::string::npos) << refused.errors;
  EXPECT_EQ(server.get("/de/").certificate_pem, before);
}

TEST(Server, refuses_a_reload_that_only_a_restart_could_carry_out) {
  RunningServer server;
  server.start();
  server.edit("art32.toml", "port = 0", "port = 1");
  const net::Finished port = server.command({"annex", "publish"});
  EXPECT_EQ(port.exit_code, 78);
  EXPECT_NE(port.errors.find("restart"), std::string::npos) << port.errors;
  server.edit("art32.toml", "port = 1", "port = 0");
  server.edit("art32.toml", "origin = \"localhost/ledger\"", "origin = \"other/ledger\"");
  EXPECT_EQ(server.command({"annex", "publish"}).exit_code, 78);
  EXPECT_EQ(server.get("/de/").response.status, 200);
}

TEST(Server, takes_the_public_half_of_a_backup_key_whose_private_half_is_in_a_safe) {
  RunningServer server;
  const auto keys = server.folder() / "keys";
  const auto pin = crypto::key_pin(base::read_text_file(keys / "tls-backup.key").value());
  const net::Finished half = net::run({{"openssl", "pkey", "-in", (keys / "tls-backup.key").string(),
                                        "-pubout", "-out", (keys / "tls-backup.pub").string()},
                                       {},
                                       {},
                                       {}},
                                      10s)
                                 .value();
  ASSERT_EQ(half.exit_code, 0) << half.errors;
  std::filesystem::remove(keys / "tls-backup.key");
  server.edit("art32.toml", "keys/tls-backup.key", "keys/tls-backup.pub");
  server.start();
  EXPECT_NE(body(server.get("/.well-known/pins.json")).find(*pin), std::string::npos);
  EXPECT_EQ(server.command({"audit", "--only", "tls.pins"}).exit_code, 0);
}

TEST(Server, does_not_start_with_a_key_that_others_can_read) {
  RunningServer server;
  std::filesystem::permissions(server.folder() / "keys/ledger.pem", std::filesystem::perms(0644));
  const net::Finished refused = server.command({"serve"});
  EXPECT_EQ(refused.exit_code, 77);
  EXPECT_NE(refused.errors.find("ledger.pem"), std::string::npos);
  EXPECT_NE(refused.errors.find("chmod"), std::string::npos) << "the mend is named: " << refused.errors;
}

// Root, asking after a service's installation, must leave nothing behind that stops the service.
TEST(Server, leaves_the_folder_of_another_user_alone_and_says_whom_to_run_as) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  constexpr unsigned nobody = 65534;
  RunningServer server;
  ASSERT_EQ(::lchown(server.folder().c_str(), nobody, nobody), 0);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(server.folder()))
    ASSERT_EQ(::lchown(entry.path().c_str(), nobody, nobody), 0);
  for (const std::vector<std::string>& command : {std::vector<std::string>{"status"},
                                                  {"serve"},
                                                  {"check"},
                                                  {"annex", "publish"},
                                                  {"account", "list"},
                                                  {"ledger", "keys"}}) {
    const net::Finished refused = server.command(command);
    EXPECT_EQ(refused.exit_code, 77) << refused.output << refused.errors;
    EXPECT_NE((refused.output + refused.errors).find("runuser -u nobody -- art32"), std::string::npos)
        << refused.output << refused.errors;
  }
  EXPECT_FALSE(std::filesystem::exists(server.folder() / "run/lock"));
  EXPECT_FALSE(std::filesystem::exists(server.folder() / "state.db"));
}

TEST(Server, names_a_damaged_tile_and_does_not_start) {
  RunningServer server;
  const auto tiles = server.folder() / "ledger/tile";
  server.start();
  ASSERT_EQ(server.command({"account", "add", "prometheus"}).exit_code, 0);
  ASSERT_EQ(server.stop(SIGTERM), 0);
  // The widest partial tile is the one under the newest checkpoint.
  base::Path damaged;
  std::uintmax_t widest = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(tiles / "0"))
    if (entry.is_regular_file() && entry.file_size() > widest) {
      widest = entry.file_size();
      damaged = entry.path();
    }
  std::string octets = base::read_text_file(damaged).value();
  octets[5] = static_cast<char>(octets[5] ^ 1);
  ASSERT_TRUE(base::replace_file(damaged, base::as_bytes(octets)));
  const net::Finished refused = server.command({"serve"});
  EXPECT_EQ(refused.exit_code, 65);
  EXPECT_NE(refused.errors.find("tile/0/"), std::string::npos) << refused.errors;
}

TEST(Server, survives_being_killed_and_keeps_what_it_acknowledged) {
  RunningServer server;
  server.start();
  ASSERT_EQ(server.command({"account", "add", "prometheus"}).exit_code, 0);
  server.stop(SIGKILL);
  server.start();
  const net::Finished list = server.command({"account", "list", "--json"});
  EXPECT_NE(list.output.find("\"prometheus\""), std::string::npos) << list.output << list.errors;
  EXPECT_EQ(server.command({"ledger", "verify"}).exit_code, 0);
}

}  // namespace
}  // namespace art32::test
