// By what stands beside the tables: views without the team's column, and functions that anybody may
// call without leaving a trace (immutable, stable). A word of the first team's rows in what they
// show to the second is a row that came through. What belongs to an extension is the posture's.
#include <fmt/format.h>

#include "audit/probes/separation_ground.h"
#include "base/text.h"

namespace art32::audit {
namespace {

constexpr const char* views_sql = R"(
select pg_catalog.format('%I.%I', space.nspname, class.relname)
from pg_catalog.pg_class class
join pg_catalog.pg_namespace space on space.oid = class.relnamespace
where class.relkind in ('v', 'm', 'f')
  and space.nspname not in ('pg_catalog', 'information_schema')
  and pg_catalog.has_schema_privilege(space.oid, 'usage')
  and pg_catalog.has_table_privilege(class.oid, 'select')
  and not exists (select from pg_catalog.pg_attribute
                  where attrelid = class.oid and attname = $1 and not attisdropped)
  and not exists (select from pg_catalog.pg_depend
                  where classid = 'pg_catalog.pg_class'::pg_catalog.regclass and objid = class.oid and deptype = 'e')
order by 1)";

// As a call: without arguments, or with the first team as the only one that has no default.
constexpr const char* functions_sql = R"(
select pg_catalog.format('%I.%I', space.nspname, function.proname),
       function.pronargs - function.pronargdefaults = 1
from pg_catalog.pg_proc function
join pg_catalog.pg_namespace space on space.oid = function.pronamespace
join pg_catalog.pg_type result on result.oid = function.prorettype
where function.prokind = 'f' and function.provolatile in ('i', 's')
  and space.nspname not in ('pg_catalog', 'information_schema', 'art32')
  and (result.typtype <> 'p' or function.prorettype = 'record'::pg_catalog.regtype and function.proargmodes is not null)
  and (function.pronargs - function.pronargdefaults = 0
       or function.pronargs - function.pronargdefaults = 1
          and pg_catalog.format_type(function.proargtypes[0], null) = $1)
  and pg_catalog.has_schema_privilege(space.oid, 'usage')
  and pg_catalog.has_function_privilege(function.oid, 'execute')
  and not exists (select from pg_catalog.pg_depend
                  where classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and objid = function.oid and deptype = 'e')
order by 1, 2)";

// How many rows of it have a word of the first team's, or the team itself where nobody else could be so
// named.
std::string rows_with_words(const SeparationGround& ground, const std::string& source) {
  constexpr std::size_t telling = 9;
  const std::string& team = ground.owner_team();
  return fmt::format(
      "select count(*) from (select pg_catalog.to_jsonb(art32_row)::text as shown from {} art32_row) "
      "art32_rows "
      "where pg_catalog.strpos(shown, {}) > 0",
      source, literal(team.size() < telling ? canary_word(team) : team));
}

void look_into(SeparationGround& ground, const model::Text& text, const std::vector<std::string>& sources,
               std::string_view things) {
  Tally tally;
  std::size_t silent = 0;
  for (const std::string& source : sources) {
    if (ground.is_late(tally)) break;
    const std::string sql = rows_with_words(ground, source);
    const TenantAnswer own = ground.owner().attempt({sql});
    const TenantAnswer foreign = ground.other().attempt({sql});
    ++tally.tried;
    if (foreign.found())
      tally.take(source, foreign);
    else if (foreign.kind == TenantAnswer::Kind::lost || foreign.sqlstate == "57014")
      tally.unknown.push_back(source + ": " + words_of(foreign));
    else if (!own.found())
      ++silent;
  }
  std::string seen = tally.seen(things);
  if (silent > 0) seen += fmt::format("; {} of them show the canary's own team nothing of it either", silent);
  ground.attack(text, tally.outcome(), seen);
}

}  // namespace

void attack_views_and_functions(SeparationGround& ground) {
  const model::Text of_views{"Sichten ohne die Spalte des Teams", "Views without the team's column"};
  const model::Text of_functions{
      "Funktionen, die nichts ändern: ohne Argument und mit dem fremden Team als Argument",
      "Functions that change nothing: without an argument, and with the other team as one"};
  const TenantTable& first = ground.tables().front();
  const auto views = ground.owner().query(views_sql, {ground.owner().team_column()});
  const auto functions = ground.owner().query(functions_sql, {first.team_type});
  if (!views) ground.attack(of_views, Outcome::undecided, views.error().what);
  if (!functions) ground.attack(of_functions, Outcome::undecided, functions.error().what);
  if (!views || !functions) return;
  std::vector<std::string> sources;
  for (const auto& row : *views)
    sources.push_back(row[0].value_or(""));
  look_into(ground, of_views, sources, "views");
  sources.clear();
  for (const auto& row : *functions)
    sources.push_back(fmt::format(
        "{}({})", *row[0], row[1] == "t" ? literal(ground.owner_team()) + "::" + first.team_type : ""));
  look_into(ground, of_functions, sources, "functions");
}

}  // namespace art32::audit
