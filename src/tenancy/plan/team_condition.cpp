#include "tenancy/plan/team_condition.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace art32::tenancy {
namespace {

struct TypeRow {
  std::string_view column_type;
  TeamType type;
};

constexpr TypeRow types[] = {
    {"bigint", TeamType::bigint}, {"integer", TeamType::integer}, {"smallint", TeamType::integer},
    {"uuid", TeamType::uuid},     {"text", TeamType::text},       {"character varying", TeamType::text},
};

constexpr std::string_view parent_alias = "art32_parent";

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

// From a quote to its end, a doubled one being part of it.
std::size_t end_of_quoted(std::string_view text, std::size_t start) {
  const char mark = text[start];
  std::size_t place = start + 1;
  while (place < text.size()) {
    if (text[place] != mark) {
      ++place;
    } else if (place + 1 < text.size() && text[place + 1] == mark) {
      place += 2;
    } else {
      return place + 1;
    }
  }
  return text.size();
}

std::string essence(std::string_view text) {
  std::string kept;
  for (std::size_t place = 0; place < text.size();) {
    const char letter = text[place];
    if (letter == '"' || letter == '\'') {
      const std::size_t end = end_of_quoted(text, place);
      kept += text.substr(place, end - place);
      place = end;
      continue;
    }
    if (std::string_view(" \t\r\n()").find(letter) == std::string_view::npos) kept += lower(letter);
    ++place;
  }
  for (const char* function : {"current_team_bigint", "current_team_uuid", "current_team"})
    kept = base::replace_all(std::move(kept), fmt::format("{0}as{0}", function), function);
  return base::replace_all(std::move(kept), "::text", "");
}

}  // namespace

std::optional<TeamType> team_type(std::string_view type) {
  const auto* row = std::find_if(std::begin(types), std::end(types),
                                 [&](const TypeRow& candidate) { return candidate.column_type == type; });
  if (row == std::end(types)) return std::nullopt;
  return row->type;
}

std::string current_team_sql(TeamType type) {
  switch (type) {
    case TeamType::bigint:
    case TeamType::integer:
      return "art32.current_team_bigint()";
    case TeamType::uuid:
      return "art32.current_team_uuid()";
    case TeamType::text:
      break;
  }
  return "art32.current_team()";
}

std::string team_condition(std::string_view column, TeamType type) {
  return fmt::format("{} = (select {})", quote(column), current_team_sql(type));
}

bool always_has_parent(const Table& child, const ForeignKey& key) {
  return std::all_of(key.columns.begin(), key.columns.end(), [&](const std::string& name) {
    const Column* column = child.column(name);
    return column != nullptr && column->is_not_null;
  });
}

std::string parent_condition(const Table& child, const ForeignKey& key,
                             const std::optional<ParentColumn>& team) {
  std::string unless;
  std::vector<std::string> terms;
  for (std::size_t place = 0; place < key.columns.size(); ++place) {
    const std::string column = quote(key.columns[place]);
    if (!child.column(key.columns[place])->is_not_null) unless += column + " is null or ";
    terms.push_back(fmt::format("{}.{} = {}.{}", parent_alias, quote(key.target_columns[place]),
                                quote(child.name.name), column));
  }
  if (team) terms.push_back(fmt::format("{}.{}", parent_alias, team_condition(team->name, team->type)));
  return fmt::format("{}exists (select 1 from {} {} where {})", unless, quote(key.target), parent_alias,
                     base::join(terms, " and "));
}

bool says_the_same(std::string_view expression, std::string_view printed) {
  return essence(expression) == essence(printed);
}

}  // namespace art32::tenancy
