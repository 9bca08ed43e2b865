#include "pgwire/rebuild.h"

#include "pgwire/authentication.h"
#include "pgwire/diagnostic.h"
#include "pgwire/rows.h"
#include "pgwire/startup.h"

namespace art32::pgwire {
namespace {

using Rebuilt = std::optional<base::Bytes>;

// What `put` appends for what was parsed.
template <class Parsed, class Put>
Rebuilt built(const std::optional<Parsed>& parsed, Put put) {
  if (!parsed) return std::nullopt;
  base::Bytes message;
  put(message, *parsed);
  return message;
}

Rebuilt bare(std::uint8_t type, base::ByteView body) {
  if (!body.empty()) return std::nullopt;
  const BareMessage message = bare_message(type);
  return base::Bytes(message.begin(), message.end());
}

Rebuilt verbatim(std::uint8_t type, base::ByteView body) {
  base::Bytes message;
  MessageWriter(message, type).octets(body).finish();
  return message;
}

Rebuilt frontend(std::uint8_t type, base::ByteView body) {
  switch (type) {
    case frontend_type::query:
      return built(parse_query(body),
                   [](auto& target, const Query& query) { put_query(target, query.text); });
    case frontend_type::parse:
      return built(parse_parse(body), put_parse);
    case frontend_type::bind:
      return built(parse_bind(body), put_bind);
    case frontend_type::describe:
      return built(parse_object_name(body), put_describe);
    case frontend_type::close:
      return built(parse_object_name(body), put_close);
    case frontend_type::execute:
      return built(parse_execute(body), put_execute);
    case frontend_type::function_call:
      return built(parse_function_call(body), put_function_call);
    case frontend_type::copy_fail:
      return built(parse_copy_fail(body), put_copy_fail);
    case frontend_type::copy_data:
      return verbatim(type, body);
    case frontend_type::password:
      return built(std::optional(body), put_sasl_response);
    default:
      return bare(type, body);
  }
}

Rebuilt diagnostic(std::uint8_t type, base::ByteView body) {
  return built(DiagnosticView::parse(body), [type](auto& target, const DiagnosticView& view) {
    std::vector<DiagnosticField> fields;
    view.visit([&fields](const DiagnosticField& field) { fields.push_back(field); });
    put_diagnostic(target, type, fields);
  });
}

Rebuilt data_row(base::ByteView body) {
  return built(parse_data_row(body), [](auto& target, const ValueList& list) {
    std::vector<Value> values;
    for (ValueReader reader(list); reader.has_next();)
      values.push_back(reader.next());
    put_data_row(target, values);
  });
}

Rebuilt copy_response(std::uint8_t type, base::ByteView body) {
  return built(parse_copy_response(body), [type](auto& target, const CopyResponse& response) {
    put_copy_response(target, type, response);
  });
}

Rebuilt result(std::uint8_t type, base::ByteView body) {
  switch (type) {
    case backend_type::row_description:
      return built(parse_row_description(body), put_row_description);
    case backend_type::data_row:
      return data_row(body);
    case backend_type::command_complete:
      return built(parse_command_complete(body), put_command_complete);
    case backend_type::function_call_response:
      return built(parse_function_call_response(body), put_function_call_response);
    case backend_type::copy_in_response:
    case backend_type::copy_out_response:
    case backend_type::copy_both_response:
      return copy_response(type, body);
    case backend_type::copy_data:
      return verbatim(type, body);
    default:
      return bare(type, body);
  }
}

Rebuilt backend(ProtocolVersion version, std::uint8_t type, base::ByteView body) {
  switch (type) {
    case backend_type::authentication:
      return built(parse_authentication(body), put_authentication);
    case backend_type::backend_key_data:
      return built(parse_backend_key_data(body, version), put_backend_key_data);
    case backend_type::negotiate_protocol_version:
      return built(parse_negotiate_protocol_version(body), put_negotiate_protocol_version);
    case backend_type::parameter_status:
      return built(parse_parameter_status(body), put_parameter_status);
    case backend_type::ready_for_query:
      return built(parse_ready_for_query(body), put_ready_for_query);
    case backend_type::error_response:
    case backend_type::notice_response:
      return diagnostic(type, body);
    case backend_type::notification_response:
      return built(parse_notification(body), put_notification);
    case backend_type::parameter_description:
      return built(parse_parameter_description(body), put_parameter_description);
    default:
      return result(type, body);
  }
}

struct PacketBuilder {
  base::Bytes packet;

  // Options may stand among the parameters; `parameters` and then options is how a
  // message is built, so only that order comes out the same.
  void operator()(const StartupMessage& message) {
    std::vector<StartupParameter> all = message.parameters;
    all.insert(all.end(), message.protocol_options.begin(), message.protocol_options.end());
    put_startup_message(packet, message.version, all);
  }
  void operator()(const SslRequest&) { put_ssl_request(packet); }
  void operator()(const GssEncRequest&) { put_gssenc_request(packet); }
  void operator()(const CancelRequest& request) { put_cancel_request(packet, request); }
};

}  // namespace

std::optional<base::Bytes> rebuild(Origin origin, ProtocolVersion version, std::uint8_t type,
                                   base::ByteView body) {
  return origin == Origin::frontend ? frontend(type, body) : backend(version, type, body);
}

std::optional<base::Bytes> rebuild_first_packet(base::ByteView packet) {
  const auto parsed = parse_first_packet(packet);
  if (!parsed) return std::nullopt;
  PacketBuilder builder;
  std::visit(builder, *parsed);
  return builder.packet;
}

}  // namespace art32::pgwire
