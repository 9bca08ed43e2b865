// What the tests of tenants at the gateway share: a database that is separated by team, with the
// functions of art32 of either kind, a gateway before it, and clients that hand it claims.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/gateway.h"
#include "tenancy/claim_token.h"
#include "tenancy/entrance.h"
#include "tests/gateway/raw_client.h"
#include "tests/tenancy/protected_database.h"

namespace art32::test {

class Tenants : public testing::TestWithParam<Functions> {
 protected:
  struct Choice {
    unsigned pool_size = 1;
    bool with_wrong_keys = false;  // entries that the database doesn't believe
    bool may_choose_team = false;
    bool shows_claim = false;
    std::shared_ptr<model::Bearers> bearers = nullptr;  // looked at again every 100 ms
    std::shared_ptr<const model::RemovedTeams> removed = nullptr;
  };
  void start(Choice choice);
  void start() { start({}); }
  std::shared_ptr<gateway::Settings> settings(Choice choice);

  void SetUp() override { database_ = &protected_database(GetParam()); }
  ProtectedDatabase& database() { return *database_; }
  // Signed in to `app` (transaction mode), `session` or `open` (not separated).
  std::unique_ptr<RawClient> client(const std::string& database = "app");
  std::unique_ptr<RawClient> client(RawClient::Login login);
  std::string token(const std::string& team, const std::string& actor = "erika",
                    std::chrono::seconds life = std::chrono::seconds(60));
  std::string set(const std::string& team) { return "SET art32.claim = '" + token(team) + "'"; }
  std::string set_local(const std::string& team) { return "SET LOCAL art32.claim = '" + token(team) + "'"; }
  std::uint64_t count(gateway::Counter gateway::Counters::*counter) const;

  std::unique_ptr<gateway::Gateway> gateway;
  tenancy::KeyRing claim_keys = tenancy::KeyRing::make("c1");

 private:
  ProtectedDatabase* database_ = nullptr;  // filled anew for each test
};

#define ART32_WITH_BOTH_FUNCTIONS(suite)                                                     \
  INSTANTIATE_TEST_SUITE_P(, suite, testing::Values(Functions::extension, Functions::plain), \
                           [](const auto& tried) { return name(tried.param); })

// Sends what was collected.
inline Answers said(RawClient& client, unsigned ready = 1) {
  client.go();
  return client.ready(ready);
}

// The teams whose rows the client sees: "1 1"; or the error.
inline constexpr const char* teams_sql = "select team_id from invoice order by id limit 4";
std::string seen(const Answers& answers);
inline std::string seen(RawClient& client) {
  return seen(client.ask(teams_sql));
}

}  // namespace art32::test
