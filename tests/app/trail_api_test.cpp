// The trail by the JSON API from outside: an application reads any team's, a claim its own team's, and
// whatever else is tried shows nothing.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <thread>

#include "base/bytes.h"
#include "base/text.h"
#include "net/listening_socket.h"
#include "net/scratch_postgres.h"
#include "tests/support/eventually.h"
#include "tests/support/running_server.h"

namespace art32::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* shop = R"(
create table invoice (id bigint primary key, team_id bigint not null, number text);
create table "odd.name ü" (id text primary key, team_id bigint, note text);
create table customer (id bigint primary key, team_id bigint, name text);
)";

struct Answer {
  int status = 0;
  boost::json::value body;
  std::string text, cache;
};

class TrailApi : public testing::Test {
 protected:
  TrailApi() {
    auto started = net::ScratchPostgres::start({.settings = {{"wal_level", "logical"}}});
    EXPECT_TRUE(started.has_value()) << started.error().message();
    postgres = std::move(*started);
    for (const char* const database : {"shop", "open"}) {
      sql(fmt::format("create database {}", database), "postgres");
      sql(shop, database);
    }
    EXPECT_TRUE(
        base::replace_file(server.folder() / "keys/db.crt", base::as_bytes(postgres->authority_pem())));
    server.edit("art32.toml", "[ledger]\n",
                "[identity]\nport = 0\n\n[operators]\nport = " + std::to_string(pages_port) +
                    "\n\n[gateway]\nport = 0\n" + database_table("shop", "tenancy = true") +
                    database_table("open", "") + "[ledger]\n");
    for (const char* const database : {"shop", "open"}) {
      const net::Finished applied =
          server.command({"trail", "apply", "--database", database, "--connection",
                          fmt::format("host={} port={} user=postgres dbname={}", postgres->folder().string(),
                                      postgres->port(), database)});
      EXPECT_EQ(applied.exit_code, 0) << applied.output << applied.errors;
    }
    server.start();
    endpoint = {"127.0.0.1", identity_port(), "localhost"};
    EXPECT_EQ(server.command({"account", "add", "shop", "--may", "customers"}).exit_code, 0);
    account = printed({"account", "token", "issue", "shop"});
    EXPECT_TRUE(eventually([&] {
      const auto standings = boost::json::parse(server.command({"trail", "status", "--json"}).output);
      return standings.at(0).at("connected").as_bool() && standings.at(1).at("connected").as_bool();
    })) << server.log();
    sql("insert into invoice values (7, 1, 'A-1'), (8, 2, 'B-secret')");
    sql("update invoice set number = 'A-2' where id = 7");
    sql("insert into \"odd.name ü\" values ('r 1/&=%', 1, 'odd')");
    sql("insert into customer values (5, 1, 'Erika Mustermann')");
    sql("truncate customer");
    sql("insert into invoice values (7, 1, 'C-1')", "open");
    EXPECT_TRUE(eventually([&] {
      return changes(account, "?team=1").size() == 4 && changes(account, "?team=1", "open").size() == 1;
    })) << server.log();
  }
  std::string database_table(const std::string& name, const std::string& more) const {
    return fmt::format(R"([[gateway.database]]
name = "{0}"
server = "127.0.0.1"
server_port = {1}
server_name = "{2}"
server_authority = "keys/db.crt"
{3}
[gateway.database.trail]
keep_wal = "64GB"
password_file = "keys/trail.password"
personal = [{{ table = "public.customer", subject = "id", kind = "customer", columns = ["name"] }}]
)",
                       name, postgres->port(), net::ScratchPostgres::server_name, more);
  }
  void sql(const std::string& text, const std::string& database = "shop") {
    const auto done = postgres->sql(text, database);
    EXPECT_TRUE(done.has_value()) << text << done.error().message();
  }
  std::uint16_t identity_port() const {
    const auto all = boost::json::parse(base::read_text_file(server.folder() / "run/listeners.json").value());
    for (const auto& each : all.as_array())
      if (each.at("name").as_string() == "identity") return each.at("port").to_number<std::uint16_t>();
    ADD_FAILURE() << all;
    return 0;
  }
  std::string printed(const std::vector<std::string>& words) const {
    const net::Finished finished = server.command(words);
    EXPECT_EQ(finished.exit_code, 0) << finished.errors;
    return std::string(base::trim(finished.output));
  }
  std::string claim(const std::string& team, std::vector<std::string> more = {"--for-trail"}) const {
    std::vector<std::string> words{"tenancy", "claim", "--team", team, "--actor", "erika"};
    words.insert(words.end(), more.begin(), more.end());
    return printed(words);
  }
  Answer get(const std::string& token, const std::string& rest) const {
    net::HttpRequest request;
    request.method = "GET";
    request.target = "/api/trail/" + rest;
    if (!token.empty()) request.headers = {{"Authorization", "Bearer " + token}};
    const auto exchange = net::https_exchange(endpoint, request, server.client());
    EXPECT_TRUE(exchange.has_value()) << exchange.error().message();
    if (!exchange) return {};
    Answer answer{exchange->response.status, {}, *exchange->response.body, ""};
    answer.body = boost::json::parse(answer.text);
    answer.cache = net::find_header(exchange->response.headers, "Cache-Control").value_or("");
    return answer;
  }
  boost::json::array changes(const std::string& token, const std::string& query,
                             const std::string& database = "shop") const {
    const Answer answer = get(token, database + "/changes" + query);
    EXPECT_EQ(answer.status, 200) << answer.text;
    return answer.status == 200 ? answer.body.at("changes").as_array() : boost::json::array();
  }
  std::string looks() const {
    std::string all;
    for (int i = 0, missing = 0; i < 500 && missing < 3; ++i) {
      const net::Finished entry = server.command({"ledger", "show", std::to_string(i)});
      missing = entry.exit_code == 0 ? 0 : missing + 1;
      if (entry.output.find("trail-look") != std::string::npos) all += entry.output;
    }
    return all;
  }

  // On the operators' listener.
  Answer page(const std::string& target, const std::string& authorization) const {
    net::HttpRequest request;
    request.method = "GET";
    request.target = target;
    if (!authorization.empty()) request.headers = {{"Authorization", authorization}};
    const auto exchange =
        net::https_exchange({"127.0.0.1", pages_port, "localhost"}, request, server.client());
    EXPECT_TRUE(exchange.has_value()) << exchange.error().message();
    if (!exchange) return {};
    return {exchange->response.status, {}, *exchange->response.body, ""};
  }

  RunningServer server;
  std::unique_ptr<net::ScratchPostgres> postgres;
  const std::uint16_t pages_port = net::local_port(net::listen_tcp("127.0.0.1", 0)->number());
  net::Endpoint endpoint;
  std::string account;
};

TEST_F(TrailApi, shows_an_application_what_happened_to_a_row) {
  const boost::json::array history = changes(account, "?team=1&table=invoice&row=7&order=oldest-first");
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].at("record").at("kind").as_string(), "insert");
  EXPECT_EQ(boost::json::serialize(history[1].at("record").at("columns").at(2)), R"(["number","A-1","A-2"])");
  EXPECT_TRUE(history[1].at("transaction").at("author").is_null()) << "nobody vouches for psql";
  EXPECT_EQ(changes(account, "?team=1&table=public.odd.name%20%C3%BC&row=r%201%2F%26%3D%25").size(), 1U);
  EXPECT_EQ(changes(account, "?team=1&column=number&old=A-1&new=A-2").size(), 1U);
  const boost::json::array person = changes(account, "?team=1&table=customer");
  EXPECT_THAT(boost::json::serialize(person), HasSubstr("Erika Mustermann"));
  const net::Finished erased =
      server.command({"trail", "erase", "--database", "shop", "--subject", "customer:5"});
  ASSERT_EQ(erased.exit_code, 0) << erased.errors;
  EXPECT_THAT(boost::json::serialize(changes(account, "?team=1&table=customer")),
              AllOf(Not(HasSubstr("Erika")), HasSubstr(R"("erased":true)")));
  EXPECT_THAT(boost::json::serialize(changes(account, "?team=")), HasSubstr("truncate"));

  // Pages are stable, and a cursor is a number of the own team's.
  const Answer first = get(account, "shop/changes?team=1&limit=1");
  EXPECT_EQ(first.cache, "no-store");
  sql("insert into invoice values (9, 1, 'A-9')");
  ASSERT_TRUE(eventually([&] { return changes(account, "?team=1").size() == 5; }));
  const std::string next = std::to_string(first.body.at("next").to_number<std::uint64_t>());
  EXPECT_EQ(changes(account, "?team=1&behind=" + next).size(), 3U);
  EXPECT_EQ(get(account, "shop/changes?team=1&limit=1001").status, 400);
  EXPECT_EQ(get(account, "shop/changes?team=1&row=7").status, 400) << "a row without its table";
  EXPECT_EQ(get(account, "shop/changes?team=1&actor=erika").status, 400);
  EXPECT_EQ(get(account, "shop/changes?team=1&from=yesterday").status, 400);
  EXPECT_EQ(get(account, "nothing/changes?team=1").status, 404);
  EXPECT_EQ(get("", "shop/changes?team=1").status, 401);

  EXPECT_THAT(looks(), AllOf(HasSubstr("api-search"), HasSubstr("\"account\""), HasSubstr("\"shop\""),
                             HasSubstr("invoice"), Not(HasSubstr("A-1"))))
      << "who asked for what, without the values";
}

TEST_F(TrailApi, shows_a_claim_its_own_team_alone) {
  const std::string one = claim("1"), two = claim("2");
  const boost::json::array own = changes(two, "");
  ASSERT_EQ(own.size(), 1U);
  EXPECT_THAT(boost::json::serialize(own), HasSubstr("B-secret"));
  EXPECT_THAT(boost::json::serialize(changes(one, "?limit=1000")), Not(HasSubstr("B-secret")));
  EXPECT_TRUE(changes(one, "?table=invoice&row=8").empty());
  EXPECT_TRUE(changes(one, "?new=B-secret").empty());
  EXPECT_EQ(get(one, "shop/changes?team=2").status, 403);
  EXPECT_EQ(get(one, "shop/changes?team=").status, 403) << "what is of no team";
  EXPECT_EQ(get(one, "open/changes").status, 404) << "claims count where a database is separated";

  // Of a number that another team has, no more is told than of one that nobody has.
  const boost::json::array mine = changes(one, "?limit=1");
  const std::string number = std::to_string(mine[0].at("number").to_number<std::uint64_t>());
  EXPECT_EQ(get(one, "shop/changes/" + number).body, mine[0]);
  const Answer others = get(two, "shop/changes/" + number), nobodys = get(two, "shop/changes/999999");
  EXPECT_EQ(others.status, 404);
  EXPECT_EQ(others.text, nobodys.text);
  for (const char* const behind : {"0", "1", "9223372036854775807"})
    EXPECT_THAT(boost::json::serialize(changes(one, std::string("?behind=") + behind)),
                Not(HasSubstr("B-secret")));
  EXPECT_THAT(looks(), AllOf(HasSubstr("user:erika"), HasSubstr("\"claim\"")));
}

TEST_F(TrailApi, shows_pages_to_an_account_that_may_read_the_trail) {
  ASSERT_EQ(server.command({"account", "add", "auditor", "--may", "trail"}).exit_code, 0);
  ASSERT_EQ(server.command({"account", "password", "auditor"}, "correct horse battery\n").exit_code, 0);
  const auto basic = [](std::string_view name, std::string_view password) {
    return "Basic " + base::base64(base::as_bytes(fmt::format("{}:{}", name, password)));
  };
  const std::string auditor = basic("auditor", "correct horse battery");
  EXPECT_EQ(page("/de/trail/shop?team=1", "").status, 401);
  EXPECT_EQ(page("/de/trail/shop?team=1", basic("auditor", "wrong horse battery")).status, 401);
  EXPECT_EQ(page("/de/trail/shop?team=1", "Bearer " + account).status, 403);
  EXPECT_EQ(page("/de/trail/shop?team=1", "Bearer " + claim("1")).status, 401);
  EXPECT_THAT(page("/de/trail", auditor).text, HasSubstr("/de/trail/open"));
  const Answer found = page("/de/trail/shop?team=1&table=customer", auditor);
  EXPECT_EQ(found.status, 200);
  EXPECT_THAT(found.text, AllOf(HasSubstr("public.customer 5"), HasSubstr("ohne Urheber")));
  EXPECT_THAT(page("/en/trail/shop/row?team=1&table=customer&row=5", auditor).text,
              HasSubstr("Erika Mustermann"));
  const Answer history = page("/en/trail/shop/row?team=1&table=public.invoice&row=7", auditor);
  EXPECT_THAT(history.text, AllOf(HasSubstr("A-1</"), HasSubstr("A-2</"), Not(HasSubstr("B-secret"))));
  EXPECT_THAT(page("/en/trail/shop/row?team=2&table=public.invoice&row=7", auditor).text,
              HasSubstr("Nothing is recorded"));
  EXPECT_THAT(looks(), AllOf(HasSubstr("page-history"), HasSubstr("\"auditor\"")));
}

TEST_F(TrailApi, believes_no_claim_that_the_gateway_would_not) {
  const std::string good = claim("1");
  ASSERT_EQ(get(good, "shop/changes").status, 200);
  const std::string payload = good.substr(good.find('.') + 1, good.rfind('.') - good.find('.') - 1);
  const std::string signature = good.substr(good.rfind('.') + 1);
  const auto encoded = [](std::string_view text) { return base::base64url(base::as_bytes(text)); };
  std::string forged = good;
  forged[forged.size() - 5] = forged[forged.size() - 5] == 'A' ? 'B' : 'A';
  const std::string other_team = encoded(
      base::replace_all(base::to_text(*base::from_base64url(payload)), R"("team":"1")", R"("team":"2")"));
  RunningServer elsewhere;
  elsewhere.edit("art32.toml", "[ledger]\n", "[identity]\nport = 0\n\n[ledger]\n");
  const std::string foreign(base::trim(
      elsewhere.command({"tenancy", "claim", "--team", "1", "--actor", "erika", "--for-trail"}).output));
  ASSERT_THAT(foreign, HasSubstr("."));
  const std::string expired = claim("1", {"--for-trail", "--life", "1s"});
  std::this_thread::sleep_for(std::chrono::milliseconds(1'100));
  const std::pair<const char*, std::string> tries[] = {
      {"for the gateway", claim("1", {})},
      {"forged", forged},
      {"another team in it", good.substr(0, good.find('.')) + "." + other_team + "." + signature},
      {"no algorithm", encoded(R"({"alg":"none","kid":"k1","typ":"art32-claim+jwt"})") + "." + payload + "."},
      {"another algorithm",
       encoded(R"({"alg":"HS512","kid":"k1","typ":"art32-claim+jwt"})") + "." + payload + "." + signature},
      {"a key that it brings",
       encoded(R"({"alg":"HS256","jwk":{},"typ":"art32-claim+jwt"})") + "." + payload + "." + signature},
      {"of another installation", foreign},
      {"expired", expired},
      {"cut", good.substr(0, good.size() - 1)},
      {"nothing", ".."},
      {"long", good + std::string(2'000, 'A')}};
  for (const auto& [what, token] : tries) {
    const Answer refused = get(token, "shop/changes");
    EXPECT_EQ(refused.status, 401) << what << refused.text;
    EXPECT_FALSE(refused.text.find("A-1") != std::string::npos ||
                 refused.text.find("keys/") != std::string::npos)
        << refused.text;
  }
  ASSERT_EQ(server.command({"team", "add", "1", "--name", "one"}).exit_code, 0);
  ASSERT_EQ(server.command({"team", "remove", "1"}).exit_code, 0);
  EXPECT_EQ(get(good, "shop/changes").status, 401) << "the team was removed";
  EXPECT_EQ(get(account, "shop/changes?team=1").status, 200);
}

TEST_F(TrailApi, tells_whoever_asks_too_much_at_once_and_answers_others) {
  const std::string one = claim("1", {"--for-trail", "--life", "10m"});
  const std::string two = claim("2", {"--for-trail", "--life", "10m"});
  std::atomic<bool> is_over{false};
  std::atomic<int> answered{0}, sent_away{0}, other{0};
  std::vector<std::jthread> crowd;
  for (int i = 0; i < 12; ++i)
    crowd.emplace_back([&] {
      while (!is_over) {
        const int status = get(one, "shop/changes?new=nothing&limit=1000").status;
        ++(status == 200 ? answered : status == 409 || status == 503 ? sent_away : other);
      }
    });
  int good = 0;
  for (int i = 0; i < 10; ++i)
    for (int tries = 0; tries < 50; ++tries) {
      const int status = get(two, "shop/changes").status;
      if (status != 200) continue;
      ++good;
      break;
    }
  EXPECT_EQ(server.command({"status"}).exit_code, 0) << "the rest goes on";
  is_over = true;
  crowd.clear();
  EXPECT_EQ(good, 10);
  EXPECT_GT(answered, 0);
  EXPECT_EQ(other, 0);
}

}  // namespace
}  // namespace art32::test
