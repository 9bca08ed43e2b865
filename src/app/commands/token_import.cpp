#include "app/commands/token_import.h"

#include <map>

#include "app/commands/asking.h"
#include "app/commands/progress.h"
#include "app/server_commands.h"
#include "app/sql_connection.h"
#include "base/text.h"
#include "tenancy/sql_name.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::Result;
using Row = tenancy::SqlSession::Row;

constexpr std::chrono::seconds statement_limit{60};
constexpr std::size_t batch_rows = 1'000;

struct ImportOptions {
  std::string connection, members, table = "personal_access_tokens";
  bool only_look = false;
};

// Times as Laravel stores them: without a zone, meant as UTC.
std::string token_query(const std::string& table) {
  const auto time = [](std::string_view column) {
    return fmt::format(R"(to_char({}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))", column);
  };
  return fmt::format(
      "select id, tokenable_type, tokenable_id::text, name, token, abilities, {}, {}, {}, {} from {} "
      "where id > $1::bigint order by id limit {}",
      time("last_used_at"), time("expires_at"), time("coalesce(created_at, updated_at, now())"),
      time("coalesce(updated_at, created_at, now())"), table, batch_rows);
}

json::value text_or_null(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value(nullptr);
}

using Holder = std::pair<std::string, std::string>;  // type and id of the tokenable
struct Membership {
  std::string team, login;
  std::size_t row = 0;  // of the answer, from 1

  bool is_same(const Membership& other) const { return team == other.team && login == other.login; }
};
// A token acts for one team: which of two its holder meant, nobody knows.
tl::unexpected<base::Error> refuse_two(const Holder& holder, const Membership& one, const Membership& other) {
  const auto words = [](const Membership& member) {
    return fmt::format("row {} says team {} and {}", member.row, member.team, member.login);
  };
  return base::failure(ErrorCode::invalid_argument,
                       fmt::format("--members names {} {} twice: {}, {}", holder.first, holder.second,
                                   words(one), words(other)),
                       "let it give one row for each holder: the team that his tokens act for");
}
using Members = std::map<Holder, Membership>;

Result<Members> read_members(SqlConnection& database, const std::string& query) {
  ART32_ASSIGN(const std::vector<Row> rows, database.query(query, {}));
  Members members;
  std::size_t number = 0;
  for (const Row& row : rows) {
    ++number;
    if (row.size() != 4)
      return base::failure(ErrorCode::invalid_argument,
                           fmt::format("--members gives {} columns instead of four", row.size()),
                           "let it give tokenable_type, tokenable_id, team and e-mail address");
    if (!row[0] || !row[1] || !row[2] || !row[3]) continue;
    const Membership member{*row[2], *row[3], number};
    const auto [known, is_new] = members.try_emplace({*row[0], *row[1]}, member);
    if (!is_new && !known->second.is_same(member)) return refuse_two(known->first, known->second, member);
  }
  return members;
}

struct Totals {
  std::uint64_t found = 0, imported = 0, of_nobody = 0;
};

// What the server is asked to take over of one batch.
json::object batch_of(const std::vector<Row>& rows, const Members& members, Totals& totals) {
  json::array tokens, holders;
  std::map<Holder, bool> named;
  for (const Row& row : rows) {
    ++totals.found;
    const Holder holder{row[1].value_or(""), row[2].value_or("")};
    const auto member = members.find(holder);
    if (member == members.end()) {
      ++totals.of_nobody;
      continue;
    }
    tokens.push_back({{"id", row[0].value_or("")},
                      {"type", holder.first},
                      {"holder", holder.second},
                      {"name", row[3].value_or("")},
                      {"token", row[4].value_or("")},
                      {"abilities", text_or_null(row[5])},
                      {"last_used", text_or_null(row[6])},
                      {"expires", text_or_null(row[7])},
                      {"created", row[8].value_or("")},
                      {"updated", row[9].value_or("")}});
    if (named.try_emplace(holder, true).second)
      holders.push_back({{"type", holder.first},
                         {"holder", holder.second},
                         {"team", member->second.team},
                         {"login", member->second.login}});
  }
  return {{"tokens", std::move(tokens)}, {"members", std::move(holders)}};
}

Result<int> import_tokens(const Context& context, const ImportOptions& options) {
  ART32_ASSIGN(const auto database, SqlConnection::open(options.connection, statement_limit));
  ART32_CHECKED(database->query("set timezone to 'UTC'", {}).map([](const auto&) {}));
  ART32_CHECKED(database->query("begin transaction read only, isolation level repeatable read", {})
                    .map([](const auto&) {}));
  std::vector<std::string> parts;
  for (const std::string_view part : base::split(options.table, '.'))
    parts.push_back(tenancy::quote(part));
  const std::string table = base::join(parts, ".");
  ART32_ASSIGN(const Members members, read_members(*database, options.members));
  ART32_ASSIGN(const std::vector<Row> counted, database->query("select count(*) from " + table, {}));
  const std::uint64_t all = base::parse_number(counted.at(0).at(0).value_or("")).value_or(0);
  Progress progress("tokens");
  Totals totals;
  for (std::string last = "0";;) {
    ART32_ASSIGN(const std::vector<Row> rows, database->query(token_query(table), {last}));
    if (rows.empty()) break;
    last = rows.back().at(0).value_or("");
    json::object batch = batch_of(rows, members, totals);
    const std::size_t count = batch.at("tokens").as_array().size();
    if (!options.only_look && count > 0)
      ART32_CHECKED(ask(context.folder(), "token import", batch).map([](const json::value&) {}));
    totals.imported += count;
    progress.show(totals.found, all);
  }
  progress.end();
  if (context.as_json)
    print(pretty(json::object{{"found", totals.found},
                              {"imported", options.only_look ? 0 : totals.imported},
                              {"importable", totals.imported},
                              {"without_member", totals.of_nobody}}));
  else
    print(fmt::format("{} tokens {}, {} left out whose holder --members doesn't name.\n", totals.imported,
                      options.only_look ? "could be imported" : "are imported", totals.of_nobody));
  return 0;
}

}  // namespace

void add_token_import(CLI::App& token, Context& context) {
  auto& import = add_command(
      token, "import",
      "Take over the tokens of a Laravel application (Sanctum), with teams and users that aren't here yet",
      R"(art32 token import --connection "host=db dbname=app user=app" --members "select 'App\Models\User', id, current_team_id, email from users")");
  auto options = std::make_shared<ImportOptions>();
  import.add_option("--connection", options->connection,
                    "The application's database, as libpq takes it; else PGHOST ...");
  import
      .add_option("--members", options->members,
                  "SQL that gives who has tokens: tokenable_type, tokenable_id, team, e-mail address")
      ->required();
  import.add_option("--table", options->table, "Where the tokens are")->capture_default_str();
  import.add_flag("--dry-run", options->only_look, "Say how many, change nothing");
  import.callback([&context, options] {
    context.action = [&context, options] { return import_tokens(context, *options);
};
}  // namespace art32::app
);
}

}  // namespace art32::app
