#include "tests/support/running_server.h"

#include <fmt/core.h>

#include <thread>

#include "base/assert.h"
#include "base/text.h"
#include "base/time.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

constexpr auto command_limit = 120s;
constexpr auto start_limit = 60s;

// The port in run/listeners.json, 0 while there is none.
std::uint16_t listening_port(const base::Path& folder) {
  const auto json = base::read_text_file(folder / "run/listeners.json");
  if (!json) return 0;
  const std::size_t at = json->find("\"port\":");
  if (at == std::string::npos) return 0;
  const std::size_t begin = at + 7;
  const auto number = base::parse_number(
      std::string_view(*json).substr(begin, json->find_first_not_of("0123456789", begin) - begin));
  return static_cast<std::uint16_t>(number.value_or(0));
}

std::string far_schedule() {
  const auto hour =
      std::chrono::floor<std::chrono::hours>(base::SystemClock().now()).time_since_epoch().count();
  return fmt::format("15 {} * * *", (hour + 12) % 24);
}

}  // namespace

RunningServer::RunningServer() {
  const net::Finished made = command({"init", "--port", "0"});
  if (made.exit_code != 0) std::fputs(made.errors.c_str(), stderr);
  ART32_ASSERT(made.exit_code == 0);
  // Only the test itself audits: what the schedule adds in the middle of it is an entry too
  // many. It comes daily, as it must, but half a day from now.
  edit("art32.toml", "at_start = true", "at_start = false");
  edit("art32.toml", "schedule = \"15 3 * * *\"", "schedule = \"" + far_schedule() + "\"");
}

void RunningServer::start(const std::vector<std::string>& arguments, const base::Path& program) {
  std::error_code ignored;
  std::filesystem::remove(folder() / "run/listeners.json", ignored);
  std::vector<std::string> all{program.empty() ? ART32_PROGRAM : program.string(), "--folder",
                               folder().string(), "serve"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  auto child = net::Child::start({std::move(all), {}, {}, {}}, scratch_.path() / "server.log");
  ART32_ASSERT(child.has_value());
  server_ = std::make_unique<net::Child>(std::move(*child));
  const auto until = std::chrono::steady_clock::now() + start_limit;
  while (listening_port(folder()) == 0 && server_->running() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(10ms);
  const std::uint16_t port = listening_port(folder());
  if (port == 0) std::fputs(log().c_str(), stderr);
  ART32_ASSERT(port != 0);
  endpoint_ = {"127.0.0.1", port, "localhost"};
}

int RunningServer::stop(int signal) {
  server_->signal(signal);
  const base::Result<int> code = server_->wait(command_limit);
  ART32_ASSERT(code.has_value());
  return *code;
}

net::HttpsClientOptions RunningServer::client() const {
  net::HttpsClientOptions options;
  options.authorities_pem = base::read_text_file(folder() / "keys/authority.crt").value();
  options.limit = 30s;
  return options;
}

std::string RunningServer::log() const {
  return base::read_text_file(scratch_.path() / "server.log").value_or("");
}

net::Finished RunningServer::command(std::vector<std::string> arguments, std::string input) const {
  std::vector<std::string> all{ART32_PROGRAM, "--folder", folder().string()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  auto finished = net::run({std::move(all), {}, std::move(input), {}}, command_limit);
  return finished ? *finished : net::Finished{-1, "", finished.error().message()};
}

net::HttpsExchange RunningServer::get(std::string_view target, std::vector<net::HttpHeader> headers) const {
  auto exchange = net::https_get(endpoint_, target, client(), std::move(headers));
  if (!exchange) std::fprintf(stderr, "%s\n", exchange.error().message().c_str());
  ART32_ASSERT(exchange.has_value());
  return *exchange;
}

void RunningServer::edit(const std::string& file, const std::string& from, const std::string& to) const {
  const std::string before = base::read_text_file(folder() / file).value();
  ART32_ASSERT(before.find(from) != std::string::npos);
  ART32_ASSERT(
      base::replace_file(folder() / file, base::as_bytes(base::replace_all(before, from, to))).has_value());
}

void RunningServer::raise_annex(const std::string& version, std::chrono::days ahead) const {
  const base::Path file = folder() / "annex/document.toml";
  const std::string effective = base::iso_date(base::SystemClock().now() + ahead);
  const std::string before = base::read_text_file(file).value();
  std::string text;
  for (const std::string_view line : base::split(before, '\n')) {
    if (line.starts_with("version = "))
      text += "version = \"" + version + "\"";
    else if (line.starts_with("effective = "))
      text += "effective = " + effective;
    else if (line.starts_with("as_of = "))
      text += "as_of = 2026-01-01";  // before any day that a test lets it bind from
    else
      text += line;
    text += '\n';
  }
  ART32_ASSERT(base::replace_file(file, base::as_bytes(text)).has_value());
}

}  // namespace art32::test
