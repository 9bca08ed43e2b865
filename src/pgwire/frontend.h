// What a client sends after its start-up: taken apart and put together.
//
// parse_* read the body (behind type and length) of the message of that name: nothing
// for a body that the protocol doesn't allow, octets behind its end included; the
// answer is then 08P01. They copy nothing: views live as long as the body. put_*
// append one whole message. Pure; any thread. PostgreSQL documentation, section 55.7.
// Passwords and SASL stand in authentication.h.
#pragma once

#include <array>

#include "pgwire/message.h"
#include "pgwire/value_list.h"

namespace art32::pgwire {

struct Query {
  std::string_view text;
};
std::optional<Query> parse_query(base::ByteView body) noexcept;
void put_query(base::Bytes& target, std::string_view text);

struct Parse {
  std::string_view name;  // empty: the unnamed statement
  std::string_view text;
  base::ByteView parameter_types;  // OIDs of four octets; fewer than parameters, or none, is fine
};
std::optional<Parse> parse_parse(base::ByteView body) noexcept;
void put_parse(base::Bytes& target, const Parse& parse);

struct Bind {
  std::string_view portal;
  std::string_view statement;
  FormatList parameter_formats;
  ValueList parameters;
  FormatList result_formats;
};
std::optional<Bind> parse_bind(base::ByteView body) noexcept;
void put_bind(base::Bytes& target, const Bind& bind);
// All parameters and results as text.
void put_text_bind(base::Bytes& target, std::string_view portal, std::string_view statement,
                   std::span<const Value> parameters);
// The same, the parameters binary.
void put_binary_bind(base::Bytes& target, std::string_view portal, std::string_view statement,
                     std::span<const Value> parameters);

// What Describe and Close are about.
enum class ObjectKind : std::uint8_t { statement = 'S', portal = 'P' };
struct ObjectName {
  ObjectKind kind = ObjectKind::statement;
  std::string_view name;
};
std::optional<ObjectName> parse_object_name(base::ByteView body) noexcept;
void put_describe(base::Bytes& target, const ObjectName& object);
void put_close(base::Bytes& target, const ObjectName& object);

struct Execute {
  std::string_view portal;
  std::int32_t row_limit = 0;  // 0: all
};
std::optional<Execute> parse_execute(base::ByteView body) noexcept;
void put_execute(base::Bytes& target, const Execute& execute);

struct FunctionCall {
  std::uint32_t function = 0;
  FormatList argument_formats;
  ValueList arguments;
  std::uint16_t result_format = 0;
};
std::optional<FunctionCall> parse_function_call(base::ByteView body) noexcept;
void put_function_call(base::Bytes& target, const FunctionCall& call);

std::optional<std::string_view> parse_copy_fail(base::ByteView body) noexcept;  // the reason
void put_copy_fail(base::Bytes& target, std::string_view reason);

// Messages of either side that are always the same.
using BareMessage = std::array<std::uint8_t, header_octets>;
constexpr BareMessage bare_message(std::uint8_t type) {
  return {type, 0, 0, 0, 4};
}
inline constexpr BareMessage sync_message = bare_message(frontend_type::sync);
inline constexpr BareMessage flush_message = bare_message(frontend_type::flush);
inline constexpr BareMessage terminate_message = bare_message(frontend_type::terminate);
inline constexpr BareMessage copy_done_message = bare_message(frontend_type::copy_done);

}  // namespace art32::pgwire
