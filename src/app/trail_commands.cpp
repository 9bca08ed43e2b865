#include "app/trail_commands.h"

#include "app/command_arguments.h"
#include "app/evidence_commands.h"
#include "app/trail_arguments.h"
#include "app/trail_export.h"
#include "app/trail_looks.h"
#include "app/trail_question.h"
#include "base/text.h"
#include "trail/search.h"
#include "trail/stored_check.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;

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

// Why the trail isn't read now: what is missing in it may have happened all the same.
json::value trouble_of(System& system, const std::string& database) {
  for (const TrailStanding& standing : system.trails().standings())
    if (standing.database == database && standing.capture.trouble) return to_json(*standing.capture.trouble);
  return nullptr;
}

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
                      {"next", page.next ? json::value(*page.next) : json::value()},
                      {"trouble", trouble_of(system, database)}};
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

Result<json::value> check_newest(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string database, text_argument(arguments, "database"));
  ART32_ASSIGN(const std::string problem,
               check_newest_records(system.folder(), system.ledger(), system.trails(), database));
  return json::object{{"problem", problem}};
}

Result<json::value> accept_loss(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string database, text_argument(arguments, "database"));
  ART32_ASSIGN(const std::string by, text_argument(arguments, "by"));
  ART32_CHECKED(system.trails().accept_loss(database, by));
  return json::object{{"database", database}};
}

Result<json::value> trail_status(System& system, const json::object&) {
  return to_json(system.trails().look_now());
}

constexpr std::pair<std::string_view, Result<json::value> (*)(System&, const json::object&)> commands[] = {
    {"trail status", trail_status},
    {"trail teams", list_teams},
    {"trail show", show_trail_record},
    {"trail search", search},
    {"trail erase", erase_person},
    {"trail canary find", find_canary_of},
    {"trail canary write", write_canary},
    {"trail evidence", prove_evidence},
    {"trail evidence octets", read_evidence},
    {"trail accept-loss", accept_loss},
    {"trail check", check_newest},
    {"trail export begin", begin_export},
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

Result<std::string> check_newest_records(const Folder& folder, const model::EvidenceSource& ledger,
                                         TrailService& trails, const std::string& database) {
  constexpr trail::StoredCheckLimits newest{20'000, 50};
  const trail::RecordStore::Options store = trail_store(folder, database);
  ART32_ASSIGN(const auto reader, trail::RecordReader::open({store.folder, store.key}));
  const auto checked = trail::check_stored(*reader, ledger, newest);
  const base::Status chain =
      checked ? trails.check_chain(database) : base::Status(tl::unexpect, checked.error());
  if (chain) return std::string();
  const ErrorCode code = chain.error().code;
  if (code == ErrorCode::check_failed || code == ErrorCode::corrupt) return chain.error().message();
  return tl::unexpected<base::Error>(chain.error());
}

std::vector<audit::TrailView> trail_views(TrailService& trails) {
  std::vector<audit::TrailView> views;
  for (const TrailStanding& standing : trails.look_now()) {
    audit::TrailView view{standing.database,
                          standing.slot,
                          standing.publication,
                          standing.capture.is_connected,
                          {},
                          "",
                          {},
                          {}};
    if (standing.error) view.error = standing.error->message();
    for (const trail::SourceFinding& finding : standing.findings)
      view.findings.push_back(finding.check + " " + finding.object);
    view.oldest = standing.capture.oldest;
    view.retention = standing.retention;
    views.push_back(std::move(view));
  }
  return views;
}

std::span<const std::pair<std::string_view, Result<json::value> (*)(System&, const json::object&)>>
trail_commands() {
  return commands;
}

}  // namespace art32::app
