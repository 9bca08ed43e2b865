// SIGHUP, the signal itself: what it must not take away when it finds a fault or
// when somebody is being served.
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "base/text.h"
#include "tests/support/eventually.h"
#include "tests/support/running_server.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

TEST(Sighup, with_a_bad_configuration_is_refused_in_the_log_and_the_server_goes_on) {
  RunningServer server;
  server.start();
  const std::string before = server.get("/en/annex").certificate_pem;
  server.edit("art32.toml", "level = \"info\"", "level = \"loud\"");
  server.signal(SIGHUP);
  ASSERT_TRUE(eventually([&] { return server.log().find("reload refused") != std::string::npos; }))
      << server.log();
  EXPECT_NE(server.log().find("art32.toml:"), std::string::npos) << "file and line: " << server.log();
  EXPECT_NE(server.log().find("write debug, info, warning or error"), std::string::npos) << "and the mend";
  EXPECT_TRUE(server.running());
  const net::HttpsExchange after = server.get("/en/annex");
  EXPECT_EQ(after.response.status, 200);
  EXPECT_EQ(after.certificate_pem, before);

  server.edit("art32.toml", "level = \"loud\"", "level = \"info\"");
  server.signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return server.log().find("\"reloaded\"") != std::string::npos; }))
      << server.log();
}

// One connection of openssl's client: a page, the reload, and a page again.
TEST(Sighup, keeps_a_connection_open_that_is_being_used) {
  RunningServer server;
  server.start();
  const base::ScratchFolder scratch;
  const base::Path seen = scratch.path() / "seen", go_on = scratch.path() / "go-on";
  const std::string script =
      "{ printf 'GET /en/annex HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n'; until [ -e \"$2\" ]; do sleep "
      "0.05; "
      "done; printf 'GET /en/annex HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n'; } | "
      "openssl s_client -quiet -ign_eof -connect \"127.0.0.1:$1\" -servername localhost";
  auto client = net::Child::start(
      {{"bash", "-c", script, "bash", std::to_string(server.endpoint().port), go_on.string()}, {}, {}, {}},
      seen);
  ASSERT_TRUE(client.has_value()) << client.error().message();
  const auto received = [&] { return base::read_text_file(seen).value_or(""); };
  ASSERT_TRUE(eventually([&] { return received().find("</html>") != std::string::npos; })) << received();

  server.edit("annex/document.toml", "version = \"1.0.0\"", "version = \"1.0.1\"");
  server.signal(SIGHUP);
  ASSERT_TRUE(eventually([&] { return server.log().find("\"reloaded\"") != std::string::npos; }))
      << server.log();
  EXPECT_TRUE(client->running()) << "the reload ended the connection";
  ASSERT_TRUE(base::replace_file(go_on, base::as_bytes("go on")));
  ASSERT_TRUE(client->wait(20s).has_value());
  const std::string all = received();
  ASSERT_EQ(occurrences(all, "HTTP/1.1 200 OK\r\n"), 2U) << all.substr(0, 2000);
  EXPECT_NE(all.find("1.0.1", all.rfind("HTTP/1.1 200 OK\r\n")), std::string::npos)
      << "and shows what is new";
}

}  // namespace
}  // namespace art32::test
