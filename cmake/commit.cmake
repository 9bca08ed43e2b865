# cmake -D SOURCE=FOLDER -D OUTPUT=FILE -P commit.cmake: writes a source file that says which commit
# FOLDER is at. It stays as it is while that holds, so that nothing is linked again.
set(commit "")
execute_process(COMMAND git -C ${SOURCE} rev-parse --show-prefix --verify HEAD
                OUTPUT_VARIABLE place RESULT_VARIABLE failed ERROR_QUIET)
# An empty first line: the top of a clone, and no folder below somebody else's.
if(NOT failed AND place MATCHES "^\n[0-9a-f]+\n$")
  execute_process(COMMAND git --no-optional-locks -C ${SOURCE} describe --always --abbrev=12 --exclude=* --dirty=-changed
                  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
// Made by cmake/commit.cmake.
#include "app/main/commit.h"

namespace art32::app {

const char* source_commit() {
  return "@commit@";
}

}  // namespace art32::app
]])
