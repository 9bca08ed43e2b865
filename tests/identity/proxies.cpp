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

std::string lower(std::string text) {
  for (char& letter : text)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return text;
}

std::string as_variable(std::string_view name) {
  std::string variable = lower(std::string(name));
  for (char& letter : variable)
    if (letter == '-' || letter == '.') letter = '_';
  return variable;
}

// Each must stand there: else it isn't the file that people copy any more.
std::string edited(std::string text, const std::vector<Proxy::Edit>& edits) {
  for (const Proxy::Edit& edit : edits) {
    const std::size_t at = text.find(edit.from);
    if (at == text.npos) fmt::print(stderr, "the proxy's file has no \"{}\"\n", edit.from);
    ART32_ASSERT(at != text.npos && text.find(edit.from, at + 1) == text.npos);
    text.replace(at, edit.from.size(), edit.to);
  }
  return text;
}

std::string example(std::string_view name) {
  return base::read_text_file(base::Path(ART32_SOURCE_FOLDER) / "examples/invoices-express" / name).value();
}

// The site as it is, within what a distribution's nginx.conf would say around it.
std::string nginx_configuration(const base::Path& folder, const std::string& site) {
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
{2}}}
)",
                     ::geteuid() == 0 ? "user root;\n" : "", folder.string(), site);
}

std::string configuration(Proxy::Kind kind, const base::Path& folder, const Proxy::Addresses& addresses,
                          const base::Path& socket, const std::vector<Proxy::Edit>& edits) {
  const std::string identity = addresses.identity.string(), application = addresses.application.string();
  if (kind == Proxy::Kind::nginx)
    return nginx_configuration(
        folder, edited(edited(example("nginx-site.conf"), edits),
                       {{"server unix:/run/art32/identity.sock;", "server unix:" + identity + ";"},
                        {"server unix:/run/invoices/api.sock;", "server unix:" + application + ";"},
                        {"listen 127.0.0.1:8080;", "listen unix:" + socket.string() + ";"}}));
  return "{\n\tadmin off\n\tauto_https off\n}\n" +
         edited(edited(example("Caddyfile"), edits),
                {{"forward_auth unix//run/art32/identity.sock", "forward_auth unix/" + identity},
                 {"reverse_proxy unix//run/invoices/api.sock", "reverse_proxy unix/" + application},
                 {"\n:8080 {", "\nhttp:// {"},
                 {"bind 127.0.0.1", "bind unix/" + socket.string()}});
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

Proxy::Proxy(Kind kind, const base::Path& folder, const Addresses& addresses, const std::vector<Edit>& edits)
    : socket_(folder / (kind == Kind::nginx ? "nginx.sock" : "caddy.sock")),
      log_(folder / (kind == Kind::nginx ? "nginx.log" : "caddy.log")) {
  const base::Path file = folder / (kind == Kind::nginx ? "nginx.conf" : "Caddyfile");
  ART32_ASSERT(
      base::replace_file(file, base::as_bytes(configuration(kind, folder, addresses, socket_, edits))));
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
