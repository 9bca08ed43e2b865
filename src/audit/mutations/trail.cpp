// A trail that misses something: the database gives it less than it needs, or names an author no longer.
#include "audit/mutations/by_sql.h"

namespace art32::audit {
std::vector<Mutation> mutations_of_trail() {
  return {
      by_sql({"Die Publikation lässt Änderungen und Löschungen aus.",
              "The publication leaves out updates and deletes."},
             "alter publication art32 set (publish = 'insert')",
             "alter publication art32 set (publish = 'insert, update, delete, truncate')"),
      by_sql({"Die Publikation lässt neue Zeilen aus.", "The publication leaves out new rows."},
             "alter publication art32 set (publish = 'update')",
             "alter publication art32 set (publish = 'insert, update, delete, truncate')"),
      by_sql({"Eine Tabelle schreibt keine alten Werte mehr ins Schreibprotokoll.",
              "A table writes no old values into the log any more."},
             "alter table bill replica identity default", "alter table bill replica identity full"),
      by_sql({"Eine Tabelle wird nicht mehr ins Schreibprotokoll geschrieben.",
              "A table is no longer written to the log."},
             "create unlogged table fast (what text)", "drop table fast"),
      by_sql({"Der Auslöser, der den Urheber nennt, ist abgeschaltet.",
              "The trigger that names the author is disabled."},
             "alter table art32_trail.canary disable trigger art32_attribute",
             "alter table art32_trail.canary enable always trigger art32_attribute"),
      by_sql({"Änderungen des Schemas werden nicht mehr festgehalten.",
              "Changes of the schema are recorded no longer."},
             "alter event trigger art32_schema_drop disable",
             "alter event trigger art32_schema_drop enable always"),
      by_sql({"Die Anwendung darf Änderungen des Schemas erfinden.",
              "The application may invent changes of the schema."},
             "grant insert on art32_trail.schema_change to app",
             "revoke insert on art32_trail.schema_change from app"),
      by_sql({"Die Anwendung darf die Publikation ändern.", "The application may alter the publication."},
             "alter publication art32 owner to app", "alter publication art32 owner to postgres"),
      by_sql({"Der Schlüssel, der den Urheber bezeugt, fehlt der Datenbank.",
              "The database lacks the key that vouches for the author."},
             "create table kept as select * from art32.keys; truncate art32.keys",
             "insert into art32.keys select * from kept; drop table kept"),
      by_sql(
          {"Der Leser darf das Schreibprotokoll nicht mehr lesen.", "The reader may read the log no longer."},
          "alter role art32_trail noreplication; select pg_terminate_backend(pid) from pg_stat_replication",
          "alter role art32_trail replication"),
  };
}

}  // namespace art32::audit
