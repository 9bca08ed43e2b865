// No secret in the log, whatever happens and however much is logged.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>

#include "base/text.h"
#include "tests/support/running_server.h"

namespace art32::test {
namespace {

constexpr std::string_view password = "correct horse battery staple";

// The lines of the installation's private keys: base64, and long enough to be nobody else's.
std::vector<std::string> key_lines(const base::Path& keys) {
  std::vector<std::string> lines;
  for (const auto& entry : std::filesystem::directory_iterator(keys)) {
    const std::string content = base::read_text_file(entry.path()).value();
    if (content.find("PRIVATE KEY") == std::string::npos) continue;
    for (const std::string_view line : base::split(content, '\n'))
      if (line.size() >= 32 && line.front() != '-') lines.emplace_back(line);
  }
  return lines;
}

std::string basic(std::string_view name, std::string_view secret) {
  return "Basic " + base::base64(base::as_bytes(fmt::format("{}:{}", name, secret)));
}

TEST(Secrecy, no_password_token_or_private_key_comes_into_the_log_at_its_most_talkative) {
  RunningServer server;
  server.edit("art32.toml", "level = \"info\"", "level = \"debug\"");
  server.start();
  std::string printed;  // what the commands say, but for the token that is shown this once
  const auto run = [&](const std::vector<std::string>& arguments, const std::string& input = {}) {
    const net::Finished finished = server.command(arguments, input);
    printed += finished.errors;
    return finished;
  };
  ASSERT_EQ(run({"account", "add", "reader"}).exit_code, 0);
  ASSERT_EQ(run({"account", "password", "reader"}, std::string(password) + "\n").exit_code, 0);
  const net::Finished issued = run({"account", "token", "issue", "reader"});
  ASSERT_EQ(issued.exit_code, 0) << issued.errors;
  const std::string token(base::trim(issued.output));
  const std::string secret = token.substr(token.find('|') + 1);
  ASSERT_GE(secret.size(), 32U);

  const auto status = [&](const std::string& authorization) {
    return server.get("/metrics", {{"Authorization", authorization}}).response.status;
  };
  EXPECT_EQ(status("Bearer " + token), 200);
  EXPECT_EQ(status("Bearer " + token + "x"), 401);
  EXPECT_EQ(status(basic("reader", password)), 200);
  EXPECT_EQ(status(basic("writer", password)), 401);
  // Refused commands and requests are the talkative ones.
  run({"account", "password", "nobody"}, std::string(password) + "\n");
  run({"account", "password", "reader"}, std::string(80, 'x') + std::string(password) + "\n");
  run({"account", "token", "revoke", "999"});
  server.get("/metrics?token=" + secret);
  server.get("/" + secret);
  ASSERT_EQ(run({"audit"}).exit_code, 0) << server.log();
  server.signal(SIGHUP);
  printed +=
      run({"account", "token", "list"}).output + run({"account", "list"}).output + run({"status"}).output;
  ASSERT_EQ(server.stop(SIGTERM), 0);

  const std::string all = server.log() + printed;
  EXPECT_NE(all.find("\"serving\""), std::string::npos) << "nothing was logged at all";
  EXPECT_EQ(all.find(secret), std::string::npos) << "the token";
  EXPECT_EQ(all.find(password), std::string::npos) << "the password";
  EXPECT_EQ(all.find(basic("reader", password)), std::string::npos) << "the password in base64";
  EXPECT_EQ(all.find("PRIVATE KEY"), std::string::npos);
  const std::vector<std::string> lines = key_lines(server.folder() / "keys");
  EXPECT_GE(lines.size(), 4U);
  for (const std::string& line : lines)
    EXPECT_EQ(all.find(line), std::string::npos) << "a line of a private key";
  const std::string record_key = base::read_text_file(server.folder() / "keys/record.key").value();
  EXPECT_EQ(all.find(std::string(base::trim(record_key))), std::string::npos);
  EXPECT_EQ(all.find(base::hex(base::as_bytes(record_key))), std::string::npos);
}

}  // namespace
}  // namespace art32::test
