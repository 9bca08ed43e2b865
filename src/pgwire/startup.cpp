#include "pgwire/startup.h"

#include "pgwire/replication_value.h"

namespace art32::pgwire {
namespace {

constexpr std::uint32_t cancel_code = 80'877'102;  // 1234.5678, above any version
constexpr std::uint32_t ssl_code = 80'877'103;
constexpr std::uint32_t gssenc_code = 80'877'104;
constexpr std::size_t length_octets = 4;

tl::unexpected<Refusal> malformed(std::string_view reason) {
  return tl::make_unexpected(
      Refusal{sqlstate::protocol_violation, reason, "Check that the client speaks PostgreSQL's protocol 3."});
}

tl::unexpected<Refusal> unsupported_version() {
  return tl::make_unexpected(Refusal{sqlstate::feature_not_supported, "unsupported frontend protocol",
                                     "Versions 3.0 and 3.2 are spoken: use a client of today."});
}

bool has_duplicates(const StartupMessage& message) {
  std::vector<std::string_view> names;
  for (const auto* list : {&message.parameters, &message.protocol_options})
    for (const StartupParameter& parameter : *list)
      names.push_back(parameter.name);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

// Name and value in turn, an empty name at the end, nothing behind it.
Accepted<FirstPacket> parse_startup_message(ProtocolVersion version, BodyReader& reader) {
  if (version.major != 3) return unsupported_version();
  StartupMessage message;
  message.version = version;
  while (true) {
    const std::string_view name = reader.cstring();
    if (reader.failed()) return malformed("the start-up packet has no terminator");
    if (name.empty()) break;
    const std::string_view value = reader.cstring();
    if (reader.failed()) return malformed("a start-up parameter has no value");
    const bool is_option = name.starts_with(protocol_option_prefix);
    (is_option ? message.protocol_options : message.parameters).push_back({name, value});
  }
  if (!reader.finished()) return malformed("the start-up packet goes on behind its terminator");
  if (has_duplicates(message)) return malformed("a start-up parameter is named twice");
  if (message.find("user").value_or("").empty())
    return tl::make_unexpected(Refusal{sqlstate::invalid_authorization,
                                       "no user is named in the start-up packet",
                                       "Name a user in the connection string."});
  const auto replication = read_replication(message.find("replication").value_or("false"));
  if (!replication)
    return tl::make_unexpected(Refusal{sqlstate::invalid_parameter_value,
                                       "invalid value for the start-up parameter replication",
                                       "It may be true, false or database."});
  message.replication = *replication;
  return message;
}

Accepted<FirstPacket> parse_cancel_request(BodyReader& reader) {
  const CancelRequest request{reader.u32(), reader.rest()};
  if (!reader.finished() || !is_cancel_key(request.key, newest_protocol))
    return malformed("the cancel request has no key of 4 to 256 octets");
  return request;
}

}  // namespace

StartupFrame read_startup_frame(base::ByteView input) noexcept {
  if (input.empty()) return {};
  if (input[0] == tls_first_octet) return {StartupStatus::direct_tls, 0};
  // A first octet above zero makes any length too large: no need to wait for the rest.
  if (input[0] != 0) return {StartupStatus::invalid, 0};
  if (input.size() < length_octets) return {};
  const std::uint32_t length = BodyReader(input).u32();
  // The length counts itself, and a code or version follows it.
  if (length < 2 * length_octets || length > startup_packet_octets) return {StartupStatus::invalid, 0};
  return {StartupStatus::packet, length};
}

Accepted<FirstPacket> parse_first_packet(base::ByteView packet) {
  BodyReader reader(packet);
  const std::uint32_t length = reader.u32();
  const std::uint32_t code = reader.u32();
  if (reader.failed() || length != packet.size() || packet.size() > startup_packet_octets)
    return malformed("invalid length of start-up packet");
  switch (code) {
    case cancel_code:
      return parse_cancel_request(reader);
    case ssl_code:
      if (!reader.finished()) return malformed("the SSLRequest is too long");
      return SslRequest{};
    case gssenc_code:
      if (!reader.finished()) return malformed("the GSSENCRequest is too long");
      return GssEncRequest{};
    default:
      return parse_startup_message(ProtocolVersion::from_code(code), reader);
  }
}

std::optional<std::string_view> StartupMessage::find(std::string_view name) const noexcept {
  for (const StartupParameter& parameter : parameters)
    if (parameter.name == name) return parameter.value;
  return std::nullopt;
}

std::string_view StartupMessage::user() const noexcept {
  return find("user").value_or("");
}

std::string_view StartupMessage::database() const noexcept {
  const std::string_view named = find("database").value_or("");
  return named.empty() ? user() : named;
}

void put_startup_message(base::Bytes& target, ProtocolVersion version,
                         std::span<const StartupParameter> parameters) {
  MessageWriter writer(target);
  writer.u32(version.code());
  for (const StartupParameter& parameter : parameters) {
    ART32_ASSERT(!parameter.name.empty());
    writer.cstring(parameter.name).cstring(parameter.value);
  }
  writer.u8(0).finish();
}

void put_ssl_request(base::Bytes& target) {
  MessageWriter(target).u32(ssl_code).finish();
}

void put_gssenc_request(base::Bytes& target) {
  MessageWriter(target).u32(gssenc_code).finish();
}

void put_cancel_request(base::Bytes& target, const CancelRequest& request) {
  ART32_ASSERT(is_cancel_key(request.key, newest_protocol));
  MessageWriter(target).u32(cancel_code).u32(request.process_id).octets(request.key).finish();
}

}  // namespace art32::pgwire
