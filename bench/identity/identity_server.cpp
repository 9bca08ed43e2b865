#include "bench/identity/identity_server.h"

#include <fmt/core.h>

#include <thread>

#include "base/text.h"
#include "bench/figure.h"
#include "net/unix_socket.h"

namespace art32::bench {

using namespace std::chrono_literals;

std::string output_of(std::vector<std::string> arguments) {
  net::Command command;
  command.arguments = std::move(arguments);
  const auto finished = net::run(command, 60s);
  if (!finished) give_up(finished.error().message());
  if (finished->exit_code != 0) give_up(command.arguments.front() + ": " + finished->errors);
  return std::string(base::trim(finished->output));
}

void wait_for_socket(const base::Path& socket) {
  for (int tries = 0; tries < 3'000; ++tries) {
    if (net::connect_unix(socket)) return;
    std::this_thread::sleep_for(10ms);
  }
  give_up("nothing listens at " + socket.string());
}

IdentityServer::IdentityServer(const base::Path& folder) : folder_(folder) {
  art32({"init", "--port", "0"});
  const base::Path file = folder / "art32.toml";
  const std::string text =
      base::replace_all(base::read_text_file(file).value(), "at_start = true", "at_start = false");
  if (!base::replace_file(file, base::as_bytes(text + "\n[identity]\n"))) give_up("art32.toml");
  net::Command command;
  command.arguments = {ART32_PROGRAM, "--folder", folder.string(), "serve"};
  auto started = net::Child::start(command, folder / "log");
  if (!started) give_up(started.error().message());
  process_.emplace(std::move(*started));
  wait_for_socket(socket());
  wait_for_socket(folder / "run/control.sock");
  art32({"team", "add", "42"});
  art32({"user", "add", "erika@example.com", "--team", "42"});
}

std::string IdentityServer::issue_token() const {
  return art32({"token", "issue", "--team", "42", "--user", "erika@example.com"});
}

std::string IdentityServer::art32(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {ART32_PROGRAM, "--folder", folder_.string()});
  return output_of(std::move(arguments));
}

}  // namespace art32::bench
