// A client of the gateway that sends octets as a test wants them, right or wrong, and reads
// message by message. Blocking, each wait with a deadline; TLS isn't spoken.
//
// One thread. A wait that ends without its octets is an `end` of the kind `timeout`.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "net/descriptor.h"

namespace art32::test {

struct OctetMessage {
  char type = 0;  // 0: none came; `end` says why
  base::Bytes body;
  enum class End { none, closed, reset, timeout } end = End::none;

  explicit operator bool() const { return type != 0; }
  // Of an ErrorResponse or NoticeResponse; empty without it.
  std::string field(char code) const;
  std::string sqlstate() const { return field('C'); }
  std::string hint() const { return field('H'); }
};

// What a simple query brought, to its ReadyForQuery or the connection's end.
struct OctetResult {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> tags;
  OctetMessage error;         // the first one
  std::string last_sqlstate;  // of the last one
  char status = 0;            // of ReadyForQuery; 0: none came
  OctetMessage::End end = OctetMessage::End::none;
  bool ok() const { return status != 0 && !error; }
};

class OctetClient {
 public:
  struct Login {
    std::string user = "app";
    std::string password;
    std::string database = "app";
    std::vector<std::pair<std::string, std::string>> parameters = {};
  };

  // Connected, nothing said. `from`: its own address, of the loopback.
  explicit OctetClient(std::uint16_t port, const std::string& from = "127.0.0.1");
  OctetClient(OctetClient&&) = default;
  OctetClient& operator=(OctetClient&&) = default;

  void send(base::ByteView octets);  // what the peer doesn't take is dropped
  void send(const std::vector<int>& octets);
  OctetMessage read(std::chrono::milliseconds limit = std::chrono::seconds(30));
  // One octet outside of a message, as the answer to SSLRequest is; 0 when none comes.
  char read_octet();

  // The start-up packet and SCRAM, up to ReadyForQuery: the error, or nothing.
  OctetMessage log_in(const Login& login);
  OctetResult query(const std::string& sql);
  // What comes up to ReadyForQuery.
  OctetResult result(std::chrono::milliseconds limit = std::chrono::seconds(30));
  // Reads until the connection ends: the last error before that, and how it ended.
  OctetMessage last_words();

  void close() { socket_ = net::Descriptor(); }
  void reset();  // the peer gets a reset instead of an end
  int descriptor() const { return socket_.number(); }
  std::uint32_t process_id = 0;  // of the cancel key
  base::Bytes cancel_key;

 private:
  OctetMessage::End fill(std::chrono::steady_clock::time_point deadline);
  OctetMessage prove(const Login& login, const OctetMessage& offer);

  net::Descriptor socket_;
  base::Bytes received_;
  std::size_t used_ = 0;
};

}  // namespace art32::test
