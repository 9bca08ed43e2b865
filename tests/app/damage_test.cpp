// A damaged certificate is named by `check` and keeps the server from starting.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "base/text.h"
#include "tests/support/running_server.h"

namespace art32::test {
namespace {

using testing::HasSubstr;

// Flips one bit in the last octet of a PEM's first certificate: of its signature.
void damage_signature(const base::Path& file) {
  const std::string pem = base::read_text_file(file).value();
  const std::size_t begin = pem.find('\n') + 1, end = pem.find("-----END");
  base::Bytes der = base::from_base64(base::replace_all(pem.substr(begin, end - begin), "\n", "")).value();
  der.back() ^= 0x01;
  std::string body = base::base64(der);
  for (std::size_t at = 64; at < body.size(); at += 65)
    body.insert(at, "\n");
  ASSERT_TRUE(base::replace_file(file, base::as_bytes(pem.substr(0, begin) + body + "\n" + pem.substr(end))));
}

void expect_named(const RunningServer& server, const std::string& file) {
  const net::Finished check = server.command({"check"});
  EXPECT_EQ(check.exit_code, 65);
  EXPECT_THAT(check.output, HasSubstr(file + ": the signature of certificate 1 of "));
  EXPECT_THAT(check.output, HasSubstr("restore it from a backup"));
  const net::Finished refused = server.command({"serve"});
  EXPECT_EQ(refused.exit_code, 65);
  EXPECT_THAT(refused.errors, HasSubstr(file));
}

TEST(Damage, in_the_signature_of_the_certificate_is_named) {
  const RunningServer server;
  damage_signature(server.folder() / "keys/tls.crt");
  expect_named(server, "keys/tls.crt");
}

TEST(Damage, in_the_signature_of_a_certificate_without_its_issuer_is_seen_by_the_own_authority) {
  const RunningServer server;
  const base::Path file = server.folder() / "keys/tls.crt";
  const std::string chain = base::read_text_file(file).value();
  const std::size_t second = chain.find("-----BEGIN", 1);
  ASSERT_TRUE(base::replace_file(file, base::as_bytes(chain.substr(0, second))));
  EXPECT_EQ(server.command({"check"}).exit_code, 0);
  damage_signature(file);
  expect_named(server, "keys/tls.crt");
}

TEST(Damage, in_the_own_authority_is_named) {
  const RunningServer server;
  damage_signature(server.folder() / "keys/authority.crt");
  expect_named(server, "keys/authority.crt");
  ASSERT_TRUE(base::replace_file(server.folder() / "keys/authority.crt", base::as_bytes("nonsense")));
  EXPECT_EQ(server.command({"check"}).exit_code, 65);
  EXPECT_EQ(server.command({"serve"}).exit_code, 65);
}

TEST(Damage, in_a_certificate_is_refused_at_a_reload_too) {
  RunningServer server;
  server.start();
  damage_signature(server.folder() / "keys/tls.crt");
  EXPECT_EQ(server.command({"annex", "publish"}).exit_code, 65);
  EXPECT_EQ(server.stop(SIGTERM), 0);
}

TEST(Damage, is_not_what_a_removed_authority_is) {
  RunningServer server;
  std::filesystem::remove(server.folder() / "keys/authority.crt");
  EXPECT_EQ(server.command({"check"}).exit_code, 0);
}

}  // namespace
}  // namespace art32::test
