// A database "shop" whose changes art32 records: a real PostgreSQL, prepared by `art32 trail apply`, and
// an installation that keeps its trail. For tests from outside. One thread.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "net/scratch_postgres.h"
#include "tests/support/eventually.h"
#include "tests/support/running_server.h"

namespace art32::test {

class ShopWithTrail : public testing::Test {
 protected:
  // The database alone: configure() and apply() are still to come.
  explicit ShopWithTrail(const std::string& schema) {
    auto started = net::ScratchPostgres::start({.settings = {{"wal_level", "logical"}}});
    EXPECT_TRUE(started.has_value()) << started.error().message();
    postgres = std::move(*started);
    sql("create database shop", "postgres");
    sql(schema);
    EXPECT_TRUE(
        base::replace_file(server.folder() / "keys/db.crt", base::as_bytes(postgres->authority_pem())));
  }
  // Both, too.
  ShopWithTrail(const std::string& schema, std::string_view rows, std::string_view trail)
      : ShopWithTrail(schema) {
    configure(rows, trail);
    apply();
  }

  // `rows`: more lines of [[gateway.database]]; `trail`: of its trail.
  void configure(std::string_view rows, std::string_view trail) {
    server.edit("art32.toml", "[ledger]\n",
                fmt::format(R"([gateway]
port = 0
[[gateway.database]]
name = "shop"
server = "127.0.0.1"
server_port = {}
server_name = "{}"
server_authority = "keys/db.crt"
{}
[gateway.database.trail]
keep_wal = "64GB"
{}
[ledger]
)",
                            postgres->port(), net::ScratchPostgres::server_name, rows, trail));
  }
  void apply() {
    const net::Finished applied = server.command({"trail", "apply", "--connection", connection()});
    EXPECT_EQ(applied.exit_code, 0) << applied.output << applied.errors;
  }

  std::string connection() const {
    return fmt::format("host={} port={} user=postgres dbname=shop", postgres->folder().string(),
                       postgres->port());
  }
  std::string sql(const std::string& text, const std::string& database = "shop") {
    const auto done = postgres->sql(text, database);
    EXPECT_TRUE(done.has_value()) << text << done.error().message();
    return done.value_or("");
  }
  // Not connected while no server answers.
  boost::json::value status() {
    const net::Finished asked = server.command({"trail", "status", "--json"});
    const auto trails = boost::json::parse(asked.output.empty() ? "[]" : asked.output);
    return trails.as_array().empty() ? boost::json::value{{"connected", false}} : trails.at(0);
  }
  void start() {
    server.start();
    ASSERT_TRUE(eventually([&] { return status().at("connected").as_bool(); })) << server.log();
  }
  // Since the server's start.
  void wait_for(std::uint64_t transactions) {
    ASSERT_TRUE(eventually([&] {
      return status().at("transactions").to_number<std::uint64_t>() >= transactions;
    })) << status()
        << server.log();
  }

  // Sealed ones of that command.
  std::size_t looks(const std::string& command) {
    std::size_t found = 0;
    for (int index = 0;; ++index) {
      const std::string entry = server.command({"ledger", "show", std::to_string(index)}).output;
      if (entry.empty()) return found;
      found += entry.find("\"command\": \"" + command + '"') != entry.npos ? 1 : 0;
    }
  }

  RunningServer server;
  std::unique_ptr<net::ScratchPostgres> postgres;
};

}  // namespace art32::test
