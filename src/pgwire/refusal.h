// Why something a peer sent is refused, with what it is told: SQLSTATE, message, hint.
// All texts are static, so that a refusal costs no allocation and quotes nobody.
//
// Plain values; any thread.
#pragma once

#include <tl/expected.hpp>

#include "pgwire/diagnostic.h"

namespace art32::pgwire {

struct Refusal {
  SqlState sqlstate;
  std::string_view reason;
  std::string_view hint;

  bool operator==(const Refusal&) const = default;

  Diagnostic fatal() const { return {Severity::fatal, sqlstate, reason, {}, hint}; }
};

template <class T>
using Accepted = tl::expected<T, Refusal>;

}  // namespace art32::pgwire
