// Expected failures as values.
//
// A function that can fail for a reason outside our code returns Result<T>.
// Our own bugs abort instead (assert.h). An Error says what happened, and in
// `mend` what the reader can do about it; neither ever contains a secret.
// Errors are values: they copy, compare and may cross threads.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "base/error_code.h"

namespace art32::base {

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string what;  // what happened, and where: one sentence without a full stop
  std::string mend;  // what to do next; empty where there is nothing to say

  bool operator==(const Error&) const = default;

  // The same error seen from further out: "context: what".
  Error within(std::string_view context) const;
  // "what (mend)", for people.
  std::string message() const;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] tl::unexpected<Error> failure(ErrorCode code, std::string what, std::string mend = {});

// The Error of a failed system call: `what` plus strerror(number); disk full
// and missing permission get their own codes and mends.
[[nodiscard]] tl::unexpected<Error> system_failure(std::string what, int number);

}  // namespace art32::base

// Evaluates a Result; returns its error from the enclosing function, or goes on.
#define ART32_CHECKED(expression)                                                     \
  do {                                                                                \
    if (auto art32_status = (expression); !art32_status)                              \
      return ::tl::unexpected<::art32::base::Error>(std::move(art32_status).error()); \
  } while (false)

// ART32_ASSIGN(auto file, open(path)): declares or assigns from a Result's value.
#define ART32_ASSIGN(target, expression) \
  ART32_ASSIGN_NAMED(ART32_ASSIGN_JOIN(art32_result_, __LINE__), target, expression)
#define ART32_ASSIGN_JOIN(a, b) ART32_ASSIGN_JOIN_NOW(a, b)
#define ART32_ASSIGN_JOIN_NOW(a, b) a##b
#define ART32_ASSIGN_NAMED(name, target, expression)                                 \
  auto name = (expression);                                                          \
  if (!name) return ::tl::unexpected<::art32::base::Error>(std::move(name).error()); \
  target = std::move(name).value()
