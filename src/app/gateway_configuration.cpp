#include "app/gateway_configuration.h"

#include <algorithm>

#include "base/text.h"
#include "model/claim.h"
#include "net/socket_address.h"

namespace art32::app {
namespace {

// A text of a short list, each standing for a value; reported with the list otherwise.
template <class Value, std::size_t count>
void choice(Section& section, std::string_view key, Value& target,
            const std::pair<std::string_view, Value> (&values)[count]) {
  std::vector<std::string> names;
  for (const auto& [name, value] : values)
    names.emplace_back(name);
  section.text(key, "write " + base::join(names, ", "), [&](const std::string& read) {
    const auto found = std::find_if(std::begin(values), std::end(values),
                                    [&](const auto& row) { return row.first == read; });
    if (found != std::end(values)) target = found->second;
    return found != std::end(values);
  });
}

void duration(Section& section, std::string_view key, std::chrono::milliseconds& target) {
  section.text(key, "write a duration, such as \"500ms\", \"30s\" or \"10m\"", [&](const std::string& read) {
    const auto parsed = base::parse_duration(read);
    if (parsed) target = *parsed;
    return parsed.has_value();
  });
}

void count(Section& section, std::string_view key, std::int64_t highest, unsigned& target) {
  section.number(key, highest, [&](std::int64_t read) { target = static_cast<unsigned>(read); });
}

void port(Section& section, std::string_view key, std::uint16_t& target) {
  section.number(key, 65'535, [&](std::int64_t read) { target = static_cast<std::uint16_t>(read); });
}

void kind(Section& section, std::string_view key, gateway::PrincipalKind& target) {
  using gateway::PrincipalKind;
  choice(section, key, target,
         {{"app", PrincipalKind::app},
          {"staff", PrincipalKind::staff},
          {"analytics", PrincipalKind::analytics},
          {"probe", PrincipalKind::probe}});
}

void read_limits(Section& section, gateway::PoolLimits& limits) {
  section.number("pool_size", 10'000,
                 [&](std::int64_t size) { limits.most = std::max(1U, static_cast<unsigned>(size)); });
  count(section, "least_size", 10'000, limits.least);
  count(section, "reserve_size", 10'000, limits.reserve);
  duration(section, "reserve_wait", limits.reserve_wait);
  duration(section, "wait_timeout", limits.wait);
  duration(section, "server_lifetime", limits.lifetime);
  duration(section, "idle_timeout", limits.idle);
  duration(section, "connect_timeout", limits.connect);
}

constexpr std::string_view database_keys[] = {"name",
                                              "server",
                                              "server_port",
                                              "server_database",
                                              "server_name",
                                              "server_authority",
                                              "server_certificate",
                                              "server_key",
                                              "server_security",
                                              "mode",
                                              "tenancy",
                                              "team_column",
                                              "posture",
                                              "trail",
                                              "probe_leaves_out",
                                              "canary_teams",
                                              "pool_size",
                                              "least_size",
                                              "reserve_size",
                                              "reserve_wait",
                                              "wait_timeout",
                                              "server_lifetime",
                                              "idle_timeout",
                                              "connect_timeout",
                                              "auth_role",
                                              "auth_password_file",
                                              "auth_query",
                                              "auth_kind"};

void read_canary_teams(Section& section, GatewayDatabase& database) {
  section.texts("canary_teams", "name two different teams that nobody has, such as [\"900001\", \"900002\"]",
                [&](std::vector<std::string> teams) {
                  if (teams.size() != 2 || teams[0] == teams[1] ||
                      !std::all_of(teams.begin(), teams.end(), model::is_claim_word))
                    return false;
                  database.canary_teams = std::move(teams);
                  return true;
                });
}

GatewayDatabase read_database(const Node& table, Report& report) {
  using gateway::PoolMode;
  using gateway::ServerSecurity;
  GatewayDatabase database;
  Section section(table, table.line, "[[gateway.database]]", report);
  section.allow_only(database_keys);
  section.text("name", database.name, Need::required);
  section.text("server", database.server, Need::required);
  port(section, "server_port", database.port);
  section.text("server_database", database.server_database);
  section.text("server_name", database.server_name);
  section.text("server_authority", database.authority);
  section.text("server_certificate", database.certificate);
  section.text("server_key", database.key);
  choice(section, "server_security", database.security,
         {{"verify-full", ServerSecurity::verify_full}, {"plain", ServerSecurity::plain}});
  choice(section, "mode", database.mode,
         {{"transaction", PoolMode::transaction},
          {"session", PoolMode::session},
          {"statement", PoolMode::statement}});
  section.boolean("tenancy", database.tenancy);
  section.text("team_column", database.team_column);
  section.table("posture", [&](const Node& posture, int line) {
    database.posture = read_posture(posture, line, report);
    if (!database.tenancy)
      report.add(line, "posture is of a database that is separated by team",
                 "set tenancy = true in this [[gateway.database]], or take the table out");
  });
  section.table("trail", [&](const Node& trail, int line) {
    database.trail = read_trail(trail, line, database.name, report);
  });
  section.texts("probe_leaves_out", database.probe_leaves_out);
  read_canary_teams(section, database);
  read_limits(section, database.limits);
  section.text("auth_role", database.auth_role);
  section.text("auth_password_file", database.auth_password_file);
  section.text("auth_query", database.auth_query);
  kind(section, "auth_kind", database.auth_kind);
  return database;
}

GatewayPrincipal read_principal(const Node& table, Report& report) {
  GatewayPrincipal principal;
  Section section(table, table.line, "[[gateway.principal]]", report);
  section.allow_only({"name", "kind", "password_file", "server_role", "server_password_file", "console",
                      "replication", "client_certificate", "certificate_name", "shows_claim",
                      "may_choose_team"});
  section.text("name", principal.name, Need::required);
  kind(section, "kind", principal.kind);
  using gateway::ClientCertificate;
  choice(section, "client_certificate", principal.certificate,
         {{"none", ClientCertificate::none},
          {"required", ClientCertificate::required},
          {"sufficient", ClientCertificate::sufficient}});
  section.text("certificate_name", principal.certificate_name);
  section.boolean("shows_claim", principal.shows_claim);
  section.boolean("may_choose_team", principal.may_choose_team);
  const bool needs_password =
      principal.certificate != ClientCertificate::sufficient && !principal.shows_claim;
  section.text("password_file", principal.password_file, needs_password ? Need::required : Need::optional);
  section.text("server_role", principal.server_role);
  section.text("server_password_file", principal.server_password_file);
  section.boolean("console", principal.may_use_console);
  section.boolean("replication", principal.may_replicate);
  return principal;
}

template <class Each>
void refuse_twins(const std::vector<Each>& all, const Node& list, std::string_view what, Report& report) {
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (all[i].name == all[j].name)
        report.add(list.elements[i].line, fmt::format("there are two {}s named \"{}\"", what, all[i].name),
                   "give one of them another name");
}

}  // namespace

GatewayConfiguration read_gateway(const Node& table, int line, Report& report) {
  GatewayConfiguration values;
  Section section(table, line, "[gateway]", report);
  section.allow_only({"address", "port", "socket_folder", "plain_on_loopback", "event_loop", "workers",
                      "most_clients", "client_authority", "hand_over", "database", "principal"});
  section.text("address", "write a numeric IPv4 or IPv6 address, such as 127.0.0.1 or ::",
               [&](const std::string& address) {
                 values.address = address;
                 return net::parse_socket_address(address, 0).has_value();
               });
  port(section, "port", values.port);
  section.text("socket_folder", values.socket_folder);
  section.boolean("plain_on_loopback", values.plain_on_loopback);
  choice(section, "event_loop", values.event_loop,
         {{"automatic", net::LoopBackend::automatic},
          {"io_uring", net::LoopBackend::io_uring},
          {"epoll", net::LoopBackend::epoll}});
  section.number("workers", 64,
                 [&](std::int64_t read) { values.workers = std::max(1U, static_cast<unsigned>(read)); });
  count(section, "most_clients", 1'000'000, values.most_clients);
  section.text("client_authority", values.client_authority);
  duration(section, "hand_over", values.hand_over);
  section.list("database",
               [&](const Node& each) { values.databases.push_back(read_database(each, report)); });
  section.list("principal",
               [&](const Node& each) { values.principals.push_back(read_principal(each, report)); });
  if (const Member* list = table.find("database"))
    refuse_twins(values.databases, list->value, "database", report);
  if (const Member* list = table.find("principal"))
    refuse_twins(values.principals, list->value, "principal", report);
  return values;
}

}  // namespace art32::app
