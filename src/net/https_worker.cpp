#include "net/https_worker.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include "base/time.h"
#include "net/https_connection.h"
#include "net/signal_mask.h"

namespace art32::net {

namespace asio = boost::asio;

namespace {

constexpr auto tick = std::chrono::milliseconds(200);

}  // namespace

HttpsWorker::HttpsWorker(HttpsService& service, HttpsLanes& lanes, std::size_t most_connections)
    : service_(service),
      lanes_(lanes),
      most_connections_(most_connections),
      guard_(loop_.get_executor()),
      tick_(loop_) {}

HttpsWorker::~HttpsWorker() {
  join();
}

void HttpsWorker::start() {
  thread_ = start_thread_without_signals([this] { loop_.run(); });
}

void HttpsWorker::join() {
  guard_.reset();
  if (!thread_.joinable()) return;
  loop_.stop();
  thread_.join();
}

void HttpsWorker::adopt(Descriptor socket, std::string peer) {
  asio::dispatch(loop_, [this, socket = std::move(socket), peer = std::move(peer)]() mutable {
    take(std::move(socket), std::move(peer));
  });
}

void HttpsWorker::take(Descriptor socket, std::string peer) {
  if (service_.draining) return;
  if (waiting_.size() + busy_.size() >= most_connections_ && !evict_oldest()) return;
  auto connection = std::make_shared<HttpsConnection>(*this, std::move(socket), std::move(peer));
  waiting_.push_back(connection);
  connection->place_ = std::prev(waiting_.end());
  ++service_.connections_now;
  ++service_.connections_total;
  keep_ticking();
  connection->start();
}

bool HttpsWorker::evict_oldest() {
  if (waiting_.empty()) return false;
  const std::shared_ptr<HttpsConnection> oldest = waiting_.front();
  oldest->end();
  return true;
}

void HttpsWorker::evict_oldest_soon() {
  asio::post(loop_, [this] { evict_oldest(); });
}

void HttpsWorker::queue_as_waiting(HttpsConnection& connection) {
  List& source = connection.is_busy_ ? busy_ : waiting_;
  waiting_.splice(waiting_.end(), source, connection.place_);
  connection.is_busy_ = false;
}

void HttpsWorker::queue_as_busy(HttpsConnection& connection) {
  if (connection.is_busy_) return;
  busy_.splice(busy_.end(), waiting_, connection.place_);
  connection.is_busy_ = true;
}

void HttpsWorker::remove(HttpsConnection& connection) {
  --service_.connections_now;
  (connection.is_busy_ ? busy_ : waiting_).erase(connection.place_);
}

void HttpsWorker::keep_ticking() {
  if (ticking_ || (waiting_.empty() && busy_.empty())) return;
  ticking_ = true;
  tick_.expires_after(tick);
  tick_.async_wait([this](const boost::system::error_code& error) {
    ticking_ = false;
    if (error) return;
    expire();
    keep_ticking();
  });
}

void HttpsWorker::expire() {
  const TimePoint now = std::chrono::steady_clock::now();
  std::vector<std::shared_ptr<HttpsConnection>> late;
  for (const auto& connection : waiting_) {
    if (connection->deadline() <= now) late.push_back(connection);
  }
  for (const auto& connection : late)
    connection->expire();
}

void HttpsWorker::drain() {
  asio::post(loop_, [this] {
    const List all = waiting_;
    for (const auto& connection : all)
      connection->drain();
  });
}

void HttpsWorker::end_all() {
  asio::post(loop_, [this] {
    List all = waiting_;
    all.insert(all.end(), busy_.begin(), busy_.end());
    for (const auto& connection : all)
      connection->end();
  });
}

std::string_view HttpsWorker::date() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (now != date_second_) {
    date_second_ = now;
    date_ = base::http_date(now);
  }
  return date_;
}

}  // namespace art32::net
