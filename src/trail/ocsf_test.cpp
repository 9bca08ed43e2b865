#include "trail/ocsf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "trail/canonical_json.h"

namespace art32::trail {
namespace {

namespace json = boost::json;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

const OcsfSource source{"shop", "0.1.0"};

// Those of docs/formats/record.md.
constexpr std::string_view insert =
    R"({"columns":[["id","7"],["team_id","42"],["note","red"]],"commit":"16/B374D848","format":"art32-record/v1","kind":"insert","number":0,"place":1,"salt":"000102030405060708090a0b0c0d0e0f","schema":"public","table":"invoice","team":"42"})";
constexpr std::string_view update =
    R"({"columns":[["id","7"],["team_id","42"],["note","red",null]],"commit":"16/B374D848","format":"art32-record/v1","kind":"update","number":1,"place":2,"salt":"000102030405060708090a0b0c0d0e0f","schema":"public","table":"invoice","team":"42"})";
constexpr std::string_view transaction =
    R"({"at":"2026-11-30T12:00:00.500000Z","author":{"id":"7","kind":"token","request":"r-1","team":"42"},"changes":2,"commit":"16/B374D848","format":"art32-record/v1","kind":"transaction","number":2,"origin":"","place":3,"salt":"000102030405060708090a0b0c0d0e0f","team":"42","transaction":"745"})";
constexpr std::string_view truncate =
    R"({"cascade":true,"commit":"16/B374D848","format":"art32-record/v1","kind":"truncate","number":0,"place":1,"restart_identity":false,"salt":"000102030405060708090a0b0c0d0e0f","tables":[["public","invoice"]],"team":""})";
constexpr std::string_view gap =
    R"({"format":"art32-record/v1","from":{"lsn":"0/10","system":"7000000000000000001","timeline":1},"kind":"gap","noticed":"2026-11-30T12:00:00.500000Z","number":1,"place":0,"reason":"the slot was made anew","salt":"000102030405060708090a0b0c0d0e0f","team":"","to":{"lsn":"0/20","system":"7000000000000000001","timeline":2}})";

const std::string of_nobody = base::replace_all(
    std::string(transaction), R"({"id":"7","kind":"token","request":"r-1","team":"42"})", "null");

std::string remove_record() {
  return base::replace_all(std::string(insert), "\"insert\"", "\"delete\"");
}

std::string schema_change(const std::string& command, const std::string& object) {
  return R"({"columns":[["id","1"],["at","2026-11-30 12:00:00+00"],["role","postgres"],["application","psql"],["command",")" +
         command + R"("],["kind","table"],["object",)" + object +
         R"(],["statement",null]],"commit":"16/B374D848","format":"art32-record/v1","kind":"insert","number":3,"place":1,"salt":"000102030405060708090a0b0c0d0e0f","schema":"art32_trail","table":"schema_change","team":""})";
}

std::string event(std::string_view record, std::string_view end = transaction, std::string_view shown = {}) {
  const auto exported = export_record(record, shown.empty() ? record : shown, end);
  EXPECT_TRUE(exported) << record;
  return exported ? ocsf_event(*exported, source) : "";
}

std::vector<std::string> events_of_each_kind() {
  return {event(insert),
          event(update),
          event(remove_record(), of_nobody),
          event(truncate, of_nobody),
          event(schema_change("DROP TABLE", "\"public.line\""), of_nobody),
          event(gap, "")};
}

TEST(Ocsf, is_that_of_the_vectors_of_its_page) {
  const std::string page =
      base::read_text_file(base::Path(__FILE__).parent_path() / "../../docs/formats/ocsf.md").value();
  for (const std::string& made : events_of_each_kind())
    EXPECT_THAT(page, HasSubstr("\n" + made + "\n"));
}

// What requires what: events/base_event.json, events/iam/entity_management.json, objects/*.json of the schema
// 1.4.0, which are the same in 1.8.0.
void expect_required(const json::object& object, std::initializer_list<const char*> members) {
  for (const char* const member : members)
    EXPECT_TRUE(object.contains(member)) << member << " of " << object;
}

TEST(Ocsf, has_what_the_schema_requires) {
  for (const std::string& made : events_of_each_kind()) {
    const json::object event = json::parse(made).as_object();
    expect_required(
        event, {"activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"});
    expect_required(event.at("metadata").as_object(), {"product", "version"});
    EXPECT_EQ(event.at("metadata").at("version"), "1.4.0");
    EXPECT_EQ(event.at("type_uid").as_int64(),
              event.at("class_uid").as_int64() * 100 + event.at("activity_id").as_int64());
    EXPECT_EQ(event.at("time").as_int64(), 1'796'040'000'500);
    for (const char* const kind : {"entity", "entity_result"})
      if (const json::value* const entity = event.if_contains(kind)) {
        EXPECT_TRUE(entity->as_object().contains("name") || entity->as_object().contains("uid"));
        EXPECT_TRUE(entity->at("data").is_object());
      }
    if (event.at("class_uid") == 3004) expect_required(event, {"entity"});
    if (const json::value* const actor = event.if_contains("actor")) {
      const json::object& user = actor->at("user").as_object();
      EXPECT_TRUE(user.contains("name") || user.contains("uid"));
    }
  }
}

TEST(Ocsf, is_canonical_json) {
  for (const std::string& made : events_of_each_kind())
    EXPECT_EQ(canonical_json(json::parse(made)), made);
  // RFC 8785 section 3.2.3.
  EXPECT_EQ(
      canonical_json(json::parse(
          "{\"\xE2\x82\xAC\":1,\"\\r\":2,\"\xEF\xAC\xB3\":3,\"1\":4,\"\xF0\x9F\x98\x80\":5,\"\xC2\x80\":6,"
          "\"\xC3\xB6\":7}")),
      "{\"\\r\":2,\"1\":4,\"\xC2\x80\":6,\"\xC3\xB6\":7,\"\xE2\x82\xAC\":1,\"\xF0\x9F\x98\x80\":5,"
      "\"\xEF\xAC\xB3\":3}");
}

TEST(Ocsf, has_the_same_id_whatever_is_known_of_personal_values) {
  const std::string sealed = base::replace_all(std::string(insert), "\"red\"", R"({"personal":"00ff"})");
  const std::string with_value = base::replace_all(sealed, R"("00ff"})", R"("00ff","value":"Erika"})");
  const std::string erased = base::replace_all(sealed, R"("00ff"})", R"("00ff","erased":true})");
  const auto known = json::parse(event(sealed, transaction, with_value));
  const auto gone = json::parse(event(sealed, transaction, erased));
  const auto hidden = json::parse(event(sealed));
  EXPECT_EQ(known.at("entity").at("data").at("note"), "Erika");
  EXPECT_EQ(json::serialize(gone.at("entity").at("data").at("note")), R"({"erased":true,"personal":"00ff"})");
  EXPECT_EQ(json::serialize(hidden.at("entity").at("data").at("note")), R"({"personal":"00ff"})");
  EXPECT_EQ(known.at("metadata").at("uid"), gone.at("metadata").at("uid"));
  EXPECT_EQ(known.at("metadata").at("uid"), hidden.at("metadata").at("uid"));
  EXPECT_NE(known.at("metadata").at("uid"), json::parse(event(insert)).at("metadata").at("uid"));
}

TEST(Ocsf, of_a_personal_id_names_the_row_only_where_it_is_known) {
  const std::string sealed =
      base::replace_all(std::string(insert), "[\"id\",\"7\"]", R"(["id",{"personal":"00"}])");
  const json::value event_of = json::parse(event(sealed));
  EXPECT_EQ(event_of.at("entity").at("name"), "public.invoice");
  EXPECT_FALSE(event_of.at("entity").as_object().contains("uid"));
  EXPECT_EQ(event_of.at("message"), "token:7 created a row of public.invoice of the team 42");
}

TEST(Ocsf, names_schema_changes_by_what_they_changed) {
  const auto made = [](const char* command, const char* object) {
    return json::parse(event(schema_change(command, object), of_nobody));
  };
  EXPECT_EQ(made("CREATE TABLE", "\"public.line\"").at("activity_id"), 1);
  EXPECT_EQ(made("ALTER TABLE", "\"public.line\"").at("activity_id"), 3);
  EXPECT_EQ(made("COMMENT", "\"public.line\"").at("activity_id"), 99);
  EXPECT_EQ(made("GRANT", "null").at("entity").at("name"), "GRANT");
  EXPECT_EQ(made("GRANT", "null").at("actor").at("user").at("name"), "postgres");
}

TEST(Ocsf, knows_names_and_values_that_are_no_text) {
  const std::string odd = base::replace_all(std::string(insert), R"(["note","red"])",
                                            R"([{"base64":"/w=="},{"octets":9,"sha256":"00"}])");
  EXPECT_THAT(event(odd), HasSubstr(R"("base64:/w==":{"octets":9,"sha256":"00"})"));
}

TEST(Ocsf, refuses_what_is_no_record) {
  const auto is_refused = [](std::string_view record, std::string_view end) {
    const auto exported = export_record(record, record, end);
    return !exported && exported.error().code == base::ErrorCode::corrupt;
  };
  EXPECT_TRUE(is_refused("", transaction));
  EXPECT_TRUE(is_refused("[]", transaction));
  EXPECT_TRUE(is_refused(insert, "{}"));
  EXPECT_TRUE(is_refused(insert, "")) << "no gap, and without a time";
  EXPECT_TRUE(is_refused(base::replace_all(std::string(insert), R"(["id","7"])", R"(["id"])"), transaction));
}

}  // namespace
}  // namespace art32::trail
