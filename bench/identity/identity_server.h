// art32 as its own process, in a folder of its own, with one team, one user and what `[identity]`
// listens at: for benchmarks of what proxies ask.
//
// What can't be done ends the benchmark with 1. Ends with the object, which doesn't move. One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "net/subprocess.h"

namespace art32::bench {

// Of a program that has to end well within a minute; without the line feed at its end.
std::string output_of(std::vector<std::string> arguments);
// Until somebody listens at this unix socket.
void wait_for_socket(const base::Path& socket);

class IdentityServer {
 public:
  explicit IdentityServer(const base::Path& folder);

  base::Path socket() const { return folder_ / "run/identity.sock"; }
  std::string issue_token() const;  // one more, which nobody has shown yet

 private:
  std::string art32(std::vector<std::string> arguments) const;

  base::Path folder_;
  std::optional<net::Child> process_;
};

}  // namespace art32::bench
