// Bad input before and at the log-in: each a clear error, and nobody else notices.
#include <fmt/format.h>

#include "base/text.h"
#include "net/descriptor_limit.h"
#include "pgwire/frontend.h"
#include "pgwire/startup.h"
#include "tests/gateway/fault_fixture.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
using End = OctetMessage::End;

class FaultsAtLogIn : public Faults {
 protected:
  // What a stranger hears who sends this first.
  OctetMessage answer_to(const std::vector<int>& octets) const {
    OctetClient stranger(port());
    stranger.send(octets);
    return stranger.last_words();
  }
};

base::Bytes ssl_request() {
  base::Bytes packet;
  pgwire::put_ssl_request(packet);
  return packet;
}

TEST_P(FaultsAtLogIn, lengths_that_overflow_are_refused) {
  start();
  Bystander bystander(port(), login());
  const std::vector<std::vector<int>> openings = {
      {0x7f, 0xff, 0xff, 0xff, 0, 3, 0, 0},
      {0xff, 0xff, 0xff, 0xff, 0, 3, 0, 0},
      {0x80, 0, 0, 0, 0, 3, 0, 0},
      {0, 0, 0, 0, 0, 3, 0, 0},
      {0, 0, 0, 7, 0, 3, 0, 0},
      {0, 0, 0x27, 0x15, 0, 3, 0, 0},
  };
  for (const auto& opening : openings) {
    const OctetMessage words = answer_to(opening);
    EXPECT_EQ(words.sqlstate(), "08P01");
    EXPECT_NE(words.hint(), "");
    EXPECT_EQ(words.end, End::closed);
  }
  const std::vector<std::vector<int>> messages = {
      {'Q', 0xff, 0xff, 0xff, 0xff, 'x'}, {'Q', 0, 0, 0, 3, 'x'}, {'Q', 0x80, 0, 0, 0},
      {'p', 0x7f, 0xff, 0xff, 0xff, 'x'}, {'S', 0, 0, 0, 5, 0},
  };
  for (const auto& message : messages) {
    OctetClient one = client();
    one.send(message);
    const OctetMessage words = one.last_words();
    EXPECT_EQ(words.sqlstate(), "08P01") << static_cast<char>(message[0]);
    EXPECT_EQ(words.end, End::closed);
  }
  EXPECT_EQ(bystander.stop(), "");
  expect_sound();
}

TEST_P(FaultsAtLogIn, messages_out_of_order_are_refused) {
  start();
  Bystander bystander(port(), login());
  EXPECT_EQ(answer_to({'Q', 0, 0, 0, 5, 0}).sqlstate(), "08P01");
  base::Bytes opening;
  const pgwire::StartupParameter user[] = {{"user", "app"}};
  pgwire::put_startup_message(opening, pgwire::protocol_3_0, user);
  {
    OctetClient early(port());
    early.send(opening);
    EXPECT_EQ(early.read().type, 'R');
    base::Bytes query;
    pgwire::put_query(query, "insert into item (name) values ('before the log-in')");
    early.send(query);
    EXPECT_EQ(early.last_words().sqlstate(), "08P01");
  }
  {
    OctetClient pushy(port());
    base::Bytes both = opening;
    pgwire::put_query(both, "select 1");
    pushy.send(both);
    EXPECT_EQ(pushy.last_words().sqlstate(), "08P01");
  }
  for (const auto& message : std::vector<std::vector<int>>{{'p', 0, 0, 0, 5, 0},
                                                           {'Z', 0, 0, 0, 5, 'I'},
                                                           {0, 0, 0, 8, 0, 3, 0, 0},
                                                           {'R', 0, 0, 0, 8, 0, 0, 0, 0}}) {
    OctetClient one = client();
    one.send(message);
    EXPECT_EQ(one.last_words().sqlstate(), "08P01") << message[0];
  }
  EXPECT_EQ(fault_postgres().sql("select count(*) from item where name = 'before the log-in'", "app"), "0");
  EXPECT_EQ(bystander.stop(), "");
  expect_sound();
}

TEST_P(FaultsAtLogIn, octets_before_tls_are_refused) {
  start(GatewayChoice{.with_tls = true});
  OctetClient stranger(port());
  base::Bytes octets = ssl_request();
  const pgwire::StartupParameter user[] = {{"user", "app"}};
  pgwire::put_startup_message(octets, pgwire::protocol_3_0, user);
  stranger.send(octets);
  const OctetMessage words = stranger.last_words();
  EXPECT_EQ(words.sqlstate(), "08P01");
  EXPECT_NE(words.field('M').find("unencrypted octets"), std::string::npos) << words.field('M');
}

TEST_P(FaultsAtLogIn, start_up_packets_without_end_are_refused) {
  start();
  Bystander bystander(port(), login());
  {
    OctetClient asks_again(port());
    asks_again.send(ssl_request());
    EXPECT_EQ(asks_again.read_octet(), 'N');
    asks_again.send(ssl_request());
    EXPECT_EQ(asks_again.last_words().sqlstate(), "08P01");
  }
  {
    OctetClient long_one(port());
    base::Bytes packet;
    const std::string name(9'000, 'n');
    const pgwire::StartupParameter many[] = {{"user", "app"}, {name, name}};
    pgwire::put_startup_message(packet, pgwire::protocol_3_0, many);
    long_one.send(packet);
    EXPECT_EQ(long_one.last_words().sqlstate(), "08P01");
  }
  {
    OctetClient flood(port());
    flood.send(base::Bytes(1U << 20, std::uint8_t{0}));
    EXPECT_EQ(flood.last_words().sqlstate(), "08P01");
  }
  EXPECT_EQ(bystander.stop(), "");
}

TEST_P(FaultsAtLogIn, a_slow_log_in_ends_at_its_deadline) {
  auto chosen = settings();
  chosen->login = 300ms;
  start(chosen);
  const auto begin = std::chrono::steady_clock::now();
  std::vector<OctetClient> slow;
  for (int stage = 0; stage < 3; ++stage) {
    OctetClient& one = slow.emplace_back(port());
    base::Bytes packet;
    const pgwire::StartupParameter user[] = {{"user", "app"}};
    pgwire::put_startup_message(packet, pgwire::protocol_3_0, user);
    if (stage == 1) one.send(base::ByteView(packet).first(9));
    if (stage == 2) one.send(packet);
  }
  for (OctetClient& one : slow) {
    const OctetMessage words = one.last_words();
    EXPECT_EQ(words.sqlstate(), "57P03");
    EXPECT_NE(words.hint(), "");
    EXPECT_EQ(words.end, End::closed);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
}

TEST_P(FaultsAtLogIn, a_tls_handshake_that_never_ends_ends_at_the_deadline) {
  auto chosen = settings({.with_tls = true});
  chosen->login = 2'000ms;
  start(chosen);
  for (const bool has_begun : {false, true}) {
    OctetClient one(port());
    one.send(ssl_request());
    EXPECT_EQ(one.read_octet(), 'S');
    if (has_begun) one.send({0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc});
    char octet = 0;
    do
      octet = one.read_octet();
    while (octet != 0);
  }
  EXPECT_TRUE(eventually([&] { return gateway_->counters()[0]->clients.value() == 0; }));
}

// All come from one address, and the bystander too.
TEST_P(FaultsAtLogIn, ten_thousand_connections_that_never_log_in_keep_nobody_out) {
  const std::size_t descriptors = net::raise_descriptor_limit();
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)
  constexpr std::size_t wanted = 2'500;  // the sanitizers' builds
#else
  constexpr std::size_t wanted = 10'000;
#endif
  const std::size_t count = std::min(wanted, descriptors - 5'000);
  auto chosen = settings({.workers = 2});
  chosen->most_clients = 2'000;
  start(chosen);
  Bystander bystander(port(), login());
  std::vector<OctetClient> silent;
  std::size_t newcomers = 0;
  for (std::size_t i = 0; i < count; ++i) {
    silent.emplace_back(port());
    if (i % 500 != 499) continue;
    EXPECT_EQ(client().query("select 5").rows.size(), 1U);
    ++newcomers;
  }
  EXPECT_GT(newcomers, 0U);
  std::size_t waiting = 0;
  EXPECT_TRUE(eventually([&] {
    waiting = 0;
    for (const gateway::Counters* counters : gateway_->counters())
      waiting += counters->clients.value();
    return waiting <= chosen->most_logins_of_address + 1;
  })) << waiting;
  const OctetMessage words = silent.front().last_words();
  EXPECT_EQ(words.sqlstate(), "53300");
  EXPECT_NE(words.hint(), "");
  EXPECT_EQ(bystander.stop(), "");
}

TEST_P(FaultsAtLogIn, one_address_full_of_silent_connections_leaves_the_others_alone) {
  auto chosen = settings();
  chosen->most_logins = 100;
  chosen->most_logins_of_address = 20;
  start(chosen);
  OctetClient patient(port(), "127.0.0.9");
  std::vector<OctetClient> silent;
  for (int i = 0; i < 200; ++i)
    silent.emplace_back(port());
  EXPECT_EQ(silent.front().last_words().sqlstate(), "53300");
  EXPECT_FALSE(patient.log_in(login()));
}

TEST_P(FaultsAtLogIn, wrong_passwords_are_refused_alike_and_slowed_down_by_address) {
  auto chosen = settings();
  chosen->wrong_passwords = {4, 6'000ms};
  start(chosen);
  Bystander bystander(port(), login());
  const auto attempt = [&](const std::string& from, const std::string& user, const std::string& password) {
    OctetClient one(port(), from);
    return one.log_in({user, password, "app", {}});
  };
  const std::string right = fault_postgres().password();
  EXPECT_FALSE(attempt("127.0.0.2", "app", right));
  for (int i = 0; i < 2; ++i) {
    const OctetMessage wrong = attempt("127.0.0.2", "other", "wrong");
    const OctetMessage unknown = attempt("127.0.0.2", "nobody", "wrong");
    EXPECT_EQ(wrong.sqlstate(), "28P01");
    EXPECT_EQ(base::replace_all(std::string(base::as_text(unknown.body)), "nobody", "other"),
              base::as_text(wrong.body));
  }
  for (const auto& [user, password] : {std::pair<std::string, std::string>{"other", "wrong"},
                                       {"nobody", "wrong"},
                                       {"app", "wrong"},
                                       {"other", right}}) {
    const OctetMessage words = attempt("127.0.0.2", user, password);
    EXPECT_EQ(words.sqlstate(), "28000") << user;
    EXPECT_NE(words.hint(), "");
  }
  EXPECT_FALSE(attempt("127.0.0.2", "app", right)) << "it had signed in from there before";
  EXPECT_FALSE(attempt("127.0.0.3", "other", right)) << "another address";
  EXPECT_TRUE(eventually([&] { return !attempt("127.0.0.2", "other", right); })) << "the window has passed";
  EXPECT_EQ(bystander.stop(), "");
}

TEST_P(FaultsAtLogIn, more_clients_than_allowed_are_told_so) {
  auto chosen = settings({.workers = 2});
  chosen->most_clients = 3;
  start(chosen);
  std::vector<OctetClient> few;
  for (int i = 0; i < 3; ++i)
    few.push_back(client());
  OctetClient surplus(port());
  const OctetMessage words = surplus.last_words();
  EXPECT_EQ(words.sqlstate(), "53300");
  EXPECT_NE(words.hint(), "");
  for (OctetClient& one : few)
    EXPECT_TRUE(one.query("select 1").ok());
  few.pop_back();
  EXPECT_TRUE(eventually([&] { return !OctetClient(port()).log_in(login()); }));
}

// What still comes is for nobody; it once met a log-in that was over, and that was the end of
// the gateway.
TEST_P(FaultsAtLogIn, octets_behind_the_end_of_a_log_in_do_no_harm) {
  start();
  Bystander bystander(port(), login());
  for (const int first : {0x16, 0x00, 0xff}) {  // TLS without a request, and nonsense
    for (int round = 0; round < 20; ++round) {
      OctetClient flood(port());
      flood.send(base::Bytes(600'000, static_cast<std::uint8_t>(first)));
      flood.last_words();
    }
  }
  EXPECT_EQ(bystander.stop(), "");
}

// The kernel resets a connection that is closed with octets unread, and the error is lost.
TEST_P(FaultsAtLogIn, the_last_error_arrives_although_octets_are_unread) {
  start();
  for (int round = 0; round < 20; ++round) {
    OctetClient one = client();
    base::Bytes octets = {'!', 0, 0, 0, 4};
    octets.resize(600'000, 'x');
    one.send(octets);
    std::this_thread::sleep_for(5ms);
    const OctetMessage words = one.last_words();
    EXPECT_EQ(words.sqlstate(), "08P01");
    EXPECT_EQ(words.end, End::closed);
  }
  OctetClient silent(port());
  silent.send(base::Bytes(600'000, std::uint8_t{0}));
  std::this_thread::sleep_for(5ms);
  EXPECT_EQ(silent.last_words().sqlstate(), "08P01");
}

TEST_P(FaultsAtLogIn, start_up_options_become_settings_of_the_session) {
  start(GatewayChoice{.pool_size = 1});
  OctetClient one(port());
  OctetClient::Login with_options = login();
  with_options.parameters = {
      {"options", R"(-c search_path=pg_catalog,\ public -cwork_mem=3MB --lock-timeout=7s)"},
      {"work_mem", "5MB"}};
  ASSERT_FALSE(one.log_in(with_options));
  EXPECT_EQ(one.query("show search_path").rows.at(0).at(0), "pg_catalog, public");
  EXPECT_EQ(one.query("show lock_timeout").rows.at(0).at(0), "7s");
  EXPECT_EQ(one.query("show work_mem").rows.at(0).at(0), "5MB");
  EXPECT_EQ(client().query("show lock_timeout").rows.at(0).at(0), "0");
  EXPECT_EQ(one.query("show lock_timeout").rows.at(0).at(0), "7s");
  for (const auto& [options, state] :
       {std::pair{"-d 5", "0A000"}, {"-c nothing", "22023"}, {"geqo=off", "0A000"}}) {
    OctetClient wrong(port());
    OctetClient::Login login_with = login();
    login_with.parameters = {{"options", options}};
    const OctetMessage words = wrong.log_in(login_with);
    EXPECT_EQ(words.sqlstate(), state) << options;
    EXPECT_NE(words.hint(), "");
  }
}

// A statement that ran without its session's settings could write into another schema, or as
// another role.
TEST_P(FaultsAtLogIn, a_statement_never_runs_without_the_settings_of_its_session) {
  start(GatewayChoice{.pool_size = 1});
  Bystander bystander(port(), login());
  OctetClient one(port());
  OctetClient::Login wrong = login();
  wrong.parameters = {{"options", "-c no_such_setting=1"}};
  ASSERT_FALSE(one.log_in(wrong));
  const OctetResult result = one.query("insert into item (name) values ('without its settings')");
  EXPECT_EQ(result.error.sqlstate(), "42704");
  EXPECT_NE(result.error.hint(), "");
  EXPECT_EQ(fault_postgres().sql("select count(*) from item where name = 'without its settings'", "app"),
            "0");
  EXPECT_EQ(bystander.stop(), "");
  expect_sound();
  EXPECT_EQ(gateway_->counters()[0]->server_logins.value(), 1U) << "the server connection was kept";
}

ART32_FAULTS_ON_BOTH_BACKENDS(FaultsAtLogIn);

}  // namespace
}  // namespace art32::test
