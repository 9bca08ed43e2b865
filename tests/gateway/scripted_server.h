// A server for tests that says whatever a script tells it: for a gateway that must survive
// what PostgreSQL never does.
//
// Plaintext on a free port of the loopback; each connection runs the script on a thread of
// its own, until the object goes. Lets everybody in without a password: the gateway accepts
// that from a server that the configuration names as plain.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "gateway/settings.h"
#include "net/descriptor.h"
#include "tests/gateway/gateway_for_test.h"
#include "tests/gateway/raw_client.h"

namespace art32::test {

class ScriptedConnection {
 public:
  ScriptedConnection(net::Descriptor socket, const std::atomic<bool>& is_stopping)
      : socket_(std::move(socket)), is_stopping_(is_stopping) {}

  // The packet before the first message; empty when the peer left.
  base::Bytes read_packet();
  // The next message; type 0 when the peer left, or the server stops.
  RawMessage read();
  // Reads up to a message of this type; false as above.
  bool read_to(char type);
  // Everything that comes goes nowhere, until the peer leaves.
  void drain();
  void send(base::ByteView octets);
  void send(std::string_view text) { send(base::as_bytes(text)); }
  void send_message(char type, std::string_view body = {});
  void ready(char status = 'I') { send_message('Z', std::string_view(&status, 1)); }
  void command_complete(std::string_view tag) { send_message('C', std::string(tag) + '\0'); }
  // One row of one text column.
  void row(std::string_view value);
  void row_description();
  void error(std::string_view severity, std::string_view sqlstate, std::string_view message);
  void parameter(std::string_view name, std::string_view value);
  // Answers a simple query with one row.
  void answer(std::string_view value);
  void close() { socket_.close(); }

 private:
  bool fill(std::size_t octets);

  net::Descriptor socket_;
  const std::atomic<bool>& is_stopping_;
  base::Bytes in_;
};

class ScriptedServer {
 public:
  // After the log-in. `number` counts connections from 0, cancels not among them.
  using Script = std::function<void(ScriptedConnection& connection, unsigned number)>;
  // Instead of the log-in, where given: from the first octet on.
  explicit ScriptedServer(Script script, Script opening = {});
  ~ScriptedServer();

  std::uint16_t port() const { return port_; }
  unsigned connections() const { return connections_; }
  unsigned cancels() const { return cancels_; }

  static const std::string& password();  // of `app`, at the gateway
  std::shared_ptr<gateway::Settings> settings(const GatewayChoice& choice = {}) const;

 private:
  void accept_all();
  void serve(net::Descriptor socket);
  static void welcome(ScriptedConnection& connection);

  Script script_;
  Script opening_;
  net::Descriptor listener_;
  std::uint16_t port_ = 0;
  std::atomic<unsigned> connections_{0};
  std::atomic<unsigned> cancels_{0};
  std::atomic<bool> is_stopping_{false};
  std::list<std::thread> threads_;  // the acceptor's own
  std::thread acceptor_;
};

}  // namespace art32::test
