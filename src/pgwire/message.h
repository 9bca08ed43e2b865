// Every typed message of protocol 3, in one table: what a stream may hold, how long a
// body may be, and what the relay does with it. docs/formats/pgwire.md shows it.
//
// Looked up by octet in constant time; constant data, any thread. PostgreSQL
// documentation, section 55.7 "Message Formats". Where the protocol fixes no largest
// body, PostgreSQL's own bound stands: of the server for what a client sends
// (libpq.h, PQ_SMALL_MESSAGE_LIMIT and PQ_LARGE_MESSAGE_LIMIT), of libpq for what a
// server sends. Startup packets have no type: startup.h.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "pgwire/protocol_version.h"

namespace art32::pgwire {

enum class Origin : std::uint8_t { frontend, backend };

enum class Treatment : std::uint8_t {
  pass,     // goes by; that it came is all that matters
  inspect,  // the front of the body is read (names, a status), the rest goes by
  whole,    // needed in one piece; its largest body bounds the buffer
};

namespace frontend_type {
inline constexpr std::uint8_t bind = 'B', close = 'C', copy_data = 'd', copy_done = 'c', copy_fail = 'f',
                              describe = 'D', execute = 'E', flush = 'H', function_call = 'F', parse = 'P',
                              password = 'p', query = 'Q', sync = 'S', terminate = 'X';
}

namespace backend_type {
inline constexpr std::uint8_t authentication = 'R', backend_key_data = 'K', bind_complete = '2',
                              close_complete = '3', command_complete = 'C', copy_data = 'd', copy_done = 'c',
                              copy_in_response = 'G', copy_out_response = 'H', copy_both_response = 'W',
                              data_row = 'D', empty_query_response = 'I', error_response = 'E',
                              function_call_response = 'V', negotiate_protocol_version = 'v', no_data = 'n',
                              notice_response = 'N', notification_response = 'A', parameter_description = 't',
                              parameter_status = 'S', parse_complete = '1', portal_suspended = 's',
                              ready_for_query = 'Z', row_description = 'T';
}

struct MessageRow {
  Origin origin = Origin::frontend;
  std::uint8_t type = 0;
  std::string_view name;
  std::uint32_t smallest = 0;  // octets of the body, without type and length
  std::uint32_t largest = 0;
  Treatment treatment = Treatment::pass;
  ProtocolVersion changed = protocol_3_0;  // the version that gave it this form
};

inline constexpr std::uint32_t header_octets = 5;         // type and length
inline constexpr std::uint32_t large_body = 0x3fff'fff0;  // just below PostgreSQL's MaxAllocSize
inline constexpr std::uint32_t small_body = 10'000 - 4;
inline constexpr std::uint32_t authentication_body = 65'535 - 4;  // PG_MAX_AUTH_TOKEN_LENGTH
inline constexpr std::uint32_t short_answer_body = 30'000 - 4;    // VALID_LONG_MESSAGE_TYPE of libpq

inline constexpr std::array message_rows = {
    MessageRow{Origin::frontend, frontend_type::bind, "Bind", 8, large_body, Treatment::inspect},
    MessageRow{Origin::frontend, frontend_type::close, "Close", 2, small_body, Treatment::whole},
    MessageRow{Origin::frontend, frontend_type::copy_data, "CopyData", 0, large_body},
    MessageRow{Origin::frontend, frontend_type::copy_done, "CopyDone", 0, 0},
    MessageRow{Origin::frontend, frontend_type::copy_fail, "CopyFail", 1, small_body},
    MessageRow{Origin::frontend, frontend_type::describe, "Describe", 2, small_body, Treatment::whole},
    MessageRow{Origin::frontend, frontend_type::execute, "Execute", 5, small_body, Treatment::inspect},
    MessageRow{Origin::frontend, frontend_type::flush, "Flush", 0, 0},
    MessageRow{Origin::frontend, frontend_type::function_call, "FunctionCall", 10, large_body,
               Treatment::inspect},
    MessageRow{Origin::frontend, frontend_type::parse, "Parse", 4, large_body, Treatment::inspect},
    MessageRow{Origin::frontend, frontend_type::password,
               "PasswordMessage, SASLInitialResponse, SASLResponse", 0, authentication_body,
               Treatment::whole},
    MessageRow{Origin::frontend, frontend_type::query, "Query", 1, large_body, Treatment::inspect},
    MessageRow{Origin::frontend, frontend_type::sync, "Sync", 0, 0},
    MessageRow{Origin::frontend, frontend_type::terminate, "Terminate", 0, 0},

    MessageRow{Origin::backend, backend_type::authentication, "Authentication", 4, authentication_body,
               Treatment::whole},
    MessageRow{Origin::backend, backend_type::backend_key_data, "BackendKeyData", 8, 260, Treatment::whole,
               protocol_3_2},
    MessageRow{Origin::backend, backend_type::bind_complete, "BindComplete", 0, 0},
    MessageRow{Origin::backend, backend_type::close_complete, "CloseComplete", 0, 0},
    MessageRow{Origin::backend, backend_type::command_complete, "CommandComplete", 1, short_answer_body,
               Treatment::whole},
    MessageRow{Origin::backend, backend_type::copy_data, "CopyData", 0, large_body},
    MessageRow{Origin::backend, backend_type::copy_done, "CopyDone", 0, 0},
    MessageRow{Origin::backend, backend_type::copy_in_response, "CopyInResponse", 3, 3 + 2 * 32'767},
    MessageRow{Origin::backend, backend_type::copy_out_response, "CopyOutResponse", 3, 3 + 2 * 32'767},
    MessageRow{Origin::backend, backend_type::copy_both_response, "CopyBothResponse", 3, 3 + 2 * 32'767},
    MessageRow{Origin::backend, backend_type::data_row, "DataRow", 2, large_body},
    MessageRow{Origin::backend, backend_type::empty_query_response, "EmptyQueryResponse", 0, 0},
    MessageRow{Origin::backend, backend_type::error_response, "ErrorResponse", 1, large_body,
               Treatment::inspect},
    MessageRow{Origin::backend, backend_type::function_call_response, "FunctionCallResponse", 4, large_body},
    MessageRow{Origin::backend, backend_type::negotiate_protocol_version, "NegotiateProtocolVersion", 8,
               short_answer_body, Treatment::whole},
    MessageRow{Origin::backend, backend_type::no_data, "NoData", 0, 0},
    MessageRow{Origin::backend, backend_type::notice_response, "NoticeResponse", 1, large_body},
    MessageRow{Origin::backend, backend_type::notification_response, "NotificationResponse", 6, large_body},
    MessageRow{Origin::backend, backend_type::parameter_description, "ParameterDescription", 2,
               2 + 4 * 65'535},
    MessageRow{Origin::backend, backend_type::parameter_status, "ParameterStatus", 2, short_answer_body,
               Treatment::whole},
    MessageRow{Origin::backend, backend_type::parse_complete, "ParseComplete", 0, 0},
    MessageRow{Origin::backend, backend_type::portal_suspended, "PortalSuspended", 0, 0},
    MessageRow{Origin::backend, backend_type::ready_for_query, "ReadyForQuery", 1, 1, Treatment::whole},
    MessageRow{Origin::backend, backend_type::row_description, "RowDescription", 2, large_body},
};

// The row of a type, or null where its origin has no such message.
const MessageRow* find_message(Origin origin, std::uint8_t type) noexcept;

// The table as Markdown, word for word as docs/formats/pgwire.md holds it.
std::string message_table();

}  // namespace art32::pgwire
