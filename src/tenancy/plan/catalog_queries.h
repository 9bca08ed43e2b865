// The questions that read_schema asks the catalogs of PostgreSQL 15 and later (chapter 53). $1 is
// a JSON array of schemas' names, $2 the application's role; both are text in every query that
// takes them, and rows of parts begin with schema and name of their table.
//
// Constants; any thread.
#pragma once

namespace art32::tenancy::catalog {

extern const char* const missing_schemas;  // $1
extern const char* const role;             // $1: a role's name
extern const char* const team_functions;
extern const char* const tables;  // from here on $1 and $2
extern const char* const columns;
extern const char* const indexes;
extern const char* const foreign_keys;
extern const char* const policies;
extern const char* const checks;
extern const char* const grants;
extern const char* const views;

}  // namespace art32::tenancy::catalog
