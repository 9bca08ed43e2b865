// Tokens of an application's own PostgreSQL, taken over with the clients that hold them.
#include <gmock/gmock.h>

#include "base/text.h"
#include "crypto/api_token.h"
#include "tests/support/private_postgres.h"
#include "tests/support/running_server.h"

namespace art32::test {
namespace {

using ::testing::HasSubstr;

// As Sanctum 4 makes it, with columns of Laravel's types.
constexpr std::string_view application_schema = R"sql(
create table users (id bigserial primary key, email text, current_team_id bigint);
create table personal_access_tokens (
  id bigserial primary key, tokenable_type varchar(255) not null, tokenable_id bigint not null,
  name varchar(255) not null, token varchar(64) not null unique, abilities text,
  last_used_at timestamp(0), expires_at timestamp(0), created_at timestamp(0), updated_at timestamp(0));
insert into users (email, current_team_id) values ('Erika@example.com', 42), ('max@example.com', 43);
)sql";

class TokenImport : public ::testing::Test {
 protected:
  TokenImport() { application.sql(std::string(application_schema)); }

  // "id|token" as its holder has it; the id is the next one.
  std::string add(int user, const std::string& more = "null, now()") {
    const base::Secret token = crypto::make_api_token("");
    const std::string id = application.sql(
        "insert into personal_access_tokens (tokenable_type, tokenable_id, name, token, abilities, "
        "expires_at, "
        "created_at) values ('App\\Models\\User', " +
        std::to_string(user) + ", 'old', '" + crypto::api_token_hash(token.text()) + "', '[\"read\"]', " +
        more + ") returning id");
    return std::string(base::trim(id.substr(0, id.find('\n')))) + "|" + std::string(token.text());
  }
  std::string connection() const {
    return "host=" + application.socket_folder().string() + " port=" + std::to_string(application.port()) +
           " dbname=postgres user=postgres";
  }
  net::Finished import(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{
        "token",      "import",    "--connection",
        connection(), "--members", "select 'App\\Models\\User', id, current_team_id, email from users"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return server.command(arguments);
  }

  PrivatePostgres application;
  RunningServer server;
};

TEST_F(TokenImport, takes_over_tokens_with_their_teams_users_and_times) {
  const std::string token = add(1), other = add(2, "'2031-05-06 07:08:09', '2025-01-02 03:04:05'");
  add(7);
  const net::Finished looked = import({"--dry-run"});
  EXPECT_EQ(looked.exit_code, 0) << looked.errors;
  EXPECT_THAT(looked.output, HasSubstr("2 tokens could be imported, 1 left out"));
  const net::Finished imported = import();
  ASSERT_EQ(imported.exit_code, 0) << imported.errors;
  EXPECT_EQ(imported.output, "2 tokens are imported, 1 left out whose holder --members doesn't name.\n");
  EXPECT_THAT(server.command({"user", "list"}).output, HasSubstr("erika@example.com"));
  const std::string listed = server.command({"token", "list", "--team", "43", "--json"}).output;
  EXPECT_THAT(listed, HasSubstr("2025-01-02T03:04:05Z"));
  EXPECT_THAT(listed, HasSubstr("2031-05-06T07:08:09Z"));
  EXPECT_THAT(listed, HasSubstr("\"read\""));
  // Whoever holds one goes on with it: what was found of it is the token of the client.
  EXPECT_THAT(server.command({"token", "found"}, token + "\n").output, HasSubstr("was valid"));
  EXPECT_THAT(server.command({"token", "found"}, other.substr(other.find('|') + 1) + "\n").output,
              HasSubstr("was valid"));
}

// Only one of two teams can be a token's, and a silent choice would give it to the wrong one.
TEST_F(TokenImport, refuses_a_holder_with_two_teams_and_names_the_rows) {
  add(1);
  application.sql(
      "create table team_user (team_id bigint, user_id bigint); "
      "insert into team_user values (42, 1), (43, 2), (44, 1)");
  const auto import_by = [this](const std::string& of_whom) {
    return server.command(
        {"token", "import", "--connection", connection(), "--members",
         "select 'App\\Models\\User', u.id, t.team_id, u.email from users u join team_user t on "
         "t.user_id = u.id where " +
             of_whom + " order by t.team_id"});
  };
  const net::Finished refused = import_by("true");
  EXPECT_EQ(refused.exit_code, 64);
  EXPECT_THAT(
      refused.errors,
      HasSubstr("--members names App\\Models\\User 1 twice: row 1 says team 42 and Erika@example.com, "
                "row 3 says team 44 and Erika@example.com"));
  EXPECT_EQ(server.command({"team", "list", "--json"}).output, "[]\n") << "nothing is taken over";
  EXPECT_EQ(import_by("t.team_id < 44").exit_code, 0);
}

TEST_F(TokenImport, takes_a_member_who_is_named_twice_alike) {
  add(1);
  const net::Finished imported = server.command(
      {"token", "import", "--connection", connection(), "--members",
       "select 'App\\Models\\User', id, current_team_id, email from users, generate_series(1, 2)"});
  EXPECT_EQ(imported.exit_code, 0) << imported.errors;
  EXPECT_THAT(imported.output, HasSubstr("1 token is imported"));
}

// More than one batch. What the application's administrator mends in its table, and what then is left
// to do, is all that a second run does.
class LongTokenImport : public TokenImport {
 protected:
  LongTokenImport() {
    application.sql(
        "insert into personal_access_tokens (tokenable_type, tokenable_id, name, token, abilities, "
        "created_at) "
        "select 'App\\Models\\User', 1 + n % 2, 'old', encode(sha256(('art32 ' || n)::bytea), 'hex'), "
        "'[\"read\"]', now() from generate_series(1, 2500) n");
  }
  std::string teams() { return server.command({"team", "list", "--json"}).output; }
};

TEST_F(LongTokenImport, imports_nothing_and_makes_no_team_where_a_row_of_a_later_batch_is_wrong) {
  application.sql("update personal_access_tokens set abilities = '*' where id = 2200");
  for (const std::vector<std::string>& how : {std::vector<std::string>{"--dry-run"}, {}}) {
    const net::Finished refused = import(how);
    EXPECT_EQ(refused.exit_code, 64);
    EXPECT_THAT(refused.errors, HasSubstr("token 2200: its abilities are no JSON array"));
    EXPECT_EQ(teams(), "[]\n");
    EXPECT_EQ(server.command({"user", "list", "--json"}).output, "[]\n");
  }
  application.sql("update personal_access_tokens set abilities = '[]' where id = 2200");
  const net::Finished imported = import();
  EXPECT_EQ(imported.exit_code, 0) << imported.errors;
  EXPECT_THAT(imported.output, HasSubstr("2500 tokens are imported, 0 left out"));
}

TEST_F(LongTokenImport, goes_on_where_another_run_stopped) {
  application.sql(
      "create view first as select * from personal_access_tokens where id <= 1400; "
      "create view twice as select * from personal_access_tokens union all "
      "select 3000, tokenable_type, tokenable_id, name, token, abilities, last_used_at, expires_at, "
      "created_at, updated_at from personal_access_tokens where id = 7");
  ASSERT_EQ(import({"--table", "first"}).exit_code, 0);
  ASSERT_EQ(server.command({"token", "revoke", "12"}).exit_code, 0);
  EXPECT_EQ(
      import({"--dry-run"}).output,
      "1100 tokens could be imported, 1399 are there already, 1 was revoked here and stays so, 0 left out "
      "whose holder --members doesn't name.\n");
  EXPECT_EQ(import().output,
            "1100 tokens are imported, 1399 were there already, 1 was revoked here and stays so, 0 left out "
            "whose holder --members doesn't name.\n");
  const std::string again = import({"--json"}).output;
  EXPECT_THAT(again, HasSubstr("\"imported\": 0"));
  EXPECT_THAT(again, HasSubstr("\"there\": 2499"));
  EXPECT_THAT(import({"--table", "twice"}).errors,
              HasSubstr("2 rows have the same token: tokens 7 and 3000"));
  application.sql("update personal_access_tokens set tokenable_id = 3 - tokenable_id where id = 2400");
  EXPECT_THAT(
      import({"--dry-run"}).errors,
      HasSubstr("token 2400 of team \"43\" and max@example.com contradicts what is here: token 2400 of "
                "team \"42\" and erika@example.com, with the same SHA-256"));
}

TEST_F(TokenImport, takes_a_time_without_end_as_never_and_no_other_that_is_not_finite) {
  add(1, "'infinity', now()");
  EXPECT_EQ(import().exit_code, 0);
  EXPECT_THAT(server.command({"token", "list", "--team", "42", "--json"}).output,
              HasSubstr("\"expires\": null"));
  for (const std::string& times : {std::string("'-infinity', now()"), std::string("null, '-infinity'"),
                                   std::string("null, 'infinity'")}) {
    application.sql("delete from personal_access_tokens");
    add(1, times);
    const net::Finished refused = import();
    EXPECT_EQ(refused.exit_code, 64) << times;
    EXPECT_THAT(refused.errors, ::testing::ContainsRegex("token [2-4]: .*infinity\" is no time")) << times;
  }
}

TEST_F(TokenImport, refuses_what_is_no_answer) {
  add(1);
  const net::Finished wrong = import({"--table", "nothing\"here"});
  EXPECT_NE(wrong.exit_code, 0);
  EXPECT_THAT(wrong.errors, HasSubstr("does not exist"));
}

}  // namespace
}  // namespace art32::test
