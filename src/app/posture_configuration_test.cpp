#include "app/posture_configuration.h"

#include <gmock/gmock.h>

#include "app/configuration.h"

namespace art32::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* head = R"([gateway]

[[gateway.database]]
name = "shop"
server = "127.0.0.1"
tenancy = true

[gateway.database.posture]
)";

PostureConfiguration read(const std::string& lines) {
  const auto read = parse_configuration(head + lines, "art32.toml");
  EXPECT_TRUE(read.has_value()) << read.error().message();
  return read->gateway->databases.at(0).posture;
}

std::string refusal_of(const std::string& lines, std::string_view before = head) {
  const auto read = parse_configuration(std::string(before) + lines, "art32.toml");
  return read ? std::string("accepted") : read.error().message();
}

TEST(PostureConfiguration, is_for_every_role_and_schema_and_shuts_nobody_out_unless_it_is_told_to) {
  const PostureConfiguration usual = read("");
  EXPECT_FALSE(usual.enforce);
  EXPECT_TRUE(usual.roles.empty());
  EXPECT_TRUE(usual.schemas.empty());
  const PostureConfiguration told = read(R"(enforce = true
roles = ["app", "worker"]
schemas = ["public"]
left_out = [
  { object = "public.currency", reason = "the same for every team" },
  { object = "public.note", check = "unique-across-teams", reason = "numbers of ours" },
]
)");
  EXPECT_TRUE(told.enforce);
  EXPECT_THAT(told.roles, ElementsAre("app", "worker"));
  EXPECT_THAT(told.schemas, ElementsAre("public"));
  ASSERT_EQ(told.left_out.size(), 2U);
  EXPECT_EQ(told.left_out[0].object, "public.currency");
  EXPECT_EQ(told.left_out[0].check, "");
  EXPECT_EQ(told.left_out[1].check, "unique-across-teams");
}

TEST(PostureConfiguration, says_where_a_key_is_that_it_does_not_know) {
  EXPECT_THAT(refusal_of("enforced = true\n"), HasSubstr("art32.toml:9"));
  EXPECT_THAT(refusal_of("enforced = true\n"), HasSubstr("enforced"));
  EXPECT_THAT(refusal_of("enforce = \"yes\"\n"), HasSubstr("art32.toml:9"));
}

TEST(PostureConfiguration, leaves_nothing_out_without_a_reason_or_a_check_that_exists) {
  EXPECT_THAT(refusal_of("left_out = [{ object = \"public.currency\" }]\n"), HasSubstr("reason"));
  EXPECT_THAT(refusal_of("left_out = [{ object = \"role app\", reason = \"known\" }]\n"),
              HasSubstr("role app can't be left out"));
  EXPECT_THAT(refusal_of("left_out = [{ object = \"public.a\", check = \"rls\", reason = \"known\" }]\n"),
              HasSubstr("which is no check"));
}

TEST(PostureConfiguration, is_of_a_separated_database_only) {
  EXPECT_THAT(refusal_of("enforce = true\n",
                         "[gateway]\n[[gateway.database]]\nname = \"shop\"\nserver = "
                         "\"127.0.0.1\"\n[gateway.database.posture]\n"),
              HasSubstr("tenancy = true"));
}

}  // namespace
}  // namespace art32::app
