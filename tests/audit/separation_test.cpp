// database.separation in a schema full of odd tables, with both kinds of functions; and after it was
// cut off.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>
#include <thread>

#include "audit/scratch_gateway.h"
#include "net/postgres_client.h"
#include "tests/support/running_server.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

class Separation : public testing::Test {
 protected:
  void SetUp() override {
    auto started = net::ScratchPostgres::start({});
    ASSERT_TRUE(started.has_value()) << started.error().message();
    postgres = std::move(*started);
    auto lines = audit::add_scratch_gateway(*postgres, server.folder(),
                                            server.command({"tenancy", "functions"}).output);
    ASSERT_TRUE(lines.has_value()) << lines.error().message();
    server.edit("art32.toml", "[ledger]\n", *lines + "\n[ledger]\n");
  }
  std::string ask(const std::string& sql) {
    const auto said = postgres->sql(sql, "tenants");
    return said ? *said : said.error().message();
  }
  // All that the probe saw, a line each: "kind outcome english: seen".
  std::string audit() {
    const net::Finished run = server.command({"audit", "--only", "database.separation", "--json"});
    const json::value all = json::parse(run.output);
    std::string lines;
    for (const json::value& probe : all.at("probes").as_array()) {
      lines += "verdict " + std::string(probe.at("verdict").as_string()) + "\n";
      for (const json::value& one : probe.at("observations").as_array())
        lines += std::string(one.at("kind").as_string()) + " " + std::string(one.at("outcome").as_string()) +
                 " " + std::string(one.at("tried").at("en").as_string()) + ": " +
                 std::string(one.at("seen").as_string()) + "\n";
    }
    return lines;
  }

  RunningServer server;
  std::unique_ptr<net::ScratchPostgres> postgres;
};

TEST_F(Separation, passes_again_and_again) {
  server.start();
  for (int round = 0; round < 3; ++round) {
    const std::string seen = audit();
    EXPECT_TRUE(seen.starts_with("verdict passX")) << seen;
  }
  EXPECT_EQ(ask("select count(*) from team where id > 2"), "0");
}

}  // namespace
}  // namespace art32::test
