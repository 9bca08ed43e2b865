// The limits of a pool, each at work.
#include <fmt/format.h>

#include "base/text.h"
#include "pgwire/frontend.h"
#include "tests/gateway/fault_fixture.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

class LimitsOfAPool : public Faults {
 protected:
  static int connections() {
    return std::stoi(fault_postgres().sql(
        "select count(*) from pg_stat_activity where usename = 'app' and backend_type = 'client backend'"));
  }
  static std::string process_of(OctetClient& client) {
    return client.query("select pg_backend_pid()").rows.at(0).at(0);
  }
};

TEST_P(LimitsOfAPool, who_waits_too_long_for_a_server_is_told) {
  start(GatewayChoice{.pool_size = 1, .wait = 3'000ms});
  Bystander bystander(port(), login("session"));
  OctetClient holds = client(), waits = client();
  holds.query("begin");
  const OctetResult result = waits.query("select 1");
  EXPECT_EQ(result.error.sqlstate(), "53300");
  EXPECT_NE(result.error.hint(), "");
  EXPECT_TRUE(holds.query("commit").ok());
  EXPECT_EQ(bystander.stop(), "");
}

TEST_P(LimitsOfAPool, the_reserve_is_for_who_waited_a_while) {
  auto chosen = settings({.pool_size = 1});
  auto& limits = chosen->databases.at("app").limits;
  limits.reserve = 1;
  limits.reserve_wait = 500ms;
  start(chosen);
  OctetClient holds = client(), waits = client();
  holds.query("begin");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(waits.query("select 1").ok());
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 450ms);
  EXPECT_EQ(gateway_->counters()[0]->server_logins.value(), 2U);
}

TEST_P(LimitsOfAPool, idle_connections_go_and_the_least_stay) {
  auto chosen = settings({.pool_size = 6});
  auto& limits = chosen->databases.at("app").limits;
  limits.idle = 300ms;
  limits.least = 2;
  start(chosen);
  std::vector<OctetClient> some;
  for (int i = 0; i < 5; ++i) {
    some.push_back(client());
    some.back().query("begin");
  }
  EXPECT_EQ(counts().active, 5U);
  for (OctetClient& one : some)
    one.query("commit");
  EXPECT_TRUE(eventually([&] { return counts().idle == 2; }));
  EXPECT_TRUE(eventually([&] { return connections() == 2; }));
  fault_postgres().sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'");
  EXPECT_TRUE(eventually([&] { return gateway_->counters()[0]->server_logins.value() == 7; }));
  EXPECT_TRUE(eventually([&] { return counts().idle == 2; })) << "opened again without need";
}

TEST_P(LimitsOfAPool, a_server_connection_is_replaced_after_its_lifetime_and_nobody_notices) {
  auto chosen = settings({.pool_size = 1});
  chosen->databases.at("app").limits.lifetime = 300ms;
  start(chosen);
  Bystander bystander(port(), login());
  OctetClient one = client();
  const std::string first = process_of(one);
  one.query("begin");
  const std::string in_transaction = process_of(one);
  std::this_thread::sleep_for(400ms);
  EXPECT_EQ(process_of(one), in_transaction) << "never within a transaction";
  one.query("commit");
  EXPECT_TRUE(eventually([&] { return process_of(one) != first; }));
  EXPECT_EQ(bystander.stop(), "");
  EXPECT_LE(connections(), 2);
}

TEST_P(LimitsOfAPool, workers_share_the_limit_of_a_pool) {
  auto chosen = settings({.pool_size = 5, .workers = 2});
  chosen->databases.at("app").limits.wait = 20'000ms;
  start(chosen);
  std::vector<std::thread> threads;
  std::atomic<int> well = 0;
  for (int i = 0; i < 20; ++i)
    threads.emplace_back([&] {
      OctetClient one = client();
      for (int j = 0; j < 10; ++j)
        if (one.query("select pg_sleep(0.002)").ok()) ++well;
    });
  int most = 0;
  while (well < 190) {
    const auto now = counts();
    most = std::max(most, static_cast<int>(now.active + now.idle + now.opening));
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(well, 200);
  EXPECT_LE(most, 5);
  // And no less: connections go to the workers in turn.
  std::vector<OctetClient> holders;
  for (int i = 0; i < 5; ++i) {
    holders.push_back(client());
    EXPECT_TRUE(holders.back().query("begin").ok());
  }
  EXPECT_EQ(counts().active, 5U);
}

// A simple query of anybody ends the server's unnamed statement; its client still has it.
TEST_P(LimitsOfAPool, an_unnamed_statement_outlives_the_queries_of_others_on_its_connection) {
  start(GatewayChoice{.pool_size = 1});
  OctetClient one = client(), other = client();
  base::Bytes out;
  pgwire::put_parse(out, {"", "select 'mine'", {}});
  base::append(out, pgwire::sync_message);
  one.send(out);
  EXPECT_TRUE(one.result().ok());
  EXPECT_TRUE(other.query("select 1").ok());
  out.clear();
  pgwire::put_text_bind(out, "", "", {});
  pgwire::put_execute(out, {"", 0});
  base::append(out, pgwire::sync_message);
  one.send(out);
  const OctetResult result = one.result();
  ASSERT_TRUE(result.ok()) << result.error.field('M');
  EXPECT_EQ(result.rows.at(0).at(0), "mine");
}

TEST_P(LimitsOfAPool, the_password_of_the_server_is_hashed_once) {
  auto chosen = settings({.pool_size = 5});
  start(chosen);
  std::vector<OctetClient> some;
  for (int i = 0; i < 5; ++i) {
    some.push_back(client());
    EXPECT_TRUE(some.back().query("begin").ok());
  }
  unsigned iterations = 0;
  gateway_->workers()[0]->ask([&](gateway::Worker& worker) {
    for (const auto& [name, pool] : worker.pools())
      iterations = pool->credential().derived->iterations;
  });
  EXPECT_EQ(iterations, 4096U);
}

ART32_FAULTS_ON_BOTH_BACKENDS(LimitsOfAPool);

}  // namespace
}  // namespace art32::test
