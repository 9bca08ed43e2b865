// One leg of a relay: a stream that can turn to TLS in the middle, as PostgreSQL's does
// (its documentation, section 55.2.9). Plain octets pass without a copy; under TLS they are
// decrypted from the loop's receive buffer and encrypted into one of this thread's.
//
// An idle leg holds no buffer, under TLS what OpenSSL keeps with SSL_MODE_RELEASE_BUFFERS.
// Lives on the loop's thread; may be destroyed in any of its callbacks.
#pragma once

#include <memory>
#include <string>

#include "net/loop/loop_timer.h"
#include "net/loop/stream.h"
#include "net/tls_client_context.h"
#include "net/tls_context.h"

namespace art32::net {

class TlsEngine;

class LegHandler {
 public:
  virtual ~LegHandler() = default;
  virtual void on_octets(base::ByteView octets) = 0;  // valid during the call only
  virtual void on_secured() = 0;                      // TLS stands
  virtual void on_drained() = 0;                      // as StreamHandler's
  virtual void on_end(const StreamEnd& end) = 0;      // the peer has ended, or TLS or the socket failed
};

class Leg final : private StreamHandler {
 public:
  Leg(EventLoop& loop, Descriptor socket, LegHandler& handler);
  ~Leg();
  Leg(const Leg&) = delete;
  Leg& operator=(const Leg&) = delete;
  void set_handler(LegHandler& handler) { handler_ = &handler; }

  // TLS from here on. `received`: octets of it that came already (direct TLS).
  void accept_tls(const TlsServerContext& context, base::ByteView received = {});
  void connect_tls(const TlsClientContext& context, const std::string& server_name);
  bool is_secure() const;
  bool has_tls() const { return tls_ != nullptr; }  // also while it is agreed on
  std::string alpn() const;                         // what was agreed; empty without
  std::string peer_certificate_pem() const;         // empty without
  const std::string& failure() const;               // why TLS failed, for people

  void send(std::span<const base::ByteView> pieces);
  void send(base::ByteView octets) { send(std::span(&octets, 1)); }
  std::size_t pending() const { return stream_.pending(); }
  bool is_blocked() const { return stream_.is_blocked(); }
  void pause();
  void resume();
  void shutdown_write();
  // Nothing has come that wasn't delivered, and the peer hasn't ended: a look, by one system
  // call, for a connection that has been idle and is about to be used.
  bool is_quiet() const;
  // Reads what has come and forgets it, up to so many octets; for a leg that is about to go.
  void discard_received(std::size_t most);
  // As Stream::release(); of a leg without TLS, whose keys couldn't go along.
  Stream::Released release();
  int descriptor() const { return stream_.descriptor(); }

 private:
  void on_data(base::ByteView octets) override;
  void on_drained() override { handler_->on_drained(); }
  void on_end(const StreamEnd& end) override { handler_->on_end(end); }

  void begin(std::unique_ptr<TlsEngine> engine, base::ByteView received);
  void take_encrypted(base::ByteView octets);
  bool shake_hands();
  void send_encrypted();
  void go_on();

  EventLoop& loop_;
  LegHandler* handler_;
  Stream stream_;
  std::unique_ptr<TlsEngine> tls_;
  std::unique_ptr<LoopTimer> later_;  // delivers what came before a pause
  bool is_paused_ = false;
  bool* is_destroyed_ = nullptr;  // of the callback that runs
};

}  // namespace art32::net
