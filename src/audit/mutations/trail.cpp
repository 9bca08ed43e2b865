// A trail that misses something: the database gives it less than it needs, or names an author no longer.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <thread>

#include "audit/mutations/by_sql.h"
#include "audit/scratch.h"
#include "base/file.h"
#include "store/database.h"

namespace art32::audit {
namespace {

using base::Path;
using base::Result;
using base::Status;

Path trail_of(const Scratch& scratch) {
  return scratch.folder() / "trail" / "tenants";
}

Status copy_folder(const Path& from, const Path& to) {
  std::error_code error;
  std::filesystem::remove_all(to, error);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, error);
  if (error) return base::system_failure("cannot copy " + from.string(), error.value());
  return {};
}

// While nobody serves it. What the server seals meanwhile has to stay, so only the change itself is undone.
Status while_stopped(Scratch& scratch, const std::function<Status(const Path& trail)>& change) {
  ART32_CHECKED(scratch.stop());
  ART32_CHECKED(change(trail_of(scratch)));
  return scratch.serve();
}

Result<Target> with_changed_trail(Scratch& scratch, const std::function<Status(const Path& trail)>& change,
                                  const std::function<Status(const Path& trail)>& undo) {
  ART32_CHECKED(while_stopped(scratch, change));
  scratch.undo_by([&scratch, undo] { return while_stopped(scratch, undo); });
  return scratch.target();
}

Result<Target> with_changed_state(Scratch& scratch, std::vector<std::string> change,
                                  std::vector<std::string> undo) {
  const auto run = [](std::vector<std::string> statements) {
    return [statements = std::move(statements)](const Path& trail) -> Status {
      ART32_ASSIGN(auto database, store::Database::open(trail / "state.db"));
      for (const std::string& statement : statements)
        ART32_CHECKED(database.run(statement));
      return {};
    };
  };
  return with_changed_trail(scratch, run(std::move(change)), run(std::move(undo)));
}

// One bit in the middle of the newest block.
Result<Target> alter_a_record(Scratch& scratch) {
  const Path trail = trail_of(scratch);
  std::int64_t segment = 0, place = 0;
  {
    ART32_ASSIGN(const auto database,
                 store::Database::open(trail / "state.db", store::Database::Access::read_only));
    ART32_CHECKED(database.query(
        "SELECT segment, offset + octets / 2 FROM trail_blocks ORDER BY epoch DESC, offset DESC LIMIT 1", {},
        [&](const store::Row& row) {
          segment = row.integer(0);
          place = row.integer(1);
        }));
  }
  const auto flip = [path = trail / "segments" / fmt::format("{:016}.seg", segment),
                     offset = static_cast<std::uint64_t>(place)](const Path&) -> Status {
    ART32_ASSIGN(base::File file, base::File::open_write(path));
    ART32_ASSIGN(base::Bytes octet, file.read_at(offset, 1));
    octet[0] ^= 1;
    return file.write_at(offset, octet);
  };
  return with_changed_trail(scratch, flip, flip);
}

// And all that is known of them, so that nothing in the folder contradicts it but the seal.
Result<Target> delete_the_newest(Scratch& scratch) {
  return with_changed_state(
      scratch,
      {"CREATE TABLE kept AS SELECT * FROM trail_blocks ORDER BY epoch DESC, offset DESC LIMIT 1",
       "DELETE FROM trail_blocks WHERE (team, first) IN (SELECT team, first FROM kept)"},
      {"INSERT INTO trail_blocks SELECT * FROM kept", "DROP TABLE kept"});
}

Result<Target> keep_too_long(Scratch& scratch) {
  const auto shift = [](const char* sign) {
    return std::vector<std::string>{
        fmt::format("UPDATE trail_segments SET begun = begun {} 100 * 365 * 86400 * 1000000", sign)};
  };
  return with_changed_state(scratch, shift("-"), shift("+"));
}

Result<std::int64_t> newest_epoch(const Path& trail) {
  std::int64_t epoch = 0;
  ART32_ASSIGN(const auto database,
               store::Database::open(trail / "state.db", store::Database::Access::read_only));
  ART32_CHECKED(database.query("SELECT epoch FROM trail_state", {},
                               [&](const store::Row& row) { epoch = row.integer(0); }));
  return epoch;
}

// All of the folder as it was, while database and ledger have gone on.
Result<Target> put_an_older_copy_back(Scratch& scratch) {
  const Path trail = trail_of(scratch), older = scratch.folder() / "older-trail",
             newest = scratch.folder() / "newest-trail";
  ART32_CHECKED(while_stopped(scratch, [&](const Path&) { return copy_folder(trail, older); }));
  ART32_CHECKED(
      scratch.postgres().sql("update bill set total = total + 1", "tenants").map([](const auto&) {}));
  ART32_ASSIGN(const std::int64_t before, newest_epoch(older));
  for (int tries = 0; tries < 150; ++tries) {
    ART32_ASSIGN(const std::int64_t now, newest_epoch(trail));
    if (now > before)
      return with_changed_trail(
          scratch,
          [older, newest](const Path& folder) -> Status {
            ART32_CHECKED(copy_folder(folder, newest));
            return copy_folder(older, folder);
          },
          [newest](const Path& folder) { return copy_folder(newest, folder); });
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return base::failure(base::ErrorCode::timeout, "nothing was sealed since");
}

}  // namespace

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
      {{"In den gespeicherten Aufzeichnungen ist ein Bit verändert.",
        "A bit of the stored records is altered."},
       alter_a_record},
      {{"Die neuesten Aufzeichnungen sind gelöscht.", "The newest records are deleted."}, delete_the_newest},
      {{"Aufzeichnungen sind hundert Jahre älter als zugesagt.",
        "Records are a hundred years older than promised."},
       keep_too_long},
      {{"Eine ältere Kopie aller Aufzeichnungen ist zurückgespielt.",
        "An older copy of all records is put back."},
       put_an_older_copy_back},
      by_sql(
          {"Der Leser darf das Schreibprotokoll nicht mehr lesen.", "The reader may read the log no longer."},
          "alter role art32_trail noreplication; select pg_terminate_backend(pid) from pg_stat_replication",
          "alter role art32_trail replication"),
  };
}

}  // namespace art32::audit
