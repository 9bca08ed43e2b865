#include "app/trail_commands.h"

#include "app/command_arguments.h"
#include "app/trail_export.h"
#include "base/json_text.h"
#include "base/text.h"
#include "trail/search.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;

constexpr std::uint64_t most_hits = 1'000;

}  // namespace

Result<std::string> database_argument(System& system, const json::object& arguments) {
  ART32_ASSIGN(const auto wanted, optional_text(arguments, "database"));
  std::vector<std::string> names;
  const Configuration configuration = system.configuration();
  if (configuration.gateway)
    for (const GatewayDatabase& each : configuration.gateway->databases)
      if (each.trail && (!wanted || each.name == *wanted)) names.push_back(each.name);
  if (names.size() == 1) return names.front();
  if (names.empty())
    return failure(
        ErrorCode::not_found,
        wanted ? fmt::format("no database named \"{}\" has a trail", *wanted) : "no database has a trail",
        "art32 trail status shows those that have one");
  return failure(ErrorCode::invalid_argument, "several databases have a trail: " + base::join(names, ", "),
                 "name one with --database");
}

Result<trail::RecordReader::Options> trail_argument(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string database, database_argument(system, arguments));
  const trail::RecordStore::Options store = trail_store(system.folder(), database);
  return trail::RecordReader::Options{store.folder, store.key};
}

Result<model::LeafIndex> seal_look(System& system, std::string_view what, const json::object& arguments) {
  json::object asked = arguments;
  asked.erase("by");
  // Values of rows could be about persons, and what is sealed here stays.
  for (const char* const value : {"old", "new"})
    if (asked.contains(value)) asked[value] = true;
  ART32_ASSIGN(const auto by, optional_text(arguments, "by"));
  const std::string record =
      fmt::format(R"({{"asked":{},"at":"{}","by":{},"command":{},"format":"art32-trail-look/v1"}})",
                  base::json_string(json::serialize(asked)), base::rfc3339(system.clock().now()),
                  base::json_string(by.value_or("")), base::json_string(what));
  return system.ledger().append(model::trail_look_record, base::as_bytes(record));
}

namespace {

json::value parsed(const std::string& record) {
  boost::system::error_code ignored;
  json::value value = json::parse(record, ignored);
  return ignored ? json::value(record) : value;
}

Result<json::value> list_teams(System& system, const json::object& arguments) {
  ART32_ASSIGN(const auto options, trail_argument(system, arguments));
  ART32_CHECKED(seal_look(system, "trail teams", arguments));
  ART32_ASSIGN(const auto reader, trail::RecordReader::open(options));
  ART32_ASSIGN(const auto teams, reader->teams());
  json::array list;
  for (const auto& team : teams)
    list.push_back({{"team", team.team}, {"records", team.records}});
  return list;
}

Result<json::value> show_trail_record(System& system, const json::object& arguments) {
  ART32_ASSIGN(const auto options, trail_argument(system, arguments));
  ART32_ASSIGN(const std::string team, text_argument(arguments, "team"));
  ART32_ASSIGN(const std::uint64_t number, number_argument(arguments, "number"));
  ART32_CHECKED(seal_look(system, "trail show", arguments));
  ART32_ASSIGN(const auto reader, trail::RecordReader::open(options));
  ART32_ASSIGN(const std::string record, reader->record(team, number));
  return parsed(record);
}

Result<std::optional<trail::TableName>> table_argument(const json::object& arguments) {
  ART32_ASSIGN(const auto name, optional_text(arguments, "table"));
  if (!name) return std::nullopt;
  const std::size_t dot = name->find('.');
  if (dot == name->npos) return trail::TableName{"public", *name};
  return trail::TableName{name->substr(0, dot), name->substr(dot + 1)};
}

// "user:erika".
Result<std::optional<trail::SearchQuery::Actor>> actor_argument(const json::object& arguments) {
  ART32_ASSIGN(const auto actor, optional_text(arguments, "actor"));
  if (!actor) return std::nullopt;
  const std::size_t colon = actor->find(':');
  if (colon == actor->npos)
    return failure(ErrorCode::invalid_argument, fmt::format("\"{}\" names no kind of actor", *actor),
                   "write kind:id, such as user:erika");
  return trail::SearchQuery::Actor{actor->substr(0, colon), actor->substr(colon + 1)};
}

// A day, or a moment in UTC.
Result<std::optional<base::Instant>> time_argument(const json::object& arguments, std::string_view key) {
  ART32_ASSIGN(const auto text, optional_text(arguments, key));
  if (!text) return std::nullopt;
  const auto time = base::parse_rfc3339(*text);
  if (!time && text->size() == 10) return optional_day(arguments, key);
  if (!time)
    return failure(ErrorCode::invalid_argument, fmt::format("\"{}\" is no time", *text),
                   "write 2026-11-30, or 2026-11-30T12:00:00Z");
  return time;
}

}  // namespace

Result<trail::SearchQuery> query_argument(const json::object& arguments) {
  trail::SearchQuery query;
  ART32_ASSIGN(query.team, text_argument(arguments, "team"));
  ART32_ASSIGN(query.table, table_argument(arguments));
  ART32_ASSIGN(query.row, optional_text(arguments, "row"));
  ART32_ASSIGN(query.actor, actor_argument(arguments));
  ART32_ASSIGN(query.request, optional_text(arguments, "request"));
  ART32_ASSIGN(query.from, time_argument(arguments, "since"));
  ART32_ASSIGN(query.before, time_argument(arguments, "until"));
  ART32_ASSIGN(query.column, optional_text(arguments, "column"));
  ART32_ASSIGN(query.old_value, optional_text(arguments, "old"));
  ART32_ASSIGN(query.new_value, optional_text(arguments, "new"));
  if (arguments.contains("oldest_first")) query.order = trail::SearchQuery::Order::oldest_first;
  if (arguments.contains("behind")) {
    ART32_ASSIGN(query.behind, number_argument(arguments, "behind"));
  }
  if (arguments.contains("limit")) {
    ART32_ASSIGN(const std::uint64_t limit, number_argument(arguments, "limit"));
    query.limit = std::clamp<std::uint64_t>(limit, 1, most_hits);
  }
  return query;
}

namespace {

Result<json::value> search(System& system, const json::object& arguments) {
  ART32_ASSIGN(const auto options, trail_argument(system, arguments));
  ART32_ASSIGN(const trail::SearchQuery query, query_argument(arguments));
  ART32_CHECKED(seal_look(system, "trail search", arguments));
  ART32_ASSIGN(const auto search, trail::RecordSearch::open(options));
  ART32_ASSIGN(const trail::SearchPage page, search->search(query));
  ART32_ASSIGN(const std::string database, database_argument(system, arguments));
  json::array hits;
  for (const trail::SearchHit& hit : page.hits) {
    ART32_ASSIGN(const std::string record, system.trails().fill_in(database, hit));
    hits.push_back({{"number", hit.number},
                    {"record", parsed(record)},
                    {"transaction", hit.transaction.empty() ? json::value() : parsed(hit.transaction)}});
  }
  return json::object{{"hits", std::move(hits)},
                      {"next", page.next ? json::value(*page.next) : json::value()}};
}

Result<json::value> find_canary_of(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string database, text_argument(arguments, "database"));
  ART32_ASSIGN(const std::string note, text_argument(arguments, "note"));
  ART32_ASSIGN(const auto hit, find_canary(system.folder(), database, note));
  if (!hit) return json::value();
  return json::object{
      {"has_author", hit->has_author}, {"team", hit->team}, {"actor", hit->actor}, {"request", hit->request}};
}

Result<json::value> write_canary(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string database, text_argument(arguments, "database"));
  ART32_ASSIGN(const std::string note, text_argument(arguments, "note"));
  ART32_CHECKED(system.trails().write_canary(database, note));
  return json::object{{"database", database}};
}

Result<json::value> erase_person(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string database, text_argument(arguments, "database"));
  ART32_ASSIGN(const std::string name, text_argument(arguments, "subject"));
  ART32_ASSIGN(const std::string by, text_argument(arguments, "by"));
  ART32_ASSIGN(const trail::Subject subject, parse_subject(name));
  ART32_ASSIGN(const TrailErasure done, system.trails().erase(database, subject, by));
  return json::object{{"at", base::rfc3339(done.erasure.at)},
                      {"erased", done.erasure.is_new ? 1 : 0},
                      {"generation", done.erasure.generation},
                      {"read_to", time_or_null(done.read_to)},
                      {"subject", name}};
}

Result<json::value> trail_status(System& system, const json::object&) {
  return to_json(system.trails().look_now());
}

constexpr std::pair<std::string_view, Result<json::value> (*)(System&, const json::object&)> commands[] = {
    {"trail status", trail_status},       {"trail teams", list_teams},
    {"trail show", show_trail_record},    {"trail search", search},
    {"trail erase", erase_person},        {"trail canary find", find_canary_of},
    {"trail canary write", write_canary}, {"trail export begin", begin_export},
    {"trail export page", export_page},
};

}  // namespace

// Nothing that people wrote: no look to be sealed.
Result<std::optional<audit::TrailHit>> find_canary(const Folder& folder, const std::string& database,
                                                   const std::string& note) {
  const trail::RecordStore::Options store = trail_store(folder, database);
  const auto search = trail::RecordSearch::open({store.folder, store.key});
  if (!search && search.error().code == ErrorCode::not_found) return std::nullopt;
  if (!search) return tl::unexpected<base::Error>(search.error());
  trail::SearchQuery query;
  query.table = trail::TableName{"art32_trail", "canary"};
  query.new_value = note;
  query.limit = 1;
  ART32_ASSIGN(const trail::SearchPage page, (*search)->search(query));
  if (page.hits.empty()) return std::nullopt;
  boost::system::error_code ignored;
  const json::value transaction = json::parse(page.hits.front().transaction, ignored);
  if (ignored || !transaction.is_object())
    return failure(ErrorCode::corrupt, "a record of the trail has no transaction");
  const json::value& author = transaction.at("author");
  if (author.is_null()) return audit::TrailHit{};
  const auto text = [&](const char* key) { return std::string(author.at(key).as_string()); };
  return audit::TrailHit{true, text("team"), text("kind") + ":" + text("id"), text("request")};
}

std::vector<audit::TrailView> trail_views(TrailService& trails) {
  std::vector<audit::TrailView> views;
  for (const TrailStanding& standing : trails.look_now()) {
    audit::TrailView view{
        standing.database, standing.slot, standing.publication, standing.capture.is_connected, {}, ""};
    if (standing.error) view.error = standing.error->message();
    for (const trail::SourceFinding& finding : standing.findings)
      view.findings.push_back(finding.check + " " + finding.object);
    views.push_back(std::move(view));
  }
  return views;
}

std::span<const std::pair<std::string_view, Result<json::value> (*)(System&, const json::object&)>>
trail_commands() {
  return commands;
}

}  // namespace art32::app
