// Schemas and roles that let a team's rows out, one or more for each check of the posture. Each
// spoils the schema that PostureDatabase makes. One table, for posture_test.cpp.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tests/tenancy/protected_database.h"

namespace art32::test {

struct Trap {
  const char* name;                 // a sentence's end, with underscores
  const char* check;                // whose finding it is about
  const char* spoiled;              // SQL
  std::vector<std::string> found;   // all findings, as "check object"; most often the one
  const char* mended_by = nullptr;  // SQL, where the finding's own mend is a sentence
  const char* undone_by = nullptr;  // SQL, for what isn't in the schema
  Functions functions = Functions::extension;
};

std::span<const Trap> traps();

}  // namespace art32::test
