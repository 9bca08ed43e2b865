#include "pgwire/backend.h"

#include "base/text.h"

namespace art32::pgwire {

std::optional<TransactionStatus> parse_ready_for_query(base::ByteView body) noexcept {
  BodyReader reader(body);
  const auto status = static_cast<TransactionStatus>(reader.u8());
  if (!reader.finished()) return std::nullopt;
  switch (status) {
    case TransactionStatus::idle:
    case TransactionStatus::in_transaction:
    case TransactionStatus::failed:
      return status;
  }
  return std::nullopt;
}

void put_ready_for_query(base::Bytes& target, TransactionStatus status) {
  MessageWriter(target, backend_type::ready_for_query).u8(static_cast<std::uint8_t>(status)).finish();
}

std::optional<ParameterStatus> parse_parameter_status(base::ByteView body) noexcept {
  BodyReader reader(body);
  const ParameterStatus status{reader.cstring(), reader.cstring()};
  if (!reader.finished()) return std::nullopt;
  return status;
}

void put_parameter_status(base::Bytes& target, const ParameterStatus& status) {
  MessageWriter(target, backend_type::parameter_status).cstring(status.name).cstring(status.value).finish();
}

bool is_cancel_key(base::ByteView key, ProtocolVersion version) noexcept {
  const std::size_t most = version >= protocol_3_2 ? largest_cancel_key : smallest_cancel_key;
  return key.size() >= smallest_cancel_key && key.size() <= most;
}

std::optional<BackendKeyData> parse_backend_key_data(base::ByteView body, ProtocolVersion version) noexcept {
  BodyReader reader(body);
  const BackendKeyData data{reader.u32(), reader.rest()};
  if (!reader.finished() || !is_cancel_key(data.key, version)) return std::nullopt;
  return data;
}

void put_backend_key_data(base::Bytes& target, const BackendKeyData& data) {
  ART32_ASSERT(is_cancel_key(data.key, newest_protocol));
  MessageWriter(target, backend_type::backend_key_data).u32(data.process_id).octets(data.key).finish();
}

std::optional<NegotiateProtocolVersion> parse_negotiate_protocol_version(base::ByteView body) {
  BodyReader reader(body);
  NegotiateProtocolVersion negotiation;
  negotiation.newest = ProtocolVersion::from_code(reader.u32());
  const std::int32_t count = reader.i32();
  // Each has at least its zero octet: the loop ends with the body, whatever was announced.
  for (std::int32_t index = 0; index < count && !reader.failed(); ++index)
    negotiation.unknown_options.push_back(reader.cstring());
  if (count < 0 || !reader.finished()) return std::nullopt;
  return negotiation;
}

void put_negotiate_protocol_version(base::Bytes& target, const NegotiateProtocolVersion& negotiation) {
  MessageWriter writer(target, backend_type::negotiate_protocol_version);
  writer.u32(negotiation.newest.code()).u32(static_cast<std::uint32_t>(negotiation.unknown_options.size()));
  for (const std::string_view option : negotiation.unknown_options)
    writer.cstring(option);
  writer.finish();
}

CommandTag read_command_tag(std::string_view tag) noexcept {
  const std::size_t space = tag.rfind(' ');
  if (space == std::string_view::npos) return {tag, std::nullopt};
  const auto rows = base::parse_number(tag.substr(space + 1));
  if (!rows) return {tag, std::nullopt};
  std::string_view command = tag.substr(0, space);
  // Between INSERT and its count stands an OID that has been 0 since tables lost theirs.
  if (command.starts_with("INSERT ")) command = command.substr(0, 6);
  return {command, rows};
}

std::optional<std::string_view> parse_command_complete(base::ByteView body) noexcept {
  BodyReader reader(body);
  const std::string_view tag = reader.cstring();
  if (!reader.finished()) return std::nullopt;
  return tag;
}

void put_command_complete(base::Bytes& target, std::string_view tag) {
  MessageWriter(target, backend_type::command_complete).cstring(tag).finish();
}

std::optional<Notification> parse_notification(base::ByteView body) noexcept {
  BodyReader reader(body);
  const Notification notification{reader.u32(), reader.cstring(), reader.cstring()};
  if (!reader.finished()) return std::nullopt;
  return notification;
}

void put_notification(base::Bytes& target, const Notification& notification) {
  MessageWriter(target, backend_type::notification_response)
      .u32(notification.process_id)
      .cstring(notification.channel)
      .cstring(notification.payload)
      .finish();
}

std::optional<CopyResponse> parse_copy_response(base::ByteView body) noexcept {
  BodyReader reader(body);
  CopyResponse response;
  response.format = reader.u8();
  response.column_formats = FormatList::read(reader);
  if (!reader.finished() || response.format > 1) return std::nullopt;
  return response;
}

void put_copy_response(base::Bytes& target, std::uint8_t type, const CopyResponse& response) {
  ART32_ASSERT(type == backend_type::copy_in_response || type == backend_type::copy_out_response ||
               type == backend_type::copy_both_response);
  MessageWriter writer(target, type);
  writer.u8(response.format);
  response.column_formats.write(writer);
  writer.finish();
}

std::optional<base::ByteView> parse_parameter_description(base::ByteView body) noexcept {
  BodyReader reader(body);
  const base::ByteView types = reader.octets(std::size_t{4} * reader.u16());
  if (!reader.finished()) return std::nullopt;
  return types;
}

void put_parameter_description(base::Bytes& target, base::ByteView types) {
  ART32_ASSERT(types.size() % 4 == 0 && types.size() / 4 <= 0xffff);
  MessageWriter(target, backend_type::parameter_description)
      .u16(static_cast<std::uint16_t>(types.size() / 4))
      .octets(types)
      .finish();
}

std::optional<Value> parse_function_call_response(base::ByteView body) noexcept {
  BodyReader reader(body);
  const Value value = read_value(reader);
  if (!reader.finished()) return std::nullopt;
  return std::optional<Value>(std::in_place, value);
}

void put_function_call_response(base::Bytes& target, const Value& value) {
  MessageWriter writer(target, backend_type::function_call_response);
  write_value(writer, value);
  writer.finish();
}

}  // namespace art32::pgwire
