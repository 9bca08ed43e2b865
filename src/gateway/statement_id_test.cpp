#include "gateway/statement_id.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace art32::gateway {
namespace {

TEST(StatementIds, draw_54_bits_by_chance) {
  StatementIds ids;
  std::set<StatementId> drawn;
  std::uint64_t once_set = 0, once_clear = 0;
  for (int i = 0; i < 1000; ++i) {
    const StatementId id = ids.draw();
    EXPECT_TRUE(drawn.insert(id).second);
    once_set |= static_cast<std::uint64_t>(id);
    once_clear |= ~static_cast<std::uint64_t>(id);
  }
  EXPECT_EQ(once_set, (std::uint64_t{1} << 54) - 1);
  EXPECT_EQ(once_clear, ~std::uint64_t{0});
}

TEST(StatementIds, draw_many_at_once_and_never_none) {
  unsigned fills = 0;
  StatementIds ids([&](std::span<std::uint8_t> target) {
    std::fill(target.begin(), target.end(), std::uint8_t{0});
    ++fills;
    for (std::size_t at = 8; at < target.size(); at += 8)  // the first eight octets are no id
      target[at] = static_cast<std::uint8_t>(at / 8);
  });
  for (std::uint64_t i = 1; i < 64; ++i)
    EXPECT_EQ(ids.draw(), static_cast<StatementId>(i));
  EXPECT_EQ(fills, 1U);
  EXPECT_EQ(ids.draw(), static_cast<StatementId>(1));
  EXPECT_EQ(fills, 2U);
}

TEST(ServerNames, are_nine_characters_of_base64url) {
  EXPECT_EQ(server_name(static_cast<StatementId>(255)), "art32:AAAAAAAD_");
  EXPECT_EQ(server_name(static_cast<StatementId>((std::uint64_t{1} << 54) - 1)), "art32:_________");
  EXPECT_EQ(server_name(static_cast<StatementId>(std::uint64_t{62} << 48)), "art32:-AAAAAAAA");
  const std::string name = server_name(StatementIds().draw());
  const auto* const itself = reinterpret_cast<const char*>(&name);
  EXPECT_TRUE(name.data() >= itself && name.data() < itself + sizeof(name))
      << "it needs no memory of its own";
}

TEST(ServerNames, can_be_told_from_those_of_clients) {
  EXPECT_TRUE(looks_like_server_name(server_name(StatementIds().draw())));
  EXPECT_FALSE(looks_like_server_name("pdo_stmt_1"));
  EXPECT_TRUE(mentions_server_name("prepared statement \"art32:AAAAAAAD_\" does not exist"));
}

}  // namespace
}  // namespace art32::gateway
