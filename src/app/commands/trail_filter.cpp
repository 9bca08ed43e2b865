#include "app/commands/trail_filter.h"

#include <unistd.h>

#include "app/owner_check.h"

namespace art32::app {

void add_database(CLI::App& command, std::string& database) {
  command.add_option("--database", database, "As art32.toml names it; needed where several have a trail");
}

void add_times(CLI::App& command, TrailFilter& filter) {
  command.add_option("--since", filter.since, "Not before: 2026-11-30, or 2026-11-30T12:00:00Z");
  command.add_option("--until", filter.until, "Before then");
}

void add_changes(CLI::App& command, TrailFilter& filter) {
  command.add_option("--table", filter.table, "schema.table; without a schema, public");
  command.add_option("--row", filter.row, "Of a row of that table: its id");
  command.add_option("--actor", filter.actor, "Who did it, as kind:id");
  command.add_option("--request", filter.request, "In which request");
  add_times(command, filter);
}

json::object arguments_of(const TrailFilter& filter) {
  json::object arguments{{"by", user_name(::getuid())}};
  const std::pair<const char*, const std::string*> texts[] = {
      {"database", &filter.database}, {"table", &filter.table},     {"row", &filter.row},
      {"actor", &filter.actor},       {"request", &filter.request}, {"since", &filter.since},
      {"until", &filter.until}};
  for (const auto& [key, text] : texts)
    if (!text->empty()) arguments[key] = *text;
  return arguments;
}

}  // namespace art32::app
