// A separated database that isn't any more: policies that are gone, open or stepped around.
#include "audit/probes/probes.h"
#include "audit/scratch.h"

namespace art32::audit {
namespace {

// Runs SQL in the scratch instance's separated database, and what undoes it afterwards.
Mutation by_sql(model::Text text, std::string sql, std::string undo) {
  return {std::move(text),
          [sql = std::move(sql), undo = std::move(undo)](Scratch& scratch) -> base::Result<Target> {
            const auto run = [&postgres = scratch.postgres()](const std::string& each) {
              return postgres.sql(each, "tenants").map([](const auto&) {});
            };
            ART32_CHECKED(run(sql));
            scratch.undo_by([run, undo] { return run(undo); });
            return scratch.target();
          }};
}

constexpr const char* team_policy =
    "create policy team on bill as restrictive using (team_id = (select art32.current_team_bigint())) "
    "with check (team_id = (select art32.current_team_bigint()))";

}  // namespace

std::vector<Mutation> mutations_of_separation() {
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
  };
}

}  // namespace art32::audit
