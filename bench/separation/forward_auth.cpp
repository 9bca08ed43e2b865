#include "bench/separation/forward_auth.h"

#include <pwd.h>
#include <unistd.h>

#include <map>

#include "base/scratch_folder.h"
#include "base/text.h"
#include "bench/figure.h"
#include "bench/identity/identity_server.h"
#include "net/listening_socket.h"

namespace art32::bench {
namespace {

using namespace std::chrono_literals;

constexpr int rounds = 5;
constexpr std::string_view configuration = R"(
user USER;
worker_processes 2;
daemon off;
pid FOLDER/nginx.pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  open_file_cache max=100;
  client_body_temp_path FOLDER/body;
  proxy_temp_path FOLDER/proxy;
  fastcgi_temp_path FOLDER/fastcgi;
  uwsgi_temp_path FOLDER/uwsgi;
  scgi_temp_path FOLDER/scgi;
  proxy_http_version 1.1;
  proxy_pass_request_body off;
  proxy_set_header Connection "";
  proxy_set_header Content-Length "";
  proxy_set_header X-Forwarded-For $remote_addr;
  upstream art32 { server unix:IDENTITY; keepalive 32; keepalive_requests 1000000000; }
  upstream other { server unix:FOLDER/other.sock; keepalive 32; keepalive_requests 1000000000; }
  server {
    listen unix:FOLDER/other.sock;
    location / { return 204; }
  }
  server {
    listen 127.0.0.1:PORT;
    root FOLDER;
    location = /auth-art32 { internal; proxy_pass http://art32/auth; }
    location = /auth-nginx { internal; proxy_pass http://other/auth; }
    location = /auth-inner { internal; return 204; }
    location /art32/ { auth_request /auth-art32; auth_request_set $claim $upstream_http_x_art32_claim; }
    location /nginx/ { auth_request /auth-nginx; auth_request_set $claim $upstream_http_x_art32_claim; }
    location /inner/ { auth_request /auth-inner; }
  }
}
)";

std::uint16_t free_port() {
  const auto socket = net::listen_tcp("127.0.0.1", 0);
  if (!socket) give_up(socket.error().message());
  return net::local_port(socket->number());
}

double requests_a_second(std::uint16_t port, std::string_view way, const std::string& token) {
  const std::string report = output_of({"wrk", "-t1", "-c16", "-d3s", "-H", "Authorization: Bearer " + token,
                                        fmt::format("http://127.0.0.1:{}/{}/page", port, way)});
  const std::size_t at = report.find("Requests/sec:");
  if (at == std::string::npos || report.find("Non-2xx") != std::string::npos) give_up(report);
  return std::stod(report.substr(at + 13));
}

}  // namespace

void measure_forward_auth() {
  const base::ScratchFolder scratch;
  const IdentityServer identity(scratch.path() / "art32");
  const base::Path folder = scratch.path() / "nginx";
  std::string text(configuration);
  const passwd* user = ::getpwuid(::geteuid());
  const std::uint16_t port = free_port();
  for (const auto& [from, to] :
       std::vector<std::pair<std::string_view, std::string>>{{"USER", user ? user->pw_name : "nobody"},
                                                             {"FOLDER", folder.string()},
                                                             {"IDENTITY", identity.socket().string()},
                                                             {"PORT", std::to_string(port)}})
    text = base::replace_all(std::move(text), from, to);
  const std::string_view ways[] = {"art32", "nginx", "inner"};
  for (const std::string_view way : ways)
    if (!base::make_folder(folder / way) ||
        !base::replace_file(folder / way / "page", base::as_bytes("a page\n")))
      give_up("the page");
  if (!base::replace_file(folder / "nginx.conf", base::as_bytes(text))) give_up("nginx.conf");
  net::Command command;
  command.arguments = {"/usr/sbin/nginx", "-p", folder.string(), "-c", "nginx.conf", "-e", "stderr"};
  const auto nginx = net::Child::start(command, folder / "log");
  if (!nginx) give_up(nginx.error().message());
  wait_for_socket(folder / "other.sock");
  const std::string token = identity.issue_token();
  std::map<std::string_view, std::vector<double>> rates;
  for (int round = 0; round < rounds; ++round)
    for (const std::string_view way : ways)
      rates[way].push_back(requests_a_second(port, way, token));
  fmt::print(
      "requests a second behind auth_request: art32 {:.0f}, another nginx server {:.0f}, a location of "
      "the same nginx {:.0f}\n",
      median(rates["art32"]), median(rates["nginx"]), median(rates["inner"]));
  figure("separation.auth_rate", median(rates["art32"]) / median(rates["nginx"]), "x", ">=", 0.8);
  // Without a way between two processes: no server that is asked over a socket gets there.
  figure("separation.auth_rate_to_inner", median(rates["art32"]) / median(rates["inner"]), "x", ">=", 0.8);
}

}  // namespace art32::bench
