// One event loop of the HTTPS server with its connections and one thread.
//
// Connections stand in one of two lists: `waiting` for their peer, the longest
// wait first, or `busy` with a handler of ours. When there is no room, the front
// of `waiting` goes: who has kept us waiting longest. All members run on the
// worker's thread, save those marked "any thread".
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <thread>

#include "net/descriptor.h"
#include "net/https_lane.h"
#include "net/https_service.h"
#include "net/tls_stream.h"

namespace art32::net {

class HttpsConnection;

class HttpsWorker {
 public:
  using List = std::list<std::shared_ptr<HttpsConnection>>;
  using TimePoint = std::chrono::steady_clock::time_point;

  HttpsWorker(HttpsService& service, HttpsLanes& lanes, std::size_t most_connections);
  ~HttpsWorker();

  void start();                                     // any thread
  void adopt(Descriptor socket, std::string peer);  // any thread
  void drain();                                     // any thread
  void end_all();                                   // any thread
  void evict_oldest_soon();                         // any thread
  void join();                                      // any thread; after end_all

  HttpsService& service() { return service_; }
  HttpsLanes& lanes() { return lanes_; }
  boost::asio::io_context& loop() { return loop_; }
  // Room for one record: to read into, or to put a head and a body's begin together.
  std::span<char> scratch() { return scratch_; }
  std::string_view date();

  // The connection waits for its peer from now on: it goes to the end of the queue.
  void queue_as_waiting(HttpsConnection& connection);
  void queue_as_busy(HttpsConnection& connection);
  // The caller holds a reference: the list's was perhaps the last but one.
  void remove(HttpsConnection& connection);

 private:
  void take(Descriptor socket, std::string peer);
  bool evict_oldest();
  void keep_ticking();
  void expire();

  HttpsService& service_;
  HttpsLanes& lanes_;
  std::size_t most_connections_;
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  boost::asio::steady_timer tick_;
  bool ticking_ = false;
  List waiting_;
  List busy_;
  std::array<char, TlsStream::record_octets> scratch_;
  std::string date_;
  std::chrono::sys_seconds date_second_{};
  std::thread thread_;
};

}  // namespace art32::net
