// A separated database that isn't any more: policies that are gone, open or stepped around.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "audit/mutations/by_sql.h"

namespace art32::audit {
namespace {

constexpr const char* team_policy =
    "create policy team on bill as restrictive using (team_id = (select art32.current_team_bigint())) "
    "with check (team_id = (select art32.current_team_bigint()))";

constexpr const char* parent_policy =
    "create policy parent on bill_note as restrictive using (bill_id in (select id from bill)) with check "
    "(bill_id in (select id from bill))";

// The function's text with one thing in place of another; undone the other way round.
std::string rewrite(std::string_view function, std::string_view from, std::string_view to) {
  return fmt::format(
      "do $$ begin execute pg_catalog.replace(pg_catalog.pg_get_functiondef('{}'::pg_catalog.regprocedure), "
      "$_${}$_$, $_${}$_$); end $$",
      function, from, to);
}

Mutation by_rewriting(model::Text text, std::string_view from, std::string_view to) {
  constexpr std::string_view function = "art32.fault_of(bytea)";
  return by_sql(std::move(text), rewrite(function, from, to), rewrite(function, to, from));
}

std::vector<Mutation> mutations_of_policies() {
  return {
      by_sql({"Die einschränkende Richtlinie einer Tabelle fehlt.",
              "The restrictive policy of a table is gone."},
             "drop policy team on bill", team_policy),
      by_sql({"Eine Tabelle hat keine Zeilensicherheit.", "A table has no row security."},
             "alter table bill_line disable row level security",
             "alter table bill_line enable row level security"),
      by_sql({"Die Rolle der Anwendung umgeht die Zeilensicherheit.",
              "The application's role bypasses row security."},
             "alter role app bypassrls", "alter role app nobypassrls"),
      by_sql({"Die Richtlinie lässt beim Schreiben jedes Team zu.", "The policy allows any team in writing."},
             "alter policy team on bill with check (true)",
             "alter policy team on bill with check (team_id = (select art32.current_team_bigint()))"),
      by_sql({"Die Richtlinie einer Tabelle mit einer Zeile je Team lässt beim Schreiben jedes Team zu.",
              "The policy of a table with one row for each team allows any team in writing."},
             "alter policy team on preference with check (true)",
             "alter policy team on preference with check (team_id = (select art32.current_team_bigint()))"),
      by_sql(
          {"Die Datenbank glaubt jedem, der ein Team nennt.", "The database believes whoever names a team."},
          "alter policy team on bill using (team_id = coalesce(nullif(current_setting('art32.team', true), "
          "'')::bigint, art32.current_team_bigint()))",
          "alter policy team on bill using (team_id = (select art32.current_team_bigint()))"),
      by_sql(
          {"Die Richtlinie gilt nur für SELECT.", "The policy holds for SELECT only."},
          "drop policy team on bill; create policy team on bill as restrictive for select using (team_id = "
          "(select art32.current_team_bigint()))",
          std::string("drop policy team on bill; ") + team_policy),
      by_sql({"Eine Sicht zeigt mit den Rechten ihres Eigentümers alle Zeilen.",
              "A view shows every row with its owner's rights."},
             "alter view open_bills set (security_invoker = false)",
             "alter view open_bills set (security_invoker = true)"),
      by_sql({"Die Anwendung darf eine Tabelle leeren.", "The application may empty a table."},
             "grant truncate on bill_line to app", "revoke truncate on bill_line from app"),
      by_sql({"Die Richtlinie, die das Team vergleicht, ist freigebend statt einschränkend.",
              "The policy that compares the team is permissive instead of restrictive."},
             "drop policy team on bill; create policy team on bill using (team_id = (select "
             "art32.current_team_bigint()))",
             std::string("drop policy team on bill; ") + team_policy),
      by_sql(
          {"Die Richtlinie gilt nicht für UPDATE.", "The policy doesn't hold for UPDATE."},
          "drop policy team on preference; "
          "create policy reads on preference as restrictive for select using (team_id = (select "
          "art32.current_team_bigint())); "
          "create policy adds on preference as restrictive for insert with check (team_id = (select "
          "art32.current_team_bigint())); "
          "create policy removes on preference as restrictive for delete using (team_id = (select "
          "art32.current_team_bigint())); "
          "create policy changes on preference as restrictive for update using (true) with check (team_id = "
          "(select art32.current_team_bigint()))",
          "drop policy reads on preference; drop policy adds on preference; drop policy removes on "
          "preference; drop policy changes on preference; create policy team on preference as restrictive "
          "using (team_id = (select art32.current_team_bigint())) with check (team_id = (select "
          "art32.current_team_bigint()))"),
      by_sql({"Eine Tabelle, die nur an einer getrennten hängt, hat keine einschränkende Richtlinie.",
              "A table that only hangs from a separated one has no restrictive policy."},
             "drop policy parent on bill_note", parent_policy),
      by_sql({"Eine Tabelle, die nur an einer getrennten hängt, nimmt Zeilen für jedes Team an.",
              "A table that only hangs from a separated one takes rows for any team."},
             "alter policy parent on bill_note with check (true)",
             "alter policy parent on bill_note with check (bill_id in (select id from bill))"),
      by_sql({"Jedes Team sieht die Tabelle der Teams.", "Each team sees the table of teams."},
             "alter policy team on team using (true)",
             "alter policy team on team using (id = (select art32.current_team_bigint()))"),
  };
}

std::vector<Mutation> mutations_beside_policies() {
  return {
      by_sql({"Eine Sicht ohne die Spalte des Teams zeigt mit den Rechten ihres Eigentümers alle Zeilen.",
              "A view without the team's column shows every row with its owner's rights."},
             "create view lines_of_all as select what from bill_line; grant select on lines_of_all to app",
             "drop view lines_of_all"),
      by_sql({"Eine Sicht vergleicht das Team, ist aber keine Schranke: Fehlermeldungen nennen Zeilen.",
              "A view compares the team, but is no barrier: error messages tell rows."},
             "create view careless_lines as select * from bill_line where team_id::text = "
             "art32.current_team(); grant select on careless_lines to app",
             "drop view careless_lines"),
      by_sql({"Eine Funktion liest mit den Rechten ihres Eigentümers.",
              "A function reads with its owner's rights."},
             "create function lines_of_all() returns setof text language sql stable security definer as "
             "'select what from public.bill_line'",
             "drop function lines_of_all()"),
      by_sql({"Eine Funktion liest für das Team, das man ihr nennt.",
              "A function reads for the team that it is told."},
             "create function lines_of(team bigint) returns setof bill_line language sql stable security "
             "definer as 'select * from public.bill_line where team_id = team'",
             "drop function lines_of(bigint)"),
      by_sql({"Die Anwendung kann eine Rolle annehmen, die die Zeilensicherheit umgeht.",
              "The application may become a role that bypasses row security."},
             "create role helper bypassrls; grant select on bill to helper; grant helper to app",
             "drop owned by helper; drop role helper"),
      by_sql({"Die Funktion des Teams gilt als unveränderlich: ihr Wert steht in vorbereiteten Plänen.",
              "The function of the team counts as immutable: its value stands in prepared plans."},
             "alter function art32.current_team_bigint() immutable",
             "alter function art32.current_team_bigint() stable"),
      by_sql({"Die Anwendung darf lesen, was in ihrer Verbindung vorbereitet ist.",
              "The application may read what is prepared in its connection."},
             "grant execute on function pg_catalog.pg_prepared_statement() to app",
             "revoke execute on function pg_catalog.pg_prepared_statement() from app"),
      by_rewriting({"Die Datenbank nimmt einen Eintrag an, der für eine andere Verbindung ist.",
                    "The database takes an entry that is for another connection."},
                   "session <> art32.session()", "session is null"),
      by_rewriting({"Die Datenbank nimmt einen Eintrag zweimal an.", "The database takes an entry twice."},
                   "number <= last", "number < 0"),
      by_rewriting({"Die Datenbank nimmt abgelaufene Einträge an.", "The database takes expired entries."},
                   "expires <= extract(epoch from clock_timestamp())", "expires < 0"),
      by_rewriting({"Die Datenbank prüft nicht, wer einen Eintrag unterschrieb.",
                    "The database doesn't check who signed an entry."},
                   "if sha256(key.outer_block || mac) <>", "if null <>"),
  };
}

}  // namespace

std::vector<Mutation> mutations_of_separation() {
  std::vector<Mutation> all = mutations_of_policies();
  std::ranges::move(mutations_beside_policies(), std::back_inserter(all));
  return all;
}

}  // namespace art32::audit
