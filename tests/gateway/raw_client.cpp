#include "tests/gateway/raw_client.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/assert.h"
#include "net/connect.h"
#include "net/deadline.h"
#include "pgwire/authentication.h"
#include "pgwire/backend.h"
#include "pgwire/diagnostic.h"
#include "pgwire/frame.h"
#include "pgwire/startup.h"

namespace art32::test {

namespace type = pgwire::frontend_type;

const RawMessage* Answers::find(char wanted) const {
  for (const RawMessage& message : messages)
    if (message.type == wanted) return &message;
  return nullptr;
}

RawClient::RawClient(std::uint16_t port) {
  auto socket =
      net::connect_tcp({.address = "127.0.0.1", .port = port, .server_name = {}}, net::Deadline(patience));
  ART32_ASSERT(socket.has_value());
  socket_ = std::move(*socket);
}

RawClient::~RawClient() = default;

void RawClient::hang_up() {
  tls_.reset();
  socket_.close();
  has_ended_ = true;
}

bool RawClient::begin_tls(const std::string& alpn) {
  context_ = std::shared_ptr<SSL_CTX>(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!alpn.empty()) {
    const std::string offered = static_cast<char>(alpn.size()) + alpn;
    SSL_CTX_set_alpn_protos(context_.get(), reinterpret_cast<const unsigned char*>(offered.data()),
                            static_cast<unsigned>(offered.size()));
  }
  tls_ = std::make_unique<net::TlsStream>(context_.get(), socket_.number(), net::TlsRole::client);
  const net::Deadline deadline(patience);
  for (;;) {
    const net::StreamProgress progress = tls_->handshake();
    if (progress == net::StreamProgress::done) return true;
    if (progress != net::StreamProgress::wants_read && progress != net::StreamProgress::wants_write)
      return false;
    const short events = progress == net::StreamProgress::wants_read ? POLLIN : POLLOUT;
    if (deadline.wait(socket_.number(), events) != net::Deadline::Wait::ready) return false;
  }
}

RawClient& RawClient::octets(base::ByteView octets) {
  base::append(out_, octets);
  return *this;
}

RawClient& RawClient::query(std::string_view sql) {
  pgwire::put_query(out_, sql);
  return *this;
}

RawClient& RawClient::parse(std::string_view name, std::string_view sql) {
  pgwire::put_parse(out_, {name, sql, {}});
  return *this;
}

RawClient& RawClient::bind(std::string_view portal, std::string_view statement,
                           const std::vector<std::string>& values) {
  std::vector<pgwire::Value> parameters;
  for (const std::string& value : values)
    parameters.emplace_back(base::as_bytes(value));
  pgwire::put_text_bind(out_, portal, statement, parameters);
  return *this;
}

RawClient& RawClient::describe(char kind, std::string_view name) {
  pgwire::put_describe(out_, {static_cast<pgwire::ObjectKind>(kind), name});
  return *this;
}

RawClient& RawClient::close(char kind, std::string_view name) {
  pgwire::put_close(out_, {static_cast<pgwire::ObjectKind>(kind), name});
  return *this;
}

RawClient& RawClient::execute(std::string_view portal, int rows) {
  pgwire::put_execute(out_, {portal, rows});
  return *this;
}

RawClient& RawClient::sync() {
  return octets(pgwire::sync_message);
}

RawClient& RawClient::flush() {
  return octets(pgwire::flush_message);
}

RawClient& RawClient::copy_data(std::string_view data) {
  out_.push_back(type::copy_data);
  base::put_u32(out_, static_cast<std::uint32_t>(data.size() + 4));
  return octets(data);
}

RawClient& RawClient::copy_done() {
  return octets(pgwire::copy_done_message);
}

RawClient& RawClient::copy_fail(std::string_view why) {
  pgwire::put_copy_fail(out_, why);
  return *this;
}

bool RawClient::go(std::chrono::milliseconds limit) {
  const base::Bytes all = std::exchange(out_, {});
  std::size_t at = 0;
  const net::Deadline deadline(limit);
  while (at < all.size()) {
    const std::string_view rest = base::as_text(base::ByteView(all).subspan(at));
    ssize_t sent = -1;
    if (tls_) {
      const net::TlsStream::Transfer transfer = tls_->write(rest, net::More::no);
      if (transfer.progress == net::StreamProgress::done)
        sent = static_cast<ssize_t>(transfer.octets);
      else if (transfer.progress != net::StreamProgress::wants_write)
        return false;
    } else {
      sent = ::send(socket_.number(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;
    }
    if (sent >= 0)
      at += static_cast<std::size_t>(sent);
    else if (deadline.wait(socket_.number(), POLLOUT) != net::Deadline::Wait::ready)
      return false;
  }
  return true;
}

// Octets; 0 at the end; -1 when there are none yet.
ssize_t RawClient::receive(char* target, std::size_t size) {
  if (!tls_) {
    const ssize_t got = ::recv(socket_.number(), target, size, MSG_DONTWAIT);
    return got < 0 && errno != EAGAIN && errno != EINTR ? 0 : got;
  }
  const net::TlsStream::Transfer transfer = tls_->read({target, size});
  if (transfer.progress == net::StreamProgress::done) return static_cast<ssize_t>(transfer.octets);
  return transfer.progress == net::StreamProgress::wants_read ? -1 : 0;
}

bool RawClient::fill(std::chrono::milliseconds limit) {
  if (has_ended_) return false;
  const net::Deadline deadline(limit);
  std::vector<char> buffer(65'536);
  for (;;) {
    const ssize_t got = receive(buffer.data(), buffer.size());
    if (got > 0) {
      base::append(in_, base::as_bytes({buffer.data(), static_cast<std::size_t>(got)}));
      return true;
    }
    if (got == 0) has_ended_ = true;
    if (has_ended_ || deadline.wait(socket_.number(), POLLIN) != net::Deadline::Wait::ready) return false;
  }
}

base::Bytes RawClient::read_octets(std::chrono::milliseconds limit) {
  if (in_.empty()) fill(limit);
  return std::exchange(in_, {});
}

std::optional<RawMessage> RawClient::read(std::chrono::milliseconds limit) {
  const net::Deadline deadline(limit);
  for (;;) {
    if (in_.size() >= pgwire::header_octets) {
      const std::size_t size = 1U + base::get_u32(base::ByteView(in_).subspan(1));
      if (in_.size() >= size) {
        RawMessage message{static_cast<char>(in_[0]),
                           base::Bytes(in_.begin() + pgwire::header_octets,
                                       in_.begin() + static_cast<std::ptrdiff_t>(size))};
        in_.erase(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(size));
        return message;
      }
    }
    if (!fill(std::chrono::milliseconds(deadline.remaining_ms()))) return std::nullopt;
  }
}

void RawClient::note(Answers& answers, RawMessage message) {
  const base::ByteView body = message.body;
  const auto text = [](const pgwire::DiagnosticView& view, pgwire::FieldCode code) {
    return std::string(view.field(code).value_or("-----"));
  };
  const bool is_asynchronous = message.type == 'N' || message.type == 'S' || message.type == 'A';
  if (!is_asynchronous) answers.types += message.type;
  if (message.type == 'Z') answers.types += body.empty() ? '?' : static_cast<char>(body[0]);
  if (message.type == 'E' || message.type == 'N') {
    const auto view = pgwire::DiagnosticView::parse(body);
    if (message.type == 'E')
      answers.errors.push_back(view ? text(*view, pgwire::FieldCode::sqlstate) + " " +
                                          text(*view, pgwire::FieldCode::message)
                                    : "malformed");
    else
      answers.notices.push_back(view ? text(*view, pgwire::FieldCode::message) : "malformed");
  }
  if (message.type == 'C')
    answers.tags.emplace_back(pgwire::parse_command_complete(body).value_or("malformed"));
  if (message.type == 'D' && body.size() >= 6) {
    const std::uint32_t size = base::get_u32(body.subspan(2));
    answers.rows.push_back(size == 0xffff'ffff ? "(null)" : base::to_text(body.subspan(6, size)));
  }
  if (message.type == 'A')
    if (const auto notification = pgwire::parse_notification(body))
      answers.channels.emplace_back(notification->channel);
  if (message.type == 'S')
    if (const auto status = pgwire::parse_parameter_status(body))
      answers.parameters[std::string(status->name)] = status->value;
  answers.messages.push_back(std::move(message));
}

Answers RawClient::until(char wanted, unsigned count, std::chrono::milliseconds limit) {
  Answers answers;
  const net::Deadline deadline(limit);
  while (count > 0) {
    auto message = read(std::chrono::milliseconds(deadline.remaining_ms()));
    if (!message) {
      answers.types += has_ended_ ? '$' : '#';
      break;
    }
    if (message->type == wanted) --count;
    note(answers, std::move(*message));
  }
  return answers;
}

Answers RawClient::ready(unsigned count, std::chrono::milliseconds limit) {
  return until('Z', count, limit);
}

Answers RawClient::rest(std::chrono::milliseconds limit) {
  return until('\0', 1, limit);
}

Answers RawClient::ask(std::string_view sql) {
  query(sql).go();
  return ready();
}

RawClient& RawClient::start_up(const Login& login) {
  std::vector<pgwire::StartupParameter> parameters = {{"user", login.user}, {"database", login.database}};
  for (const auto& [name, value] : login.parameters)
    parameters.push_back({name, value});
  pgwire::put_startup_message(out_, login.version, parameters);
  return *this;
}

// False when it can't be answered.
bool RawClient::answer_authentication(const RawMessage& message, const Login& login,
                                      std::unique_ptr<pgwire::ScramClient>& scram) {
  const auto request = pgwire::parse_authentication(message.body);
  if (!request) return false;
  using Kind = pgwire::AuthenticationKind;
  if (request->kind == Kind::ok) return true;
  if (request->kind == Kind::sasl) {
    scram =
        std::make_unique<pgwire::ScramClient>(base::Secret(login.password), login.binding, login.end_point,
                                              login.nonce.empty() ? pgwire::make_scram_nonce() : login.nonce);
    const auto start = scram->start(pgwire::sasl_mechanisms(*request));
    if (!start) return false;
    mechanism = start->mechanism;
    pgwire::put_sasl_initial_response(out_, {start->mechanism, base::as_bytes(start->message)});
    return go();
  }
  if (request->kind == Kind::cleartext_password) {
    pgwire::put_password(out_, login.password);
    return go();
  }
  if (!scram) return false;
  if (request->kind == Kind::sasl_final) return scram->finish(base::as_text(request->data)).has_value();
  const auto answer = scram->answer(base::as_text(request->data));
  if (!answer) return false;
  pgwire::put_sasl_response(out_, base::as_bytes(*answer));
  return go();
}

Answers RawClient::log_in(const Login& login) {
  Answers answers;
  start_up(login).go();
  std::unique_ptr<pgwire::ScramClient> scram;
  for (;;) {
    auto message = read();
    if (!message) {
      answers.types += has_ended_ ? '$' : '#';
      return answers;
    }
    if (message->type == 'R' && !answer_authentication(*message, login, scram)) {
      answers.types += "R!";
      return answers;
    }
    if (message->type == 'K') {
      process_id = base::get_u32(message->body);
      cancel_key.assign(message->body.begin() + 4, message->body.end());
    }
    const bool is_ready = message->type == 'Z';
    note(answers, std::move(*message));
    if (is_ready) return answers;
  }
}

void send_cancel(std::uint16_t port, std::uint32_t process_id, base::ByteView key) {
  RawClient client(port);
  base::Bytes packet;
  pgwire::put_cancel_request(packet, {process_id, key});
  client.octets(packet).go();
  client.rest();
}

}  // namespace art32::test
