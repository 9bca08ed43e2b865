#include "app/commands/token_import.h"

#include <limits>
#include <map>

#include "app/command_arguments.h"
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
using base::Status;
using Row = net::SqlSession::Row;

constexpr std::chrono::seconds statement_limit{60};
constexpr std::size_t batch_rows = 1'000;

struct ImportOptions {
  std::string connection, members, table = "personal_access_tokens";
  bool only_look = false;
};

// Times as Laravel stores them: without a zone, meant as UTC. to_char() makes null of one that isn't
// finite, and for "expires_at" null means never: that is what 'infinity' says, but not '-infinity'. The
// others the server refuses in their own words.
std::string token_query(const std::string& table) {
  const auto time = [](std::string_view column) {
    return fmt::format(
        R"(case when isfinite({0}) then to_char({0}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') else {0}::text end)",
        column);
  };
  return fmt::format(
      "select id, tokenable_type, tokenable_id::text, name, token, abilities, {}, {}, {}, {} from {} "
      "where id > $1::bigint order by id limit {}",
      time("last_used_at"), time("nullif(expires_at, 'infinity')"),
      time("coalesce(created_at, updated_at, now())"), time("coalesce(updated_at, created_at, now())"), table,
      batch_rows);
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
  std::uint64_t found = 0, taken = 0, there = 0, removed = 0, of_nobody = 0;
};

// The application's side of an import, as it stood when it began.
struct Source {
  std::unique_ptr<SqlConnection> database;
  std::string table;  // quoted
  Members members;
  std::uint64_t rows = 0;
};

// What only all of the rows together can show; the server is told of one batch after another.
Status check_unique(Source& source) {
  for (const std::string_view column : {"id", "token"}) {
    ART32_ASSIGN(const std::vector<Row> twice,
                 source.database->query(
                     fmt::format("select min(id)::text, max(id)::text, count(*)::text from {0} where {1} is "
                                 "not null group by {1} having count(*) > 1 order by min(id) limit 1",
                                 source.table, column),
                     {}));
    if (!twice.empty())
      return base::failure(
          ErrorCode::invalid_argument,
          fmt::format("{} rows have the same {}: tokens {} and {}", twice[0].at(2).value_or(""), column,
                      twice[0].at(0).value_or(""), twice[0].at(1).value_or("")),
          "leave all but one of them out: --table takes a view, too");
  }
  return {};
}

Result<Source> open_source(const ImportOptions& options) {
  Source source;
  ART32_ASSIGN(source.database, SqlConnection::open(options.connection, statement_limit));
  ART32_CHECKED(source.database->query("set timezone to 'UTC'", {}).map([](const auto&) {}));
  ART32_CHECKED(source.database->query("begin transaction read only, isolation level repeatable read", {})
                    .map([](const auto&) {}));
  std::vector<std::string> parts;
  for (const std::string_view part : base::split(options.table, '.'))
    parts.push_back(tenancy::quote(part));
  source.table = base::join(parts, ".");
  ART32_ASSIGN(source.members, read_members(*source.database, options.members));
  ART32_ASSIGN(const std::vector<Row> counted,
               source.database->query("select count(*) from " + source.table, {}));
  source.rows = base::parse_number(counted.at(0).at(0).value_or("")).value_or(0);
  ART32_CHECKED(check_unique(source));
  return source;
}

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

enum class Pass { check, import };

Status send_batch(const Context& context, json::object batch, Pass pass, Totals& totals) {
  if (batch.at("tokens").as_array().empty()) return {};
  if (pass == Pass::check) batch["only_check"] = true;
  ART32_ASSIGN(const json::value answer, ask(context.folder(), "token import", batch));
  const auto add = [&answer](std::uint64_t& total, std::string_view key) -> Status {
    return number_argument(answer.as_object(), key).map([&total](std::uint64_t count) { total += count; });
  };
  ART32_CHECKED(add(totals.taken, "imported"));
  ART32_CHECKED(add(totals.there, "there"));
  return add(totals.removed, "removed");
}

// Every row once, in batches. The server checks them as it would import them.
Result<Totals> run_pass(const Context& context, Source& source, Pass pass) {
  Progress progress(pass == Pass::check ? "tokens checked" : "tokens imported");
  Totals totals;
  const std::string query = token_query(source.table);
  for (std::string last = std::to_string(std::numeric_limits<std::int64_t>::min());;) {
    ART32_ASSIGN(const std::vector<Row> rows, source.database->query(query, {last}));
    if (rows.empty()) return totals;
    last = rows.back().at(0).value_or("");
    const Status sent = send_batch(context, batch_of(rows, source.members, totals), pass, totals);
    if (!sent && totals.taken > 0 && pass == Pass::import) {
      base::Error error = sent.error();
      error.mend += fmt::format("{}{} tokens are imported; the same command goes on after them",
                                error.mend.empty() ? "" : "; ", totals.taken);
      return tl::unexpected(std::move(error));
    }
    ART32_CHECKED(sent);
    progress.show(totals.found, source.rows);
  }
}

std::string summary(const Totals& totals, bool only_look) {
  const auto be = [](std::uint64_t count, std::string_view one, std::string_view several) {
    return fmt::format("{} {}", count, count == 1 ? one : several);
  };
  std::string text = only_look ? be(totals.taken, "token", "tokens") + " could be imported"
                               : be(totals.taken, "token is imported", "tokens are imported");
  if (totals.there > 0)
    text += ", " + (only_look ? be(totals.there, "is there already", "are there already")
                              : be(totals.there, "was there already", "were there already"));
  if (totals.removed > 0)
    text += ", " + be(totals.removed, "was revoked here and stays so", "were revoked here and stay so");
  return text + fmt::format(", {} left out whose holder --members doesn't name.\n", totals.of_nobody);
}

// Two passes over what stood there at one moment: nothing is imported, and no team made, before
// every row was found good.
Result<int> import_tokens(const Context& context, const ImportOptions& options) {
  ART32_ASSIGN(Source source, open_source(options));
  ART32_ASSIGN(Totals totals, run_pass(context, source, Pass::check));
  const std::uint64_t importable = totals.taken;
  if (!options.only_look) {
    ART32_ASSIGN(totals, run_pass(context, source, Pass::import));
  }
  if (context.as_json)
    print(pretty(json::object{{"found", totals.found},
                              {"imported", options.only_look ? 0 : totals.taken},
                              {"importable", importable},
                              {"there", totals.there},
                              {"revoked", totals.removed},
                              {"without_member", totals.of_nobody}}));
  else
    print(summary(totals, options.only_look));
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
                    "The application's database, as libpq reads it, but for the password, which everybody "
                    "could see: PGPASSFILE. What is left out comes from PGHOST and the like");
  import
      .add_option("--members", options->members,
                  "SQL that gives who has tokens: tokenable_type, tokenable_id, team, e-mail address")
      ->required();
  import.add_option("--table", options->table, "Where the tokens are")->capture_default_str();
  import.add_flag("--dry-run", options->only_look, "Check every row as the import would, change nothing");
  import.callback([&context, options] {
    context.action = [&context, options] { return import_tokens(context, *options);
};
}  // namespace art32::app
);
}

}  // namespace art32::app
