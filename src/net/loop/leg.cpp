#include "net/loop/leg.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "base/assert.h"
#include "net/loop/event_loop.h"
#include "net/loop/tls_engine.h"
#include "net/tls_peer.h"

namespace art32::net {

Leg::Leg(EventLoop& loop, Descriptor socket, LegHandler& handler)
    : loop_(loop), handler_(&handler), stream_(loop, std::move(socket), *this) {}

Leg::~Leg() {
  if (is_destroyed_ != nullptr) *is_destroyed_ = true;
  if (!tls_) return;
  tls_->close_notify();
  send_encrypted();
}

void Leg::accept_tls(const TlsServerContext& context, base::ByteView received) {
  begin(std::make_unique<TlsEngine>(context.native(), TlsRole::server), received);
}

void Leg::connect_tls(const TlsClientContext& context, const std::string& server_name) {
  auto engine = std::make_unique<TlsEngine>(context.native(), TlsRole::client);
  context.expect_name(engine->native(), server_name);
  begin(std::move(engine), {});
}

void Leg::begin(std::unique_ptr<TlsEngine> engine, base::ByteView received) {
  tls_ = std::move(engine);
  tls_->handshake();
  send_encrypted();
  if (received.empty()) return;
  // Callbacks come from the loop only.
  tls_->give(received);
  tls_->keep_input();
  later_ = std::make_unique<LoopTimer>(loop_, [this] { go_on(); });
  later_->set({});
}

bool Leg::is_secure() const {
  return tls_ && tls_->is_established();
}

std::string Leg::alpn() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  if (tls_) SSL_get0_alpn_selected(tls_->native(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string Leg::peer_certificate_pem() const {
  return tls_ ? certificate_pem_of_peer(tls_->native()) : std::string();
}

const std::string& Leg::failure() const {
  static const std::string none;
  return tls_ ? tls_->failure() : none;
}

void Leg::on_data(base::ByteView octets) {
  if (!tls_)
    handler_->on_octets(octets);
  else
    take_encrypted(octets);
}

// False while the handshake goes on, or when it failed.
bool Leg::shake_hands() {
  const TlsEngine::Progress progress = tls_->handshake();
  send_encrypted();
  if (progress == TlsEngine::Progress::done) return true;
  if (progress != TlsEngine::Progress::wants_more) handler_->on_end({EPROTO});
  return false;
}

void Leg::take_encrypted(base::ByteView octets) {
  bool destroyed = false;
  bool* const outer = std::exchange(is_destroyed_, &destroyed);
  const auto is_gone = [&] {
    if (destroyed && outer != nullptr) *outer = true;
    return destroyed;
  };
  tls_->give(octets);
  if (!tls_->is_established()) {
    const bool done = shake_hands();
    if (is_gone()) return;
    if (done) handler_->on_secured();
    if (is_gone()) return;
    if (!done) return void(is_destroyed_ = outer);
  }
  while (!is_paused_) {
    base::ByteView plaintext;
    const TlsEngine::Progress progress = tls_->read(plaintext);
    if (progress == TlsEngine::Progress::done) {
      handler_->on_octets(plaintext);
      if (is_gone()) return;
      continue;
    }
    send_encrypted();  // answers of TLS itself, such as key updates
    if (progress == TlsEngine::Progress::wants_more) break;
    is_destroyed_ = outer;
    return handler_->on_end({progress == TlsEngine::Progress::closed ? 0 : EPROTO});
  }
  tls_->keep_input();
  is_destroyed_ = outer;
}

void Leg::send(std::span<const base::ByteView> pieces) {
  if (!tls_) return stream_.send(pieces);
  // Small pieces share a record.
  static thread_local base::Bytes record;
  record.clear();
  for (base::ByteView piece : pieces) {
    while (!piece.empty()) {
      const std::size_t room = TlsStream::record_octets - record.size();
      if (record.empty() && piece.size() >= room) {
        tls_->write(piece.first(room));
        piece = piece.subspan(room);
        continue;
      }
      const std::size_t count = std::min(room, piece.size());
      base::append(record, piece.first(count));
      piece = piece.subspan(count);
      if (record.size() == TlsStream::record_octets) {
        tls_->write(record);
        record.clear();
      }
    }
  }
  if (!record.empty()) tls_->write(record);
  send_encrypted();
}

void Leg::send_encrypted() {
  if (tls_->output().empty()) return;
  stream_.send(tls_->output());
  tls_->clear_output();
}

void Leg::pause() {
  is_paused_ = true;
  stream_.pause();
}

void Leg::resume() {
  if (!is_paused_) return;
  is_paused_ = false;
  stream_.resume();
  if (!tls_ || !tls_->has_input()) return;
  if (!later_) later_ = std::make_unique<LoopTimer>(loop_, [this] { go_on(); });
  later_->set({});
}

void Leg::go_on() {
  if (!is_paused_) take_encrypted({});
}

void Leg::shutdown_write() {
  if (tls_) {
    tls_->close_notify();
    send_encrypted();
  }
  stream_.shutdown_write();
}

Stream::Released Leg::release() {
  ART32_ASSERT(!tls_);
  return stream_.release();
}

bool Leg::is_quiet() const {
  char octet = 0;
  return ::recv(descriptor(), &octet, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

void Leg::discard_received(std::size_t most) {
  std::array<char, 4'096> room;
  for (std::size_t read = 0; read < most;) {
    const ssize_t count = ::recv(descriptor(), room.data(), room.size(), MSG_DONTWAIT);
    if (count <= 0) return;
    read += static_cast<std::size_t>(count);
  }
}

}  // namespace art32::net
