// art32 trail evidence from outside: what somebody gets is checked without the server, by our program and
// by one in Go that was written from the format's page; and nothing altered passes either.
#include <csignal>

#include "base/text.h"
#include "tests/app/shop_with_trail.h"
#include "tests/witness/witness_process.h"

namespace art32::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* shop = R"(
create table invoice (id bigint generated always as identity primary key, team_id bigint not null, note text);
create table customer (id bigint primary key, team_id bigint not null, name text);
)";

constexpr const char* personal = R"(
personal = [{ table = "public.customer", subject = "id", columns = ["name"] }])";

class TrailEvidence : public ShopWithTrail {
 protected:
  TrailEvidence() : ShopWithTrail(shop, "team_column = \"team_id\"", personal) {
    start();
    sql("insert into invoice (team_id, note) select 1 + n % 2, 'note ' || n from generate_series(1, 6000) n");
    for (const char* const change :
         {"update invoice set note = 'paid' where id = 7", "delete from invoice where id = 9",
          "insert into customer values (1, 2, 'Erika'), (2, 2, 'J\xC3\xB6rg \"quoted\"'), (3, 1, 'Max')",
          "update customer set name = 'Erika M.' where id = 1", "delete from customer where id = 2"})
      sql(change);
    wait_for(6);
    key = std::string(base::trim(server.command({"ledger", "keys"}).output));
  }
  net::Finished evidence(std::vector<std::string> words, const std::string& folder = "pack") {
    words.insert(words.begin(), {"trail", "evidence", "--team", "2"});
    words.push_back(pack(folder).string());
    return server.command(words);
  }
  net::Finished check(const std::string& folder = "pack", const std::string& with = {}) {
    return server.command(
        {"trail", "check-evidence", pack(folder).string(), "--key", with.empty() ? key : with});
  }
  net::Finished check_with_go(const std::string& folder = "pack", const std::string& with = {},
                              const std::vector<std::string>& witnesses = {}) {
    const std::string program = ART32_GO_FOLDER;
    net::Command command;
    command.arguments = {"/bin/sh", std::string(ART32_SOURCE_FOLDER) + "/tests/interoperability/evidence.sh",
                         program, pack(folder).string(), with.empty() ? key : with};
    command.arguments.insert(command.arguments.end(), witnesses.begin(), witnesses.end());
    const auto finished = net::run(command, std::chrono::minutes(3));
    EXPECT_TRUE(finished) << finished.error().message();
    return finished.value_or(net::Finished());
  }
  base::Path pack(const std::string& folder) const { return scratch.path() / folder; }
  std::string read(const std::string& file) const {
    return base::read_text_file(pack("pack") / file).value_or("");
  }
  // Of a fresh copy, with another content of one file.
  void expect_both_refuse(const std::string& file, const std::string& content, const std::string& what) {
    std::filesystem::remove_all(pack("forged"));
    std::filesystem::copy(pack("pack"), pack("forged"), std::filesystem::copy_options::recursive);
    ASSERT_TRUE(base::replace_file(pack("forged") / file, base::as_bytes(content)));
    EXPECT_EQ(check("forged").exit_code, 1) << what << check("forged").output;
    EXPECT_EQ(check_with_go("forged").exit_code, 1) << what << check_with_go("forged").output;
  }

  base::ScratchFolder scratch;
  std::string key;
};

TEST_F(TrailEvidence, holds_for_whoever_gets_it_and_for_a_stranger_with_go) {
  const net::Finished made = evidence({});
  ASSERT_EQ(made.exit_code, 0) << made.errors;
  EXPECT_THAT(made.output, HasSubstr(" records, and was checked"));
  const net::Finished held = check();
  EXPECT_EQ(held.exit_code, 0) << held.errors;
  EXPECT_THAT(held.output, HasSubstr("of 3"));
  const net::Finished go = check_with_go();
  EXPECT_EQ(go.exit_code, 0) << go.output << go.errors;
  EXPECT_THAT(go.output, HasSubstr("verified: team 2, records 0 to "));
  EXPECT_THAT(read("records.ndjson"), Not(HasSubstr("Erika"))) << "nobody asked for persons";
  EXPECT_FALSE(base::file_facts(pack("pack") / "values.ndjson"));
  EXPECT_THAT(read("index.html"), HasSubstr(key));
  EXPECT_FALSE(read("formats/evidence-pack.md").empty());

  ASSERT_TRUE(base::make_folder(pack("other.partial")));
  EXPECT_THAT(evidence({}, "other").errors, HasSubstr("other.partial is there already"));
  EXPECT_EQ(evidence({"--last", "9"}, "slash/").exit_code, 0);
  EXPECT_EQ(check("slash").exit_code, 0);
  const net::Finished again = evidence({});
  EXPECT_NE(again.exit_code, 0);
  EXPECT_THAT(again.errors, HasSubstr("is there already"));
  EXPECT_NE(check("nowhere").exit_code, 0);
  const RunningServer another;
  const std::string other_key(base::trim(another.command({"ledger", "keys"}).output));
  EXPECT_EQ(check("pack", other_key).exit_code, 1);
  EXPECT_EQ(check_with_go("pack", other_key).exit_code, 1);
}

TEST_F(TrailEvidence, shows_whatever_was_altered_to_both) {
  ASSERT_EQ(evidence({"--personal"}).exit_code, 0);
  ASSERT_EQ(check().exit_code, 0);
  ASSERT_EQ(check_with_go().exit_code, 0);
  const std::string records = read("records.ndjson"), proof = read("evidence.json"),
                    values = read("values.ndjson");
  const auto first_end = records.find('\n') + 1;
  expect_both_refuse("records.ndjson", records.substr(first_end), "without the first");
  expect_both_refuse("records.ndjson", records.substr(0, records.rfind('\n', records.size() - 2) + 1),
                     "without the newest");
  expect_both_refuse("records.ndjson", records.substr(0, first_end) + records, "one twice");
  expect_both_refuse("records.ndjson", base::replace_all(records, "note 11\"", "note 12\""), "another value");
  expect_both_refuse("records.ndjson", records.substr(0, records.size() - 1), "a line cut off");
  expect_both_refuse("records.ndjson", "", "none");
  expect_both_refuse("evidence.json", base::replace_all(proof, "\"shop\"", "\"payroll\""),
                     "another database");
  expect_both_refuse("evidence.json", base::replace_all(proof, "\"team\":\"2\"", "\"team\":\"1\""),
                     "another team");
  expect_both_refuse("evidence.json", base::replace_all(proof, "\"first\":0", "\"first\":1"),
                     "another range");
  expect_both_refuse("evidence.json", base::replace_all(proof, "art32-evidence/v1", "art32-evidence/v2"),
                     "format");
  expect_both_refuse("values.ndjson", base::replace_all(values, "Erika M.", "Erika N."), "another name");
  expect_both_refuse("values.ndjson", base::replace_all(values, "\"side\":\"b\"", "\"side\":\"a\""),
                     "another side");
}

TEST_F(TrailEvidence, that_says_a_thing_twice_or_in_another_order_is_refused_by_both) {
  ASSERT_EQ(evidence({"--personal"}).exit_code, 0);
  const std::string proof = read("evidence.json"), values = read("values.ndjson");
  const auto first_end = values.find('\n') + 1;
  expect_both_refuse(
      "values.ndjson",
      base::replace_all(values, "\"value\":\"Erika\"", "\"value\":\"Evil\",\"value\":\"Erika\""),
      "a value twice");
  expect_both_refuse("values.ndjson", values.substr(first_end) + values.substr(0, first_end), "order");
  expect_both_refuse("values.ndjson", base::replace_all(values, "\n", "\r\n"), "CRLF");
  expect_both_refuse("evidence.json", "{\"team\":\"1\"," + proof.substr(1), "a team twice");
  expect_both_refuse("evidence.json", proof.substr(0, proof.size() - 1), "no line end");
  expect_both_refuse("evidence.json", " " + proof, "white space");
}

TEST_F(TrailEvidence, is_of_some_records_where_some_are_asked_for) {
  ASSERT_EQ(evidence({"--first", "17", "--last", "2100"}).exit_code, 0);
  EXPECT_THAT(check().output, HasSubstr("2084 records from number 17 on"));
  EXPECT_EQ(check_with_go().exit_code, 0);

  const std::string since =
      sql("select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
  sql("update invoice set note = 'late' where id in (11, 13)");
  wait_for(7);
  ASSERT_EQ(evidence({"--since", std::string(base::trim(since))}, "late").exit_code, 0);
  EXPECT_THAT(check("late").output, HasSubstr("The evidence holds: 3 records"))
      << "two changes and who made them";
  EXPECT_EQ(check_with_go("late").exit_code, 0);

  const net::Finished refused = evidence({"--first", "1000000"}, "none");
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.errors, HasSubstr("are sealed"));
}

TEST_F(TrailEvidence, has_persons_that_were_asked_for_but_none_that_were_erased) {
  ASSERT_EQ(server.command({"trail", "erase", "--subject", "customer:2"}).exit_code, 0);
  ASSERT_EQ(evidence({"--personal"}).exit_code, 0);
  EXPECT_THAT(read("values.ndjson"), HasSubstr("Erika M."));
  EXPECT_THAT(read("values.ndjson"), Not(HasSubstr("rg")));
  EXPECT_THAT(check().output, HasSubstr("personal values are those"));
  EXPECT_EQ(check_with_go().exit_code, 0);
}

TEST_F(TrailEvidence, carries_what_witnesses_have_cosigned) {
  ASSERT_EQ(server.stop(SIGTERM), 0);
  WitnessProcess witness{"witness.example.com/w1", key};
  const WitnessProcess stranger{"witness.example.com/w1", key};
  witness.start();
  add_witness(server, witness.key(), witness.url());
  start();
  sql("update invoice set note = 'witnessed' where id = 11");
  wait_for(1);
  ASSERT_EQ(evidence({"--first", "1"}).exit_code, 0);
  const auto check_by = [&](const std::string& witness_key) {
    return server.command(
        {"trail", "check-evidence", pack("pack").string(), "--key", key, "--witness", witness_key});
  };
  EXPECT_EQ(check_by(witness.key()).exit_code, 0) << check_by(witness.key()).errors;
  EXPECT_EQ(check_by(stranger.key()).exit_code, 1);
  EXPECT_EQ(check_with_go().exit_code, 0);
  EXPECT_THAT(check_with_go("pack", key, {witness.key()}).output,
              HasSubstr("cosigned by witness.example.com/w1"));
  EXPECT_EQ(check_with_go("pack", key, {stranger.key()}).exit_code, 1);
}

TEST_F(TrailEvidence, is_a_look_that_the_ledger_has) {
  ASSERT_EQ(evidence({"--last", "99"}).exit_code, 0);
  const auto entries = boost::json::parse(server.command({"ledger", "verify", "--json"}).output)
                           .at("entries")
                           .to_number<int>();
  std::string look;
  for (int index = entries + 5; index >= 0 && look.empty(); --index) {
    const net::Finished shown = server.command({"ledger", "show", std::to_string(index)});
    if (shown.output.find("\"trail evidence\"") != std::string::npos) look = shown.output;
  }
  for (const char* const said :
       {R"(\"end\":100)", R"(\"team\":\"2\")", R"(\"database\":\"shop\")", R"("by": ")"})
    EXPECT_THAT(look, HasSubstr(said));
}

}  // namespace
}  // namespace art32::test
