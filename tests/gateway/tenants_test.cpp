// Claims at the gateway, and what their clients see of a database that is separated by team.
#include "tests/gateway/tenants.h"

namespace art32::test {
namespace {

using gateway::Counters;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* nobody = "42501 this session acts for no team";

class Claims : public Tenants {};

TEST_P(Claims, show_their_team_and_nothing_else) {
  start();
  const auto client = this->client();
  EXPECT_THAT(seen(*client), StartsWith(nobody));
  EXPECT_EQ(client->ask(set("1")).types, "CZI");
  EXPECT_EQ(seen(*client), "1 1");
  EXPECT_EQ(client->ask(set("2")).tags, std::vector<std::string>{"SET"});
  EXPECT_EQ(seen(*client), "2 2");
  EXPECT_EQ(client->ask("select art32.current_actor()").row(), "user:erika");
  EXPECT_EQ(client->ask("RESET art32.claim").tags, std::vector<std::string>{"RESET"});
  EXPECT_THAT(seen(*client), StartsWith(nobody));
}

TEST_P(Claims, of_clients_that_share_a_connection_stay_apart) {
  start();
  const auto one = client(), two = client(), none = client();
  one->ask(set("1"));
  two->ask(set("2"));
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(seen(*one), "1 1");
    EXPECT_EQ(seen(*two), "2 2");
    EXPECT_THAT(seen(*none), StartsWith(nobody));
  }
  EXPECT_EQ(one->ask("insert into invoice (note) values ('x') returning team_id").row(), "1");
  EXPECT_EQ(two->ask("insert into invoice (team_id, note) values (1, 'x')").sqlstate(), "42501");
  EXPECT_EQ(seen(*one), "1 1 1");
  EXPECT_EQ(seen(*two), "2 2");
  EXPECT_EQ(count(&Counters::server_logins), 1U);
  EXPECT_EQ(count(&Counters::poisoned), 0U);
}

TEST_P(Claims, that_are_the_same_are_entered_once) {
  start();
  const auto one = client(), same = client();
  const std::string claim = set("1");
  one->ask(claim);
  same->ask(claim);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(seen(*one), "1 1");
    EXPECT_EQ(seen(*same), "1 1");
  }
  EXPECT_EQ(count(&Counters::entries), 1U);
}

TEST_P(Claims, of_another_actor_of_the_team_are_entered) {
  start();
  const auto client = this->client();
  for (const char* const actor : {"erika", "max", "erika"}) {
    client->ask("SET art32.claim = '" + token("1", actor) + "'");
    EXPECT_EQ(client->ask("select art32.current_actor()").row(), std::string("user:") + actor);
  }
  EXPECT_EQ(count(&Counters::entries), 3U);
}

TEST_P(Claims, set_for_a_transaction_end_with_it) {
  start();
  const auto client = this->client();
  for (const char* const end : {"commit", "rollback"}) {
    EXPECT_EQ(client->ask("begin").types, "CZT");
    const Answers set = client->ask(set_local("1"));
    EXPECT_EQ(set.types, "CZT") << testing::PrintToString(set.errors);
    EXPECT_EQ(seen(*client), "1 1");
    client->ask(end);
    EXPECT_THAT(seen(*client), StartsWith(nobody)) << end;
  }
  const Answers outside = client->ask(set_local("1"));
  EXPECT_THAT(outside.notices, ElementsAre(HasSubstr("only be used in transaction")));
  EXPECT_THAT(seen(*client), StartsWith(nobody));
}

TEST_P(Claims, set_in_a_transaction_that_is_rolled_back_were_never_set) {
  start();
  const auto client = this->client();
  client->ask(set("2"));
  client->ask("begin");
  EXPECT_EQ(client->ask(set("1")).sqlstate(), "25001") << "a transaction acts for one team";
  client->ask("rollback");
  EXPECT_THAT(seen(*client), StartsWith(nobody)) << "nor for the one of before, where nobody looks at errors";
  client->ask(set("2"));
  client->ask("begin");
  client->ask("select 1/0");
  EXPECT_EQ(client->ask(set("1")).sqlstate(), "25P02");
  client->ask("rollback");
  EXPECT_THAT(seen(*client), StartsWith(nobody));
  client->ask("begin");
  client->ask(set("1"));
  EXPECT_EQ(seen(*client), "1 1");
  client->ask("rollback");
  EXPECT_THAT(seen(*client), StartsWith(nobody));
  client->ask("begin");
  client->ask(set("1"));
  client->ask("commit");
  EXPECT_EQ(seen(*client), "1 1");
}

TEST_P(Claims, come_too_late_behind_changes_and_savepoints) {
  start();
  const auto client = this->client();
  client->ask(set("1"));
  client->ask("begin");
  client->ask("savepoint s");
  EXPECT_EQ(client->ask("SET LOCAL art32.claim = '" + token("1", "max") + "'").sqlstate(), "25001");
  EXPECT_EQ(client->ask("commit").tags, std::vector<std::string>{"ROLLBACK"});
  client->ask("RESET art32.claim");
  client->ask("begin");
  client->ask("select query_to_xml('select 1', true, true, '')");  // a function: it may have left anything
  EXPECT_EQ(client->ask(set_local("1")).sqlstate(), "25001");
  client->ask("rollback");
}

TEST_P(Claims, hold_through_savepoints_and_errors) {
  start();
  const auto client = this->client();
  client->ask("begin");
  client->ask(set_local("1"));
  client->ask("insert into invoice (note) values ('kept')");
  client->ask("savepoint s");
  EXPECT_EQ(client->ask("select 1/0").sqlstate(), "22012");
  EXPECT_EQ(client->ask("SET LOCAL art32.claim = 'x'").sqlstate(), "25P02");
  client->ask("rollback to s");
  EXPECT_EQ(seen(*client), "1 1 1");
  client->ask("commit");
  const auto other = this->client();
  other->ask(set("1"));
  EXPECT_EQ(seen(*other), "1 1 1");
}

TEST_P(Claims, hold_through_what_makes_the_gateway_reset_the_connection) {
  start();
  const auto client = this->client();
  client->ask(set("1"));
  client->ask("begin");
  client->ask("set application_name = 'x'");
  client->ask("rollback");
  EXPECT_EQ(seen(*client), "1 1");
  client->ask("reset work_mem");
  EXPECT_EQ(seen(*client), "1 1");
}

TEST_P(Claims, survive_a_reset_that_was_rolled_back) {
  start();
  const auto client =
      this->client(RawClient::Login{.password = database().postgres().password(),
                                    .parameters = {{"options", "-c art32.claim=" + token("2")}}});
  client->ask(set("1"));
  client->ask("begin");
  client->ask("reset all");
  client->ask("rollback");
  EXPECT_EQ(seen(*client), "1 1");
  client->ask("reset all");
  EXPECT_EQ(seen(*client), "2 2");
}

TEST_P(Claims, of_the_log_in_expire_for_good) {
  start();
  const auto client = this->client(RawClient::Login{
      .password = database().postgres().password(),
      .parameters = {{"options", "-c art32.claim=" + token("1", "erika", std::chrono::seconds(2))}}});
  EXPECT_EQ(seen(*client), "1 1");
  std::this_thread::sleep_for(std::chrono::milliseconds(2'100));
  client->ask("begin");
  client->ask("RESET art32.claim");
  EXPECT_THAT(seen(*client), StartsWith(nobody));
}

TEST_P(Claims, come_with_the_log_in) {
  start();
  RawClient::Login login{.password = database().postgres().password(),
                         .parameters = {{"options", "-c art32.claim=" + token("1")}}};
  const auto client = this->client(login);
  EXPECT_EQ(seen(*client), "1 1");
  client->ask(set("2"));
  EXPECT_EQ(seen(*client), "2 2");
  client->ask("RESET ALL");
  EXPECT_EQ(seen(*client), "1 1");
  client->ask(set("2"));
  client->ask("DISCARD ALL");
  EXPECT_EQ(seen(*client), "1 1");
  login.parameters = {{"art32.claim", "rubbish"}};
  RawClient wrong(gateway->port());
  const Answers refused = wrong.log_in(login);
  EXPECT_THAT(refused.errors, ElementsAre(StartsWith("28000 ")));
  EXPECT_TRUE(refused.types.ends_with("E$")) << refused.types;
}

TEST_P(Claims, are_a_password_where_the_principal_shows_them) {
  start({.shows_claim = true});
  const auto client = this->client(RawClient::Login{.password = token("2")});
  EXPECT_EQ(seen(*client), "2 2");
  model::Claim late = claim_of("2");
  late.issued -= std::chrono::seconds(120);
  late.expires -= std::chrono::seconds(120);
  for (const std::string& wrong :
       {std::string("secret"), token("2") + "x", tenancy::sign_claim(late, claim_keys)}) {
    RawClient refused(gateway->port());
    EXPECT_EQ(refused.log_in({.password = wrong}).sqlstate(), "28P01");
  }
}

// An application that looks at no error must not go on with the claim of the request before.
TEST_P(Claims, that_are_not_believed_leave_nobody) {
  start();
  const auto client = this->client();
  model::Claim elsewhere = claim_of("1"), future = claim_of("1");
  elsewhere.audience = "elsewhere";
  future.issued += std::chrono::seconds(60);
  future.expires += std::chrono::seconds(60);
  const std::string good = token("1");
  const std::pair<std::string, const char*> rows[] = {
      {"", "22023"},
      {"rubbish", "22023"},
      {std::string(5'000, 'x'), "22023"},
      {tenancy::sign_claim(claim_of("1"), tenancy::KeyRing::make("c1")), "28000"},
      {tenancy::sign_claim(claim_of("1"), tenancy::KeyRing::make("c9")), "28000"},
      {tenancy::sign_claim(elsewhere, claim_keys), "28000"},
      {tenancy::sign_claim(future, claim_keys), "28000"},
  };
  for (const auto& [claim, state] : rows) {
    client->ask("SET art32.claim = '" + good + "'");
    ASSERT_EQ(seen(*client), "1 1");
    const Answers refused = client->ask("SET art32.claim = '" + claim + "'");
    EXPECT_EQ(refused.sqlstate(), state) << claim;
    EXPECT_TRUE(refused.types.ends_with("EZI")) << refused.types;
    EXPECT_THAT(seen(*client), StartsWith(nobody)) << claim;
  }
  EXPECT_EQ(count(&Counters::refused_claims), std::size(rows));
}

TEST_P(Claims, in_texts_too_long_to_be_read_leave_nobody) {
  start();
  const std::string long_text(300U << 10, 'x');
  for (const std::string& sql :
       {"SET art32.claim = '" + long_text + "'",
        "/* " + long_text + " */ SET art32.claim = '" + token("2") + "'",
        "SET SESSION \"art32\".claim = '" + token("2") + "' /* " + std::string(10U << 20, 'x') + " */"}) {
    const auto client = this->client();
    client->ask("SET art32.claim = '" + token("1") + "'");
    ASSERT_EQ(seen(*client), "1 1");
    const Answers refused = client->ask(sql);
    EXPECT_EQ(refused.sqlstate(), "53400") << sql.substr(0, 40);
    EXPECT_FALSE(refused.types.ends_with("Z")) << "the session ended";
  }
  const auto client = this->client();
  client->ask("SET art32.claim = '" + token("1") + "'");
  EXPECT_EQ(client->ask("select length('" + std::string(10U << 20, 'x') + "')").sqlstate(), "")
      << "other long texts pass";
}

TEST_P(Claims, that_expire_leave_nobody) {
  start();
  const auto client = this->client();
  client->ask("SET art32.claim = '" + token("1", "erika", std::chrono::seconds(2)) + "'");
  EXPECT_EQ(seen(*client), "1 1");
  client->ask("begin");
  std::this_thread::sleep_for(std::chrono::milliseconds(2'100));
  EXPECT_EQ(seen(*client), "1 1") << "a transaction goes on";
  client->ask("commit");
  const Answers late = client->ask(teams_sql);
  EXPECT_THAT(late.errors, ElementsAre(StartsWith(nobody)));
  EXPECT_THAT(late.notices, ElementsAre(HasSubstr("has expired")));
}

TEST_P(Claims, stand_alone) {
  start();
  const auto client = this->client();
  for (const std::string& mixed :
       {set("1") + "; select 1", "begin; " + set_local("1"), std::string("SET art32.claim = $1"),
        std::string("SET art32.no = '1'"), std::string("SET art32.claim TO NULL"),
        std::string("SET art32.claim = U&'x'"), std::string("SET art32.claim = E'\\x41'"),
        std::string("SET \"art32.claim\" = 'x'")}) {
    client->ask(set("2"));
    ASSERT_EQ(seen(*client), "2 2");
    const Answers refused = client->ask(mixed);
    EXPECT_EQ(refused.sqlstate(), "0A000") << mixed;
    EXPECT_TRUE(refused.types.ends_with("EZI")) << refused.types;
    EXPECT_THAT(seen(*client), StartsWith(nobody)) << mixed;
    client->ask(set("2"));
    EXPECT_EQ(said(client->run(mixed).sync()).sqlstate(), "0A000");
    EXPECT_THAT(seen(*client), StartsWith(nobody)) << mixed;
  }
  EXPECT_EQ(client->ask("SET \"art32\".claim = E'" + token("1") + "'").types, "CZI");
  EXPECT_EQ(seen(*client), "1 1");
}

TEST_P(Claims, count_for_nothing_where_the_database_is_not_separated) {
  start();
  const auto client = this->client("open");
  EXPECT_EQ(client->ask(set("1")).sqlstate(), "0A000");
  EXPECT_EQ(said(client->run(set("1")).sync()).sqlstate(), "0A000");
  EXPECT_THAT(seen(*client), StartsWith(nobody));
}

TEST_P(Claims, may_be_chosen_by_who_is_let) {
  start();
  EXPECT_EQ(client()->ask("SET art32.team = '1'").sqlstate(), "28000");
  start({.may_choose_team = true});
  const auto client = this->client();
  EXPECT_EQ(client->ask("SET art32.team = 1").types, "CZI");
  EXPECT_EQ(seen(*client), "1 1");
  EXPECT_EQ(client->ask("select art32.current_actor()").row(), "principal:app") << "its records say so";
  EXPECT_EQ(client->ask("SET art32.team = 'a b'").sqlstate(), "22023");
  EXPECT_THAT(seen(*client), StartsWith(nobody));
}

TEST_P(Claims, of_a_session_that_keeps_its_connection_stay) {
  start();
  const auto client = this->client("session");
  client->ask("select 1");
  EXPECT_EQ(client->ask(set("1")).types, "CZI");
  EXPECT_EQ(seen(*client), "1 1");
  EXPECT_EQ(client->ask("SET art32.claim = '" + token("1", "max") + "'").types, "CZI");
  EXPECT_EQ(client->ask("select art32.current_actor()").row(), "user:max");
  EXPECT_EQ(client->ask(set("2")).sqlstate(), "25001");
  const auto pinned = this->client();
  pinned->ask(set("1"));
  pinned->ask("listen x");
  EXPECT_EQ(pinned->ask(set("2")).sqlstate(), "25001");
  EXPECT_THAT(seen(*pinned), StartsWith(nobody));
  EXPECT_EQ(pinned->ask(set("1")).types, "CZI");
  EXPECT_EQ(seen(*pinned), "1 1");
  pinned->ask("DISCARD ALL");
  pinned->ask(set("2"));
  EXPECT_EQ(seen(*pinned), "2 2");
}

// What has to be the first of its transaction, or alone in it, still is.
TEST_P(Claims, change_nothing_about_the_statement_behind_them) {
  start();
  const auto client = this->client();
  int actor = 0;
  const auto change = [&] {
    client->ask("SET art32.claim = '" + token("1", "a" + std::to_string(++actor)) + "'");
  };
  const char* const serializable = "show transaction_isolation";
  change();
  client->ask("begin isolation level serializable");
  EXPECT_EQ(client->ask(serializable).row(), "serializable");
  client->ask("commit");
  change();
  client->ask("begin");
  EXPECT_EQ(client->ask("set transaction isolation level serializable").types, "CZT");
  EXPECT_EQ(seen(*client), "1 1");
  client->ask("commit");
  change();
  EXPECT_EQ(
      said(client->run("begin isolation level serializable").run(serializable).run("commit").sync()).row(),
      "serializable");
  change();
  EXPECT_EQ(client->ask("begin nonsense").sqlstate(), "42601");
  EXPECT_EQ(seen(*client), "1 1");
  change();
  EXPECT_EQ(client->ask("vacuum invoice").tags, std::vector<std::string>{"VACUUM"});
  change();
  EXPECT_EQ(said(client->run("vacuum invoice").sync()).tags, std::vector<std::string>{"VACUUM"});
  change();
  EXPECT_EQ(client->ask("do $$ begin perform 1; commit; end $$").tags, std::vector<std::string>{"DO"});
  change();
  EXPECT_EQ(client->ask("select 1/0").sqlstate(), "22012");
  EXPECT_EQ(seen(*client), "1 1");
  change();
  EXPECT_EQ(client->ask("select 1; select nonsense").sqlstate(), "42703");
  EXPECT_EQ(seen(*client), "1 1");
  change();
  EXPECT_EQ(client->ask("copy (select team_id from invoice) to stdout").types, "HddcCZI");
  EXPECT_EQ(count(&Counters::poisoned), 0U);
  EXPECT_EQ(count(&Counters::server_logins), 1U);
}

// Nothing runs behind an entry that the database doesn't believe.
TEST_P(Claims, that_cannot_be_entered_run_nothing) {
  start({.with_wrong_keys = true});
  for (const std::string text : {"select 'ran'", "begin", "vacuum invoice"}) {
    const auto client = this->client();
    client->ask(set("1"));
    client->query(text).go();
    const Answers answers = client->ready(1);
    if (GetParam() == Functions::plain) continue;  // it has no error: what needs a team has one
    EXPECT_TRUE(answers.rows.empty()) << text;
    if (text == "begin") client->query("select 'ran'").go();
    const Answers all = text == "begin" ? client->rest() : answers;
    EXPECT_TRUE(all.rows.empty()) << text;
    EXPECT_THAT(all.errors, ElementsAre(StartsWith("28000 art32: the entry has a wrong signature"))) << text;
  }
  const auto client = this->client();
  client->ask(set("1"));
  EXPECT_NE(seen(*client), "1 1");
  const Answers batch = said(client->run("select 'ran'").run(teams_sql).sync());
  EXPECT_FALSE(batch.errors.empty());
  EXPECT_EQ(count(&Counters::poisoned), 0U);
}

TEST_P(Claims, need_the_functions_in_the_database) {
  start();
  const auto settings = this->settings({});
  auto bare = std::make_shared<gateway::Settings>(settings->clone());
  bare->databases.at("app").server_name = "postgres";
  start({});
  auto started = gateway::Gateway::start(bare);
  ASSERT_TRUE(started);
  gateway = std::move(*started);
  const auto client = this->client();
  client->ask(set("1"));
  const Answers answers = [&] {
    client->query("select 1").go();
    return client->rest();
  }();
  EXPECT_THAT(answers.errors, ElementsAre(StartsWith("55000 database \"app\" isn't prepared for tenants")));
}

ART32_WITH_BOTH_FUNCTIONS(Claims);

}  // namespace
}  // namespace art32::test
