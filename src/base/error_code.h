// The kinds of expected failure, in one table with what they become outside:
// the exit code of a command and the status of an HTTP answer. `art32 --help`
// and the manual page are printed from the same table.
#pragma once

#include <span>
#include <string_view>

namespace art32::base {

enum class ErrorCode {
  invalid_argument,  // the caller's input is wrong
  configuration,     // art32.toml or the annex is wrong
  not_found,
  already_exists,
  conflict,     // somebody else holds it, or it changed meanwhile
  permission,   // not allowed, or a file's mode is too open
  unavailable,  // a part that is needed doesn't answer
  timeout,
  exhausted,     // disk full, queue full, limit reached
  corrupt,       // stored data contradicts itself or its signature
  check_failed,  // what was asked to be checked doesn't hold
  unsupported,   // not built
  internal,
};

struct ErrorCodeRow {
  ErrorCode code;
  std::string_view name;
  int exit_code;
  int http_status;
  std::string_view meaning;
};

std::span<const ErrorCodeRow> error_codes();
const ErrorCodeRow& describe(ErrorCode code);

}  // namespace art32::base
