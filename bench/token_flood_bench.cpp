// A flood of wrong tokens from one address, and what everybody else notices of it: art32's answers to
// proxies, asked at its unix socket as a proxy asks. The flood shows tokens of the right form that
// were never issued, each once, over several connections as fast as they are answered.
//
// Meanwhile good tokens come from another address, half of them never shown before, and from the
// flood's own address one that was used lately. Times are from when a request was due, so what waits
// behind a slow answer counts as well.
#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <thread>

#include "base/limits.h"
#include "base/scratch_folder.h"
#include "base/text.h"
#include "bench/figure.h"
#include "bench/identity/identity_server.h"
#include "crypto/api_token.h"
#include "net/unix_socket.h"

namespace art32::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto quiet = 5s;
constexpr auto flooded = 20s;
constexpr int connections = 16;
constexpr auto period = 4ms;               // of the good ones at each address
constexpr std::size_t fresh_tokens = 400;  // as many as the other address shows for the first time
constexpr std::string_view flood_address = "127.0.0.1", other_address = "127.0.0.2";

// One that a proxy keeps open: a question, then its answer.
class Connection {
 public:
  explicit Connection(const base::Path& socket) {
    auto opened = net::connect_unix(socket);
    if (!opened) give_up(opened.error().message());
    socket_ = std::move(*opened);
    const timeval patience{10, 0};
    if (::fcntl(socket_.number(), F_SETFL, 0) != 0 ||
        ::setsockopt(socket_.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0)
      give_up("the socket can't wait");
  }

  void ask(std::string_view token, std::string_view address) {
    const std::string text = fmt::format(
        "GET /auth HTTP/1.1\r\nHost: art32\r\nX-Forwarded-For: {}\r\nAuthorization: Bearer {}\r\n\r\n",
        address, token);
    if (::send(socket_.number(), text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()))
      give_up("a question can't be sent");
  }

  // The status of the answer.
  int answer() {
    std::size_t head = std::string::npos;
    while ((head = received_.find("\r\n\r\n")) == std::string::npos)
      receive();
    const std::string_view told = "Content-Length: ";
    const std::size_t at = received_.find(told);
    if (at > head) give_up("an answer without its length: " + received_);
    const std::size_t length = head + 4 + std::stoul(received_.substr(at + told.size(), 9));
    while (received_.size() < length)
      receive();
    const int status = std::stoi(received_.substr(std::string_view("HTTP/1.1 ").size(), 3));
    received_.erase(0, length);
    return status;
  }

 private:
  void receive() {
    std::array<char, 4096> part;
    const ssize_t count = ::recv(socket_.number(), part.data(), part.size(), 0);
    if (count <= 0) give_up("no answer came");
    received_.append(part.data(), static_cast<std::size_t>(count));
  }

  net::Descriptor socket_;
  std::string received_;
};

struct Flood {
  std::uint64_t wrong = 0;      // looked up, and answered with 401
  std::uint64_t not_tried = 0;  // answered with 429
  std::uint64_t others = 0;     // answered with anything else

  std::uint64_t all() const { return wrong + not_tried + others; }
};

Flood flood(const base::Path& socket, Clock::time_point end) {
  Flood seen;
  std::vector<Connection> open;
  for (int i = 0; i < connections; ++i)
    open.emplace_back(socket);
  while (Clock::now() < end) {
    for (Connection& each : open)
      each.ask(crypto::make_api_token("art32_").text(), flood_address);
    for (Connection& each : open) {
      const int status = each.answer();
      ++(status == 401 ? seen.wrong : status == 429 ? seen.not_tried : seen.others);
    }
  }
  return seen;
}

struct Good {
  std::vector<double> milliseconds;  // of tokens that were used lately
  std::vector<double> first_milliseconds;
  std::uint64_t refused = 0;
};

// Every other one is fresh, while there are any.
Good ask_with_good(const base::Path& socket, std::string_view address, const std::string& used,
                   const std::vector<std::string>& fresh, Clock::time_point end) {
  Good seen;
  Connection connection(socket);
  auto next = fresh.begin();
  auto due = Clock::now();
  for (std::uint64_t number = 0; due < end; ++number, due += period) {
    std::this_thread::sleep_until(due);
    const bool is_first = number % 2 == 1 && next != fresh.end();
    connection.ask(is_first ? *next++ : used, address);
    if (connection.answer() != 200) ++seen.refused;
    (is_first ? seen.first_milliseconds : seen.milliseconds)
        .push_back(std::chrono::duration<double, std::milli>(Clock::now() - due).count());
  }
  return seen;
}

// Sorts.
double part_of(std::vector<double>& values, double share) {
  if (values.empty()) give_up("nothing was measured");
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

void print(std::string_view what, std::vector<double>& values) {
  fmt::print("{:<52} {:>6} answers  p50 {:>7.3f} ms  p99 {:>7.3f} ms  slowest {:>7.3f} ms\n", what,
             values.size(), part_of(values, 0.5), part_of(values, 0.99), values.back());
}

int bench() {
  const base::ScratchFolder scratch;
  const IdentityServer server(scratch.path() / "art32");
  const base::Path socket = server.socket();
  const std::string used = server.issue_token();
  std::vector<std::string> before, during;
  for (std::vector<std::string>* tokens : {&before, &during})
    for (std::size_t i = 0; i < fresh_tokens; ++i)
      tokens->push_back(server.issue_token());

  Good calm = ask_with_good(socket, other_address, used, before, Clock::now() + quiet);
  const auto begin = Clock::now();
  const auto end = begin + flooded;
  Flood wrong;
  Good other, same;
  {
    std::jthread flooding([&] { wrong = flood(socket, end); });
    std::jthread beside([&] { same = ask_with_good(socket, flood_address, used, {}, end); });
    other = ask_with_good(socket, other_address, used, during, end);
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();

  fmt::print("{} wrong tokens from {} in {:.1f} s: {} were looked up (401), {} weren't tried (429)\n",
             wrong.all(), flood_address, seconds, wrong.wrong, wrong.not_tried);
  print("used lately, without the flood", calm.milliseconds);
  print("never shown before, without the flood", calm.first_milliseconds);
  print("used lately, from elsewhere during the flood", other.milliseconds);
  print("never shown before, from elsewhere during the flood", other.first_milliseconds);
  print("used lately, from the flood's address", same.milliseconds);
  figure("token_flood.wrong", static_cast<double>(wrong.all()) / seconds * 60, "tokens/min", ">=", 1e6);
  figure("token_flood.wrong_let_pass", static_cast<double>(wrong.others), "answers", "<=", 0);
  figure("token_flood.good_refused", static_cast<double>(calm.refused + other.refused + same.refused),
         "answers", "<=", 0);
  figure("token_flood.good_p99", part_of(other.milliseconds, 0.99), "ms", "<=", 10);
  figure("token_flood.good_first_p99", part_of(other.first_milliseconds, 0.99), "ms", "<=", 10);
  figure("token_flood.good_same_address_p99", part_of(same.milliseconds, 0.99), "ms", "<=", 10);
  return exit_status();
}

}  // namespace
}  // namespace art32::bench

int main() {
  return art32::bench::bench();
}
