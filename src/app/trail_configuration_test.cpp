#include "app/trail_configuration.h"

#include <gmock/gmock.h>

#include "app/configuration.h"

namespace art32::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using trail::ColumnClass;

constexpr const char* head = R"([gateway]

[[gateway.database]]
name = "shop"
server = "127.0.0.1"

[gateway.database.trail]
keep_wal = "64GB"
)";

TrailConfiguration read(const std::string& lines) {
  const auto read = parse_configuration(head + lines, "art32.toml");
  EXPECT_TRUE(read.has_value()) << read.error().message();
  return *read->gateway->databases.at(0).trail;
}

std::string refusal_of(const std::string& lines) {
  const auto read = parse_configuration(head + lines, "art32.toml");
  return read ? std::string("accepted") : read.error().message();
}

trail::Table table(const std::string& name, const std::vector<std::string>& columns) {
  trail::Table table;
  table.schema = "public";
  table.name = name;
  for (const std::string& column : columns)
    table.columns.push_back({column, 25, -1, false});
  return table;
}

TEST(TrailConfiguration, says_of_which_persons_a_column_is) {
  const TrailConfiguration trail = read(R"(personal = [
  { table = "public.customer", subject = "id", columns = ["name", "password"] },
  { table = "public.invoice", subject = "customer_id", kind = "customer", columns = ["note"] },
  { table = "public.invoice", subject = "clerk", kind = "user", columns = ["clerk"] },
]
)");
  const auto customer = trail.rules_of(table("customer", {"id", "name", "password", "team_id"}), "team_id");
  EXPECT_THAT(customer.classes,
              ElementsAre(ColumnClass::plain, ColumnClass::personal, ColumnClass::secret, ColumnClass::plain))
      << "secrets win";
  ASSERT_EQ(customer.subjects.size(), 1U);
  EXPECT_EQ(customer.subjects.at(1).kind, "customer");
  EXPECT_EQ(customer.subjects.at(1).column, 0U);
  EXPECT_EQ(customer.team_column, 3U);
  const auto invoice = trail.rules_of(table("invoice", {"note", "clerk", "customer_id"}), "");
  EXPECT_EQ(invoice.subjects.at(0).kind, "customer");
  EXPECT_EQ(invoice.subjects.at(0).column, 2U);
  EXPECT_EQ(invoice.subjects.at(1).kind, "user");
  EXPECT_EQ(invoice.subjects.at(1).column, 1U);
  const auto renamed = trail.rules_of(table("invoice", {"note"}), "");
  EXPECT_EQ(renamed.subjects.at(0).column, std::nullopt) << "of nobody known, but still personal";
  EXPECT_TRUE(trail.rules_of(table("other", {"note"}), "").subjects.empty());
  EXPECT_THAT(trail.source_options().personal,
              ElementsAre("public.customer.id", "public.customer.name", "public.customer.password",
                          "public.invoice.customer_id", "public.invoice.note", "public.invoice.clerk",
                          "public.invoice.clerk"));
}

TEST(TrailConfiguration, refuses_personal_columns_that_cannot_be) {
  const auto with = [](const std::string& personal) { return refusal_of("personal = [" + personal + "]\n"); };
  EXPECT_THAT(with(R"({ table = "customer", subject = "id", columns = ["name"] })"),
              HasSubstr("schema.table"));
  EXPECT_THAT(with(R"({ table = "public.customer", columns = ["name"] })"), HasSubstr("subject"));
  EXPECT_THAT(with(R"({ table = "public.customer", subject = "id" })"), HasSubstr("names no columns"));
  EXPECT_THAT(with(R"({ table = "public.customer", subject = "id", kind = "a:b", columns = ["name"] })"),
              HasSubstr("without a colon"));
  EXPECT_THAT(with(R"({ table = "public.customer", subject = "id", colour = "red", columns = ["name"] })"),
              HasSubstr("colour"));
  EXPECT_THAT(with(R"({ table = "public.customer", subject = "id", columns = ["name"] },
  { table = "public.customer", subject = "other", columns = ["name"] })"),
              HasSubstr("personal twice"));
}

TEST(TrailConfiguration, takes_streams_and_refuses_those_that_cannot_be) {
  const auto with = [](const std::string& stream) {
    return refusal_of("[[gateway.database.trail.stream]]\n" + stream);
  };
  EXPECT_THAT(with("name = \"siem\"\nurl = \"http://siem.example.com\"\n"), HasSubstr("syslog+tls://HOST"));
  EXPECT_THAT(with("url = \"https://siem.example.com\"\n"), HasSubstr("name"));
  EXPECT_THAT(with("name = \"../siem\"\nurl = \"https://siem.example.com\"\n"), HasSubstr("a-z"));
  EXPECT_THAT(with("name = \"siem\"\nurl = \"syslog+tls://siem.example.com\"\ntoken_file = \"t\"\n"),
              HasSubstr("no tokens"));
  EXPECT_THAT(with("name = \"siem\"\nurl = \"https://siem.example.com\"\nteams = []\n"),
              HasSubstr("one team at least"));
  EXPECT_THAT(with("name = \"siem\"\nurl = \"https://a\"\n[[gateway.database.trail.stream]]\n"
                   "name = \"siem\"\nurl = \"https://b\"\n"),
              HasSubstr("each name once"));
}

TEST(ParseSubject, takes_a_kind_and_whatever_follows_the_first_colon) {
  EXPECT_EQ(parse_subject("customer:7")->value, "7");
  EXPECT_EQ(parse_subject("user:urn:x:7")->value, "urn:x:7");
  EXPECT_EQ(parse_subject("customer:")->value, "") << "nobody known";
  EXPECT_FALSE(parse_subject("customer"));
  EXPECT_FALSE(parse_subject(":7"));
}

}  // namespace
}  // namespace art32::app
