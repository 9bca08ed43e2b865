#include "app/commands/asking.h"

#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "app/server_commands.h"

namespace art32::app {

base::Result<std::string> read_secret(std::string_view what) {
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  termios before{};
  if (terminal) {
    std::string prompt(what);
    prompt[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(prompt[0])));
    fmt::print(stderr, "{}: ", prompt);
    ::tcgetattr(STDIN_FILENO, &before);
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  std::string line;
  const bool read = static_cast<bool>(std::getline(std::cin, line));
  if (terminal) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    std::fputs("\n", stderr);
  }
  if (!read || line.empty())
    return base::failure(base::ErrorCode::invalid_argument, fmt::format("no {} came on standard input", what),
                         "type it, or pipe it in: one line");
  return line;
}

base::Result<int> ask_and_print(const Context& context, std::string_view command,
                                const json::object& arguments,
                                const std::function<std::string(const json::value&)>& as_text) {
  ART32_ASSIGN(const json::value answer, ask(context.folder(), command, arguments));
  print(context.as_json ? pretty(answer) : as_text(answer));
  return 0;
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  return value.is_null() ? std::string("-") : json::serialize(value);
}

std::string list_text(const json::value& list, const std::vector<std::string>& members) {
  Table table(members);
  for (const json::value& row : list.as_array()) {
    std::vector<Cell> cells;
    for (const std::string& member : members)
      cells.push_back({text_of(row.at(member)), Colour::none});
    table.add(std::move(cells));
  }
  return table.text(colours_wanted());
}

base::Result<int> print_pages(const Context& context, std::string_view command, json::object arguments,
                              const std::vector<std::string>& members) {
  json::array all;
  while (true) {
    ART32_ASSIGN(json::value answer, ask(context.folder(), command, arguments));
    json::object& page = answer.as_object();
    for (json::value& row : page.at("rows").as_array())
      all.push_back(std::move(row));
    if (page.at("next").is_null()) break;
    arguments["after"] = page.at("next");
  }
  print(context.as_json ? pretty(all) : list_text(all, members));
  return 0;
}

}  // namespace art32::app
