#include "store/sqlite_error.h"

#include <fmt/core.h>
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>

namespace art32::store {
namespace {

using base::ErrorCode;

struct Meaning {
  int code;  // primary or extended; the first row that fits holds
  ErrorCode error;
  std::string_view mend;
};

constexpr Meaning meanings[] = {
    {SQLITE_CONSTRAINT_UNIQUE, ErrorCode::already_exists, ""},
    {SQLITE_CONSTRAINT_PRIMARYKEY, ErrorCode::already_exists, ""},
    {SQLITE_CONSTRAINT_FOREIGNKEY, ErrorCode::conflict, ""},
    {SQLITE_CONSTRAINT, ErrorCode::invalid_argument, ""},
    {SQLITE_FULL, ErrorCode::exhausted, "free some disk space; it goes on by itself"},
    {SQLITE_NOMEM, ErrorCode::exhausted, "give the process more memory"},
    {SQLITE_CORRUPT, ErrorCode::corrupt, "restore the file from a backup; it is never repaired"},
    {SQLITE_NOTADB, ErrorCode::corrupt, "restore the file from a backup; it is never repaired"},
    {SQLITE_BUSY, ErrorCode::conflict, "end the other program that holds the database"},
    {SQLITE_LOCKED, ErrorCode::conflict, "end the other program that holds the database"},
    {SQLITE_READONLY, ErrorCode::permission, "check the owner and mode of the file and its folder"},
    {SQLITE_PERM, ErrorCode::permission, "check the owner and mode of the file and its folder"},
    {SQLITE_AUTH, ErrorCode::permission, "check the owner and mode of the file and its folder"},
    {SQLITE_CANTOPEN, ErrorCode::unavailable,
     "check the path, and the owner and mode of the file and its folder"},
    {SQLITE_IOERR, ErrorCode::unavailable, "check the disk, and the system's log"},
    {SQLITE_PROTOCOL, ErrorCode::unavailable, "check that the folder is on a local disk"},
    {SQLITE_TOOBIG, ErrorCode::invalid_argument, "store something smaller"},
};

}  // namespace

tl::unexpected<base::Error> sqlite_failure(sqlite3* handle, int code) {
  const char* file = handle == nullptr ? nullptr : sqlite3_db_filename(handle, "main");
  const char* said = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
  for (const Meaning& meaning : meanings)
    if (meaning.code == code || meaning.code == (code & 0xff))
      return base::failure(meaning.error, fmt::format("{}: {}", file == nullptr ? "database" : file, said),
                           std::string(meaning.mend));
  std::fprintf(stderr, "art32: SQLite error %d: %s\n", code, said);
  std::abort();
}

}  // namespace art32::store
