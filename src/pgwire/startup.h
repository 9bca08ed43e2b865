// The packets before the first typed message: StartupMessage, SSLRequest,
// GSSENCRequest, CancelRequest. Which of them may come when: opening.h.
//
// read_startup_frame finds the packet's end without holding more than
// startup_packet_octets; parse_first_packet takes it apart, strictly: what two readers
// could understand differently is refused. Views live as long as the packet. Pure; any
// thread. PostgreSQL documentation, sections 55.2.1 and 55.7.
#pragma once

#include <variant>

#include "pgwire/backend.h"
#include "pgwire/refusal.h"

namespace art32::pgwire {

inline constexpr std::uint32_t startup_body_octets = 10'000;  // MAX_STARTUP_PACKET_LENGTH
inline constexpr std::uint32_t startup_packet_octets = startup_body_octets + 4;
inline constexpr std::string_view protocol_option_prefix = "_pq_.";
inline constexpr std::uint8_t tls_first_octet = 0x16;  // RFC 8446 section 5.1: a handshake record

enum class StartupStatus : std::uint8_t {
  incomplete,
  packet,      // a good length; the packet may still be under way
  direct_tls,  // a TLS ClientHello instead of a packet: no length begins so
  invalid,
};
struct StartupFrame {
  StartupStatus status = StartupStatus::incomplete;
  std::uint32_t octets = 0;  // of the whole packet, its length included
};
StartupFrame read_startup_frame(base::ByteView input) noexcept;

struct StartupParameter {
  std::string_view name;
  std::string_view value;

  bool operator==(const StartupParameter&) const = default;
};

enum class Replication : std::uint8_t { none, physical, logical };

struct StartupMessage {
  ProtocolVersion version;                         // as asked for
  std::vector<StartupParameter> parameters;        // in the order of the packet; user among them
  std::vector<StartupParameter> protocol_options;  // those named _pq_.*
  Replication replication = Replication::none;

  std::optional<std::string_view> find(std::string_view name) const noexcept;
  std::string_view user() const noexcept;      // never empty
  std::string_view database() const noexcept;  // the user's name where none, or an empty one, is named
};
struct SslRequest {};
struct GssEncRequest {};
struct CancelRequest {
  std::uint32_t process_id = 0;
  base::ByteView key;
};
using FirstPacket = std::variant<StartupMessage, SslRequest, GssEncRequest, CancelRequest>;

// `packet` is whole, as read_startup_frame measured it.
Accepted<FirstPacket> parse_first_packet(base::ByteView packet);

void put_startup_message(base::Bytes& target, ProtocolVersion version,
                         std::span<const StartupParameter> parameters);
void put_ssl_request(base::Bytes& target);
void put_gssenc_request(base::Bytes& target);
void put_cancel_request(base::Bytes& target, const CancelRequest& request);

}  // namespace art32::pgwire
