// What a server sends beside errors (diagnostic.h), rows (rows.h) and the log-in
// (authentication.h): taken apart and put together.
//
// parse_* read the body of the message of that name: nothing for one that the protocol
// doesn't allow. They copy nothing where one view suffices; views live as long as the
// body. put_* append one whole message. Pure; any thread. PostgreSQL documentation,
// section 55.7.
#pragma once

#include <vector>

#include "pgwire/frontend.h"

namespace art32::pgwire {

enum class TransactionStatus : std::uint8_t { idle = 'I', in_transaction = 'T', failed = 'E' };
std::optional<TransactionStatus> parse_ready_for_query(base::ByteView body) noexcept;
void put_ready_for_query(base::Bytes& target, TransactionStatus status);

struct ParameterStatus {
  std::string_view name;
  std::string_view value;
};
std::optional<ParameterStatus> parse_parameter_status(base::ByteView body) noexcept;
void put_parameter_status(base::Bytes& target, const ParameterStatus& status);

// The secret that a CancelRequest needs: 4 octets in 3.0, 4 to 256 in 3.2.
inline constexpr std::size_t smallest_cancel_key = 4;
inline constexpr std::size_t largest_cancel_key = 256;
bool is_cancel_key(base::ByteView key, ProtocolVersion version) noexcept;

struct BackendKeyData {
  std::uint32_t process_id = 0;
  base::ByteView key;
};
std::optional<BackendKeyData> parse_backend_key_data(base::ByteView body, ProtocolVersion version) noexcept;
void put_backend_key_data(base::Bytes& target, const BackendKeyData& data);  // is_cancel_key in some version

// The newest version that the server speaks, of those that aren't newer than what was
// asked for, and the options that it doesn't know (negotiation.h judges it).
struct NegotiateProtocolVersion {
  ProtocolVersion newest;
  std::vector<std::string_view> unknown_options;
};
std::optional<NegotiateProtocolVersion> parse_negotiate_protocol_version(base::ByteView body);
void put_negotiate_protocol_version(base::Bytes& target, const NegotiateProtocolVersion& negotiation);

// "INSERT 0 5": the command INSERT, 5 rows. "CREATE TABLE": no count.
struct CommandTag {
  std::string_view command;
  std::optional<std::uint64_t> rows;
};
CommandTag read_command_tag(std::string_view tag) noexcept;
std::optional<std::string_view> parse_command_complete(base::ByteView body) noexcept;  // the tag
void put_command_complete(base::Bytes& target, std::string_view tag);

struct Notification {
  std::uint32_t process_id = 0;
  std::string_view channel;
  std::string_view payload;
};
std::optional<Notification> parse_notification(base::ByteView body) noexcept;
void put_notification(base::Bytes& target, const Notification& notification);

// CopyInResponse, CopyOutResponse and CopyBothResponse have one form.
struct CopyResponse {
  std::uint8_t format = 0;  // 0 text, 1 binary
  FormatList column_formats;
};
std::optional<CopyResponse> parse_copy_response(base::ByteView body) noexcept;
void put_copy_response(base::Bytes& target, std::uint8_t type, const CopyResponse& response);

// OIDs of the parameters' types, four octets each.
std::optional<base::ByteView> parse_parameter_description(base::ByteView body) noexcept;
void put_parameter_description(base::Bytes& target, base::ByteView types);

// FunctionCallResponse. The outer optional is the parser's.
std::optional<Value> parse_function_call_response(base::ByteView body) noexcept;
void put_function_call_response(base::Bytes& target, const Value& value);

inline constexpr BareMessage parse_complete_message = bare_message(backend_type::parse_complete);
inline constexpr BareMessage bind_complete_message = bare_message(backend_type::bind_complete);
inline constexpr BareMessage close_complete_message = bare_message(backend_type::close_complete);
inline constexpr BareMessage no_data_message = bare_message(backend_type::no_data);
inline constexpr BareMessage empty_query_message = bare_message(backend_type::empty_query_response);
inline constexpr BareMessage portal_suspended_message = bare_message(backend_type::portal_suspended);

}  // namespace art32::pgwire
