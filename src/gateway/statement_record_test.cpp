#include "gateway/statement_record.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace art32::gateway {
namespace {

const StatementAuthor author{"erika",           "app_staff", "app", "psql", {}, "127.0.0.1 port 40312",
                             "00ff00ff00ff00ff"};
constexpr base::Instant noon(std::chrono::microseconds(1'764'068'400'000'000));

TEST(StatementRecord, says_who_where_when_and_what) {
  EXPECT_EQ(statement_json(author, {StatementWay::query, noon, "select \"x\"", nullptr, nullptr}),
            R"({"application":"psql","database":"app","format":"art32-statement/v1",)"
            R"("peer":"127.0.0.1 port 40312","person":"erika","role":"app_staff",)"
            R"("session":"00ff00ff00ff00ff","text":"select \"x\"","time":"2025-11-25T11:00:00.000000Z",)"
            R"("way":"query"})");
}

TEST(StatementRecord, says_what_the_session_set_at_log_in) {
  StatementAuthor with_settings = author;
  with_settings.settings = {"search_path=s1", "a=\"b\""};
  const std::string json =
      statement_json(with_settings, {StatementWay::query, noon, "select 1", nullptr, nullptr});
  EXPECT_NE(json.find(R"("session":"00ff00ff00ff00ff","settings":["search_path=s1","a=\"b\""],"text")"),
            std::string::npos)
      << json;
}

base::Bytes bind_with(const std::vector<pgwire::Value>& values) {
  base::Bytes message;
  pgwire::put_text_bind(message, "", "s", values);
  return {message.begin() + pgwire::header_octets, message.end()};
}

std::string with_values(const std::vector<pgwire::Value>& values) {
  const base::Bytes body = bind_with(values);
  const auto bind = pgwire::parse_bind(body);
  EXPECT_TRUE(bind.has_value());
  const std::string json = statement_json(
      author, {StatementWay::execute, noon, "select $1", &bind->parameter_formats, &bind->parameters});
  const std::size_t from = json.find("\"parameters\":");
  return json.substr(from, json.find(",\"peer\"") - from);
}

TEST(StatementRecord, has_the_parameters_as_they_were_sent) {
  EXPECT_EQ(with_values({}), R"("parameters":[])");
  EXPECT_EQ(with_values({base::as_bytes("Müller"), std::nullopt, base::as_bytes("")}),
            R"("parameters":["Müller",null,""])");
}

TEST(StatementRecord, keeps_octets_that_are_no_text_and_the_digest_of_long_ones) {
  EXPECT_EQ(with_values({base::as_bytes("\xff\xfe")}), R"("parameters":[{"base64":"//4="}])");
  const std::string long_value(base::limits::gateway_logged_value_octets + 1, 'x');
  const std::string seen = with_values({base::as_bytes(long_value)});
  EXPECT_NE(seen.find(R"([{"octets":65537,"sha256":")"), std::string::npos) << seen;
}

TEST(StatementRecord, tells_the_outcome_with_rows_and_the_first_error) {
  StatementOutcome outcome{StatementOutcome::End::completed,
                           {4, 5},
                           {"SELECT 3", "INSERT 0 2", "BEGIN"},
                           "",
                           std::chrono::microseconds(1234)};
  EXPECT_EQ(outcome_json(author, outcome),
            R"({"format":"art32-statement-outcome/v1","outcome":"completed","rows":5,)"
            R"("session":"00ff00ff00ff00ff","statements":[4,5],"tags":["SELECT 3","INSERT 0 2","BEGIN"],)"
            R"("took_us":1234})");
  outcome = {StatementOutcome::End::failed, {6}, {}, "42P01", std::chrono::microseconds(9)};
  EXPECT_EQ(outcome_json(author, outcome),
            R"({"format":"art32-statement-outcome/v1","outcome":"failed","rows":0,)"
            R"("session":"00ff00ff00ff00ff","sqlstate":"42P01","statements":[6],"tags":[],"took_us":9})");
}

}  // namespace
}  // namespace art32::gateway
