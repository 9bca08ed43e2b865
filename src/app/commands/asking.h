// What commands have in common that ask the running server, or the folder where none runs:
// the question, the answer as text or JSON, lists that come in pages, secrets from people.
#pragma once

#include "app/commands/command_line.h"
#include "app/commands/output.h"

namespace art32::app {

// One line of standard input, not echoed on a terminal, which is asked for "password" or "token":
// they never stand on a command line, where every process could read them.
base::Result<std::string> read_secret(std::string_view what);

base::Result<int> ask_and_print(const Context& context, std::string_view command,
                                const json::object& arguments,
                                const std::function<std::string(const json::value&)>& as_text);

std::string text_of(const json::value& value);  // of one cell: null is "-"
// A list of objects as a table with these members as columns.
std::string list_text(const json::value& list, const std::vector<std::string>& members);

// Every page of a list ("rows" and "next" in each answer), printed as one.
base::Result<int> print_pages(const Context& context, std::string_view command, json::object arguments,
                              const std::vector<std::string>& members);

}  // namespace art32::app
