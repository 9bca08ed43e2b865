// The unix socket by which commands reach the running server: one request, one
// reply, each a length-prefixed text (u32 big endian), mode 0600.
//
// The server answers on a thread per connection, at most a few at once.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/file.h"
#include "base/limits.h"
#include "base/result.h"

namespace art32::net {

class ControlServer {
 public:
  using Answer = std::function<std::string(std::string_view request)>;
  static base::Result<std::unique_ptr<ControlServer>> start(const base::Path& socket, Answer answer);
  ~ControlServer();

 private:
  class Implementation;
  explicit ControlServer(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

// `unavailable` when no server listens there, `timeout` when it doesn't answer.
base::Result<std::string> control_request(const base::Path& socket, std::string_view request,
                                          std::chrono::milliseconds limit = base::limits::control_wait);

}  // namespace art32::net
