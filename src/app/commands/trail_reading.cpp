// art32 trail search | history | tail | show | teams: what is recorded of a database's changes
#include <algorithm>

#include "app/commands/asking.h"
#include "app/commands/trail.h"
#include "app/commands/trail_filter.h"
#include "app/server_commands.h"
#include "base/text.h"

namespace art32::app {
namespace {

using base::Result;

constexpr std::size_t shown_letters = 60;  // of a value, on a line

std::string shortened(std::string text) {
  for (char& letter : text)
    if (static_cast<unsigned char>(letter) < ' ') letter = ' ';
  if (text.size() <= shown_letters) return text;
  std::size_t end = shown_letters;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  return text.substr(0, end) + "…";
}

// docs/formats/record.md, "A row".
std::string value_text(const json::value& value) {
  if (value.is_null()) return "NULL";
  if (value.is_string()) return shortened(std::string(value.get_string()));
  if (!value.is_object()) return json::serialize(value);
  const json::object& what = value.get_object();
  if (what.contains("secret")) return "(secret)";
  if (what.contains("unsent")) return "(not in the log)";
  if (const json::value* const kept = what.if_contains("value")) return value_text(*kept);
  if (what.contains("erased")) return "(erased)";
  if (what.contains("personal")) return "(personal)";
  if (const json::value* const octets = what.if_contains("octets"))
    return fmt::format("({} octets)", octets->to_number<std::uint64_t>());
  return json::serialize(value);
}

// Of an update what changed, of anything else all there is.
std::string columns_text(const json::object& record) {
  const json::value* const columns = record.if_contains("columns");
  if (columns == nullptr) return {};
  const bool is_update = text_of(record.at("kind")) == "update";
  const bool wanted = colours_wanted();
  std::string text;
  for (const json::value& column : columns->as_array()) {
    const json::array& parts = column.as_array();
    const std::string name = text_of(parts.at(0));
    if (parts.size() == 3)
      text += fmt::format("    {}: {} → {}\n", name, coloured(value_text(parts.at(1)), Colour::red, wanted),
                          coloured(value_text(parts.at(2)), Colour::green, wanted));
    else if (!is_update)
      text += fmt::format("    {}: {}\n", name, value_text(parts.at(1)));
  }
  return text;
}

// What names the row, as the index takes it.
std::string row_name(const json::object& record) {
  const json::value* const columns = record.if_contains("columns");
  if (columns == nullptr || columns->as_array().empty()) return {};
  const json::array& all = columns->as_array();
  const auto id = std::find_if(all.begin(), all.end(), [](const json::value& column) {
    return text_of(column.as_array().at(0)) == "id";
  });
  const json::array& key = (id == all.end() ? all.front() : *id).as_array();
  return value_text(key.at(key.size() - 1));
}

std::string author_text(const json::value& transaction) {
  if (transaction.is_null()) return {};
  const json::value& author = transaction.at("author");
  if (author.is_null()) return coloured("by nobody known", Colour::yellow, colours_wanted());
  std::string text = fmt::format("by {}:{}", text_of(author.at("kind")), text_of(author.at("id")));
  text += ", team " + text_of(author.at("team"));
  if (const std::string request = text_of(author.at("request")); !request.empty())
    text += ", request " + request;
  return text;
}

std::string what_text(const json::object& record) {
  const std::string kind = text_of(record.at("kind"));
  if (record.contains("table"))
    return fmt::format("{} {}.{} {}", kind, text_of(record.at("schema")), text_of(record.at("table")),
                       row_name(record));
  if (kind == "truncate") {
    std::vector<std::string> tables;
    for (const json::value& table : record.at("tables").as_array())
      tables.push_back(text_of(table.at(0)) + "." + text_of(table.at(1)));
    return "truncate " + base::join(tables, ", ");
  }
  if (kind == "gap")
    return fmt::format("gap from {} to {}: {}", text_of(record.at("from").at("lsn")),
                       text_of(record.at("to").at("lsn")), text_of(record.at("reason")));
  return kind;
}

std::string hit_text(const json::value& hit) {
  const json::object& record = hit.at("record").as_object();
  const json::value& transaction = hit.at("transaction");
  std::string time = "-";
  if (!transaction.is_null()) time = text_of(transaction.at("at"));
  if (const json::value* const noticed = record.if_contains("noticed")) time = text_of(*noticed);
  std::string line = fmt::format("{}  {}", time, coloured(what_text(record), Colour::bold, colours_wanted()));
  if (const std::string author = author_text(transaction); !author.empty()) line += "  " + author;
  return fmt::format("{}  #{}\n{}", line, hit.at("number").to_number<std::uint64_t>(), columns_text(record));
}

struct Options {
  TrailFilter filter;
  std::string team, column, old_value, new_value;
  std::string limit = "20", behind;
  bool oldest_first = false;
};

json::object arguments_of(const Options& options) {
  json::object arguments = arguments_of(options.filter);
  arguments["team"] = options.team;
  const std::pair<const char*, const std::string*> texts[] = {
      {"column", &options.column}, {"old", &options.old_value}, {"new", &options.new_value}};
  for (const auto& [key, text] : texts)
    if (!text->empty()) arguments[key] = *text;
  if (options.oldest_first) arguments["oldest_first"] = true;
  for (const auto& [key, text] : {std::pair("limit", &options.limit), std::pair("behind", &options.behind)})
    if (const auto number = base::parse_number(*text)) arguments[key] = *number;
  return arguments;
}

// `newest_last`: as people read what they watch.
Result<int> print_hits(const Context& context, const Options& options, bool newest_last) {
  ART32_ASSIGN(const json::value page, ask(context.folder(), "trail search", arguments_of(options)));
  if (context.as_json) {
    print(pretty(page));
    return 0;
  }
  if (const json::value& trouble = page.at("trouble"); !trouble.is_null())
    fmt::print(stderr, "The trail isn't read on: {}\n{}\n", text_of(trouble.at("what")),
               text_of(trouble.at("mend")));
  std::vector<std::string> texts;
  for (const json::value& hit : page.at("hits").as_array())
    texts.push_back(hit_text(hit));
  if (newest_last) std::reverse(texts.begin(), texts.end());
  for (const std::string& text : texts)
    print(text);
  if (texts.empty()) print("Nothing is recorded that fits.\n");
  if (const json::value& next = page.at("next"); !next.is_null() && !newest_last)
    print(fmt::format("There may be more: --behind {}\n", next.to_number<std::uint64_t>()));
  return 0;
}

void add_common(CLI::App& command, Options& options) {
  add_database(command, options.filter.database);
  command.add_option("--team", options.team, "Whose records; without it, those of no team");
}

void add_page(CLI::App& command, Options& options) {
  command.add_option("--limit", options.limit, "How many at most, 1000")
      ->capture_default_str()
      ->check(refuse_other_than_digits);
  command.add_option("--behind", options.behind, "Go on behind this record's number")
      ->check(refuse_other_than_digits);
}

void add_search(CLI::App& trail, Context& context) {
  auto options = std::make_shared<Options>();
  auto& command =
      add_command(trail, "search", "Find changes: by row, table, actor, request, time, column or value",
                  "art32 trail search --team 42 --actor user:erika --since 2026-11-01");
  add_common(command, *options);
  add_changes(command, options->filter);
  command.add_option("--column", options->column, "That this column changed");
  command.add_option("--old", options->old_value, "The value before, in that column or in any");
  command.add_option("--new", options->new_value, "The value since");
  command.add_flag("--oldest-first", options->oldest_first, "From the beginning");
  add_page(command, *options);
  command.callback([&context, options] {
    context.action = [&context, options] { return print_hits(context, *options, false); };
  });
}

void add_history(CLI::App& trail, Context& context) {
  auto options = std::make_shared<Options>();
  options->oldest_first = true;
  options->limit = "100";
  auto& command = add_command(trail, "history", "What happened to a row, from its beginning",
                              "art32 trail history invoice 7 --team 42");
  command.add_option("table", options->filter.table, "schema.table; without a schema, public")->required();
  command.add_option("row", options->filter.row, "Its id")->required();
  add_common(command, *options);
  add_page(command, *options);
  command.callback([&context, options] {
    context.action = [&context, options] { return print_hits(context, *options, false); };
  });
}

void add_tail(CLI::App& trail, Context& context) {
  auto options = std::make_shared<Options>();
  options->limit = "10";
  auto& command =
      add_command(trail, "tail", "The newest changes, the newest last", "art32 trail tail --team 42");
  add_common(command, *options);
  command.add_option("--limit", options->limit, "How many")
      ->capture_default_str()
      ->check(refuse_other_than_digits);
  command.callback([&context, options] {
    context.action = [&context, options] { return print_hits(context, *options, true); };
  });
}

void add_show(CLI::App& trail, Context& context) {
  auto options = std::make_shared<Options>();
  auto number = std::make_shared<std::string>();
  auto& command =
      add_command(trail, "show", "One record as it is sealed, in JSON", "art32 trail show 17 --team 42");
  command.add_option("number", *number, "Its number among the team's")
      ->required()
      ->check(refuse_other_than_digits);
  add_common(command, *options);
  command.callback([&context, options, number] {
    context.action = [&context, options, number]() -> Result<int> {
      json::object arguments = arguments_of(*options);
      arguments.erase("limit");
      arguments["number"] = base::parse_number(*number).value_or(0);
      ART32_ASSIGN(const json::value record, ask(context.folder(), "trail show", arguments));
      print(pretty(record));
      return 0;
    };
  });
}

void add_teams(CLI::App& trail, Context& context) {
  auto filter = std::make_shared<TrailFilter>();
  auto& command = add_command(trail, "teams", "Whose changes are recorded, and how many records each has",
                              "art32 trail teams");
  add_database(command, filter->database);
  command.callback([&context, filter] {
    context.action = [&context, filter] {
      return ask_and_print(context, "trail teams", arguments_of(*filter), [](const json::value& teams) {
        return list_text(teams, {"team", "records"});
      });
    };
  });
}

}  // namespace

void add_trail_reading(CLI::App& trail, Context& context) {
  add_search(trail, context);
  add_history(trail, context);
  add_tail(trail, context);
  add_show(trail, context);
  add_teams(trail, context);
}

}  // namespace art32::app
