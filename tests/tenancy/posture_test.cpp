// The posture check on a database that is separated as it should be, and on one trap after the
// other; each mended by what the finding says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/file.h"
#include "base/text.h"
#include "tenancy/posture/posture_check.h"
#include "tests/tenancy/posture_database.h"
#include "tests/tenancy/posture_traps.h"

namespace art32::test {
namespace {

using tenancy::Finding;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> named(const std::vector<Finding>& findings) {
  std::vector<std::string> names;
  for (const Finding& finding : findings)
    names.push_back(finding.check + " " + finding.object);
  return names;
}

class Posture : public testing::TestWithParam<Functions> {
 protected:
  void SetUp() override { database.make_schema(); }
  PostureDatabase& database = posture_database(GetParam());
};

TEST_P(Posture, of_a_new_database_lets_teams_see_what_the_role_does) {
  EXPECT_THAT(named(database.of_a_new_database()),
              ElementsAre("large-objects-usable pg_catalog.pg_largeobject",
                          "activity-readable pg_catalog.pg_stat_activity",
                          "sessions-endable pg_catalog.pg_terminate_backend",
                          "prepared-readable pg_catalog.pg_prepared_statements"));
}

TEST_P(Posture, of_a_separated_schema_has_nothing_to_mend) {
  EXPECT_THAT(named(database.findings()), IsEmpty());
}

// Nothing but what the findings say; then the table does what it should.
TEST_P(Posture, of_a_bare_table_is_mended_by_its_findings) {
  struct Column {
    std::string type, team, other;
  };
  const std::string uuid = "12345678-9abc-4def-8123-456789abcde";
  for (const Column& column :
       {Column{"bigint", "1", "2"}, Column{"integer", "1", "2"}, Column{"smallint", "1", "2"},
        Column{"uuid", uuid + "0", uuid + "1"}, Column{"text", "one", "two"},
        Column{"varchar(40)", "one", "two"}, Column{"house.team", "1", "2"}}) {
    SCOPED_TRACE(column.type);
    database.make_schema();
    database.admin(
        "drop table house.invoice, house.contact; create domain house.team as bigint check (value > 0);"
        "create table house.bare (id bigint generated always as identity primary key, \"A Team\" " +
        column.type +
        ");"
        "insert into house.bare (\"A Team\") values ('" +
        column.team + "'), ('" + column.other +
        "');"
        "grant all on house.bare to shop");
    tenancy::PostureOptions options = database.options();
    options.team_column = "A Team";
    for (const Finding& finding : database.findings(options))
      database.admin(finding.mend);
    EXPECT_THAT(named(database.findings(options)), IsEmpty());
    AppSession shop(protected_database(GetParam()), "shop", "posture");
    EXPECT_EQ(shop.enter_team(column.team), "");
    EXPECT_EQ(shop.ask("insert into house.bare default values returning \"A Team\""), column.team);
    EXPECT_EQ(shop.ask("select distinct \"A Team\" from house.bare"), column.team);
    EXPECT_THAT(shop.ask("update house.bare set \"A Team\" = '" + column.other + "'"), HasSubstr("42501"));
    EXPECT_THAT(shop.ask("truncate house.bare"), HasSubstr("42501"));
  }
}

INSTANTIATE_TEST_SUITE_P(, Posture, testing::Values(Functions::extension, Functions::plain),
                         [](const auto& parameter) { return name(parameter.param); });

class PostureOfATrap : public testing::TestWithParam<Trap> {};

TEST_P(PostureOfATrap, is_found_and_mended) {
  const Trap& trap = GetParam();
  PostureDatabase& database = posture_database(trap.functions);
  database.make_schema();
  database.admin(trap.spoiled);
  const std::vector<Finding> findings = database.findings();
  EXPECT_EQ(named(findings), trap.found);
  for (const Finding& finding : findings) {
    EXPECT_TRUE(finding.risk.ends_with(".")) << finding.risk;
    EXPECT_TRUE(finding.mend.ends_with(";") || finding.mend.ends_with(".")) << finding.mend;
    if (finding.check != trap.check || trap.mended_by != nullptr) continue;
    ASSERT_TRUE(finding.mend.ends_with(";")) << finding.mend;
    database.admin(finding.mend);
  }
  if (trap.mended_by != nullptr) database.admin(trap.mended_by);
  for (const Finding& finding : database.findings())
    EXPECT_NE(finding.check, trap.check) << finding.object << ": " << finding.mend;
  if (trap.undone_by != nullptr) database.admin(trap.undone_by);
}

INSTANTIATE_TEST_SUITE_P(, PostureOfATrap, testing::ValuesIn(traps()),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

TEST(PostureTable, has_a_trap_for_each_check) {
  std::set<std::string> ids, tried = {"name-unknown", "server-outdated"};  // below
  for (const tenancy::PostureCheck& check : tenancy::posture_checks())
    EXPECT_TRUE(ids.emplace(check.id).second) << check.id;
  for (const Trap& trap : traps())
    tried.insert(trap.check);
  EXPECT_EQ(ids, tried);
}

TEST(PostureTable, stands_in_the_guide_word_for_word) {
  const std::string guide = *base::read_text_file(ART32_SOURCE_FOLDER "/docs/guide/tenants.md");
  EXPECT_NE(guide.find("\n\n" + tenancy::posture_table() + "\n"), std::string::npos)
      << tenancy::posture_table();
}

TEST(PostureTable, expects_the_version_that_is_built) {
  const std::string control = *base::read_text_file(ART32_SOURCE_FOLDER "/pg/art32.control");
  EXPECT_THAT(control, HasSubstr("default_version = '1.0'"));
  for (const tenancy::PostureCheck& check : tenancy::posture_checks())
    if (check.id == "art32-version") {
      EXPECT_THAT(std::string(check.sql), HasSubstr("<> '1.0'"));
    }
}

class PostureCheck : public testing::Test {
 protected:
  void SetUp() override { database.make_schema(); }
  PostureDatabase& database = posture_database(Functions::extension);
  tenancy::PostureOptions options = database.options();
};

TEST_F(PostureCheck, takes_a_table_that_is_reached_through_its_parent) {
  database.admin(
      "create table house.line (invoice_id bigint references house.invoice); grant insert, select on "
      "house.line to shop;"
      "alter table house.line enable row level security; alter table house.line force row level security;"
      "create policy rows on house.line using (true);"
      "create policy team on house.line as restrictive using (invoice_id in (select id from house.invoice))");
  EXPECT_THAT(named(database.findings()), IsEmpty());
  database.admin("grant truncate on house.line to shop");
  EXPECT_THAT(named(database.findings()), ElementsAre("truncate-granted house.line"));
  database.admin("alter policy team on house.line with check (true)");
  EXPECT_THAT(named(database.findings()), testing::Contains("table-without-team house.line"));
}

TEST_F(PostureCheck, leaves_out_what_is_named_with_a_reason) {
  database.admin("create table house.country (code text); grant select, insert on house.country to shop");
  options.left_out = {{"house.country", "names of countries", "table-without-team"}};
  EXPECT_THAT(named(database.findings(options)), ElementsAre("shared-table-writable house.country"));
  options.left_out = {{"house.country", "names of countries", ""}};
  EXPECT_THAT(named(database.findings(options)), IsEmpty());
}

TEST_F(PostureCheck, leaves_out_a_setting_of_a_role) {
  database.admin(
      "alter role shop set timezone = 'UTC'; alter role shop in database posture set timezone = 'UTC'");
  options.left_out = {{"setting TimeZone of role shop", "days begin at midnight there", "role-settings"}};
  EXPECT_THAT(named(database.findings(options)),
              ElementsAre("role-settings setting TimeZone of role shop in database posture"));
  database.admin("alter role shop reset timezone; alter role shop in database posture reset timezone");
  EXPECT_THAT(named(database.findings(options)),
              ElementsAre("name-unknown exception setting TimeZone of role shop"));
}

TEST_F(PostureCheck, takes_limits_of_a_role_that_operators_set) {
  database.admin(
      "alter role shop set statement_timeout = '5s'; alter role shop set log_min_duration_statement = 100;"
      "alter role app set search_path = evil");
  EXPECT_THAT(named(database.findings(options)), IsEmpty());
  database.admin("alter role shop reset all; alter role app reset all");
}

TEST_F(PostureCheck, finds_names_that_do_not_exist) {
  options.schemas.emplace_back("hou\"se");
  options.application_roles.emplace_back("sh\\op");
  options.left_out = {{"house.gone", "was a queue", ""}};
  EXPECT_THAT(named(database.findings(options)),
              ElementsAre("name-unknown exception house.gone", "name-unknown role \"sh\\op\"",
                          "name-unknown schema \"hou\"\"se\""));
}

TEST_F(PostureCheck, refuses_options_that_would_hide_everything) {
  const auto refused = [&] {
    const auto found = tenancy::check_posture(database.session(), options);
    return found ? "no error" : found.error().what;
  };
  options.left_out = {{"house.invoice", "", ""}};
  EXPECT_THAT(refused(), HasSubstr("without a reason"));
  options.left_out = {{"role shop", "trusted", ""}};
  EXPECT_THAT(refused(), HasSubstr("can't be left out"));
  options.left_out = {{"house.invoice", "old", "rls-of"}};
  EXPECT_THAT(refused(), HasSubstr("no check"));
  options.left_out.clear();
  options.application_roles.clear();
  EXPECT_THAT(refused(), HasSubstr("no role"));
}

TEST_F(PostureCheck, looks_at_every_schema_but_the_system_s_where_none_is_named) {
  options.schemas.clear();
  EXPECT_THAT(named(database.findings(options)), IsEmpty());
  database.admin("alter table house.invoice disable row level security");
  EXPECT_THAT(named(database.findings(options)), ElementsAre("rls-disabled house.invoice"));
}

// Names, operators and temporary tables that a session was led to, and another spelling.
TEST_F(PostureCheck, believes_nothing_of_the_session) {
  database.admin(
      "create function house.never(name, name) returns boolean language sql as 'select false';"
      "create operator house.= (leftarg = name, rightarg = name, function = house.never);"
      "create function house.format_type(oid, int) returns text language sql as $$ select 'x' $$;"
      "grant usage on schema house to app; alter table house.invoice disable row level security");
  net::SqlSession& session = database.session();
  ASSERT_TRUE(session.query("create temporary table pg_class (oid oid)", {}).has_value());
  for (const char* setting : {"search_path = pg_temp, house, pg_catalog", "quote_all_identifiers = on",
                              "standard_conforming_strings = off"})
    ASSERT_TRUE(session.query(std::string("set ") + setting, {}).has_value());
  EXPECT_THAT(named(database.findings()), ElementsAre("rls-disabled house.invoice"));
  EXPECT_EQ((*session.query("show search_path", {}))[0][0], "pg_temp, house, pg_catalog");
  EXPECT_EQ((*session.query("show transaction_read_only", {}))[0][0], "off");
  ASSERT_TRUE(session.query("reset all", {}).has_value());
  ASSERT_TRUE(session.query("drop table pg_temp.pg_class", {}).has_value());
}

// The server's answer, but for its version.
class OlderServer final : public net::SqlSession {
 public:
  OlderServer(net::SqlSession& session, std::string version)
      : session_(session), version_(std::move(version)) {}
  base::Result<std::vector<Row>> query(const std::string& sql,
                                       const std::vector<std::string>& parameters) override {
    return session_.query(
        base::replace_all(sql, "pg_catalog.current_setting('server_version_num')", "'" + version_ + "'"),
        parameters);
  }

 private:
  net::SqlSession& session_;
  std::string version_;
};

TEST_F(PostureCheck, knows_the_servers_whose_statistics_show_rows) {
  for (const std::string version : {"140019", "150013", "160009", "170005"}) {
    OlderServer older(database.session(), version);
    EXPECT_THAT(named(*tenancy::check_posture(older, options)),
                ElementsAre("server-outdated database posture"))
        << version;
  }
  for (const std::string version : {"150014", "160010", "170006", "180000"}) {
    OlderServer older(database.session(), version);
    EXPECT_THAT(named(*tenancy::check_posture(older, options)), IsEmpty()) << version;
  }
}

// A check that couldn't look is an error, never an empty list.
TEST_F(PostureCheck, fails_where_the_server_refuses_to_answer) {
  net::SqlSession& session = database.session();
  ASSERT_TRUE(session.query("set statement_timeout = 1", {}).has_value());
  database.admin("revoke usage on schema pg_catalog from public");
  const auto found = tenancy::check_posture(session, options);
  database.admin("grant usage on schema pg_catalog to public");
  ASSERT_TRUE(session.query("reset all", {}).has_value());
  EXPECT_FALSE(found.has_value());
}

}  // namespace
}  // namespace art32::test
