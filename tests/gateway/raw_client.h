// A PostgreSQL client for tests that says exactly what it is told, octet for octet, in any
// order, and tells what came back, by a deadline: for what no driver would do.
//
// Messages collect until go(). One thread; owns its socket. Nothing here throws or aborts
// on what the peer does: it stands in the Answers.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "net/descriptor.h"
#include "net/tls_stream.h"
#include "pgwire/frontend.h"
#include "pgwire/protocol_version.h"
#include "pgwire/scram_client.h"

struct ssl_ctx_st;

namespace art32::test {

inline constexpr std::chrono::milliseconds patience{30'000};  // for what must come

struct RawMessage {
  char type = 0;
  base::Bytes body;
};

struct Answers {
  // The types in their order, ReadyForQuery with its status: "12DCZI". '$' where the
  // connection ended, '#' where nothing more came in time. Asynchronous messages (N, S, A)
  // aren't in it: they may stand anywhere.
  std::string types;
  std::vector<std::string> rows;      // the first column of each
  std::vector<std::string> tags;      // of CommandComplete
  std::vector<std::string> errors;    // "22012 division by zero"
  std::vector<std::string> notices;   // their messages
  std::vector<std::string> channels;  // of notifications
  std::map<std::string, std::string> parameters;
  std::vector<RawMessage> messages;  // all of them

  std::string row() const {
    return rows.size() == 1 ? rows[0] : "(" + std::to_string(rows.size()) + " rows)";
  }
  std::string sqlstate() const { return errors.size() == 1 ? errors[0].substr(0, 5) : std::string(); }
  const RawMessage* find(char type) const;
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);  // connected to the loopback, nothing said
  ~RawClient();

  struct Login {
    std::string password = {};
    std::string user = "app";
    std::string database = "app";
    std::vector<std::pair<std::string, std::string>> parameters = {};
    pgwire::ProtocolVersion version = pgwire::protocol_3_0;
    pgwire::ChannelBinding binding = pgwire::ChannelBinding::preferred;
    base::Bytes end_point = {};  // of the server's certificate, under TLS
    std::string nonce = {};      // empty: made by chance
  };
  Answers log_in(const Login& login);
  // Only its start-up packet.
  RawClient& start_up(const Login& login);
  // TLS from here on, nothing verified; false when the handshake fails. `alpn` empty: none is offered.
  bool begin_tls(const std::string& alpn);

  RawClient& octets(base::ByteView octets);
  RawClient& octets(std::string_view text) { return octets(base::as_bytes(text)); }
  RawClient& query(std::string_view sql);
  RawClient& parse(std::string_view name, std::string_view sql);
  RawClient& bind(std::string_view portal, std::string_view statement,
                  const std::vector<std::string>& values = {});
  RawClient& describe(char kind, std::string_view name);
  RawClient& close(char kind, std::string_view name);
  RawClient& execute(std::string_view portal = "", int rows = 0);
  RawClient& sync();
  RawClient& flush();
  RawClient& copy_data(std::string_view data);
  RawClient& copy_done();
  RawClient& copy_fail(std::string_view why);
  // Parse, Bind, Execute of the unnamed ones.
  RawClient& run(std::string_view sql) { return parse("", sql).bind("", "").execute(); }
  // Sends what was collected. False when the peer has gone, or takes nothing for `limit`.
  bool go(std::chrono::milliseconds limit = patience);

  // Everything up to the `count`th ReadyForQuery, or the `count`th message of that type.
  Answers ready(unsigned count = 1, std::chrono::milliseconds limit = patience);
  Answers until(char type, unsigned count = 1, std::chrono::milliseconds limit = patience);
  // Everything until the peer ends, or for so long.
  Answers rest(std::chrono::milliseconds limit = patience);
  Answers ask(std::string_view sql);  // as a simple query
  std::optional<RawMessage> read(std::chrono::milliseconds limit = patience);
  // Octets as they come, not taken for messages; at least one unless the peer ended.
  base::Bytes read_octets(std::chrono::milliseconds limit = patience);
  bool is_over() const { return has_ended_; }
  void hang_up();

  std::uint32_t process_id = 0;  // of BackendKeyData
  base::Bytes cancel_key;
  std::string mechanism;  // that SCRAM used

 private:
  bool fill(std::chrono::milliseconds limit);
  ssize_t receive(char* target, std::size_t size);
  void note(Answers& answers, RawMessage message);
  bool answer_authentication(const RawMessage& message, const Login& login,
                             std::unique_ptr<pgwire::ScramClient>& scram);

  net::Descriptor socket_;
  std::shared_ptr<ssl_ctx_st> context_;
  std::unique_ptr<net::TlsStream> tls_;
  base::Bytes out_;
  base::Bytes in_;
  bool has_ended_ = false;
};

// A CancelRequest on a connection of its own; returns when the peer has closed it.
void send_cancel(std::uint16_t port, std::uint32_t process_id, base::ByteView key);

}  // namespace art32::test
