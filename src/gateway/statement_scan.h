// What a statement's text can leave behind in its server session, found by a quick look
// at its words: strings, comments and quoted names are passed over, nothing is parsed.
//
// Errs towards "leaves something": a word in the wrong place costs a reset, a missed one
// would show one client's state to the next. Functions that aren't known to be harmless
// count as touching the session, since any function can (docs/guide/gateway.md).
// Pure; any thread. About 1 ns an octet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace art32::gateway {

// How long what a statement does can outlive its transaction.
struct StatementEffects {
  bool changes_settings = false;  // SET, RESET of the session
  bool keeps_connection = false;  // LISTEN, temporary tables, cursors WITH HOLD, PREPARE, LOAD,
                                  // advisory locks, set_config(): only this connection has it
  bool touches_session = false;   // may do anything to it: a function, DO, CALL, EXECUTE, EXPLAIN
                                  // of one, a table made in whatever schema comes first
  bool discards_all = false;      // DISCARD ALL
  bool deallocates = false;       // DEALLOCATE of something
  bool changes_schema = false;    // CREATE, ALTER, DROP
  bool reads_sequence = false;    // lastval(), currval(): what this session drew before
  bool sets_claim = false;        // SET, RESET of art32.claim and the like (claim_statement.h)
  std::string_view pinning_word;  // which of them keeps the connection, for people

  bool operator==(const StatementEffects&) const = default;
};

StatementEffects scan_statement(std::string_view sql);

// How a text takes it when statements of ours ran before it in its transaction.
enum class Company {
  welcome,   // nothing about it changes
  begins,    // BEGIN and nothing else: it runs nothing by itself, but has to be the first
  unwanted,  // it may have to be the first, or alone
};
Company company_of(std::string_view sql);

// The SET and RESET statements of a text that change the session, each from its first word
// up to its semicolon; SET LOCAL and the like aren't among them. Views into `sql`.
std::vector<std::string_view> settings_in(std::string_view sql);

// DEALLOCATE [PREPARE] name | ALL as the whole of a text: what PHP's PDO and others send
// as a simple query. The name as the server would see it (folded unless quoted).
struct Deallocation {
  bool everything = false;
  std::string name;
};
bool parse_deallocate(std::string_view sql, Deallocation& found);

}  // namespace art32::gateway
