#include "audit/probes/tenant_table.h"

#include <gtest/gtest.h>

namespace art32::audit {
namespace {

TEST(CanaryTeam, is_the_same_in_each_run_and_never_the_other_one) {
  for (const char* const type : {"bigint", "integer", "smallint", "uuid", "text", "character varying"})
    for (int seed = 0; seed < 200; ++seed) {
      const std::string owner = canary_team(type, std::to_string(seed), CanaryTeam::owner);
      EXPECT_EQ(owner, canary_team(type, std::to_string(seed), CanaryTeam::owner));
      EXPECT_NE(owner, canary_team(type, std::to_string(seed), CanaryTeam::other)) << type;
    }
  EXPECT_NE(canary_team("bigint", "one", CanaryTeam::owner), canary_team("bigint", "two", CanaryTeam::owner));
}

TEST(CanaryTeam, fits_the_type_of_its_column) {
  for (int seed = 0; seed < 200; ++seed)
    for (const CanaryTeam which : {CanaryTeam::owner, CanaryTeam::other}) {
      EXPECT_GE(std::stoll(canary_team("bigint", std::to_string(seed), which)), 1LL << 62);
      EXPECT_LE(std::stoll(canary_team("integer", std::to_string(seed), which)), 2'147'483'647);
      EXPECT_LE(std::stoll(canary_team("smallint", std::to_string(seed), which)), 32'767);
    }
}

TEST(TenantTable, names_the_rows_of_a_child_by_its_parents) {
  const auto bill = std::make_shared<const TenantTable>(
      TenantTable{"public.bill", "team_id", "bigint", TenantTable::Kind::table});
  const TenantTable note{"public.note", "bill_id", "bigint", TenantTable::Kind::child, bill, "id"};
  EXPECT_EQ(note.own("it's"), "bill_id in (select id from public.bill where team_id::text = 'it''s')");
  EXPECT_EQ(note.foreign("7"),
            "(bill_id in (select id from public.bill where team_id::text = '7')) is not true and "
            "bill_id is not null");
  EXPECT_EQ(note.value("7"), "(select id from public.bill where team_id::text = '7' limit 1)");
}

TEST(TenantTable, takes_the_quotes_off_a_name) {
  EXPECT_EQ(without_quotes("plain"), "plain");
  EXPECT_EQ(without_quotes("\"A \"\"Name\"\"\""), "A \"Name\"");
}

}  // namespace
}  // namespace art32::audit
