// Users whom only the server knows: who gets in, who doesn't, and what the question can't be
// made to answer.
#include <fmt/format.h>

#include "tests/gateway/fault_fixture.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

class AuthQueries : public Faults {
 protected:
  // The role that asks may read what it needs and nothing else.
  static void SetUpTestSuite() {
    PrivatePostgres& postgres = fault_postgres();
    if (postgres.sql("select 1 from pg_roles where rolname = 'asker'") == "1") return;
    postgres.add_role("asker");
    postgres.sql("grant select on pg_catalog.pg_authid to asker",
                 "app");  // rights to it are each database's own
    postgres.sql("create schema evil; create table evil.pg_authid as select 'guest'::name as rolname, " +
                     fmt::format("'{}'::text as rolpassword, ", postgres.verifier("app")) +
                     "null::timestamptz as rolvaliduntil; grant usage on schema evil to public; grant select "
                     "on evil.pg_authid to public",
                 "app");
  }
  void SetUp() override {
    fault_postgres().sql(fmt::format("drop role if exists guest; create role guest login password '{}'",
                                     fault_postgres().password()));
  }

  std::shared_ptr<gateway::Settings> asking(
      std::string query = std::string(gateway::usual_auth_query)) const {
    auto chosen = settings();
    for (auto& [name, database] : chosen->databases) {
      auto auth = std::make_shared<gateway::AuthQuery>();
      auth->role = "asker";
      auth->password = base::Secret(fault_postgres().password());
      auth->query = query;
      database.auth_query = std::move(auth);
    }
    return chosen;
  }
  OctetClient::Login as(const std::string& user) const {
    OctetClient::Login chosen = login();
    chosen.user = user;
    return chosen;
  }
  // Empty where it is let in.
  std::string sqlstate_of(const OctetClient::Login& who) const {
    return OctetClient(port()).log_in(who).sqlstate();
  }
};

TEST_P(AuthQueries, a_role_that_only_the_server_knows_signs_in_as_itself) {
  start(asking());
  OctetClient guest(port());
  ASSERT_EQ(guest.log_in(as("guest")).sqlstate(), "");
  EXPECT_EQ(guest.query("select current_user").rows.at(0).at(0), "guest");
  EXPECT_EQ(client().query("select current_user").rows.at(0).at(0), "app") << "the configuration's own";
  expect_sound();
}

TEST_P(AuthQueries, who_is_unknown_has_a_wrong_password_or_may_not_log_in_gets_the_same_answer) {
  fault_postgres().sql(
      "drop role if exists old_style; set password_encryption = md5; "
      "create role old_style login password 'x'; drop role if exists bare; create role bare "
      "login; drop role if exists nologin; create role nologin password 'x'");
  start(asking());
  auto wrong = as("guest");
  wrong.password += "x";
  const OctetMessage refusal = OctetClient(port()).log_in(wrong);
  EXPECT_EQ(refusal.sqlstate(), "28P01");
  for (const char* user :
       {"nobody", "old_style", "bare", "nologin", "postgres", "x' or true --", "gu\xffst"}) {
    const OctetMessage words = OctetClient(port()).log_in(as(user));
    EXPECT_EQ(words.sqlstate(), "28P01") << user;
    EXPECT_EQ(words.hint(), refusal.hint()) << user;
  }
}

// CVE-2025-2291.
TEST_P(AuthQueries, auth_query_ignoring_valid_until) {
  PrivatePostgres& postgres = fault_postgres();
  start(asking());
  postgres.sql("alter role guest valid until '2001-01-01'");
  EXPECT_EQ(sqlstate_of(as("guest")), "28P01");
  postgres.sql("alter role guest valid until 'infinity'");
  EXPECT_EQ(sqlstate_of(as("guest")), "");
  // A query can't leave it away.
  gateway_.reset();
  start(asking("select rolname::text, rolpassword from pg_catalog.pg_authid where rolname = $1"));
  const OctetMessage words = OctetClient(port()).log_in(as("guest"));
  EXPECT_EQ(words.sqlstate(), "57P03");
  EXPECT_NE(words.hint(), "");
}

// CVE-2025-12819: what a client says of its search_path, and what the role that asks has
// been given as one, changes nothing of what the query means.
TEST_P(AuthQueries, start_up_search_path_with_an_unqualified_auth_query) {
  PrivatePostgres& postgres = fault_postgres();
  start(asking("select rolname::text, rolpassword, rolvaliduntil from pg_authid where rolname = $1"));
  postgres.sql("alter role guest password 'another one'");  // so the table in `evil` has a wrong verifier
  postgres.sql("alter role asker set search_path = evil, pg_catalog");
  auto sly = as("guest");
  sly.parameters = {{"search_path", "evil, pg_catalog"}};
  EXPECT_EQ(sqlstate_of(sly), "28P01");
  sly.password = "another one";
  EXPECT_EQ(sqlstate_of(sly), "");
  postgres.sql("alter role asker reset search_path");
}

TEST_P(AuthQueries, a_password_that_was_changed_counts_at_once) {
  start(asking());
  EXPECT_EQ(sqlstate_of(as("guest")), "");
  fault_postgres().sql("alter role guest password 'new'");
  EXPECT_EQ(sqlstate_of(as("guest")), "28P01");
  auto newer = as("guest");
  newer.password = "new";
  OctetClient guest(port());
  ASSERT_EQ(guest.log_in(newer).sqlstate(), "");
  EXPECT_EQ(guest.query("select 1").rows.at(0).at(0), "1");
}

TEST_P(AuthQueries, an_ended_connection_of_the_question_is_not_noticed) {
  start(asking());
  EXPECT_EQ(sqlstate_of(as("guest")), "");
  const std::string connection = "application_name = 'art32 auth query'";
  EXPECT_EQ(fault_postgres().sql("select count(*) from pg_stat_activity where " + connection), "1");
  fault_postgres().sql("select pg_terminate_backend(pid) from pg_stat_activity where " + connection);
  EXPECT_EQ(sqlstate_of(as("guest")), "");
}

TEST_P(AuthQueries, while_the_server_is_away_it_is_said_and_afterwards_it_works) {
  auto chosen = asking();
  for (auto& [name, database] : chosen->databases)
    database.limits.connect = 10s;
  start(chosen);
  EXPECT_EQ(sqlstate_of(as("guest")), "");
  fault_postgres().stop("fast");
  const OctetMessage words = OctetClient(port()).log_in(as("guest"));
  EXPECT_EQ(words.sqlstate(), "57P03");
  EXPECT_NE(words.field('M').find("can't be asked"), std::string::npos) << words.field('M');
  fault_postgres().start();
  EXPECT_TRUE(eventually([&] { return sqlstate_of(as("guest")).empty(); }));
}

TEST_P(AuthQueries, a_reload_without_it_ends_who_came_by_it) {
  start(asking());
  OctetClient guest(port());
  ASSERT_EQ(guest.log_in(as("guest")).sqlstate(), "");
  gateway_->reload(asking());
  EXPECT_EQ(guest.query("select 1").rows.at(0).at(0), "1") << "nothing has changed for it";
  gateway_->reload(settings());
  EXPECT_EQ(guest.last_words().sqlstate(), "57P01");
  EXPECT_EQ(sqlstate_of(as("guest")), "28P01");
}

TEST_P(AuthQueries, many_at_once_are_looked_up_one_after_the_other) {
  start(asking());
  std::vector<std::thread> threads;
  std::atomic<unsigned> let_in{0}, refused{0};
  for (unsigned i = 0; i < 20; ++i)
    threads.emplace_back([&, i] {
      const std::string state = sqlstate_of(as(i % 2 == 0 ? "guest" : "nobody"));
      if (state.empty()) ++let_in;
      if (state == "28P01" || state == "28000") ++refused;
    });
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(let_in, 10U);
  EXPECT_EQ(refused, 10U);
  EXPECT_EQ(fault_postgres().sql("select count(*) from pg_stat_activity where application_name = 'art32 auth "
                                 "query'"),
            "1");
}

ART32_FAULTS_ON_BOTH_BACKENDS(AuthQueries);

}  // namespace
}  // namespace art32::test
