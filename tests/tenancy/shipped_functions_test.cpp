// What the posture check takes for art32's own functions is what pg/art32-plain.sql makes.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "tenancy/posture/posture_check.h"
#include "tests/tenancy/posture_database.h"

namespace art32::test {
namespace {

std::string check_of_altered_functions() {
  const auto checks = tenancy::posture_checks();
  const auto check =
      std::find_if(checks.begin(), checks.end(), [](const auto& each) { return each.id == "art32-altered"; });
  return check == checks.end() ? "" : std::string(check->sql);
}

TEST(ShippedFunctions, have_the_digests_that_the_check_knows) {
  const auto session = client_session(protected_database(Functions::plain).postgres(), "app");
  ASSERT_TRUE(session->query("set search_path = pg_catalog, pg_temp", {}).has_value());
  const auto rows = session->query(std::string(tenancy::posture_prelude()) +
                                       "select pg_catalog.format('  (%L, %L)', name, digest) from "
                                       "art32_function order by name collate \"C\"",
                                   {"{}", "team_id", "{app}", "{}", ""});
  ASSERT_TRUE(rows.has_value()) << rows.error().message();
  std::vector<std::string> lines;
  for (const auto& row : *rows)
    lines.push_back(row.at(0).value_or("null"));
  ASSERT_GT(lines.size(), 20U);
  const std::string digests = base::join(lines, ",\n");
  EXPECT_NE(check_of_altered_functions().find("(values\n" + digests + "\n)"), std::string::npos)
      << "pg/art32-plain.sql makes other functions than the check art32-altered knows. Where that is meant, "
         "these are the lines for src/tenancy/posture/posture_shipped.cpp:\n"
      << digests;
}

}  // namespace
}  // namespace art32::test
