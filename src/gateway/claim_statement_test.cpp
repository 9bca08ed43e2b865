#include "gateway/claim_statement.h"

#include <gmock/gmock.h>

#include "gateway/statement_scan.h"

namespace art32::gateway {
namespace {

using Scope = ClaimStatement::Scope;
using Subject = ClaimStatement::Subject;

TEST(ClaimStatement, is_read_in_each_form_that_postgresql_has) {
  const std::pair<const char*, ClaimStatement> rows[] = {
      {"SET art32.claim = 'a.b.c'", {Subject::claim, Scope::session, false, "a.b.c"}},
      {"set session ART32.Claim to 'a.b.c';", {Subject::claim, Scope::session, false, "a.b.c"}},
      {"SET LOCAL art32.claim='a.b.c' ; ;", {Subject::claim, Scope::transaction, false, "a.b.c"}},
      {"/* who */ SET art32.team = 42", {Subject::team, Scope::session, false, "42"}},
      {"set art32 . team to 'acme'", {Subject::team, Scope::session, false, "acme"}},
      {"SET art32.claim TO DEFAULT", {Subject::claim, Scope::session, false, std::nullopt}},
      {"SET art32.claim = E'a.b.c'", {Subject::claim, Scope::session, false, "a.b.c"}},
      {"set \"ART32\".\"Claim\" = 'a.b.c'", {Subject::claim, Scope::session, false, "a.b.c"}},
      {"reset art32.claim", {Subject::claim, Scope::session, true, std::nullopt}},
  };
  for (const auto& [sql, expected] : rows) {
    EXPECT_TRUE(may_be_claim_statement(sql)) << sql;
    EXPECT_EQ(parse_claim_statement(sql), expected) << sql;
    EXPECT_TRUE(scan_statement(sql).sets_claim) << sql;
  }
}

TEST(ClaimStatement, is_nothing_that_holds_something_else_too) {
  for (const char* const sql :
       {"SET art32.claim = 'a'; SELECT 1", "SET art32.claim = E'\\141'", "SET art32.claim = U&'a'",
        "SET art32.claim = 'a\\'", "SET art32.claim", "SET art32.claim = a", "SET art32.claim = 'a', 'b'",
        "SET art32.team = 2.5", "SET art32.team = 2e3", "SET art32.other = 'a'", "SET \"ART32.claim\" = 'a'",
        "SET art32.claim TO NULL", "SET art32.claim TO $1", "RESET art32.claim; SELECT 1"}) {
    EXPECT_EQ(parse_claim_statement(sql), std::nullopt) << sql;
    EXPECT_TRUE(scan_statement(sql).sets_claim) << sql;
  }
}

TEST(ClaimStatement, is_seen_wherever_it_stands_in_a_text) {
  EXPECT_TRUE(scan_statement("begin; set local art32.claim = 'a'").sets_claim);
  EXPECT_TRUE(scan_statement("set \"art32.claim\" = 'a'").sets_claim);
  EXPECT_FALSE(scan_statement("select 'set art32.claim = 1'").sets_claim);
  EXPECT_FALSE(scan_statement("set art3.claim = 1").sets_claim);
  EXPECT_FALSE(scan_statement("update settings set art32 = 1").sets_claim);
}

}  // namespace
}  // namespace art32::gateway
