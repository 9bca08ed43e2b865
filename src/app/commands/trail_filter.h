// Which changes of a trail a command is about, as people say it: its options, and the arguments of the
// server's command that they become. One thread.
#pragma once

#include <string>

#include "app/commands/command_line.h"
#include "app/json.h"

namespace art32::app {

struct TrailFilter {
  std::string database, table, row, actor, request, since, until;
};

void add_database(CLI::App& command, std::string& database);  // --database
void add_times(CLI::App& command, TrailFilter& filter);       // --since, --until
void add_changes(CLI::App& command, TrailFilter& filter);     // --table, --row, --actor, --request, and times

// What was said, and who asks, by.
json::object arguments_of(const TrailFilter& filter);

}  // namespace art32::app
