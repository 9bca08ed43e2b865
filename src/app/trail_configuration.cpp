#include "app/trail_configuration.h"

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "trail/event_senders.h"

namespace art32::app {
namespace {

bool is_folder_name(const std::string& name) {
  return !name.empty() && name.size() <= 48 && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), [](char letter) {
           return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_' ||
                  letter == '-';
         });
}

bool is_slot_name(const std::string& name) {
  return is_folder_name(name) && name.find('-') == name.npos;
}

bool is_name_of(std::size_t parts, const std::string& name) {
  const auto words = base::split(name, '.');
  return words.size() == parts &&
         std::none_of(words.begin(), words.end(), [](std::string_view word) { return word.empty(); });
}

bool are_tables(const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [](const auto& name) { return is_name_of(2, name); });
}

bool is_column(const std::string& name) {
  return name.starts_with("*.") ? is_name_of(2, name) : is_name_of(3, name);
}

void read_left_out(const Node& table, TrailConfiguration& values, Report& report) {
  Section section(table, table.line, "left_out of [gateway.database.trail]", report);
  TrailConfiguration::LeftOut left;
  section.allow_only({"table", "reason"});
  section.text(
      "table", "write schema.table",
      [&](const std::string& read) {
        left.table = read;
        return is_name_of(2, read);
      },
      Need::required);
  section.text("reason", left.reason, Need::required);
  values.left_out.push_back(std::move(left));
}

bool is_kind(const std::string& kind) {
  return !kind.empty() && kind.find(':') == kind.npos;
}

void read_personal(const Node& table, TrailConfiguration& values, Report& report) {
  Section section(table, table.line, "personal of [gateway.database.trail]", report);
  TrailConfiguration::Personal personal;
  section.allow_only({"table", "subject", "kind", "columns"});
  section.text(
      "table", "write schema.table",
      [&](const std::string& read) {
        personal.table = read;
        return is_name_of(2, read);
      },
      Need::required);
  section.text("subject", personal.subject, Need::required);
  personal.kind = personal.table.substr(personal.table.find('.') + 1);
  section.text("kind", "a kind of persons is called by a word without a colon", [&](const std::string& read) {
    personal.kind = read;
    return is_kind(read);
  });
  section.texts("columns", personal.columns);
  if (personal.columns.empty())
    report.add(table.line, "personal names no columns", "write columns = [\"name\", \"email\"]");
  for (const std::string& column : personal.columns)
    for (const TrailConfiguration::Personal& other : values.personal)
      if (other.table == personal.table &&
          std::find(other.columns.begin(), other.columns.end(), column) != other.columns.end())
        report.add(table.line, fmt::format("column {} of {} is personal twice", column, personal.table),
                   "one person alone can be whom it is about: name it once");
  values.personal.push_back(std::move(personal));
}

void read_stream(const Node& table, TrailConfiguration& values, Report& report) {
  Section section(table, table.line, "[[gateway.database.trail.stream]]", report);
  TrailConfiguration::Stream stream;
  section.allow_only({"name", "url", "token_file", "ca_file", "teams", "personal"});
  section.text(
      "name", "use at most 48 of a-z, 0-9, _ and -, and each name once",
      [&](const std::string& read) {
        stream.name = read;
        return is_folder_name(read) &&
               std::none_of(values.streams.begin(), values.streams.end(),
                            [&](const TrailConfiguration::Stream& other) { return other.name == read; });
      },
      Need::required);
  section.text(
      "url", "write https://HOST/PATH, or syslog+tls://HOST",
      [&](const std::string& read) {
        stream.url = read;
        return trail::parse_stream_target(read).has_value();
      },
      Need::required);
  section.text("token_file", "syslog has no tokens", [&](const std::string& read) {
    stream.token_file = read;
    return stream.url.starts_with("https:");
  });
  section.text("ca_file", stream.ca_file);
  section.texts("teams", "name one team at least, or leave the key out", [&](std::vector<std::string> read) {
    stream.teams = std::move(read);
    return !stream.teams->empty();
  });
  section.boolean("personal", stream.is_with_personal_values);
  values.streams.push_back(std::move(stream));
}

// "64GB", "500MB", "1TB".
std::optional<std::uint64_t> parse_megabytes(std::string_view text) {
  constexpr std::pair<std::string_view, std::uint64_t> units[] = {
      {"MB", 1}, {"GB", 1U << 10}, {"TB", 1U << 20}};
  for (const auto& [unit, megabytes] : units) {
    if (!text.ends_with(unit)) continue;
    const auto number = base::parse_number(text.substr(0, text.size() - unit.size()));
    if (number && *number > 0 && *number <= 1'000'000) return *number * megabytes;
  }
  return std::nullopt;
}

}  // namespace

trail::SourceOptions TrailConfiguration::source_options() const {
  trail::SourceOptions options{role, slot, publication, {}, by_key, keep_megabytes};
  for (const LeftOut& left : left_out)
    options.left_out.push_back(left.table);
  for (const Personal& each : personal) {
    options.personal.push_back(each.table + '.' + each.subject);
    for (const std::string& column : each.columns)
      options.personal.push_back(each.table + '.' + column);
  }
  return options;
}

trail::ColumnClass TrailConfiguration::class_of(const trail::Table& table, const std::string& column) const {
  for (const std::string& name : {"*." + column, fmt::format("{}.{}.{}", table.schema, table.name, column)})
    if (std::find(secret_columns.begin(), secret_columns.end(), name) != secret_columns.end())
      return trail::ColumnClass::secret;
  return trail::ColumnClass::plain;
}

void TrailConfiguration::add_personal(const trail::Table& table, trail::TableRules& rules) const {
  const auto place_of = [&](const std::string& name) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      if (table.columns[i].name == name) return i;
    return std::nullopt;
  };
  for (const Personal& each : personal) {
    if (each.table != table.schema + '.' + table.name) continue;
    for (const std::string& name : each.columns) {
      const auto column = place_of(name);
      if (!column || rules.classes[*column] == trail::ColumnClass::secret) continue;
      rules.classes[*column] = trail::ColumnClass::personal;
      rules.subjects[*column] = {each.kind, place_of(each.subject)};
    }
  }
}

trail::TableRules TrailConfiguration::rules_of(const trail::Table& table,
                                               const std::string& team_column) const {
  trail::TableRules rules;
  const std::string name = table.schema + '.' + table.name;
  // Keys lie in the schema art32.
  rules.is_left_out =
      table.schema == "art32" ||
      std::any_of(left_out.begin(), left_out.end(), [&](const LeftOut& left) { return left.table == name; });
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::string& column = table.columns[i].name;
    if (column == team_column) rules.team_column = i;
    rules.classes.push_back(class_of(table, column));
  }
  add_personal(table, rules);
  return rules;
}

base::Result<trail::Subject> parse_subject(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == text.npos || colon == 0)
    return base::failure(base::ErrorCode::invalid_argument, fmt::format("\"{}\" names nobody", text),
                         "write KIND:VALUE, such as customer:7");
  return trail::Subject{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

TrailConfiguration read_trail(const Node& table, int line, const std::string& database, Report& report) {
  TrailConfiguration values;
  Section section(table, line, "[gateway.database.trail]", report);
  section.allow_only({"role", "password_file", "slot", "publication", "left_out", "by_key", "secret_columns",
                      "personal", "keep_wal", "stream"});
  if (!is_folder_name(database))
    report.add(line, "the records of a database lie in a folder of its name",
               "call it by at most 48 of a-z, 0-9, _ and -, and say server_database where the server knows "
               "it by another name");
  values.slot = "art32_" + base::replace_all(database, "-", "_");
  section.text("role", values.role);
  section.text("password_file", values.password_file);
  section.text("slot", "use at most 48 of a-z, 0-9 and _", [&](const std::string& read) {
    values.slot = read;
    return is_slot_name(read);
  });
  section.text("publication", values.publication);
  section.list("left_out", [&](const Node& each) { read_left_out(each, values, report); });
  section.texts("by_key", "write schema.table", [&](std::vector<std::string> read) {
    values.by_key = std::move(read);
    return are_tables(values.by_key);
  });
  section.texts("secret_columns", "write schema.table.column, or *.column",
                [&](std::vector<std::string> read) {
                  values.secret_columns = std::move(read);
                  return std::all_of(values.secret_columns.begin(), values.secret_columns.end(), is_column);
                });
  section.list("personal", [&](const Node& each) { read_personal(each, values, report); });
  section.list("stream", [&](const Node& each) { read_stream(each, values, report); });
  section.text(
      "keep_wal",
      "write \"unlimited\", and a full disk stops whoever writes while the trail isn't read; or a size such "
      "as "
      "\"64GB\", beyond which the trail has a gap instead",
      [&](const std::string& read) {
        if (read == "unlimited") return true;
        values.keep_megabytes = parse_megabytes(read);
        return values.keep_megabytes.has_value();
      },
      Need::required);
  return values;
}

}  // namespace art32::app
