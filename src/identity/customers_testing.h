// For tests of customers' teams, users and tokens: all of their lists over a scratch store, with
// two teams and a user in each. One thread, but for the lists themselves.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/scratch_folder.h"
#include "identity/customers.h"
#include "model/testing.h"

namespace art32::identity::testing {

inline std::string ten_megabytes_of(char letter) {
  std::string text;
  text.resize(10'000'000, letter);
  return text;
}

class CustomersTest : public ::testing::Test {
 protected:
  CustomersTest() {
    EXPECT_TRUE(database.migrate(Customers::migrations()));
    EXPECT_TRUE(teams.add(red, "Red"));
    EXPECT_TRUE(teams.add(blue, "Blue"));
    erika = users.add("erika@example.com").value();
    max = users.add("max@example.com").value();
    EXPECT_TRUE(memberships.add({red, erika}));
    EXPECT_TRUE(memberships.add({blue, max}));
    sink.records.clear();
    sink.kinds.clear();
  }

  // "id|token"
  std::string issue(const Member& member, std::optional<base::Instant> expires = std::nullopt) {
    const auto issued = tokens.issue(member, "deploy", {{"*"}}, expires);
    EXPECT_TRUE(issued.has_value());
    return issued ? std::string(issued->shown.text()) : std::string();
  }
  std::optional<TokenHolder> look_up(std::string_view presented) {
    auto found = tokens.look_up(presented);
    EXPECT_TRUE(found.has_value());
    return found.value_or(std::nullopt);
  }
  std::string stored(std::string_view sql) {
    std::string value = "no row";
    EXPECT_TRUE(database.query(sql, {}, [&value](const store::Row& row) { value = row.text(0); }));
    return value;
  }
  static std::string without_id(const std::string& shown) { return shown.substr(shown.find('|') + 1); }

  base::ScratchFolder folder;
  store::Database database = store::Database::open(folder.path() / "state.db").value();
  std::mutex mutex;
  model::testing::RecordingSink sink;
  base::ManualClock clock{*base::parse_rfc3339("2026-11-30T12:00:00Z")};
  SealedStore sealed{database, mutex, sink, clock};
  TokenCache cache;
  Teams teams{sealed, cache};
  Users users{sealed, cache, 10};
  Memberships memberships{sealed, cache};
  PersonalTokens tokens{sealed, cache, "art32_"};
  const model::TeamId red{"red"}, blue{"blue"};
  UserId erika, max;
};

}  // namespace art32::identity::testing
