// A listening TCP socket whose connections go to the workers in turn.
//
// Lives on the event loop of the first worker. When the process has no descriptor
// left it lets the longest waiting connections go and tries again shortly; it never
// gives up. One socket rather than SO_REUSEPORT, which would let a second server of
// the same user bind the same port unseen.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/https_worker.h"

namespace art32::net {

class Listener {
 public:
  Listener(Descriptor socket, const std::vector<std::unique_ptr<HttpsWorker>>& workers);
  void start();
  std::uint16_t port() const { return port_; }
  // On the first worker's thread, or when it doesn't run.
  void close();

 private:
  void wait();
  void accept_some();
  void pause();

  const std::vector<std::unique_ptr<HttpsWorker>>& workers_;
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer pause_;
  std::uint16_t port_ = 0;
  std::size_t next_worker_ = 0;
};

// Raises the soft limit of open descriptors to `wanted` where the hard limit lets it;
// returns what holds now.
std::size_t raise_descriptor_limit(std::size_t wanted);

}  // namespace art32::net
