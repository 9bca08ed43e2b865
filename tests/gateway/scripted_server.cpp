#include "tests/gateway/scripted_server.h"

#include <sys/socket.h>

#include <cerrno>

#include "base/assert.h"
#include "crypto/random.h"
#include "net/deadline.h"
#include "net/listening_socket.h"
#include "pgwire/authentication.h"
#include "pgwire/backend.h"
#include "pgwire/frame.h"
#include "pgwire/startup.h"

namespace art32::test {

using namespace std::chrono_literals;

bool ScriptedConnection::fill(std::size_t octets) {
  while (in_.size() < octets) {
    if (is_stopping_ || !socket_.is_open()) return false;
    if (net::Deadline(20ms).wait(socket_.number(), POLLIN) != net::Deadline::Wait::ready) continue;
    char buffer[65'536];
    const ssize_t got = ::recv(socket_.number(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return false;
    if (got > 0) base::append(in_, base::as_bytes({buffer, static_cast<std::size_t>(got)}));
  }
  return true;
}

base::Bytes ScriptedConnection::read_packet() {
  if (!fill(4)) return {};
  const std::size_t size = base::get_u32(in_);
  if (!fill(size)) return {};
  const auto end = in_.begin() + static_cast<std::ptrdiff_t>(size);
  base::Bytes packet(in_.begin(), end);
  in_.erase(in_.begin(), end);
  return packet;
}

RawMessage ScriptedConnection::read() {
  if (!fill(pgwire::header_octets)) return {};
  const std::size_t size = 1U + base::get_u32(base::ByteView(in_).subspan(1));
  if (!fill(size)) return {};
  const auto end = in_.begin() + static_cast<std::ptrdiff_t>(size);
  RawMessage message{static_cast<char>(in_[0]), base::Bytes(in_.begin() + pgwire::header_octets, end)};
  in_.erase(in_.begin(), end);
  return message;
}

bool ScriptedConnection::read_to(char type) {
  for (;;) {
    const char came = read().type;
    if (came == 0 || came == 'X') return false;
    if (came == type) return true;
  }
}

void ScriptedConnection::drain() {
  while (fill(1))
    in_.clear();
}

void ScriptedConnection::send(base::ByteView octets) {
  while (!octets.empty() && !is_stopping_ && socket_.is_open()) {
    const ssize_t sent = ::send(socket_.number(), octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0)
      octets = octets.subspan(static_cast<std::size_t>(sent));
    else if (errno != EAGAIN && errno != EINTR)
      return;
    else
      (void)net::Deadline(20ms).wait(socket_.number(), POLLOUT);
  }
}

void ScriptedConnection::send_message(char type, std::string_view body) {
  base::Bytes out;
  out.push_back(static_cast<std::uint8_t>(type));
  base::put_u32(out, static_cast<std::uint32_t>(body.size() + 4));
  base::append(out, base::as_bytes(body));
  send(out);
}

void ScriptedConnection::row_description() {
  base::Bytes body;
  base::put_u16(body, 1);
  base::append(body, base::as_bytes(std::string_view("x\0", 2)));
  for (int i = 0; i < 18; ++i)
    body.push_back(0);
  send_message('T', base::as_text(body));
}

void ScriptedConnection::row(std::string_view value) {
  base::Bytes body;
  base::put_u16(body, 1);
  base::put_u32(body, static_cast<std::uint32_t>(value.size()));
  base::append(body, base::as_bytes(value));
  send_message('D', base::as_text(body));
}

void ScriptedConnection::error(std::string_view severity, std::string_view sqlstate,
                               std::string_view message) {
  std::string body;
  for (const auto& [code, text] :
       {std::pair{'S', severity}, {'V', severity}, {'C', sqlstate}, {'M', message}})
    if (!text.empty()) body += code + std::string(text) + '\0';
  send_message('E', body + '\0');
}

void ScriptedConnection::parameter(std::string_view name, std::string_view value) {
  base::Bytes out;
  pgwire::put_parameter_status(out, {name, value});
  send(out);
}

void ScriptedConnection::answer(std::string_view value) {
  row_description();
  row(value);
  command_complete("SELECT 1");
  ready();
}

ScriptedServer::ScriptedServer(Script script, Script opening)
    : script_(std::move(script)), opening_(std::move(opening)) {
  auto listener = net::listen_tcp("127.0.0.1", 0);
  ART32_ASSERT(listener.has_value());
  listener_ = std::move(*listener);
  port_ = net::local_port(listener_.number());
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  is_stopping_ = true;
  acceptor_.join();
  for (std::thread& thread : threads_)
    thread.join();
}

void ScriptedServer::accept_all() {
  while (!is_stopping_) {
    if (net::Deadline(20ms).wait(listener_.number(), POLLIN) != net::Deadline::Wait::ready) continue;
    net::Descriptor socket(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket.is_open()) continue;
    threads_.emplace_back(
        [this, held = std::make_shared<net::Descriptor>(std::move(socket))] { serve(std::move(*held)); });
  }
}

void ScriptedServer::serve(net::Descriptor socket) {
  ScriptedConnection connection(std::move(socket), is_stopping_);
  if (opening_) return opening_(connection, connections_++);
  const base::Bytes packet = connection.read_packet();
  if (packet.empty()) return;
  const auto first = pgwire::parse_first_packet(packet);
  ART32_ASSERT(first.has_value());
  if (std::holds_alternative<pgwire::CancelRequest>(*first)) {
    ++cancels_;
    return;
  }
  welcome(connection);
  script_(connection, connections_++);
}

void ScriptedServer::welcome(ScriptedConnection& connection) {
  base::Bytes out;
  pgwire::put_authentication(out, {pgwire::AuthenticationKind::ok, {}});
  for (const auto& [name, value] : {std::pair{"server_version", "15.0"}, {"client_encoding", "UTF8"}})
    pgwire::put_parameter_status(out, {name, value});
  const base::Bytes key = crypto::random_bytes(4);
  pgwire::put_backend_key_data(out, {1, key});
  pgwire::put_ready_for_query(out, pgwire::TransactionStatus::idle);
  connection.send(out);
}

const std::string& ScriptedServer::password() {
  static const std::string password = crypto::random_alphanumeric(24);
  return password;
}

std::shared_ptr<gateway::Settings> ScriptedServer::settings(const GatewayChoice& choice) const {
  auto settings = std::make_shared<gateway::Settings>();
  settings->port = 0;
  settings->plain_on_loopback = true;
  settings->backend = choice.backend;
  settings->workers = choice.workers;
  settings->mock_secret = crypto::random_secret(32);
  gateway::Database database;
  database.name = database.server_name = "app";
  database.address = {"127.0.0.1", port_, "localhost"};
  database.security = gateway::ServerSecurity::plain;
  database.limits.most = choice.pool_size;
  database.limits.wait = choice.wait;
  settings->databases.emplace("app", std::move(database));
  gateway::Principal principal;
  principal.name = principal.server_role = "app";
  principal.verifier = pgwire::make_scram_verifier(password(), crypto::random_bytes(16)).value();
  principal.server_password = base::Secret(password());
  settings->principals.emplace("app", std::move(principal));
  return settings;
}

}  // namespace art32::test
