#include "identity/principals.h"

#include <gtest/gtest.h>

#include "base/scratch_folder.h"
#include "model/testing.h"

namespace art32::identity {
namespace {

using base::ErrorCode;

class StoredPrincipals : public testing::Test {
 protected:
  StoredPrincipals() { EXPECT_TRUE(database.migrate(Principals::migrations()).has_value()); }

  base::ScratchFolder folder;
  store::Database database = store::Database::open(folder.path() / "state.db").value();
  std::mutex mutex;
  model::testing::RecordingSink sink;
  base::ManualClock clock{*base::parse_rfc3339("2026-11-25T12:00:00Z")};
  Principals principals{database, mutex, sink, clock};
};

TEST_F(StoredPrincipals, are_added_given_passwords_and_removed_and_the_ledger_knows) {
  ASSERT_TRUE(principals.add("erika", "staff", "support", "the first password").has_value());
  ASSERT_TRUE(principals.set_password("erika", "the second password").has_value());
  const auto all = principals.list();
  ASSERT_TRUE(all && all->size() == 1);
  EXPECT_EQ(all->front().kind, "staff");
  EXPECT_EQ(all->front().through, "support");
  EXPECT_TRUE(pgwire::fits_password(all->front().verifier, "the second password"));
  EXPECT_FALSE(pgwire::fits_password(all->front().verifier, "the first password"));
  ASSERT_TRUE(principals.remove("erika").has_value());
  EXPECT_TRUE(principals.list()->empty());
  EXPECT_EQ(sink.records,
            (std::vector<std::string>{
                R"({"event":"principal-added","kind":"staff","principal":"erika","through":"support"})",
                R"({"event":"principal-password-set","principal":"erika"})",
                R"({"event":"principal-removed","principal":"erika"})"}));
  EXPECT_EQ(sink.kinds, std::vector<std::string>(3, "account"));
}

TEST_F(StoredPrincipals, nothing_changes_that_the_ledger_cannot_take) {
  ASSERT_TRUE(principals.add("erika", "staff", "", "her own password").has_value());
  sink.full = true;
  EXPECT_EQ(principals.add("max", "staff", "", "his own password").error().code, ErrorCode::exhausted);
  EXPECT_EQ(principals.set_password("erika", "another password").error().code, ErrorCode::exhausted);
  EXPECT_EQ(principals.remove("erika").error().code, ErrorCode::exhausted);
  const auto all = principals.list();
  ASSERT_EQ(all->size(), 1U);
  EXPECT_TRUE(pgwire::fits_password(all->front().verifier, "her own password"));
}

TEST_F(StoredPrincipals, say_what_is_wrong) {
  ASSERT_TRUE(principals.add("erika", "staff", "", "her own password").has_value());
  EXPECT_EQ(principals.add("erika", "app", "", "his own password").error().code, ErrorCode::already_exists);
  EXPECT_EQ(principals.add("no spaces", "app", "", "his own password").error().code,
            ErrorCode::invalid_argument);
  EXPECT_EQ(principals.set_password("max", "his own password").error().code, ErrorCode::not_found);
  EXPECT_EQ(principals.remove("max").error().code, ErrorCode::not_found);
}

TEST_F(StoredPrincipals, have_passwords_of_twelve_characters_at_least) {
  for (const char* password : {"", "x", "elevenchars", "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"})
    EXPECT_EQ(principals.add("max", "app", "", password).error().code, ErrorCode::invalid_argument)
        << password;
  EXPECT_TRUE(principals.list()->empty());
  ASSERT_TRUE(principals.add("max", "app", "", "twelve chars").has_value());
  EXPECT_EQ(principals.set_password("max", "short").error().code, ErrorCode::invalid_argument);
  EXPECT_TRUE(pgwire::fits_password(principals.list()->front().verifier, "twelve chars"));
}

}  // namespace
}  // namespace art32::identity
