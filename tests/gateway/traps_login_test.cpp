// Protocol traps before the first query: start-up, encryption, SCRAM, cancel keys.
#include "crypto/channel_binding.h"
#include "net/testing.h"
#include "pgwire/authentication.h"
#include "pgwire/backend.h"
#include "pgwire/negotiation.h"
#include "pgwire/startup.h"
#include "tests/gateway/traps.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
using gateway::Counters;

base::Bytes packet(void (*put)(base::Bytes&)) {
  base::Bytes octets;
  put(octets);
  return octets;
}

class Logins : public Traps {
 protected:
  RawClient::Login login() const { return {.password = trap_postgres().password()}; }
  // The answer to SSLRequest, and TLS where it is yes.
  std::unique_ptr<RawClient> tls_client() {
    auto made = std::make_unique<RawClient>(gateway->port());
    made->octets(packet(pgwire::put_ssl_request)).go();
    EXPECT_EQ(base::to_text(made->read_octets()), "S");
    EXPECT_TRUE(made->begin_tls("postgresql"));
    return made;
  }
  // A cancel that comes before its query does nothing, at PostgreSQL too.
  static void wait_until_one_sleeps() {
    const std::string sleepers =
        "select count(*) from pg_stat_activity where state = 'active' and query = 'select pg_sleep(60)'";
    for (int i = 0; i < 300 && trap_postgres().sql(sleepers) != "1"; ++i)
      std::this_thread::sleep_for(20ms);
  }
  // Settings for a server that is spoken to over TLS.
  std::shared_ptr<gateway::Settings> over_tls(const ScriptedServer& server) {
    auto settings = server.settings({.backend = GetParam(), .pool_size = 1, .wait = 3'000ms});
    gateway::Database& database = settings->databases.at("app");
    database.security = gateway::ServerSecurity::verify_full;
    database.tls = std::make_shared<net::TlsClientContext>(
        net::TlsClientContext::make(net::testing::Identity().authority_pem).value());
    return settings;
  }
};

TEST_P(Logins, bytes_buffered_before_tls_starts_are_rejected_on_the_client_leg) {
  start({.with_tls = true});
  base::Bytes injected = packet(pgwire::put_ssl_request);
  RawClient client(gateway->port());
  client.octets(injected).start_up(login()).go();
  const Answers answers = client.rest();
  EXPECT_EQ(answers.types, "E$");
  EXPECT_EQ(answers.sqlstate(), "08P01");
}

// Octets that come between the gateway's yes and the handshake are no TLS.
TEST_P(Logins, bytes_sent_behind_the_yes_to_tls_start_nothing) {
  start({.with_tls = true});
  RawClient client(gateway->port());
  client.octets(packet(pgwire::put_ssl_request)).go();
  EXPECT_EQ(base::to_text(client.read_octets()), "S");
  client.start_up(login()).go();
  base::Bytes all;
  while (!client.is_over())
    base::append(all, client.read_octets());
  EXPECT_EQ(base::as_text(all).find("SCRAM"), std::string_view::npos);
}

TEST_P(Logins, bytes_buffered_before_tls_starts_are_rejected_on_the_server_leg) {
  ScriptedServer server({}, [](ScriptedConnection& connection, unsigned) {
    if (connection.read_packet().empty()) return;
    connection.send("S");
    connection.parameter("injected", "before TLS");
    connection.drain();
  });
  start(over_tls(server));
  RawClient client(gateway->port());
  const Answers answers = client.log_in({.password = ScriptedServer::password()});
  EXPECT_TRUE(answers.types.ends_with("E$")) << answers.types;
  EXPECT_EQ(answers.sqlstate(), "57P03");
  EXPECT_FALSE(answers.parameters.contains("injected"));
}

// CVE-2024-10977: what stands before TLS may be anybody's.
TEST_P(Logins, an_error_before_tls_is_not_shown_to_anybody) {
  ScriptedServer server({}, [](ScriptedConnection& connection, unsigned) {
    if (connection.read_packet().empty()) return;
    connection.error("FATAL", "28P01", "please send your password to mallory");
    connection.drain();
  });
  start(over_tls(server));
  RawClient client(gateway->port());
  const Answers answers = client.log_in({.password = ScriptedServer::password()});
  ASSERT_EQ(answers.errors.size(), 1U) << answers.types;
  EXPECT_EQ(answers.errors[0].find("mallory"), std::string::npos) << answers.errors[0];
}

TEST_P(Logins, direct_tls_needs_alpn) {
  start({.with_tls = true});
  RawClient with(gateway->port());
  ASSERT_TRUE(with.begin_tls("postgresql"));
  EXPECT_TRUE(with.log_in(login()).types.ends_with("ZI"));
  EXPECT_EQ(with.ask("select 'direct'").row(), "direct");

  RawClient without(gateway->port());
  if (without.begin_tls("")) {
    without.start_up(login()).go();
    const Answers answers = without.rest();
    EXPECT_EQ(answers.types.find('R'), std::string::npos) << answers.types;
    EXPECT_TRUE(answers.types.ends_with("$")) << answers.types;
  }
  RawClient other(gateway->port());
  EXPECT_FALSE(other.begin_tls("http/1.1"));
}

TEST_P(Logins, nested_gss_and_ssl_requests) {
  start({.with_tls = true});
  // One after the other's refusal is how libpq does it.
  RawClient polite(gateway->port());
  polite.octets(packet(pgwire::put_gssenc_request)).go();
  EXPECT_EQ(base::to_text(polite.read_octets()), "N");
  polite.octets(packet(pgwire::put_ssl_request)).go();
  EXPECT_EQ(base::to_text(polite.read_octets()), "S");
  ASSERT_TRUE(polite.begin_tls("postgresql"));
  EXPECT_TRUE(polite.log_in(login()).types.ends_with("ZI"));

  for (const auto put : {pgwire::put_gssenc_request, pgwire::put_ssl_request}) {
    const auto inside = tls_client();
    inside->octets(packet(put)).go();
    const Answers answers = inside->rest();
    EXPECT_EQ(answers.types, "E$");
    EXPECT_EQ(answers.sqlstate(), "08P01");
  }
  RawClient again(gateway->port());
  again.octets(packet(pgwire::put_gssenc_request)).go();
  EXPECT_EQ(base::to_text(again.read_octets()), "N");
  again.octets(packet(pgwire::put_gssenc_request)).go();
  EXPECT_EQ(again.rest().sqlstate(), "08P01");
}

TEST_P(Logins, scram_plus_downgrade) {
  start({.with_tls = true});
  const base::Bytes end_point = gateway->workers()[0]->settings()->tls_end_point;
  RawClient::Login bound = login();
  bound.end_point = end_point;
  const auto good = tls_client();
  EXPECT_TRUE(good->log_in(bound).types.ends_with("ZI"));
  EXPECT_EQ(good->mechanism, "SCRAM-SHA-256-PLUS");

  // "y": the client could bind, but somebody took PLUS out of the offer.
  const auto downgraded = tls_client();
  downgraded->start_up(login()).go();
  EXPECT_EQ(downgraded->until('R').types, "R");
  base::Bytes first;
  pgwire::put_sasl_initial_response(first, {"SCRAM-SHA-256", base::as_bytes("y,,n=,r=abcdefghijklmnop")});
  downgraded->octets(first).go();
  const Answers answers = downgraded->rest();
  EXPECT_EQ(answers.types, "E$");
  EXPECT_EQ(answers.sqlstate(), "28000");
}

TEST_P(Logins, scram_plus_cannot_be_relayed_through_a_tls_terminator) {
  start({.with_tls = true});
  RawClient::Login relayed = login();  // bound to the certificate of the one in the middle
  relayed.end_point =
      crypto::tls_server_end_point(base::as_bytes(net::testing::Identity().certificate_pem)).value();
  const Answers answers = tls_client()->log_in(relayed);
  EXPECT_TRUE(answers.types.ends_with("E$")) << answers.types;
  EXPECT_EQ(answers.sqlstate(), "28000");
  // Without TLS there is nothing to bind to: it is neither offered nor accepted.
  gateway.reset();
  start(GatewayChoice{});
  RawClient plain(gateway->port());
  plain.start_up(login()).go();
  const Answers offer = plain.until('R');
  EXPECT_EQ(base::to_text(offer.messages.at(0).body).find("PLUS"), std::string::npos);
  base::Bytes first;
  pgwire::put_sasl_initial_response(
      first, {"SCRAM-SHA-256-PLUS", base::as_bytes("p=tls-server-end-point,,n=,r=abcdefghijklmnop")});
  plain.octets(first).go();
  EXPECT_EQ(plain.rest().sqlstate(), "08P01");
}

TEST_P(Logins, long_scram_nonce) {
  start(GatewayChoice{});
  for (const std::size_t size : {513U, 10'000U, 60'000U}) {
    RawClient client(gateway->port());
    client.start_up(login()).go();
    client.until('R');
    base::Bytes first;
    const std::string text = "n,,n=,r=" + std::string(size, 'n');
    pgwire::put_sasl_initial_response(first, {"SCRAM-SHA-256", base::as_bytes(text)});
    client.octets(first).go();
    const Answers answers = client.rest();
    EXPECT_EQ(answers.types, "E$") << size;
    EXPECT_EQ(answers.sqlstate(), "08P01") << size;
  }
  EXPECT_EQ(client()->ask("select 1").row(), "1");
}

TEST_P(Logins, long_scram_nonce_of_the_server) {
  ScriptedServer server({}, [](ScriptedConnection& connection, unsigned) {
    if (connection.read_packet().empty()) return;
    base::Bytes out;
    pgwire::put_sasl_request(out, std::vector<std::string_view>{"SCRAM-SHA-256"});
    connection.send(out);
    const RawMessage first = connection.read();
    const auto initial = pgwire::parse_sasl_initial_response(first.body);
    if (!initial || !initial->response) return;
    const std::string text = base::to_text(*initial->response);
    const std::string answer =
        text.substr(text.find("r=")) + std::string(50'000, 'n') + ",s=c2FsdHNhbHRzYWx0c2FsdA==,i=4096";
    base::Bytes challenge;
    pgwire::put_authentication(challenge,
                               {pgwire::AuthenticationKind::sasl_continue, base::as_bytes(answer)});
    connection.send(challenge);
    connection.drain();
  });
  start(server.settings({.backend = GetParam(), .pool_size = 1, .wait = 3'000ms}));
  RawClient client(gateway->port());
  const Answers answers = client.log_in({.password = ScriptedServer::password()});
  EXPECT_TRUE(answers.types.ends_with("E$")) << answers.types;
  EXPECT_EQ(answers.sqlstate(), "57P03");
}

TEST_P(Logins, length_overflow) {
  start(GatewayChoice{});
  const auto bystander = client();
  for (const std::uint32_t length : {0U, 7U, 10'005U, 0x7fff'ffffU, 0xffff'ffffU}) {
    base::Bytes start;
    base::put_u32(start, length);
    base::put_u32(start, 3U << 16);
    RawClient stranger(gateway->port());
    stranger.octets(start).octets(std::string(100, 'x')).go();
    const Answers answers = stranger.rest();
    EXPECT_EQ(answers.types, "E$") << length;
    EXPECT_EQ(answers.sqlstate(), "08P01") << length;
  }
  for (const char type : std::string("QPBDECFSHdcfp")) {
    for (const std::uint32_t length : {0U, 3U, 0x7fff'ffffU, 0x8000'0004U, 0xffff'ffffU}) {
      base::Bytes message = {static_cast<std::uint8_t>(type)};
      base::put_u32(message, length);
      const auto stranger = client();
      stranger->octets(message).octets(std::string(100, 'x')).go();
      const Answers answers = stranger->rest();
      EXPECT_EQ(answers.types, "E$") << type << length;
      EXPECT_EQ(answers.sqlstate(), "08P01") << type << length;
    }
  }
  EXPECT_EQ(bystander->ask("select 'fine'").row(), "fine");
}

TEST_P(Logins, length_overflow_in_what_the_server_sends) {
  ScriptedServer server([](ScriptedConnection& connection, unsigned number) {
    while (connection.read_to('Q')) {
      if (number > 0) {
        connection.answer("fine");
        continue;
      }
      connection.row_description();
      connection.send(std::string_view("D\xff\xff\xff\xff", 5));
    }
  });
  start(server.settings({.backend = GetParam(), .pool_size = 1}));
  const auto first = scripted_client();
  first->query("select").go();
  const Answers answers = first->rest();
  EXPECT_EQ(answers.types, "TE$");
  EXPECT_EQ(answers.sqlstate(), "08006");
  EXPECT_EQ(scripted_client()->ask("select").row(), "fine");
}

TEST_P(Logins, error_without_sqlstate) {
  ScriptedServer server([](ScriptedConnection& connection, unsigned) {
    while (connection.read_to('Q')) {
      connection.error("ERROR", "", "no state");
      connection.ready();
      connection.answer("fine");
      if (!connection.read_to('Q')) return;
      connection.send_message('E', std::string_view("\0", 1));  // no field at all
      connection.ready();
    }
  });
  start(server.settings({.backend = GetParam(), .pool_size = 1}));
  const auto client = scripted_client();
  client->query("one").go();
  EXPECT_THAT(client->ready().errors, testing::ElementsAre("----- no state"));
}

TEST_P(Logins, error_without_sqlstate_at_the_log_in) {
  ScriptedServer server({}, [](ScriptedConnection& connection, unsigned) {
    if (connection.read_packet().empty()) return;
    connection.error("FATAL", "", "no state");
    connection.drain();
  });
  start(server.settings({.backend = GetParam(), .pool_size = 1, .wait = 3'000ms}));
  RawClient client(gateway->port());
  const Answers answers = client.log_in({.password = ScriptedServer::password()});
  EXPECT_EQ(answers.sqlstate(), "57P03") << answers.types;
}

TEST_P(Logins, start_up_search_path_runs_no_sql_before_the_log_in) {
  trap_postgres().sql(
      "drop schema if exists evil cascade; create schema evil authorization app; create table evil.calls (n "
      "int);"
      "alter table evil.calls owner to app;"
      "create function evil.pg_advisory_unlock_all() returns void language sql as 'insert into evil.calls "
      "values (1)'; create function evil.set_config(text, text, bool) returns text language sql as 'insert "
      "into evil.calls values (2) returning null::text'; grant usage on schema evil to app",
      "app");
  start({.pool_size = 1});
  RawClient::Login evil = login();
  evil.parameters = {{"search_path", "evil, pg_catalog"}};
  RawClient::Login wrong = evil;
  wrong.password = "wrong";
  EXPECT_EQ(RawClient(gateway->port()).log_in(wrong).sqlstate(), "28P01");
  const auto first = client(evil);
  EXPECT_EQ(first->ask("show search_path").row(), "evil, pg_catalog");
  first->ask("create temp table t (a int)");  // leaves traces: a reset will follow
  first->hang_up();
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(client()->ask("show search_path").row(), "\"$user\", public");
  EXPECT_EQ(client()->ask("select count(*) from evil.calls").row(), "0");
}

// Whether a connection is encrypted stands with the connection itself: another one that gets
// the same descriptor has nothing of it.
TEST_P(Logins, tls_state_is_the_connections_own) {
  start({.with_tls = true});
  for (int i = 0; i < 10; ++i) {
    {
      const auto secure = tls_client();
      EXPECT_TRUE(secure->log_in(login()).types.ends_with("ZI"));
      EXPECT_EQ(secure->ask("select 1").row(), "1");
    }
    RawClient plain(gateway->port());
    const Answers answers = plain.log_in(login());
    EXPECT_EQ(answers.types, "E$");
    EXPECT_EQ(answers.sqlstate(), "28000");
  }
}

TEST_P(Logins, cancel_keys_are_4_octets_in_3_0_and_longer_in_3_2) {
  start({.pool_size = 2});
  const auto old = client();
  EXPECT_EQ(old->cancel_key.size(), 4U);
  RawClient::Login newer = login();
  newer.version = pgwire::protocol_3_2;
  const auto fresh = client(newer);
  EXPECT_GT(fresh->cancel_key.size(), 4U);
  EXPECT_LE(fresh->cancel_key.size(), 256U);
  for (const auto* client : {&old, &fresh}) {
    (*client)->query("select pg_sleep(60)").go();
    wait_until_one_sleeps();
    base::Bytes wrong = (*client)->cancel_key;
    wrong.back() ^= 1;
    send_cancel(gateway->port(), (*client)->process_id, wrong);
    EXPECT_EQ(count(&Counters::cancels), client == &old ? 0U : 1U);
    send_cancel(gateway->port(), (*client)->process_id, (*client)->cancel_key);
    EXPECT_EQ((*client)->ready().sqlstate(), "57014");
  }
}

TEST_P(Logins, negotiate_protocol_version_and_unknown_pq_options) {
  start(GatewayChoice{});
  RawClient::Login future = login();
  future.version = {3, 9};
  future.parameters = {{"_pq_.tomorrow", "1"}, {"application_name", "x"}, {"_pq_.later", "2"}};
  RawClient client(gateway->port());
  const Answers answers = client.log_in(future);
  ASSERT_TRUE(answers.types.starts_with("v")) << answers.types;
  EXPECT_TRUE(answers.types.ends_with("ZI")) << answers.types;
  const auto negotiated = pgwire::parse_negotiate_protocol_version(answers.find('v')->body);
  ASSERT_TRUE(negotiated.has_value());
  EXPECT_EQ(negotiated->newest, pgwire::protocol_3_2);
  EXPECT_THAT(negotiated->unknown_options, testing::ElementsAre("_pq_.tomorrow", "_pq_.later"));
  EXPECT_GT(client.cancel_key.size(), 4U);
  EXPECT_EQ(client.ask("show application_name").row(), "x");

  RawClient::Login options = login();
  options.parameters = {{"_pq_.tomorrow", "1"}};
  RawClient old(gateway->port());
  EXPECT_TRUE(old.log_in(options).types.starts_with("v"));
  EXPECT_EQ(old.cancel_key.size(), 4U);

  RawClient::Login major = login();
  major.version = {4, 0};
  EXPECT_EQ(RawClient(gateway->port()).log_in(major).types, "E$");
}

TEST_P(Logins, stale_cancel_hits_the_next_client) {
  start({.pool_size = 1});
  const auto first = client();
  const auto second = client();
  unsigned cancelled = 0;
  for (int i = 0; i < 40; ++i) {
    // The cancel races with the end of the query, and the next client's is already there.
    first->query("select pg_sleep(0.004)").go();
    second->query("select pg_sleep(0.002), 'second'").go();
    std::this_thread::sleep_for(std::chrono::microseconds(2'000 + 200 * (i % 20)));
    send_cancel(gateway->port(), first->process_id, first->cancel_key);
    cancelled += first->ready().errors.empty() ? 0 : 1;
    const Answers answers = second->ready();
    EXPECT_EQ(answers.types, "TDCZI") << testing::PrintToString(answers.errors);
  }
  // Long after its query a cancel does nothing, whoever has the connection then.
  second->query("select pg_sleep(0.2)").go();
  send_cancel(gateway->port(), first->process_id, first->cancel_key);
  EXPECT_EQ(second->ready().types, "TDCZI");
  first->query("select pg_sleep(60)").go();
  wait_until_one_sleeps();
  send_cancel(gateway->port(), first->process_id, first->cancel_key);
  EXPECT_EQ(first->ready().sqlstate(), "57014");
  EXPECT_EQ(second->ask("select 'fine'").row(), "fine");
  RecordProperty("cancelled", static_cast<int>(cancelled));
}

// As PostgreSQL does, and PQcancel counts on.
TEST_P(Logins, after_a_cancels_connection_ended_it_hits_no_later_query_of_its_own_client_either) {
  start({.pool_size = 1, .workers = 2});
  const auto asking = client();
  const auto other = client();  // on the other worker
  for (int i = 0; i < 60; ++i) {
    RawClient& cancelled = i % 2 == 0 ? *asking : *other;
    cancelled.query("select pg_sleep(0.002)").go();
    std::this_thread::sleep_for(std::chrono::microseconds(1'500 + 50 * (i % 30)));
    send_cancel(gateway->port(), cancelled.process_id, cancelled.cancel_key);
    cancelled.ready();
    EXPECT_EQ(cancelled.ask("select 'next'").row(), "next");
  }
}

TEST_P(Logins, a_cancel_while_waiting_for_a_server_ends_the_query_and_not_the_session) {
  start({.pool_size = 1});
  const auto holder = client();
  const auto waiting = client();
  const auto cancel_what_waits = [&] {
    for (std::uint64_t before = count(&Counters::cancels); count(&Counters::cancels) < before + 3;)
      send_cancel(gateway->port(), waiting->process_id, waiting->cancel_key);  // it may not wait yet
  };
  holder->ask("begin");
  waiting->query("select 1").go();
  cancel_what_waits();
  const Answers simple = waiting->ready();
  EXPECT_EQ(simple.types, "EZI");
  EXPECT_EQ(simple.sqlstate(), "57014");
  waiting->parse("kept", "select 2").bind("", "kept").execute().go();
  cancel_what_waits();
  EXPECT_EQ(waiting->until('E').sqlstate(), "57014");
  EXPECT_EQ(waiting->ready(1, 200ms).types, "#") << "the batch isn't over";
  waiting->execute().query("select 'passed over'").sync().query("select 3").go();
  EXPECT_EQ(waiting->ready().types, "ZI");
  EXPECT_EQ(holder->ask("commit").types.back(), 'I');
  EXPECT_EQ(waiting->ready().row(), "3");
  EXPECT_EQ(waiting->bind("", "kept").execute().sync().go() ? waiting->ready().sqlstate() : "", "26000");
}

ART32_ON_BOTH_BACK_ENDS(Logins);

}  // namespace
}  // namespace art32::test
