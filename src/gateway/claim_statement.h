// The statements that say whom a client acts for, which the gateway obeys itself and the server
// never sees:
//
//   SET [SESSION | LOCAL] art32.claim { = | TO } { 'claim' | DEFAULT }
//   SET [SESSION | LOCAL] art32.team  { = | TO } { 'team' | 42 | DEFAULT }
//   RESET { art32.claim | art32.team }
//
// Names may stand in quotes, strings be E'...'; none has a backslash in it.
// Pure; any thread. docs/guide/gateway.md, section "Tenants".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace art32::gateway {

struct ClaimStatement {
  enum class Subject { claim, team };
  enum class Scope { session, transaction };
  Subject subject = Subject::claim;
  Scope scope = Scope::session;
  bool is_reset = false;             // RESET, and not SET
  std::optional<std::string> value;  // none: back to what the log-in said

  bool operator==(const ClaimStatement&) const = default;
};

// Whether the text may begin with one: to be asked first, since it costs next to nothing.
bool may_be_claim_statement(std::string_view sql);

// The same of a text that is too long to be read, by its beginning: also where there is nothing in
// that but blanks and comments.
bool may_begin_claim_statement(std::string_view head);

// Of a text that is one and nothing else.
std::optional<ClaimStatement> parse_claim_statement(std::string_view sql);

}  // namespace art32::gateway
