#include "trail/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/text.h"

namespace art32::trail {
namespace {

constexpr std::string_view end =
    R"({"at":"2026-11-30T12:00:00.500000Z","author":{"id":"7","kind":"token","request":"r-1","team":"42"},"changes":2,"commit":"16/B374D848","format":"art32-record/v1","kind":"transaction","number":2,"origin":"","place":3,"salt":"00","team":"42","transaction":"745"})";

std::string record(const std::string& kind, const std::string& columns) {
  return R"({"columns":[)" + columns + R"(],"commit":"16/B374D848","format":"art32-record/v1","kind":")" +
         kind + R"(","number":1,"place":2,"salt":"00","schema":"public","table":"invoice","team":"42"})";
}

std::string lines(const std::string& of, std::string_view transaction = end) {
  const auto exported = export_record(of, of, transaction);
  EXPECT_TRUE(exported) << of;
  return exported ? csv_lines(*exported) : "";
}

const std::string begin = R"("2026-11-30T12:00:00.500000Z","42","token","7","r-1","745","public.invoice",)";

// docs/formats/csv.md
TEST(Csv, has_a_line_for_each_column_that_changed) {
  EXPECT_EQ(csv_header(),
            "\"time\",\"team\",\"actor_kind\",\"actor_id\",\"request\",\"transaction\",\"table\",\"action\","
            "\"row\",\"column\",\"old\",\"new\",\"number\"\r\n");
  EXPECT_EQ(lines(record("update", R"(["id","7"],["note","red",null],["name","","b"])")),
            begin + "\"update\",\"7\",\"note\",\"red\",,1\r\n" + begin +
                "\"update\",\"7\",\"name\",\"\",\"b\",1\r\n");
  EXPECT_EQ(lines(record("insert", R"(["id","7"],["note",null])")),
            begin + "\"insert\",\"7\",\"id\",,\"7\",1\r\n" + begin + "\"insert\",\"7\",\"note\",,,1\r\n");
  EXPECT_EQ(lines(record("delete", R"(["id","7"])")), begin + "\"delete\",\"7\",\"id\",\"7\",,1\r\n");
  EXPECT_EQ(lines(record("update", R"(["id","7"])")), begin + "\"update\",\"7\",,,,1\r\n")
      << "nothing changed, and still it is there";
}

TEST(Csv, is_that_of_the_vector_of_its_page) {
  const std::string page =
      base::read_text_file(base::Path(__FILE__).parent_path() / "../../docs/formats/csv.md").value();
  std::string line = lines(record("update", R"(["id","7"],["team_id","42"],["note","red",null])"));
  line.erase(line.find("\r\n"));
  EXPECT_THAT(page, testing::HasSubstr("\n" + line + "\n"));
}

TEST(Csv, has_one_line_for_a_truncation_and_for_a_gap) {
  EXPECT_EQ(
      lines(
          R"({"cascade":true,"commit":"16/B374D848","format":"art32-record/v1","kind":"truncate","number":0,"place":1,"restart_identity":false,"salt":"00","tables":[["public","invoice"],["public","line"]],"team":""})",
          base::replace_all(std::string(end), R"({"id":"7","kind":"token","request":"r-1","team":"42"})",
                            "null")),
      "\"2026-11-30T12:00:00.500000Z\",\"\",,,,\"745\",\"public.invoice, "
      "public.line\",\"truncate\",,,,,0\r\n");
  EXPECT_EQ(
      lines(
          R"({"format":"art32-record/v1","from":{"lsn":"0/10","system":"7","timeline":1},"kind":"gap","noticed":"2026-11-30T12:00:00.500000Z","number":1,"place":0,"reason":"the slot was made anew","salt":"00","team":"","to":{"lsn":"0/20","system":"7","timeline":2}})",
          ""),
      "\"2026-11-30T12:00:00.500000Z\",\"\",,,,,,\"gap\",,\"lsn\",\"0/10\",\"0/20\",1\r\n");
}

TEST(Csv, keeps_quotes_and_lines_of_a_value_and_shows_personal_ones_that_are_known) {
  EXPECT_EQ(lines(record("delete", R"(["id","a\"b\r\nc,d"])")),
            begin + "\"delete\",\"a\"\"b\r\nc,d\",\"id\",\"a\"\"b\r\nc,d\",,1\r\n");
  EXPECT_EQ(lines(record("delete", R"(["id",{"personal":"00","value":"Erika"}])")),
            begin + "\"delete\",\"Erika\",\"id\",\"Erika\",,1\r\n");
  EXPECT_EQ(lines(record("delete", R"(["id",{"personal":"00"}])")),
            begin + "\"delete\",,\"id\",\"{\"\"personal\"\":\"\"00\"\"}\",,1\r\n");
}

TEST(Csv, leaves_a_spreadsheet_nothing_to_run) {
  for (const char* const first : {"=", "+", "-", "@", "\\t", "\\r", "\\n"}) {
    const std::string line =
        lines(record("insert", R"(["note",")" + std::string(first) + R"(cmd|' /C calc'!A0"])"));
    EXPECT_THAT(line, testing::HasSubstr("\"note\",,\"'")) << line;
  }
  EXPECT_THAT(lines(record("insert", R"(["=1+1","a"])")), testing::HasSubstr("\"'=1+1\""));
}

}  // namespace
}  // namespace art32::trail
