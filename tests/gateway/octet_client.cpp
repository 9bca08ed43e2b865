#include "tests/gateway/octet_client.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "base/assert.h"
#include "net/socket_address.h"
#include "pgwire/authentication.h"
#include "pgwire/backend.h"
#include "pgwire/diagnostic.h"
#include "pgwire/frame.h"
#include "pgwire/frontend.h"
#include "pgwire/rows.h"
#include "pgwire/scram_client.h"
#include "pgwire/startup.h"

namespace art32::test {

using namespace std::chrono_literals;
using End = OctetMessage::End;

std::string OctetMessage::field(char code) const {
  const auto parsed = pgwire::DiagnosticView::parse(body);
  if (!parsed) return {};
  return std::string(parsed->field(static_cast<pgwire::FieldCode>(code)).value_or(""));
}

OctetClient::OctetClient(std::uint16_t port, const std::string& from)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  ART32_ASSERT(socket_.is_open());
  net::SocketAddress own = net::parse_socket_address(from, 0).value();
  if (from != "127.0.0.1") ART32_ASSERT(::bind(socket_.number(), own.native(), own.size) == 0);
  net::SocketAddress peer = net::parse_socket_address("127.0.0.1", port).value();
  int result = 0;
  do
    result = ::connect(socket_.number(), peer.native(), peer.size);
  while (result != 0 && errno == EINTR);
  ART32_ASSERT(result == 0);
}

void OctetClient::send(base::ByteView octets) {
  while (!octets.empty()) {
    const ssize_t count = ::send(socket_.number(), octets.data(), octets.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    octets = octets.subspan(static_cast<std::size_t>(count));
  }
}

void OctetClient::send(const std::vector<int>& octets) {
  base::Bytes bytes;
  for (const int octet : octets)
    bytes.push_back(static_cast<std::uint8_t>(octet));
  send(bytes);
}

End OctetClient::fill(std::chrono::steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  pollfd entry{socket_.number(), POLLIN, 0};
  if (::poll(&entry, 1, static_cast<int>(std::max(left, 0ms).count())) <= 0) return End::timeout;
  std::array<std::uint8_t, 16'384> room;
  const ssize_t count = ::recv(socket_.number(), room.data(), room.size(), 0);
  if (count == 0) return End::closed;
  if (count < 0) return End::reset;
  received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(used_));
  used_ = 0;
  base::append(received_, base::ByteView(room.data(), static_cast<std::size_t>(count)));
  return End::none;
}

OctetMessage OctetClient::read(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (true) {
    const base::ByteView there = base::ByteView(received_).subspan(used_);
    if (there.size() >= pgwire::header_octets) {
      const pgwire::Frame frame = pgwire::read_frame(pgwire::Origin::backend, there);
      ART32_ASSERT(frame.status == pgwire::FrameStatus::message);
      if (there.size() >= frame.octets) {
        used_ += frame.octets;
        const base::ByteView body =
            there.subspan(pgwire::header_octets, frame.octets - pgwire::header_octets);
        return {static_cast<char>(frame.type), base::Bytes(body.begin(), body.end()), End::none};
      }
    }
    if (const End end = fill(deadline); end != End::none) return {0, {}, end};
  }
}

char OctetClient::read_octet() {
  if (used_ == received_.size() && fill(std::chrono::steady_clock::now() + 30s) != End::none) return 0;
  return static_cast<char>(received_[used_++]);
}

OctetMessage OctetClient::prove(const Login& login, const OctetMessage& offer) {
  const auto parsed = pgwire::parse_authentication(offer.body);
  ART32_ASSERT(parsed.has_value());
  pgwire::ScramClient scram(base::Secret(login.password), pgwire::ChannelBinding::disabled, {},
                            pgwire::make_scram_nonce());
  const auto start = scram.start(pgwire::sasl_mechanisms(*parsed)).value();
  base::Bytes out;
  pgwire::put_sasl_initial_response(out, {start.mechanism, base::as_bytes(start.message)});
  send(out);
  const OctetMessage first = read();
  if (first.type != 'R') return first;
  const auto data = pgwire::parse_authentication(first.body);
  ART32_ASSERT(data.has_value());
  out.clear();
  pgwire::put_sasl_response(out, base::as_bytes(scram.answer(base::as_text(data->data)).value()));
  send(out);
  return read();
}

OctetMessage OctetClient::log_in(const Login& login) {
  std::vector<pgwire::StartupParameter> parameters = {{"user", login.user}, {"database", login.database}};
  for (const auto& [name, value] : login.parameters)
    parameters.push_back({name, value});
  base::Bytes packet;
  pgwire::put_startup_message(packet, pgwire::protocol_3_0, parameters);
  send(packet);
  OctetMessage message = read();
  if (message.type == 'R') message = prove(login, message);
  for (; message && message.type != 'E'; message = read()) {
    if (message.type == 'Z') return {};
    if (message.type != 'K') continue;
    const auto key = pgwire::parse_backend_key_data(message.body, pgwire::protocol_3_0);
    process_id = key->process_id;
    cancel_key.assign(key->key.begin(), key->key.end());
  }
  return message;
}

OctetResult OctetClient::query(const std::string& sql) {
  base::Bytes out;
  pgwire::put_query(out, sql);
  send(out);
  return result();
}

OctetResult OctetClient::result(std::chrono::milliseconds limit) {
  OctetResult result;
  while (true) {
    OctetMessage message = read(limit);
    switch (message.type) {
      case 0:
        result.end = message.end;
        return result;
      case 'Z':
        result.status = static_cast<char>(message.body.at(0));
        return result;
      case 'C':
        result.tags.emplace_back(reinterpret_cast<const char*>(message.body.data()));
        break;
      case 'D': {
        auto& row = result.rows.emplace_back();
        pgwire::ValueReader values(*pgwire::parse_data_row(message.body));
        while (values.has_next()) {
          const pgwire::Value value = values.next();
          row.emplace_back(value ? std::string(base::as_text(*value)) : std::string("null"));
        }
        break;
      }
      case 'E':
        result.last_sqlstate = message.sqlstate();
        if (!result.error) result.error = std::move(message);
        break;
      default:
        break;
    }
  }
}

OctetMessage OctetClient::last_words() {
  OctetMessage words;
  while (true) {
    OctetMessage message = read();
    if (message.type == 'E') words = std::move(message);
    if (message) continue;
    words.end = message.end;
    return words;
  }
}

void OctetClient::reset() {
  const linger none{1, 0};
  ::setsockopt(socket_.number(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
  close();
}

}  // namespace art32::test
