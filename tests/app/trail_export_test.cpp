// art32 trail export from outside: every change once, in each form, whole, and the ledger says who asked.
#include <sys/stat.h>

#include <set>

#include "base/text.h"
#include "net/control_socket.h"
#include "tests/app/shop_with_trail.h"
#include "trail/ocsf.h"

namespace art32::test {
namespace {

namespace json = boost::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* shop = R"(
create table invoice (id bigint generated always as identity primary key, team_id bigint not null, number text);
create table customer (id bigint primary key, team_id bigint, name text);
)";

constexpr const char* personal =
    R"(personal = [{ table = "public.customer", subject = "id", columns = ["name"] }])";

class TrailExport : public ShopWithTrail {
 protected:
  TrailExport() : ShopWithTrail(shop, "", personal) { start(); }

  // Its lines.
  std::vector<std::string> export_as(const std::string& form, std::vector<std::string> words) {
    words.insert(words.begin(), {"trail", "export", "--as", form});
    const net::Finished done = server.command(words);
    EXPECT_EQ(done.exit_code, 0) << done.errors;
    std::vector<std::string> lines;
    for (const std::string_view line : base::split(done.output, '\n'))
      if (!line.empty()) lines.emplace_back(line);
    return lines;
  }
};

TEST_F(TrailExport, has_every_change_of_a_team_once_and_always_under_the_same_id) {
  // More than fit into one page.
  sql("insert into invoice (team_id, number) select 1, 'A-' || i from generate_series(1, 12000) i");
  sql("insert into invoice (team_id, number) values (2, 'B-1')");
  sql("update invoice set number = 'A-0' where id = 1");
  wait_for(3);
  const auto events = export_as("ocsf", {"--team", "1"});
  ASSERT_EQ(events.size(), 12'001U);
  std::set<std::string> ids, rows;
  std::int64_t last = -1;
  for (const std::string& line : events) {
    const json::value event = json::parse(line);
    ids.emplace(event.at("metadata").at("uid").as_string());
    rows.emplace(event.at("entity").at("uid").as_string());
    EXPECT_EQ(event.at("class_uid"), 3004);
    EXPECT_EQ(event.at("metadata").at("tenant_uid"), "1");
    EXPECT_LT(last, event.at("metadata").at("sequence").as_int64()) << "oldest first";
    last = event.at("metadata").at("sequence").as_int64();
  }
  EXPECT_EQ(ids.size(), 12'001U);
  EXPECT_EQ(std::to_string(rows.size()), sql("select count(*) from invoice where team_id = 1"));
  EXPECT_EQ(export_as("ocsf", {"--team", "1"}), events);
  EXPECT_EQ(looks("trail export"), 2U) << "one for each export, however many pages it has";

  // The id is that of the sealed record, which anybody can compute.
  const json::value shown = json::parse(server.command({"trail", "show", "5", "--team", "1"}).output);
  EXPECT_EQ(json::parse(events[5]).at("metadata").at("uid").as_string(),
            trail::event_id(json::serialize(shown)));
}

TEST_F(TrailExport, writes_a_file_that_only_its_owner_reads_and_says_how_much_is_in_it) {
  sql("insert into invoice (team_id, number) values (1, '=1+1'), (2, 'B-1')");
  sql("truncate customer");
  wait_for(2);
  const base::Path file = server.folder() / "export.csv";
  const net::Finished done =
      server.command({"trail", "export", "--as", "csv", "--all-teams", "--output", file.string(), "--json"});
  ASSERT_EQ(done.exit_code, 0) << done.errors;
  const json::value said = json::parse(done.output);
  EXPECT_GE(said.at("records").as_int64(), 3);
  EXPECT_EQ(base::file_facts(file)->mode & 0777U, 0600U);
  const std::string csv = base::read_text_file(file).value();
  EXPECT_THAT(csv, StartsWith("\"time\",\"team\",\"actor_kind\""));
  EXPECT_THAT(csv, AllOf(HasSubstr(",\"number\",,\"'=1+1\","), HasSubstr(",\"number\",,\"B-1\","),
                         HasSubstr("\"public.customer\",\"truncate\"")));
  std::size_t files = 0;
  for (const auto& each : std::filesystem::directory_iterator(server.folder()))
    files += each.path().string().find("export.csv") != std::string::npos ? 1 : 0;
  EXPECT_EQ(files, 1U) << "nothing is left beside it";
  const auto events = export_as("ocsf", {"--all-teams"});
  EXPECT_EQ(events.size(), static_cast<std::size_t>(said.at("records").as_int64()));
}

TEST_F(TrailExport, has_the_records_as_they_are_sealed_with_those_of_their_transactions) {
  sql("insert into invoice (team_id, number) values (1, 'A-1'), (1, 'A-2')");
  sql("delete from invoice where number = 'A-1'");
  wait_for(2);
  const auto lines = export_as("records", {"--team", "1"});
  std::vector<std::string> kinds;
  for (const std::string& line : lines) {
    const json::value record = json::parse(line);
    kinds.emplace_back(record.at("kind").as_string());
    const std::string number = json::serialize(record.at("number"));
    const json::value shown = json::parse(server.command({"trail", "show", number, "--team", "1"}).output);
    EXPECT_EQ(json::serialize(shown), line);
  }
  EXPECT_EQ(kinds, (std::vector<std::string>{"transaction", "insert", "insert", "transaction", "delete"}));
}

TEST_F(TrailExport, takes_only_what_is_asked_for) {
  sql("insert into invoice (team_id, number) values (1, 'A-1')");
  sql("insert into customer values (7, 1, 'Erika')");
  wait_for(2);
  EXPECT_EQ(export_as("ocsf", {"--team", "1", "--table", "invoice"}).size(), 1U);
  EXPECT_EQ(export_as("ocsf", {"--team", "1", "--table", "customer", "--row", "7"}).size(), 1U);
  EXPECT_EQ(export_as("ocsf", {"--team", "1", "--until", "2020-01-01"}).size(), 0U);
  EXPECT_EQ(export_as("ocsf", {"--team", "1", "--since", "2020-01-01"}).size(), 2U);
  EXPECT_EQ(export_as("ocsf", {"--team", "none"}).size(), 0U);
  EXPECT_EQ(export_as("ocsf", {"--team", "", "--table", "art32_trail.schema_change"}).size(), 0U);
  const auto is_refused = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"trail", "export"});
    const net::Finished refused = server.command(words);
    return refused.exit_code != 0 && refused.output.empty();
  };
  EXPECT_TRUE(is_refused({"--as", "ocsf"}));
  EXPECT_TRUE(is_refused({"--as", "ocsf", "--team", "1", "--all-teams"}));
  EXPECT_TRUE(is_refused({"--as", "xml", "--team", "1"}));
  EXPECT_TRUE(is_refused({"--as", "ocsf", "--team", "1", "--row", "7"}));
  EXPECT_TRUE(is_refused({"--as", "ocsf", "--team", "1", "--output", "/nowhere/at/all"}));
}

TEST_F(TrailExport, shows_personal_values_only_when_asked_and_none_that_are_erased) {
  sql("insert into customer values (7, 1, 'Erika'), (8, 1, 'Max')");
  wait_for(1);
  const auto joined = [&](std::vector<std::string> words) {
    return base::join(export_as("ocsf", std::move(words)), "\n");
  };
  const std::string hidden = joined({"--team", "1"});
  EXPECT_THAT(hidden, AllOf(Not(HasSubstr("Erika")), Not(HasSubstr("Max")), HasSubstr("{\"personal\":")));
  EXPECT_THAT(joined({"--team", "1", "--personal"}), AllOf(HasSubstr("Erika"), HasSubstr("Max")));
  ASSERT_EQ(server.command({"trail", "erase", "--subject", "customer:7"}).exit_code, 0);
  EXPECT_THAT(joined({"--team", "1", "--personal"}),
              AllOf(Not(HasSubstr("Erika")), HasSubstr("\"erased\":true"), HasSubstr("Max")));
  EXPECT_EQ(joined({"--team", "1"}), hidden);
}

TEST_F(TrailExport, has_rows_that_are_longer_than_a_message) {
  std::string columns, values;
  for (int i = 0; i < 20; ++i) {
    columns += fmt::format("{}c{} text", i == 0 ? "" : ", ", i);
    values += fmt::format("{}repeat('{}', 1000000)", i == 0 ? "" : ", ", static_cast<char>('a' + i));
  }
  sql("create table wide (" + columns + ")");
  sql("insert into wide values (" + values + ")");
  wait_for(2);
  const auto lines = export_as("records", {"--team", "", "--table", "wide"});
  ASSERT_EQ(lines.size(), 2U);
  const json::value record = json::parse(lines[1]);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(record.at("columns").at(static_cast<std::size_t>(i)).at(1).as_string(),
              std::string(1'000'000, static_cast<char>('a' + i)));
}

TEST_F(TrailExport, works_where_no_server_runs) {
  sql("insert into invoice (team_id, number) values (1, 'A-1')");
  wait_for(1);
  server.stop(SIGTERM);
  EXPECT_EQ(export_as("ocsf", {"--team", "1"}).size(), 1U);
}

// Whoever asks for a page gets what was sealed, and nothing else.
TEST_F(TrailExport, gives_no_page_that_is_not_of_a_sealed_look) {
  sql("insert into invoice (team_id, number) values (1, 'A-1'), (2, 'B-1')");
  wait_for(1);
  const auto ask = [&](const std::string& command, const std::string& arguments) {
    const auto answer =
        net::control_request(server.folder() / "run/control.sock", R"({"command":"trail export )" + command +
                                                                       R"(","arguments":)" + arguments + "}");
    EXPECT_TRUE(answer) << answer.error().message();
    return json::parse(answer.value_or("{}")).as_object();
  };
  const auto page = [&](const std::string& look, const std::string& team) {
    return ask("page", R"({"look":)" + look + R"(,"team":")" + team + R"(","end":9})");
  };
  const json::object begun = ask("begin", R"({"as":"ocsf","team":"1","by":"test"})");
  const std::string look = json::serialize(begun.at("result").at("look"));
  EXPECT_EQ(page(look, "1").at("result").at("records"), 1);
  EXPECT_FALSE(page(look, "2").at("ok").as_bool());
  EXPECT_FALSE(page("0", "1").at("ok").as_bool());
  EXPECT_FALSE(page("999999", "1").at("ok").as_bool());
}

}  // namespace
}  // namespace art32::test
