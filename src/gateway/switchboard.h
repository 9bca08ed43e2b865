// How a worker reaches the other workers of its gateway: by posts to their loops, never by
// their state. Implemented by the Gateway; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/bytes.h"
#include "gateway/report.h"

namespace art32::gateway {

class Switchboard {
 public:
  virtual ~Switchboard() = default;
  // To the worker whose client it names. `done` is called, on any thread, once the server has
  // acted on it or there is nothing to cancel; of a client that is in another process, at once.
  virtual void cancel_client(std::uint32_t id, base::Bytes key, std::function<void()> done) = 0;
  // Asks every worker what it does; `done` is called on the thread of the last one.
  virtual void survey(std::function<void(GatewayReport)> done) = 0;
  // No client of the database (of any, where it is empty) gets a server from now on, and
  // servers that come back are ended; or all of that is over.
  virtual void pause(const std::string& database) = 0;
  virtual void resume(const std::string& database) = 0;
};

}  // namespace art32::gateway
