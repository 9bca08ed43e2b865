// The server dies, is away, or moves: each a clear error, and nobody else notices.
#include <fmt/format.h>
#include <signal.h>

#include <mutex>

#include "base/text.h"
#include "pgwire/frontend.h"
#include "tests/gateway/fault_fixture.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
using End = OctetMessage::End;

class FaultsOfTheServer : public Faults {
 protected:
  static pid_t process_of(OctetClient& client) {
    return static_cast<pid_t>(std::stol(client.query("select pg_backend_pid()").rows.at(0).at(0)));
  }
  // The server's other processes are ended too when one is killed: PostgreSQL starts anew.
  static void terminate(pid_t process) {
    fault_postgres().sql(fmt::format("select pg_terminate_backend({}, 10000)", process));
  }
  static void expect_lost(const OctetMessage& words) {
    EXPECT_TRUE(words.sqlstate() == "57P01" || words.sqlstate() == "08006") << words.sqlstate();
    EXPECT_EQ(words.end, End::closed);
  }
  static void send_query(OctetClient& client, const std::string& sql) {
    base::Bytes query;
    pgwire::put_query(query, sql);
    client.send(query);
  }
};

TEST_P(FaultsOfTheServer, a_server_process_that_dies_in_the_middle_of_a_result_takes_only_its_client_along) {
  start();
  Bystander bystander(port(), login());
  OctetClient one = client();
  one.query("begin");
  const pid_t process = process_of(one);
  send_query(one,
             "select g, repeat('r', 100), case when g > 1000 then pg_sleep(0.01) end from generate_series(1, "
             "100000) g");
  int rows = 0;
  while (rows < 500)
    if (one.read().type == 'D') ++rows;
  terminate(process);
  const OctetMessage words = one.last_words();
  EXPECT_EQ(words.sqlstate(), "57P01");
  EXPECT_EQ(words.end, End::closed);
  EXPECT_EQ(bystander.stop(), "");
  expect_sound();
}

TEST_P(FaultsOfTheServer, a_server_process_that_dies_in_a_copy_takes_only_its_client_along) {
  start();
  Bystander bystander(port(), login());
  OctetClient one = client();
  one.query("begin");
  const pid_t process = process_of(one);
  send_query(one, "copy item (name) from stdin");
  EXPECT_EQ(one.read().type, 'G');
  const std::vector<int> row = {'d', 0, 0, 0, 8, 'r', 'o', 'w', '\n'};
  for (int i = 0; i < 100; ++i)
    one.send(row);
  terminate(process);
  for (int i = 0; i < 1'000; ++i)
    one.send(row);
  expect_lost(one.last_words());
  EXPECT_EQ(fault_postgres().sql("select count(*) from item where name = 'row'", "app"), "0");
  EXPECT_EQ(bystander.stop(), "");
  expect_sound();
}

// kill -9 of one process makes PostgreSQL end all of them and recover; clients that wait for a
// server get through that, those with a transaction under way are told.
TEST_P(FaultsOfTheServer, a_killed_process_and_the_recovery_behind_it_are_told_clearly) {
  start();
  OctetClient lost = client(), waits = client();
  lost.query("begin");
  const pid_t process = process_of(lost);
  send_query(lost, "select pg_sleep(60)");
  std::this_thread::sleep_for(50ms);
  ASSERT_EQ(::kill(process, SIGKILL), 0);
  const OctetMessage words = lost.last_words();
  EXPECT_EQ(words.sqlstate(), "08006");
  EXPECT_NE(words.hint(), "");
  EXPECT_EQ(words.end, End::closed);
  std::this_thread::sleep_for(100ms);
  const OctetResult after = waits.query("select 5");
  EXPECT_TRUE(after.ok()) << after.error.field('M');
  expect_sound();
}

TEST_P(FaultsOfTheServer, a_restart_of_the_server_is_waited_for) {
  start();
  OctetClient idle = client(), busy = client();
  busy.query("begin");
  fault_postgres().stop("immediate");
  expect_lost(busy.last_words());
  send_query(idle, "select 7");
  std::this_thread::sleep_for(300ms);
  fault_postgres().start();
  const OctetResult result = idle.result();
  EXPECT_TRUE(result.ok()) << result.error.field('M');
  EXPECT_TRUE(client().query("select 1").ok());
  expect_sound();
}

TEST_P(FaultsOfTheServer, while_the_server_is_away_clients_wait_up_to_their_limit) {
  start(GatewayChoice{.wait = 3'000ms});
  OctetClient idle = client();
  fault_postgres().stop("fast");
  const auto begin = std::chrono::steady_clock::now();
  const OctetResult result = idle.query("select 1");
  const auto waited = std::chrono::steady_clock::now() - begin;
  fault_postgres().start();
  EXPECT_EQ(result.error.sqlstate(), "57P03") << result.error.field('M');
  EXPECT_NE(result.error.hint(), "");
  EXPECT_GE(waited, 2'900ms);
  EXPECT_LT(waited, 20s);
  EXPECT_TRUE(eventually([&] { return !OctetClient(port()).log_in(login()); }));
}

// Also the first client of all, who waits for the server to be greeted.
TEST_P(FaultsOfTheServer, who_logs_in_while_the_server_is_away_hears_that_it_is) {
  auto chosen = settings({.wait = 5'000ms});
  chosen->login = 2'000ms;
  start(chosen);
  fault_postgres().stop("fast");
  OctetClient first(port());
  const OctetMessage words = first.log_in(login());
  fault_postgres().start();
  EXPECT_EQ(words.sqlstate(), "57P03");
  EXPECT_NE(words.field('M').find("the server can't be reached"), std::string::npos) << words.field('M');
}

TEST_P(FaultsOfTheServer, a_connection_that_ended_while_idle_is_never_lent) {
  start(GatewayChoice{.pool_size = 8});
  for (int round = 0; round < 5; ++round) {
    std::vector<OctetClient> some;
    for (int i = 0; i < 8; ++i)
      some.push_back(client());
    for (OctetClient& one : some)
      one.query("begin");
    for (OctetClient& one : some)
      one.query("commit");
    fault_postgres().sql(
        "select pg_terminate_backend(pid, 10000) from pg_stat_activity where usename = 'app' and state = "
        "'idle'");
    for (OctetClient& one : some) {
      const OctetResult result = one.query("select 1");
      EXPECT_TRUE(result.ok()) << result.error.field('M');
    }
  }
  expect_sound();
}

TEST_P(FaultsOfTheServer, an_idle_connection_that_gives_no_sign_of_life_is_replaced) {
  auto chosen = settings({.pool_size = 1});
  auto& limits = chosen->databases.at("app").limits;
  limits.check = 100ms;
  limits.connect = 3'000ms;
  start(chosen);
  OctetClient one = client();
  const pid_t process = process_of(one);
  std::this_thread::sleep_for(1'500ms);  // several checks
  EXPECT_EQ(process_of(one), process) << "one that answers is kept";
  ASSERT_EQ(::kill(process, SIGSTOP), 0);
  const auto logins = [&] { return gateway_->counters()[0]->server_logins.value(); };
  std::this_thread::sleep_for(700ms);  // it is being checked now
  const OctetResult result = one.query("select pg_backend_pid()");
  ::kill(process, SIGCONT);
  ASSERT_TRUE(result.ok()) << result.error.field('M');
  EXPECT_NE(result.rows.at(0).at(0), std::to_string(process));
  EXPECT_EQ(logins(), 2U);
}

// Names lead to addresses that change, and the gateway looks each time.
TEST_P(FaultsOfTheServer, a_host_name_is_looked_up_for_every_connection) {
  PrivatePostgres elsewhere(
      PrivatePostgres::Options{.address = "127.0.0.2", .port = fault_postgres().port()});
  prepare_postgres(elsewhere);
  elsewhere.sql(fmt::format("alter role app password '{}'", fault_postgres().password()));
  const auto mutex = std::make_shared<std::mutex>();
  const auto leads_to = std::make_shared<std::string>("127.0.0.1");
  auto chosen = settings();
  chosen->databases.at("app").address = {"database.test", fault_postgres().port(), "localhost"};
  // Each of the two servers is its own authority.
  chosen->databases.at("app").security = gateway::ServerSecurity::plain;
  chosen->lookup = [=](const std::string& host,
                       std::uint16_t port) -> base::Result<net::Resolver::Addresses> {
    if (host != "database.test") return base::failure(base::ErrorCode::unavailable, "no such host");
    const std::scoped_lock lock(*mutex);
    return net::Resolver::Addresses{net::parse_socket_address(*leads_to, port).value()};
  };
  start(chosen);
  OctetClient one = client();
  const std::string where = "select host(inet_server_addr())";
  EXPECT_EQ(one.query(where).rows.at(0).at(0), "127.0.0.1");
  {
    const std::scoped_lock lock(*mutex);
    *leads_to = "127.0.0.2";
  }
  fault_postgres().stop("fast");
  const OctetResult moved = one.query(where);
  fault_postgres().start();
  ASSERT_TRUE(moved.ok()) << moved.error.field('M');
  EXPECT_EQ(moved.rows.at(0).at(0), "127.0.0.2");
}

TEST_P(FaultsOfTheServer, of_several_hosts_the_one_that_takes_writes_is_used) {
  PrivatePostgres standby(PrivatePostgres::Options{.address = "127.0.0.2", .port = fault_postgres().port()});
  prepare_postgres(standby);
  standby.sql(fmt::format("alter role app password '{}'", fault_postgres().password()));
  standby.become_standby();
  auto chosen = settings({.wait = 20'000ms});
  chosen->databases.at("app").address = {"127.0.0.2, 127.0.0.1", fault_postgres().port(), "localhost"};
  chosen->databases.at("app").security = gateway::ServerSecurity::plain;
  start(chosen);
  OctetClient one = client();
  const std::string where = "select host(inet_server_addr()) || pg_is_in_recovery()";
  EXPECT_EQ(one.query(where).rows.at(0).at(0), "127.0.0.1false");
  fault_postgres().stop("fast");
  send_query(one, where);
  std::this_thread::sleep_for(300ms);
  standby.promote();
  const OctetResult moved = one.result();
  fault_postgres().start();
  ASSERT_TRUE(moved.ok()) << moved.error.field('M');
  EXPECT_EQ(moved.rows.at(0).at(0), "127.0.0.2false");
}

TEST_P(FaultsOfTheServer, a_host_name_that_leads_nowhere_is_told_after_the_wait) {
  auto chosen = settings({.wait = 3'000ms});
  chosen->databases.at("app").address.host = "no such name";
  start(chosen);
  Bystander bystander(port(), login("session"));
  OctetClient one(port());
  const OctetMessage words = one.log_in(login());
  EXPECT_EQ(words.sqlstate(), "57P03");
  EXPECT_NE(words.field('M').find("cannot look up"), std::string::npos) << words.field('M');
  EXPECT_NE(words.hint(), "");
  EXPECT_EQ(bystander.stop(), "");
}

TEST_P(FaultsOfTheServer, a_reload_while_servers_are_opened_leads_new_connections_elsewhere) {
  // The clients wait as long as all these settings take to be made.
  const auto fresh = [&] { return settings({.wait = 60'000ms}); };
  auto chosen = fresh();
  chosen->databases.at("app").address.host = "127.0.0.250";  // nobody listens there
  start(chosen);
  std::vector<OctetClient> waiting;
  for (int i = 0; i < 4; ++i)
    waiting.emplace_back(port());
  std::vector<std::thread> threads;
  std::atomic<int> well = 0;
  for (OctetClient& one : waiting)
    threads.emplace_back([&] {
      if (!one.log_in(login()) && one.query("select 1").ok()) ++well;
    });
  for (int i = 0; i < 20; ++i) {
    chosen = fresh();
    if (i < 19) chosen->databases.at("app").address.host = "127.0.0.250";
    gateway_->reload(chosen);
    std::this_thread::sleep_for(10ms);
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(well, 4);
}

TEST_P(FaultsOfTheServer, who_connected_before_a_reload_gets_servers_of_the_new_configuration) {
  auto chosen = settings();
  chosen->databases.at("app").address.host = "127.0.0.250";  // nobody listens there
  start(chosen);
  OctetClient one(port());
  ASSERT_TRUE(eventually([&] { return gateway_->counters()[0]->clients.value() == 1; }));
  gateway_->reload(settings());
  EXPECT_FALSE(one.log_in(login()));
  EXPECT_TRUE(one.query("select 1").ok());
}

ART32_FAULTS_ON_BOTH_BACKENDS(FaultsOfTheServer);

}  // namespace
}  // namespace art32::test
