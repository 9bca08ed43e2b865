#include "app/trail_export.h"

#include "app/command_arguments.h"
#include "app/statement_export.h"
#include "app/trail_arguments.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/version.h"
#include "crypto/digest.h"
#include "trail/csv.h"
#include "trail/ocsf.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;

constexpr std::string_view look_command = "trail export";

enum class Form { ocsf, csv, records };

Result<Form> form_argument(const json::object& arguments) {
  ART32_ASSIGN(const std::string name, text_argument(arguments, "as"));
  if (name == "ocsf") return Form::ocsf;
  if (name == "csv") return Form::csv;
  if (name == "records") return Form::records;
  return failure(ErrorCode::invalid_argument, fmt::format("nothing is exported as \"{}\"", name),
                 "write --as ocsf, --as csv or --as records");
}

// Of a transaction's own record alone; before the first of its changes that is exported.
std::string transaction_line(const trail::SearchHit& hit, const trail::ExportedRecord& record,
                             std::string& told) {
  if (record.transaction.empty() || record.transaction == told) return {};
  told = record.transaction;
  return hit.transaction + "\n";
}

Result<ExportPage> make_page(System& system, const json::object& asked, trail::SearchQuery query,
                             std::uint64_t end, const std::string& told) {
  ART32_ASSIGN(const Form form, form_argument(asked));
  ART32_ASSIGN(const std::string database, database_argument(system, asked));
  ART32_ASSIGN(const auto options, trail_argument(system, asked));
  ART32_ASSIGN(const auto search, trail::RecordSearch::open(options));
  query.order = trail::SearchQuery::Order::oldest_first;
  query.limit = base::limits::trail_page_records;
  query.most_octets = base::limits::trail_page_octets;
  ART32_ASSIGN(const trail::SearchPage found, search->search(query));
  const bool is_with_values = asked.contains("personal");
  const trail::OcsfSource source{database, base::version()};
  ExportPage page{{}, 0, found.next, told};
  for (const trail::SearchHit& hit : found.hits) {
    if (hit.number >= end) break;
    std::string shown = hit.record;
    if (is_with_values) {
      ART32_ASSIGN(shown, system.trails().fill_in(database, hit));
    }
    ART32_ASSIGN(const auto record, trail::export_record(hit.record, shown, hit.transaction));
    if (form == Form::ocsf) page.text += trail::ocsf_event(record, source) + "\n";
    if (form == Form::csv) page.text += trail::csv_lines(record);
    if (form == Form::records) page.text += transaction_line(hit, record, page.told) + shown + "\n";
    ++page.records;
  }
  if (page.next && *page.next + 1 >= end) page.next.reset();
  return page;
}

// A page that is longer than a part is made again for each of them; what was erased meanwhile would tear it.
Result<json::value> part_of(const ExportPage& page, const json::object& arguments) {
  const std::string digest = crypto::sha256_hex(page.text);
  std::uint64_t offset = 0;
  if (arguments.contains("offset")) {
    ART32_ASSIGN(offset, number_argument(arguments, "offset"));
    ART32_ASSIGN(const std::string before, text_argument(arguments, "digest"));
    if (before != digest || offset > page.text.size())
      return failure(ErrorCode::conflict, "what is exported was erased meanwhile", "begin the export again");
  }
  const std::string_view part = std::string_view(page.text).substr(offset, base::limits::trail_part_octets);
  const bool is_last = offset + part.size() == page.text.size();
  json::object answer{{"octets", base::base64(base::as_bytes(part))},
                      {"records", is_last ? page.records : 0},
                      {"told", page.told},
                      {"next", page.next ? json::value(*page.next) : json::value()}};
  answer["offset"] = is_last ? json::value() : json::value(offset + part.size());
  answer["digest"] = digest;
  return answer;
}

// Of all databases, unless one is named; it needs no trail.
Result<json::value> begin_statements(System& system, json::object asked, Form form) {
  if (form != Form::ocsf)
    return failure(ErrorCode::invalid_argument, "statements of staff are exported as ocsf alone",
                   "write --as ocsf");
  asked["team"] = "";
  ART32_CHECKED(query_argument(asked));
  asked.erase("team");
  asked["all_teams"] = true;
  const model::LeafIndex end = system.ledger().end();
  ART32_ASSIGN(const model::LeafIndex look, seal_look(system, look_command, asked));
  const json::object of_nobody{{"team", ""}, {"records", end.value}};
  return json::object{{"look", look.value}, {"header", ""}, {"teams", json::array{of_nobody}}};
}

}  // namespace

Result<json::value> begin_export(System& system, const json::object& arguments) {
  ART32_ASSIGN(const Form form, form_argument(arguments));
  if (arguments.contains("statements")) return begin_statements(system, arguments, form);
  ART32_ASSIGN(const auto options, trail_argument(system, arguments));
  json::object asked = arguments;
  const bool is_of_all = asked.contains("all_teams");
  if (is_of_all) asked["team"] = "";
  ART32_ASSIGN(const trail::SearchQuery query, query_argument(asked));
  if (query.old_value || query.new_value)
    return failure(ErrorCode::invalid_argument, "an export isn't limited to values of columns",
                   "art32 trail search finds those");
  if (query.row && !query.table)
    return failure(ErrorCode::invalid_argument, "a row is asked for without its table", "name the table");
  // Which database it is may be told later by the configuration of then.
  ART32_ASSIGN(asked["database"], database_argument(system, arguments));
  if (is_of_all) asked.erase("team");
  ART32_ASSIGN(const model::LeafIndex look, seal_look(system, look_command, asked));
  ART32_ASSIGN(const auto reader, trail::RecordReader::open(options));
  ART32_ASSIGN(const auto teams, reader->teams());
  json::array list;
  for (const auto& team : teams)
    if (is_of_all || team.team == query.team)
      list.push_back({{"team", team.team}, {"records", team.records}});
  return json::object{{"look", look.value},
                      {"header", form == Form::csv ? trail::csv_header() : ""},
                      {"teams", std::move(list)}};
}

Result<json::value> export_page(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::uint64_t look, number_argument(arguments, "look"));
  ART32_ASSIGN(json::object asked, asked_in_look(system, look, look_command));
  ART32_ASSIGN(const std::string team, text_argument(arguments, "team"));
  ART32_ASSIGN(const std::uint64_t end, number_argument(arguments, "end"));
  ART32_ASSIGN(const auto told, optional_text(arguments, "told"));
  if (!asked.contains("all_teams") && trail::text_member(asked, "team") != team)
    return failure(ErrorCode::invalid_argument, "the export is of another team", "begin one of this team");
  asked["team"] = team;
  ART32_ASSIGN(trail::SearchQuery query, query_argument(asked));
  if (arguments.contains("behind")) {
    ART32_ASSIGN(query.behind, number_argument(arguments, "behind"));
  }
  if (asked.contains("statements")) {
    ART32_ASSIGN(const ExportPage page, export_statements(system, asked, query.behind, end));
    return part_of(page, arguments);
  }
  ART32_ASSIGN(const ExportPage page, make_page(system, asked, query, end, told.value_or("")));
  return part_of(page, arguments);
}

}  // namespace art32::app
