#include "app/trail_arguments.h"

#include "app/command_arguments.h"
#include "app/trail_looks.h"
#include "app/trail_question.h"
#include "base/limits.h"
#include "base/text.h"

namespace art32::app {

using base::ErrorCode;
using base::failure;
using base::Result;

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

// As the configuration has it; without a name the only one.
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
  return seal_trail_look(system.ledger(), system.clock().now(), what, asked, {"", by.value_or(""), ""});
}

Result<trail::SearchQuery> query_argument(const json::object& arguments) {
  model::TrailQuestion question;
  ART32_ASSIGN(question.team, text_argument(arguments, "team"));
  const std::pair<const char*, std::optional<std::string>*> texts[] = {
      {"table", &question.table},     {"row", &question.row},       {"actor", &question.actor},
      {"request", &question.request}, {"since", &question.from},    {"until", &question.before},
      {"column", &question.column},   {"old", &question.old_value}, {"new", &question.new_value}};
  for (const auto& [key, text] : texts) {
    ART32_ASSIGN(*text, optional_text(arguments, key));
  }
  question.is_oldest_first = arguments.contains("oldest_first");
  if (arguments.contains("behind")) {
    ART32_ASSIGN(question.behind, number_argument(arguments, "behind"));
  }
  if (arguments.contains("limit")) {
    ART32_ASSIGN(const std::uint64_t limit, number_argument(arguments, "limit"));
    question.limit = std::clamp<std::uint64_t>(limit, 1, most_trail_hits);
  }
  return search_query(question);
}

// What was asked for when that look was sealed.
Result<json::object> asked_in_look(System& system, std::uint64_t look, std::string_view command) {
  const auto none = [&] {
    return failure(ErrorCode::not_found,
                   fmt::format("entry {} isn't a look of \"{}\" of the last day", look, command),
                   "begin again");
  };
  const auto sealed = system.ledger().disclose(model::LeafIndex(look));
  if (!sealed || sealed->kind != model::trail_look_record.name) return none();
  boost::system::error_code trouble;
  const json::value record = json::parse(base::as_text(sealed->record), trouble);
  if (trouble || !record.is_object() || system.clock().now() - sealed->time > base::limits::trail_look_life)
    return none();
  ART32_ASSIGN(const std::string done, text_argument(record.get_object(), "command"));
  ART32_ASSIGN(const std::string asked, text_argument(record.get_object(), "asked"));
  json::value parsed = json::parse(asked, trouble);
  if (trouble || !parsed.is_object() || done != command) return none();
  return std::move(parsed.get_object());
}

}  // namespace art32::app
