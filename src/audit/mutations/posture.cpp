// A separated schema that drifted: in each of the ways that the check of the posture groups.
#include "audit/mutations/by_sql.h"

namespace art32::audit {
std::vector<Mutation> mutations_of_posture() {
  return {
      by_sql({"Eine Tabelle erzwingt ihre Richtlinien nicht mehr.", "A table forces its policies no longer."},
             "alter table bill_line no force row level security",
             "alter table bill_line force row level security"),
      by_sql({"Die Richtlinie einer Tabelle ist gelöscht.", "The policy of a table is dropped."},
             "drop policy team on bill",
             "create policy team on bill as restrictive using (team_id = (select "
             "art32.current_team_bigint())) with check (team_id = (select art32.current_team_bigint()))"),
      by_sql({"Eine neue Tabelle mit Team hat keine Zeilensicherheit.",
              "A new table with a team has no row security."},
             "create table forgotten (team_id bigint not null default art32.current_team_bigint()); create "
             "index on forgotten (team_id)",
             "drop table forgotten"),
      by_sql({"Die Spalte des Teams darf leer sein.", "The team's column may be null."},
             "alter table bill alter team_id drop not null", "alter table bill alter team_id set not null"),
      by_sql({"Eine Sicht fragt mit den Rechten ihres Eigentümers.", "A view asks with its owner's rights."},
             "create view all_bills as select * from bill; grant select on all_bills to app",
             "drop view all_bills"),
      by_sql({"Eine Funktion läuft mit den Rechten eines Superusers.",
              "A function runs with the rights of a superuser."},
             "create function count_bills() returns bigint language sql security definer set search_path = "
             "public, pg_temp as 'select count(*) from bill'",
             "drop function count_bills()"),
      by_sql({"Die Anwendung darf eine Tabelle leeren.", "The application may empty a table."},
             "grant truncate on bill_line to app", "revoke truncate on bill_line from app"),
      by_sql({"Die Rolle der Anwendung umgeht die Zeilensicherheit.",
              "The application's role bypasses row security."},
             "alter role app bypassrls", "alter role app nobypassrls"),
      by_sql({"Eine Funktion von art32 gilt als unveränderlich.",
              "A function of art32 is said to be immutable."},
             "alter function art32.current_team_bigint() immutable",
             "alter function art32.current_team_bigint() stable"),
      by_sql({"Eine Funktion von art32 prüft mit anderem Namensraum.",
              "A function of art32 checks in another name space."},
             "alter function art32.fault_of(bytea) set search_path = public, pg_catalog",
             "alter function art32.fault_of(bytea) set search_path = pg_catalog, pg_temp"),
      by_sql({"Die Rolle der Anwendung hat sich einen Suchpfad gegeben.",
              "The application's role gave itself a search path."},
             "alter role app set search_path = elsewhere, public", "alter role app reset search_path"),
      by_sql({"Der Eigentümer der Funktionen von art32 darf sich anmelden.",
              "The owner of art32's functions may log in."},
             "alter role art32_owner login", "alter role art32_owner nologin"),
  };
}

}  // namespace art32::audit
