// The portal from outside: its annex page against nginx serving the same bytes as a
// file (same certificate, cipher and number of workers, keep-alive TLS 1.3, wrk),
// how soon it serves after its start, its memory, and a page while 2,000 others
// hold connections half open.
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>

#include <fstream>
#include <thread>

#include "base/scratch_folder.h"
#include "base/text.h"
#include "bench/figure.h"
#include "net/connect.h"
#include "net/https_client.h"
#include "net/listener.h"
#include "net/listening_socket.h"
#include "net/socket_address.h"
#include "net/subprocess.h"

namespace art32::bench {
namespace {

using namespace std::chrono_literals;

constexpr int rounds = 5;
constexpr int starts = 5;
constexpr int workers = 2;  // of art32 as `art32 init` writes it, and of nginx
constexpr int half_open_connections = 2000;
constexpr std::string_view page = "/de/annex";

template <class T>
T need(base::Result<T> result, std::string_view step) {
  if (result) return std::move(*result);
  fmt::print(stderr, "{}: {}\n", step, result.error().message());
  std::exit(1);
}

void need(const base::Status& status, std::string_view step) {
  if (status) return;
  fmt::print(stderr, "{}: {}\n", step, status.error().message());
  std::exit(1);
}

net::Command command(std::vector<std::string> arguments) {
  net::Command result;
  result.arguments = std::move(arguments);
  return result;
}

std::string output_of(std::vector<std::string> arguments, std::chrono::milliseconds limit) {
  const std::string program = arguments.front();
  const net::Finished finished = need(net::run(command(std::move(arguments)), limit), program);
  if (finished.exit_code == 0) return finished.output;
  fmt::print(stderr, "{} failed: {}{}\n", program, finished.output, finished.errors);
  std::exit(1);
}

// The text between `before` and the next octet that is none of `of`.
std::string word_after(std::string_view text, std::string_view before, std::string_view of) {
  const std::size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(std::min(text.size(), text.find_first_of(of, at + before.size())));
  return std::string(text.substr(0, text.find_first_not_of(of)));
}

// One installation of art32, served.
class Portal {
 public:
  explicit Portal(const base::Path& scratch) : folder_(scratch / "art32"), log_(scratch / "art32.log") {
    output_of({ART32_PROGRAM, "init", "--folder", folder_.string(), "--name", "localhost", "--port", "0"},
              30s);
    options_.authorities_pem = need(base::read_text_file(folder_ / "keys/authority.crt"), "authority");
  }

  // Seconds from the start of the process to the last octet of its first page.
  double start() {
    server_.reset();
    std::filesystem::remove(listeners());
    const auto begin = std::chrono::steady_clock::now();
    server_.emplace(
        need(net::Child::start(command({ART32_PROGRAM, "serve", "--folder", folder_.string()}), log_),
             "art32 serve"));
    while (!find_port()) {
      if (!server_->running() || std::chrono::steady_clock::now() - begin > 30s) {
        fmt::print(stderr, "art32 serve doesn't listen:\n{}\n", base::read_text_file(log_).value_or(""));
        std::exit(1);
      }
      std::this_thread::sleep_for(1ms);
    }
    get("/de/");
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

  void stop() {
    server_->signal(SIGTERM);
    need(server_->wait(30s), "art32 ends");
    server_.reset();
  }

  std::string get(std::string_view target) const {
    const auto exchange = need(net::https_get(endpoint_, target, options_), target);
    if (exchange.response.status == 200) return *exchange.response.body;
    fmt::print(stderr, "{} answers {}\n", target, exchange.response.status);
    std::exit(1);
  }

  double resident_mebibytes() const {
    // Files of the kernel don't know their size, which base::read_text_file asks first.
    std::ifstream source("/proc/" + std::to_string(server_->id()) + "/status");
    const std::string status(std::istreambuf_iterator<char>(source), {});
    return std::stod(word_after(status, "VmRSS:", "0123456789")) / 1024;
  }

  const net::Endpoint& endpoint() const { return endpoint_; }
  base::Path keys() const { return folder_ / "keys"; }

 private:
  base::Path listeners() const { return folder_ / "run/listeners.json"; }

  bool find_port() {
    const auto text = base::read_text_file(listeners());
    const auto port = base::parse_number(word_after(text.value_or(""), "\"port\":", "0123456789"));
    if (!port) return false;
    endpoint_ = {"127.0.0.1", static_cast<std::uint16_t>(*port), "localhost"};
    return true;
  }

  base::Path folder_;
  base::Path log_;
  net::HttpsClientOptions options_;
  std::optional<net::Child> server_;
  net::Endpoint endpoint_;
};

constexpr std::string_view nginx_configuration = R"(
user USER;
worker_processes WORKERS;
daemon off;
pid FOLDER/nginx.pid;
error_log FOLDER/error.log;
events { worker_connections 4096; }
http {
  access_log off;
  sendfile on;
  tcp_nodelay on;
  open_file_cache max=100;
  keepalive_requests 1000000000;
  types { text/html html; }
  client_body_temp_path FOLDER/body;
  proxy_temp_path FOLDER/proxy;
  fastcgi_temp_path FOLDER/fastcgi;
  uwsgi_temp_path FOLDER/uwsgi;
  scgi_temp_path FOLDER/scgi;
  server {
    listen 127.0.0.1:PORT ssl;
    ssl_certificate KEYS/tls.crt;
    ssl_certificate_key KEYS/tls.key;
    ssl_protocols TLSv1.3;
    ssl_prefer_server_ciphers on;
    ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
    root FOLDER;
  }
}
)";

std::uint16_t free_port() {
  const net::Descriptor socket = need(net::listen_tcp("127.0.0.1", 0), "a free port");
  net::SocketAddress address;
  ::getsockname(socket.number(), address.native(), &address.size);
  return address.port();
}

// The peer: nginx with the page as a file.
class Nginx {
 public:
  Nginx(const base::Path& folder, const Portal& portal, const std::string& content) : port_(free_port()) {
    need(base::make_folder(folder), "folder");
    need(base::replace_file(folder / "annex.html", base::as_bytes(content)), "page");
    std::string text(nginx_configuration);
    const passwd* user = ::getpwuid(::geteuid());
    for (const auto& [from, to] : std::vector<std::pair<std::string_view, std::string>>{
             {"USER", user == nullptr ? "nobody" : user->pw_name},
             {"WORKERS", std::to_string(workers)},
             {"FOLDER", folder.string()},
             {"KEYS", portal.keys().string()},
             {"PORT", std::to_string(port_)}}) {
      text = base::replace_all(std::move(text), from, to);
    }
    need(base::replace_file(folder / "nginx.conf", base::as_bytes(text)), "nginx.conf");
    server_.emplace(
        need(net::Child::start(command({"nginx", "-p", folder.string(), "-c", "nginx.conf"}), folder / "log"),
             "nginx"));
    for (int tries = 0; tries < 500; ++tries) {
      if (net::connect_tcp({"127.0.0.1", port_, ""}, net::Deadline(1s))) return;
      std::this_thread::sleep_for(10ms);
    }
    fmt::print(stderr, "nginx doesn't listen: {}\n", base::read_text_file(folder / "log").value_or(""));
    std::exit(1);
  }

  std::string url() const { return fmt::format("https://127.0.0.1:{}/annex.html", port_); }

 private:
  std::uint16_t port_;
  std::optional<net::Child> server_;
};

double requests_a_second(const std::string& url) {
  const std::string report = output_of({"wrk", "-t1", "-c16", "-d2s", url}, 60s);
  const std::string rate = word_after(report, "Requests/sec:", "0123456789.");
  const bool has_errors =
      report.find("Non-2xx") != std::string::npos || report.find("Socket errors") != std::string::npos;
  if (!rate.empty() && !has_errors) return std::stod(rate);
  fmt::print(stderr, "wrk on {}:\n{}\n", url, report);
  std::exit(1);
}

void compare_with_nginx(const base::Path& scratch, const Portal& portal) {
  const std::string content = portal.get(page);
  const Nginx nginx(scratch / "nginx", portal, content);
  const std::string url = fmt::format("https://127.0.0.1:{}{}", portal.endpoint().port, page);
  std::vector<double> ours;
  std::vector<double> theirs;
  for (int round = 0; round < rounds; ++round) {
    ours.push_back(requests_a_second(url));
    theirs.push_back(requests_a_second(nginx.url()));
  }
  fmt::print("{} octets a page: art32 {:.0f}, nginx {:.0f} requests a second\n", content.size(), median(ours),
             median(theirs));
  figure("portal_requests_ratio_to_nginx", median(ours) / median(theirs), "x", ">=", 0.5);
}

void measure_half_open(const Portal& portal) {
  constexpr std::string_view half_a_hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
  net::raise_descriptor_limit(half_open_connections + 256);
  std::vector<net::Descriptor> crowd;
  for (int count = 0; count < half_open_connections; ++count) {
    crowd.push_back(need(net::connect_tcp(portal.endpoint(), net::Deadline(5s)), "a half-open connection"));
    if (count % 2 == 1) ::send(crowd.back().number(), half_a_hello.data(), half_a_hello.size(), MSG_NOSIGNAL);
  }
  const double seconds = median_seconds(rounds, [&] { portal.get(page); });
  figure("half_open_2000_page_time", seconds * 1000, "ms", "<=", 100);
}

int measure() {
  const base::ScratchFolder scratch;
  Portal portal(scratch.path());
  std::vector<double> times;
  for (int count = 0; count < starts; ++count) {
    times.push_back(portal.start());
    if (count + 1 < starts) portal.stop();
  }
  figure("start_to_first_page", median(times) * 1000, "ms", "<=", 300);
  compare_with_nginx(scratch.path(), portal);
  measure_half_open(portal);
  std::this_thread::sleep_for(1s);
  figure("resident_memory_idle", portal.resident_mebibytes(), "MiB", "<=", 60);
  portal.stop();
  return exit_status();
}

}  // namespace
}  // namespace art32::bench

int main() {
  return art32::bench::measure();
}
