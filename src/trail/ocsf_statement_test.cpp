#include "trail/ocsf_statement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "trail/canonical_json.h"

namespace art32::trail {
namespace {

namespace json = boost::json;

// Those of docs/formats/statements.md.
constexpr std::string_view statement =
    R"({"application":"psql","database":"app","format":"art32-statement/v1","peer":"127.0.0.1 port 40312","person":"erika","role":"app_staff","session":"00ff00ff00ff00ff","text":"select 1;","time":"2025-11-25T11:00:00.000000Z","way":"query"})";
constexpr std::string_view outcome =
    R"({"format":"art32-statement-outcome/v1","outcome":"completed","rows":1,"session":"00ff00ff00ff00ff","statements":[0],"tags":["SELECT 1"],"took_us":1234})";

json::object event(std::string_view said, std::string_view ended = outcome) {
  const auto made = ocsf_statement({0, "entry", said, ended}, "0.1.0");
  EXPECT_TRUE(made) << said;
  return made ? json::parse(*made).as_object() : json::object();
}

TEST(OcsfStatement, is_that_of_the_vector_of_its_page) {
  const std::string page =
      base::read_text_file(base::Path(__FILE__).parent_path() / "../../docs/formats/ocsf.md").value();
  EXPECT_THAT(page,
              testing::HasSubstr("\n" + *ocsf_statement({0, "entry", statement, outcome}, "0.1.0") + "\n"));
}

// Of the schema 1.4.0: events/application/datastore_activity.json and the objects that it names.
TEST(OcsfStatement, has_what_the_schema_requires) {
  const json::object made = event(statement);
  for (const char* const member : {"activity_id", "actor", "category_uid", "class_uid", "metadata",
                                   "severity_id", "src_endpoint", "time", "type_uid"})
    EXPECT_TRUE(made.contains(member)) << member;
  EXPECT_TRUE(made.contains("database")) << "or databucket, or table";
  EXPECT_TRUE(made.at("database").as_object().contains("type_id"));
  EXPECT_TRUE(made.at("query_info").as_object().contains("query_string"));
  EXPECT_TRUE(made.at("src_endpoint").as_object().contains("ip"));
  EXPECT_EQ(made.at("type_uid"), 600504);
  EXPECT_EQ(canonical_json(made), *ocsf_statement({0, "entry", statement, outcome}, "0.1.0"));
}

TEST(OcsfStatement, says_what_became_of_it) {
  EXPECT_EQ(event(statement).at("status_id"), 1);
  const std::string failed =
      base::replace_all(std::string(outcome), R"("completed")", R"("failed","sqlstate":"42P01")");
  EXPECT_EQ(event(statement, failed).at("status_id"), 2);
  EXPECT_EQ(event(statement, failed).at("status_code"), "42P01");
  EXPECT_EQ(event(statement, base::replace_all(std::string(outcome), "completed", "lost")).at("status_id"),
            0);
  EXPECT_EQ(event(statement, "").at("status_id"), 0);
}

TEST(OcsfStatement, knows_sockets_prepared_statements_and_texts_that_are_none) {
  EXPECT_EQ(event(base::replace_all(std::string(statement), "127.0.0.1 port 40312", "unix socket"))
                .at("src_endpoint")
                .at("name"),
            "unix socket");
  EXPECT_EQ(event(base::replace_all(std::string(statement), "\"query\"", "\"prepare\"")).at("activity_id"),
            99);
  EXPECT_EQ(event(base::replace_all(std::string(statement), "\"select 1;\"", R"({"base64":"/w=="})"))
                .at("query_info")
                .at("query_string"),
            "base64:/w==");
  EXPECT_FALSE(ocsf_statement({0, "entry", outcome, ""}, ""));
  EXPECT_FALSE(ocsf_statement({0, "entry", statement, statement}, ""));
}

}  // namespace
}  // namespace art32::trail
