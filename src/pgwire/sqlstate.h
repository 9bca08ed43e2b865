// The SQLSTATEs that art32 sends of its own accord, in one table: code, PostgreSQL's
// name of it, and when. What the server sends passes by unchanged.
//
// Constant data; any thread. PostgreSQL documentation, appendix A "PostgreSQL Error
// Codes"; docs/formats/pgwire.md shows the table.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace art32::pgwire {

struct SqlState {
  std::string_view code;  // five characters
  std::string_view name;
  std::string_view when;

  constexpr bool operator==(const SqlState&) const = default;
};

namespace sqlstate {

inline constexpr SqlState protocol_violation{
    "08P01", "protocol_violation", "a message is malformed, out of order or unknown; the connection ends"};
inline constexpr SqlState connection_failure{"08006", "connection_failure",
                                             "the connection to the server broke while it was in use"};
inline constexpr SqlState cannot_connect_now{
    "57P03", "cannot_connect_now",
    "no server can be reached, it is starting, or it is paused; or applications may not sign in, since "
    "the separation of the database is broken or not known"};
inline constexpr SqlState too_many_connections{"53300", "too_many_connections",
                                               "a limit of connections, or of waiting for one, is reached"};
inline constexpr SqlState configuration_limit_exceeded{
    "53400", "configuration_limit_exceeded", "a statement or a session takes more than is configured"};
inline constexpr SqlState invalid_password{"28P01", "invalid_password",
                                           "the log-in failed; unknown users get the same answer"};
inline constexpr SqlState invalid_authorization{
    "28000", "invalid_authorization_specification",
    "no user is named, the connection isn't encrypted, or the log-in isn't allowed from here"};
inline constexpr SqlState invalid_catalog_name{"3D000", "invalid_catalog_name",
                                               "a database that isn't configured"};
inline constexpr SqlState invalid_parameter_value{"22023", "invalid_parameter_value",
                                                  "a start-up parameter has a value that it can't have"};
inline constexpr SqlState query_canceled{"57014", "query_canceled",
                                         "a statement was cancelled while it waited for a server"};
inline constexpr SqlState admin_shutdown{"57P01", "admin_shutdown",
                                         "art32 ends the connection: shutdown, or on an operator's order"};
inline constexpr SqlState feature_not_supported{
    "0A000", "feature_not_supported",
    "a protocol version, a method or a statement that this pool mode can't do"};
inline constexpr SqlState io_error{"58030", "io_error",
                                   "a staff statement couldn't be logged, so it didn't run"};
inline constexpr SqlState insufficient_privilege{"42501", "insufficient_privilege",
                                                 "somebody at the console who may not be there"};
inline constexpr SqlState syntax_error{"42601", "syntax_error", "a command that the console doesn't know"};
inline constexpr SqlState successful_completion{"00000", "successful_completion",
                                                "a notice: a session now keeps its server connection"};
inline constexpr SqlState invalid_statement_name{
    "26000", "invalid_sql_statement_name",
    "DEALLOCATE of a prepared statement that the session hasn't, or a Bind of staff to one"};
inline constexpr SqlState duplicate_prepared_statement{
    "42P05", "duplicate_prepared_statement", "Parse with a name that the session has given already"};
inline constexpr SqlState in_failed_transaction{
    "25P02", "in_failed_sql_transaction", "art32 would have to ask the server within a failed transaction"};

inline constexpr SqlState not_in_prerequisite_state{
    "55000", "object_not_in_prerequisite_state",
    "a database that is to be separated lacks the functions of art32"};
inline constexpr SqlState active_transaction{
    "25001", "active_sql_transaction", "a claim of another team where the one of before is still in use"};
inline constexpr SqlState no_active_transaction{"25P01", "no_active_sql_transaction",
                                                "a warning: SET LOCAL outside of a transaction"};

inline constexpr std::array all = {protocol_violation,
                                   connection_failure,
                                   cannot_connect_now,
                                   too_many_connections,
                                   configuration_limit_exceeded,
                                   invalid_password,
                                   invalid_authorization,
                                   invalid_catalog_name,
                                   invalid_parameter_value,
                                   query_canceled,
                                   admin_shutdown,
                                   feature_not_supported,
                                   io_error,
                                   insufficient_privilege,
                                   syntax_error,
                                   duplicate_prepared_statement,
                                   not_in_prerequisite_state,
                                   active_transaction,
                                   no_active_transaction,
                                   in_failed_transaction};

}  // namespace sqlstate

// The table as Markdown, word for word as docs/formats/pgwire.md holds it.
std::string sqlstate_table();

}  // namespace art32::pgwire
