// nginx and Caddy with the files of examples/invoices-express that people copy, before an application
// that keeps what it was told. All of them on unix sockets in one folder; ended with the object.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/scratch_folder.h"
#include "net/https_server.h"
#include "net/subprocess.h"

namespace art32::test {

// The last request that came to it, and how many.
class Application {
 public:
  explicit Application(const base::Path& socket);

  std::size_t requests() const;
  // Values of the header in the last request: all of those that came, one by one.
  std::vector<std::string> told(std::string_view name) const;
  // Of whatever headers a program behind CGI would read as this variable.
  std::vector<std::string> told_as_variable(std::string_view variable) const;

 private:
  mutable std::mutex mutex_;
  std::size_t requests_ = 0;
  net::HttpRequest last_;
  std::unique_ptr<net::HttpsServer> server_;
};

struct ProxyAnswer {
  int status = 0;
  std::string text;  // all of it
};

class Proxy {
 public:
  enum class Kind { nginx, caddy };
  struct Addresses {
    base::Path identity;  // art32's socket
    base::Path application;
  };
  // What is put in place of a text that the example has once.
  struct Edit {
    std::string from, to;
  };
  // The example as it is but for the addresses, then with the edits. Waits until the proxy listens,
  // aborts the test if it doesn't.
  Proxy(Kind kind, const base::Path& folder, const Addresses& addresses, const std::vector<Edit>& edits = {});

  // GET of the path with these header lines, each ended by CR LF.
  ProxyAnswer get(std::string_view path, std::string_view headers) const;
  bool running() { return child_->running(); }
  std::string log() const;

 private:
  base::Path socket_, log_;
  std::optional<net::Child> child_;
};

}  // namespace art32::test
