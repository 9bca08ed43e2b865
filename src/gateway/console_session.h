// A client at the admin console: reads its queries one by one and answers each from a survey
// of all workers. Only simple queries are understood, as in PgBouncer.
//
// Owned by its ClientSession; worker's thread only.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "gateway/console.h"
#include "net/loop/loop_timer.h"

namespace art32::gateway {

class ClientSession;

class ConsoleSession {
 public:
  ConsoleSession(ClientSession& session, std::string principal);

  void greet();
  void take(base::ByteView octets);
  const std::string& principal() const { return principal_; }

 private:
  void read_messages();
  void run(std::string_view text);
  void refuse_extended(std::uint8_t message);
  void ask(std::function<void(const GatewayReport&)> answer);
  void wait_until_paused(const std::string& database);
  void finish(base::Bytes answer);
  bool is_there(const std::string& database) const;
  base::Bytes no_database(const std::string& database) const;

  ClientSession& session_;
  std::string principal_;
  base::Bytes held_;
  bool is_busy_ = false;
  bool skips_to_sync_ = false;  // after an error in the extended protocol
  net::LoopTimer again_;
  std::string pausing_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace art32::gateway
