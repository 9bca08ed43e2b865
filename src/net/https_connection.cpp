#include "net/https_connection.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "net/http_response_head.h"
#include "net/plain_stream.h"

namespace art32::net {

namespace asio = boost::asio;

namespace {

// RFC 6797 section 7.2 forbids HSTS here, so this answer doesn't pass `finish`.
constexpr std::string_view plaintext_answer =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 34\r\nConnection: close\r\n\r\n"
    "This port speaks HTTPS, not HTTP.\n";
constexpr std::string_view continue_answer = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr int steps_a_turn = 64;
constexpr std::size_t slowest_octets_a_second = 16U << 10;

constexpr std::size_t record_header_octets = 5;

// How much of a connection's begin to wait for. What isn't a handshake record of a
// lawful size goes to the TLS library as it is, which refuses it.
int first_record_octets(const std::array<unsigned char, record_header_octets>& header, std::size_t got) {
  constexpr unsigned char handshake_record = 22;
  if (header[0] != handshake_record) return 1;
  if (got < header.size()) return static_cast<int>(header.size());
  const std::size_t body = static_cast<std::size_t>(header[3]) * 256 + header[4];
  return body > TlsStream::record_octets ? 1 : static_cast<int>(header.size() + body);
}

bool would_block() {
  return errno == EAGAIN || errno == EINTR;
}

}  // namespace

HttpsConnection::HttpsConnection(HttpsWorker& worker, Descriptor socket, std::string peer)
    : worker_(worker),
      socket_(worker.loop(), socket.release()),
      peer_(std::move(peer)),
      reader_(worker.service().has_tls() ? OldestHttp::http_1_1 : OldestHttp::http_1_0) {}

void HttpsConnection::start() {
  expect_within(worker_.service().limits.handshake);
  wait(Next::wait_read);
}

void HttpsConnection::end() {
  if (phase_ == Phase::closed) return;
  if (stream_ && phase_ != Phase::writing) stream_->close_notify();
  phase_ = Phase::closed;
  ++turn_;
  worker_.remove(*this);  // before the peer can see the close
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void HttpsConnection::expire() {
  if (phase_ != Phase::reading || reader_.is_idle()) {
    if (phase_ == Phase::handshake) ++worker_.service().handshake_failures_total;
    return end();
  }
  respond(worker_.service().error(408), KeepAlive::no);
  run();
}

void HttpsConnection::drain() {
  const bool idle = phase_ == Phase::reading && reader_.is_idle();
  if (idle || phase_ == Phase::greeting || phase_ == Phase::handshake) end();
}

void HttpsConnection::expect_within(std::chrono::milliseconds limit) {
  deadline_ = std::chrono::steady_clock::now() + limit;
}

void HttpsConnection::wait(Next direction) {
  const auto kind = direction == Next::wait_read ? asio::posix::stream_descriptor::wait_read
                                                 : asio::posix::stream_descriptor::wait_write;
  socket_.async_wait(kind,
                     [self = shared_from_this(), turn = ++turn_](const boost::system::error_code& error) {
                       if (turn != self->turn_) return;
                       if (error) return self->end();
                       self->run();
                     });
}

void HttpsConnection::run_later() {
  asio::post(worker_.loop(), [self = shared_from_this(), turn = ++turn_] {
    if (turn == self->turn_) self->run();
  });
}

void HttpsConnection::run() {
  for (int count = 0; count < steps_a_turn; ++count) {
    const Next next = step();
    if (next == Next::again) continue;
    if (next == Next::close) return end();
    if (next != Next::suspend) wait(next);
    return;
  }
  run_later();  // a peer that always has more lets others have their turn
}

HttpsConnection::Next HttpsConnection::step() {
  switch (phase_) {
    case Phase::greeting:
      return greet();
    case Phase::handshake:
      return shake_hands();
    case Phase::reading:
      return read_request();
    case Phase::writing:
      return write_response();
    case Phase::lingering:
      return linger();
    case Phase::answering:
    case Phase::closed:
      break;
  }
  return Next::suspend;
}

// A TLS record of a handshake begins with 22 (RFC 8446 section 5.1), an HTTP
// request with a letter. Until the whole first record has come it stays in the
// kernel, which wakes us when it is there (SO_RCVLOWAT): half a hello costs nothing.
HttpsConnection::Next HttpsConnection::greet() {
  const int descriptor = socket_.native_handle();
  if (!worker_.service().has_tls()) {
    stream_ = std::make_unique<PlainStream>(descriptor);
    phase_ = Phase::handshake;
    return Next::again;
  }
  std::array<unsigned char, record_header_octets> header{};
  const ssize_t got = ::recv(descriptor, header.data(), header.size(), MSG_PEEK);
  if (got < 0 && would_block()) return Next::wait_read;
  if (got <= 0) return Next::close;
  if (header[0] >= 'A' && header[0] <= 'Z') {
    [[maybe_unused]] const ssize_t sent =
        ::send(descriptor, plaintext_answer.data(), plaintext_answer.size(), MSG_NOSIGNAL);
    ++worker_.service().handshake_failures_total;
    return finish_response();
  }
  const int wanted = first_record_octets(header, static_cast<std::size_t>(got));
  int available = 0;
  ::ioctl(descriptor, FIONREAD, &available);
  if (available < wanted) {
    if (wanted <= awaited_) return Next::close;  // woken for less: no more will come
    await_octets(wanted);
    return Next::wait_read;
  }
  await_octets(1);
  tls_ = worker_.service().tls();
  stream_ = std::make_unique<TlsStream>(tls_->native(), descriptor, TlsRole::server);
  phase_ = Phase::handshake;
  return Next::again;
}

void HttpsConnection::await_octets(int count) {
  if (count == awaited_) return;
  awaited_ = count;
  ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVLOWAT, &count, sizeof count);
}

HttpsConnection::Next HttpsConnection::shake_hands() {
  switch (stream_->handshake()) {
    case StreamProgress::done:
      phase_ = Phase::reading;
      expect_within(worker_.service().limits.idle);
      worker_.queue_as_waiting(*this);
      return Next::again;
    case StreamProgress::wants_read:
      return Next::wait_read;
    case StreamProgress::wants_write:
      return Next::wait_write;
    default:
      ++worker_.service().handshake_failures_total;
      return Next::close;
  }
}

HttpsConnection::Next HttpsConnection::read_request() {
  if (!reader_.is_idle()) {
    const auto state = reader_.put({});
    if (state != HttpRequestReader::State::needs_more) return handle(state);
  }
  const auto got = stream_->read(worker_.scratch());
  switch (got.progress) {
    case StreamProgress::done:
      if (reader_.is_idle()) expect_within(worker_.service().limits.request);
      return handle(reader_.put({worker_.scratch().data(), got.octets}));
    case StreamProgress::wants_read:
      return Next::wait_read;
    case StreamProgress::wants_write:
      return Next::wait_write;
    default:
      return Next::close;
  }
}

HttpsConnection::Next HttpsConnection::handle(HttpRequestReader::State state) {
  switch (state) {
    case HttpRequestReader::State::needs_more:
      return Next::again;
    case HttpRequestReader::State::wants_continue:
      return send_continue();
    case HttpRequestReader::State::complete:
      return answer(reader_.take());
    case HttpRequestReader::State::refused:
      only_head_ = false;
      respond(worker_.service().error(reader_.status()), KeepAlive::no);
      return Next::again;
  }
  return Next::close;
}

HttpsConnection::Next HttpsConnection::send_continue() {
  // Nothing else is under way, so these few octets fit, or the peer is not well.
  const auto put = stream_->write(continue_answer, More::no);
  return put.progress == StreamProgress::done ? Next::again : Next::close;
}

HttpsConnection::Next HttpsConnection::answer(ReceivedRequest received) {
  HttpsService& service = worker_.service();
  ++service.requests_total;
  received.request.peer = peer_;
  only_head_ = received.request.method == "HEAD";
  keep_alive_ = received.keep_alive;
  const Blocking blocking = service.blocks(received.request);
  if (blocking == Blocking::no) {
    respond(service.answer(received.request), keep_alive_);
    return Next::again;
  }
  HttpsLane& lane = worker_.lanes().of(blocking);
  if (answer_on(lane, std::move(received.request))) return Next::suspend;
  lane.log_refusal(peer_);
  HttpResponse busy = service.error(lane.busy_status());
  busy.headers.push_back({"Retry-After", "5"});
  respond(std::move(busy), keep_alive_);
  return Next::again;
}

bool HttpsConnection::answer_on(HttpsLane& lane, HttpRequest request) {
  auto response = std::make_shared<HttpResponse>();
  const auto work = [&service = worker_.service(), response, request = std::move(request)] {
    *response = service.answer(request);
  };
  const auto after = [self = shared_from_this(), response] {
    asio::post(self->worker_.loop(), [self, response] {
      if (self->phase_ != Phase::answering) return;
      self->respond(std::move(*response), self->keep_alive_);
      self->run();
    });
  };
  if (!lane.post(work, after)) return false;
  // Still on the loop's thread: what `after` posts comes later than this.
  phase_ = Phase::answering;
  worker_.queue_as_busy(*this);
  return true;
}

void HttpsConnection::respond(HttpResponse response, KeepAlive keep_alive) {
  HttpsService& service = worker_.service();
  if (!is_sound(response)) {
    base::log_error("a response was unsound and not sent", {{"status", std::to_string(response.status)}});
    response = service.error(500);
  }
  service.finish(response);
  keep_alive_ = service.draining ? KeepAlive::no : keep_alive;
  head_ = response_head(response, keep_alive_, worker_.date());
  body_ = has_body(response.status) && !only_head_ ? std::move(response.body) : nullptr;
  sent_ = 0;
  phase_ = Phase::writing;
  const std::size_t size = body_ ? body_->size() : 0;
  expect_within(service.limits.write + std::chrono::seconds(size / slowest_octets_a_second));
  worker_.queue_as_waiting(*this);
}

// The head and as much of the body as fits go into one record; the rest of the
// body is sent from where it lies.
std::string_view HttpsConnection::next_piece() {
  const std::string_view body = body_ ? std::string_view(*body_) : std::string_view();
  if (sent_ >= head_.size()) return body.substr(sent_ - head_.size());
  const std::string_view rest = std::string_view(head_).substr(sent_);
  const std::span<char> record = worker_.scratch();
  const std::size_t from_head = std::min(rest.size(), record.size());
  const std::size_t from_body = std::min(body.size(), record.size() - from_head);
  std::memcpy(record.data(), rest.data(), from_head);
  if (from_body > 0) std::memcpy(record.data() + from_head, body.data(), from_body);
  return {record.data(), from_head + from_body};
}

HttpsConnection::Next HttpsConnection::write_response() {
  const std::size_t total = head_.size() + (body_ ? body_->size() : 0);
  const std::size_t before = sent_;
  while (sent_ < total) {
    const std::string_view piece = next_piece();
    const auto put = stream_->write(piece, sent_ + piece.size() < total ? More::yes : More::no);
    if (put.progress == StreamProgress::done) {
      sent_ += put.octets;
      continue;
    }
    if (put.progress == StreamProgress::closed || put.progress == StreamProgress::failed) return Next::close;
    if (sent_ != before) worker_.queue_as_waiting(*this);
    return put.progress == StreamProgress::wants_write ? Next::wait_write : Next::wait_read;
  }
  head_ = {};
  body_ = nullptr;
  if (keep_alive_ == KeepAlive::no) return finish_response();
  phase_ = Phase::reading;
  expect_within(reader_.is_idle() ? worker_.service().limits.idle : worker_.service().limits.request);
  worker_.queue_as_waiting(*this);
  return reader_.is_idle() && !stream_->has_pending() ? Next::wait_read : Next::again;
}

// Closing with unread octets would reset the connection, and the peer might lose
// the answer (RFC 9112 section 9.6): half a close, then what still comes is thrown away.
HttpsConnection::Next HttpsConnection::finish_response() {
  if (stream_) stream_->close_notify();
  ::shutdown(socket_.native_handle(), SHUT_WR);
  phase_ = Phase::lingering;
  expect_within(worker_.service().limits.linger);
  return Next::again;
}

HttpsConnection::Next HttpsConnection::linger() {
  const std::span<char> scratch = worker_.scratch();
  const ssize_t got = ::recv(socket_.native_handle(), scratch.data(), scratch.size(), 0);
  if (got < 0 && would_block()) return Next::wait_read;
  if (got <= 0) return Next::close;
  lingered_ += static_cast<std::size_t>(got);
  return lingered_ > base::limits::http_linger_octets ? Next::close : Next::again;
}

}  // namespace art32::net
