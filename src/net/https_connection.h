// One connection of the HTTPS server: a state machine that runs until the socket
// would block, then waits for readiness on its worker's event loop.
//
// Owned by its worker's list, and by the wait or handler under way. Everything runs
// on the worker's thread; only the handler of a blocking request runs elsewhere, on
// a copy. The TLS state is made when the first octet comes, so that a peer who only
// opens TCP connections costs a few hundred octets each.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <optional>

#include "net/http_request_reader.h"
#include "net/https_worker.h"

namespace art32::net {

class HttpsConnection : public std::enable_shared_from_this<HttpsConnection> {
 public:
  HttpsConnection(HttpsWorker& worker, Descriptor socket, std::string peer);

  void start();
  // Closes at once; harmless when closed already.
  void end();
  // The deadline has passed: 408 for half a request, a close otherwise.
  void expire();
  // Closes when nothing of a request is under way.
  void drain();
  HttpsWorker::TimePoint deadline() const { return deadline_; }

 private:
  friend class HttpsWorker;
  enum class Phase { greeting, handshake, reading, answering, writing, lingering, closed };
  enum class Next { again, wait_read, wait_write, suspend, close };

  void run();
  Next step();
  Next greet();
  void await_octets(int count);
  Next shake_hands();
  Next read_request();
  Next handle(HttpRequestReader::State state);
  Next send_continue();
  Next answer(ReceivedRequest received);
  bool answer_on(HttpsLane& lane, HttpRequest request);  // false: the lane is full
  void respond(HttpResponse response, KeepAlive keep_alive);
  Next write_response();
  std::string_view next_piece();
  Next finish_response();
  Next linger();

  void wait(Next direction);
  void run_later();
  void expect_within(std::chrono::milliseconds limit);

  HttpsWorker& worker_;
  boost::asio::posix::stream_descriptor socket_;
  std::string peer_;
  HttpsWorker::List::iterator place_;  // kept by the worker
  bool is_busy_ = false;               // kept by the worker

  Phase phase_ = Phase::greeting;
  HttpsWorker::TimePoint deadline_;
  std::uint64_t turn_ = 0;  // a wait that another turn has overtaken is ignored

  int awaited_ = 1;  // octets that make the socket readable, while greeting
  std::optional<TlsServerContext> tls_;
  std::unique_ptr<ByteStream> stream_;
  HttpRequestReader reader_;

  bool only_head_ = false;
  KeepAlive keep_alive_ = KeepAlive::yes;
  std::string head_;
  SharedBody body_;
  std::size_t sent_ = 0;
  std::size_t lingered_ = 0;
};

}  // namespace art32::net
