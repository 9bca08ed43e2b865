#include "pgwire/opening.h"

namespace art32::pgwire {

Opening::Decision Opening::next(base::ByteView buffered) {
  ART32_ASSERT(state_ == State::waiting);
  const StartupFrame frame = read_startup_frame(buffered);
  switch (frame.status) {
    case StartupStatus::incomplete:
      return {};
    case StartupStatus::invalid:
      return refuse("invalid length of start-up packet",
                    "Check that the client speaks PostgreSQL's protocol 3.");
    case StartupStatus::direct_tls:
      if (!is_first_) return refuse("TLS began where a start-up packet belongs", "Ask for TLS once.");
      state_ = State::direct_tls;
      return {Step::begin_tls, 0, std::nullopt, std::nullopt};
    case StartupStatus::packet:
      break;
  }
  if (buffered.size() < frame.octets) return {};
  is_first_ = false;
  return judge(buffered, frame.octets);
}

Opening::Decision Opening::judge(base::ByteView buffered, std::uint32_t packet_octets) {
  auto packet = parse_first_packet(buffered.first(packet_octets));
  if (!packet) return refuse(packet.error());
  const bool is_ssl = std::holds_alternative<SslRequest>(*packet);
  if (is_ssl || std::holds_alternative<GssEncRequest>(*packet)) {
    if (transport_ != Transport::plain)
      return refuse("encryption was asked for within an encrypted connection",
                    "Ask for one encryption only.");
    if (std::exchange(is_ssl ? ssl_came_ : gss_came_, true))
      return refuse("the same encryption was asked for twice", "Go on without it, or connect again.");
    if (buffered.size() > packet_octets)
      return refuse("unencrypted octets came behind the request for encryption",
                    "The client has a bug, or somebody stands in between.");
    state_ = is_ssl ? State::ssl_asked : State::gss_asked;
    return {is_ssl ? Step::answer_ssl : Step::answer_gss, packet_octets, std::move(*packet), std::nullopt};
  }
  state_ = State::over;
  const bool is_cancel = std::holds_alternative<CancelRequest>(*packet);
  return {is_cancel ? Step::cancel_request : Step::start_session, packet_octets, std::move(*packet),
          std::nullopt};
}

std::optional<Refusal> Opening::tls_started(std::string_view alpn) {
  ART32_ASSERT(state_ == State::ssl_asked || state_ == State::direct_tls);
  const bool may_lack_alpn = state_ == State::ssl_asked;
  if (alpn != alpn_protocol && !(alpn.empty() && may_lack_alpn)) {
    state_ = State::over;
    return Refusal{sqlstate::protocol_violation, "TLS was begun for another protocol than postgresql",
                   "Direct TLS needs ALPN with the protocol postgresql."};
  }
  state_ = State::waiting;
  transport_ = Transport::tls;
  is_first_ = false;
  return std::nullopt;
}

void Opening::gss_started() {
  ART32_ASSERT(state_ == State::gss_asked);
  state_ = State::waiting;
  transport_ = Transport::gss;
}

void Opening::encryption_refused() {
  ART32_ASSERT(state_ == State::ssl_asked || state_ == State::gss_asked);
  state_ = State::waiting;
}

Opening::Decision Opening::refuse(std::string_view reason, std::string_view hint) {
  return refuse(Refusal{sqlstate::protocol_violation, reason, hint});
}

Opening::Decision Opening::refuse(const Refusal& refusal) {
  state_ = State::over;
  return {Step::refuse, 0, std::nullopt, refusal};
}

EncryptionAnswer read_encryption_answer(base::ByteView input, Transport asked) noexcept {
  if (input.empty()) return EncryptionAnswer::needs_more;
  if (input.size() > 1) return EncryptionAnswer::invalid;
  if (input[0] == (asked == Transport::tls ? 'S' : 'G')) return EncryptionAnswer::accepted;
  return input[0] == 'N' ? EncryptionAnswer::refused : EncryptionAnswer::invalid;
}

}  // namespace art32::pgwire
