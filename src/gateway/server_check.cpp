#include "gateway/server_check.h"

#include <fmt/format.h>

#include "base/text.h"
#include "net/loop/event_loop.h"

namespace art32::gateway {
namespace {

std::shared_ptr<const Database> shared(const Database& database) {
  return std::make_shared<const Database>(database);
}

base::Status reach(const Database& database, const ServerTarget& target) {
  ART32_ASSIGN(const auto loop, net::EventLoop::make(net::LoopBackend::epoll));
  base::Status reached = base::failure(
      base::ErrorCode::timeout, fmt::format("the server of \"{}\" didn't answer in time", database.name));
  ServerDial dial(*loop, shared(database), target, [&](auto leg) {
    reached = leg.map([](const auto&) {});
    loop->stop();
  });
  net::LoopTimer deadline(*loop, [&] { loop->stop(); });
  deadline.set(database.limits.connect);
  dial.start();
  loop->run();
  return reached;
}

}  // namespace

base::Result<std::vector<ServerTarget>> server_targets(const Database& database) {
  std::vector<ServerTarget> targets;
  const std::uint16_t port = database.address.port;
  for (const std::string_view part : base::split(database.address.host, ',')) {
    const std::string host(base::trim(part));
    if (host.starts_with('/')) {
      ART32_ASSIGN(const auto address, net::unix_socket_address(fmt::format("{}/.s.PGSQL.{}", host, port)));
      targets.push_back({address, host});
    } else if (const auto numeric = net::parse_socket_address(host, port)) {
      targets.push_back({*numeric, host});
    } else {
      ART32_ASSIGN(const auto addresses, net::Resolver::system_lookup(host, port));
      for (const net::SocketAddress& address : addresses)
        targets.push_back({address, host});
    }
  }
  return targets;
}

base::Status reach_server(const Database& database) {
  ART32_ASSIGN(const std::vector<ServerTarget> targets, server_targets(database));
  base::Status reached;
  for (const ServerTarget& target : targets) {
    reached = reach(database, target);
    if (reached) break;
  }
  return reached;
}

base::Result<ServerFacts> sign_in_to_server(const Database& database, const Principal& principal) {
  ART32_ASSIGN(const auto loop, net::EventLoop::make(net::LoopBackend::epoll));
  net::Resolver resolver(*loop);
  ServerCredential credential;
  credential.role = principal.server_role;
  if (principal.server_password.size() > 0) credential.secret = principal.server_password.clone();
  credential.derived = std::make_shared<pgwire::DerivedScramKeys>();
  base::Result<ServerLogin::Outcome> outcome;
  ServerLogin login(*loop, resolver, shared(database), std::move(credential), "", [&](auto result) {
    outcome = std::move(result);
    loop->stop();
  });
  login.start();
  loop->run();
  if (!outcome) return tl::unexpected<base::Error>(outcome.error());
  return std::move(outcome->facts);
}

base::Result<std::optional<RoleLookup::Role>> look_up_role(const Database& database,
                                                           const std::string& user) {
  ART32_ASSIGN(const auto loop, net::EventLoop::make(net::LoopBackend::epoll));
  net::Resolver resolver(*loop);
  RoleLookup lookup(*loop, resolver, shared(database));
  RoleLookup::Answer answer;
  const auto question = lookup.find(user, [&](RoleLookup::Answer found) {
    answer = std::move(found);
    loop->stop();
  });
  loop->run();
  return answer;
}

}  // namespace art32::gateway
