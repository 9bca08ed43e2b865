#include "tests/identity/proxies.h"

#include <fmt/core.h>
#include <unistd.h>

#include <thread>

#include "base/assert.h"
#include "base/text.h"
#include "net/testing.h"
#include "net/unix_socket.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

constexpr auto start_limit = 20s;

constexpr std::string_view identity_headers[] = {"Team", "User", "Token", "Abilities", "Request", "Claim"};

std::string lower(std::string text) {
  for (char& letter : text)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return text;
}

std::string as_variable(std::string_view name) {
  std::string variable = lower(std::string(name));
  for (char& letter : variable)
    if (letter == '-') letter = '_';
  return variable;
}

std::string nginx_configuration(const base::Path& folder, const base::Path& identity,
                                const base::Path& application, const base::Path& socket) {
  std::string identity_lines, application_lines;
  for (const std::string_view name : identity_headers) {
    const std::string variable = "$art32_" + lower(std::string(name));
    identity_lines += fmt::format("      auth_request_set {} $upstream_http_x_art32_{};\n", variable,
                                  lower(std::string(name)));
    application_lines += fmt::format("      proxy_set_header X-Art32-{} {};\n", name, variable);
  }
  return fmt::format(R"(daemon off;
{0}pid {1}/nginx.pid;
error_log stderr warn;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {1}/body;
  proxy_temp_path {1}/proxy;
  fastcgi_temp_path {1}/fastcgi;
  uwsgi_temp_path {1}/uwsgi;
  scgi_temp_path {1}/scgi;
  upstream art32 {{ server unix:{2}; keepalive 8; }}
  server {{
    listen unix:{4};
    location = /art32-auth {{
      internal;
      proxy_pass http://art32/auth;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Request-Id $request_id;
    }}
    location = /art32-auth-write {{
      internal;
      proxy_pass http://art32/auth?ability=invoices:write;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
    }}
    location / {{
      auth_request /art32-auth;
      proxy_http_version 1.1;
{5}{6}      proxy_pass http://unix:{3};
    }}
    location /write {{
      auth_request /art32-auth-write;
{5}{6}      proxy_pass http://unix:{3};
    }}
  }}
}}
)",
                     ::geteuid() == 0 ? "user root;\n" : "", folder.string(), identity.string(),
                     application.string(), socket.string(), identity_lines, application_lines);
}

std::string caddy_configuration(const base::Path& identity, const base::Path& application,
                                const base::Path& socket) {
  std::string copied;
  for (const std::string_view name : identity_headers)
    copied += fmt::format("      copy_headers X-Art32-{}\n", name);
  return fmt::format(R"({{
  admin off
  auto_https off
}}
http:// {{
  bind unix/{2}
  route /write* {{
    forward_auth unix/{0} {{
      uri /auth?ability=invoices:write
{3}    }}
    reverse_proxy unix/{1}
  }}
  route {{
    forward_auth unix/{0} {{
      uri /auth
{3}    }}
    reverse_proxy unix/{1}
  }}
}}
)",
                     identity.string(), application.string(), socket.string(), copied);
}

std::vector<std::string> command_of(Proxy::Kind kind, const base::Path& folder, const base::Path& file) {
  if (kind == Proxy::Kind::nginx)
    return {"/usr/sbin/nginx", "-p", folder.string(), "-c", file.string(), "-e", "stderr"};
  return {"caddy", "run", "--adapter", "caddyfile", "--config", file.string()};
}

}  // namespace

Application::Application(const base::Path& socket) {
  net::HttpHandler handler = net::testing::echo_handler();
  handler.answer = [this](const net::HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    ++requests_;
    last_ = request;
    return net::HttpResponse::text(200, "the application\n");
  };
  server_ = net::HttpsServer::start_plain({}, net::listen_unix(socket, net::UnixMode::owner_only).value(),
                                          std::move(handler));
}

std::size_t Application::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<std::string> Application::told(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> values;
  for (const net::HttpHeader& header : last_.headers)
    if (net::same_name(header.name, name)) values.push_back(header.value);
  return values;
}

std::vector<std::string> Application::told_as_variable(std::string_view variable) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> values;
  for (const net::HttpHeader& header : last_.headers)
    if (as_variable(header.name) == variable) values.push_back(header.value);
  return values;
}

Proxy::Proxy(Kind kind, const base::Path& folder, const base::Path& identity, const base::Path& application)
    : socket_(folder / (kind == Kind::nginx ? "nginx.sock" : "caddy.sock")),
      log_(folder / (kind == Kind::nginx ? "nginx.log" : "caddy.log")) {
  const base::Path file = folder / (kind == Kind::nginx ? "nginx.conf" : "Caddyfile");
  ART32_ASSERT(base::replace_file(
      file, base::as_bytes(kind == Kind::nginx ? nginx_configuration(folder, identity, application, socket_)
                                               : caddy_configuration(identity, application, socket_))));
  net::Command command;
  command.arguments = command_of(kind, folder, file);
  command.environment = {"XDG_CONFIG_HOME=" + folder.string(), "XDG_DATA_HOME=" + folder.string()};
  auto started = net::Child::start(command, log_);
  ART32_ASSERT(started.has_value());
  child_ = std::move(*started);
  const auto until = std::chrono::steady_clock::now() + start_limit;
  bool listens = false;
  while (!listens && child_->running() && std::chrono::steady_clock::now() < until) {
    listens = net::connect_unix(socket_).has_value();
    if (!listens) std::this_thread::sleep_for(20ms);
  }
  if (!listens) std::fputs(log().c_str(), stderr);
  ART32_ASSERT(listens);
}

ProxyAnswer Proxy::get(std::string_view path, std::string_view headers) const {
  const net::Descriptor client = net::connect_unix(socket_).value();
  const std::string octets =
      fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}\r\n", path, headers);
  const net::Deadline deadline(net::testing::ample);
  std::string_view rest = octets;
  // A proxy that has read enough closes: what it said before is the answer.
  while (!rest.empty() && deadline.wait(client.number(), POLLOUT) == net::Deadline::Wait::ready) {
    const ssize_t put = ::send(client.number(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (put < 0 && errno == EAGAIN) continue;
    if (put <= 0) break;
    rest.remove_prefix(static_cast<std::size_t>(put));
  }
  ProxyAnswer answer;
  answer.text = net::testing::receive_all(client, net::testing::ample).octets;
  if (answer.text.starts_with("HTTP/1.1 "))
    answer.status = static_cast<int>(base::parse_number(answer.text.substr(9, 3)).value_or(0));
  return answer;
}

std::string Proxy::log() const {
  return base::read_text_file(log_).value_or("");
}

}  // namespace art32::test
