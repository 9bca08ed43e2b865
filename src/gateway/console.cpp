#include "gateway/console.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/version.h"
#include "gateway/sql_words.h"
#include "pgwire/backend.h"
#include "pgwire/diagnostic.h"
#include "pgwire/rows.h"
#include "pgwire/sqlstate.h"

namespace art32::gateway {
namespace {

using Cells = std::vector<std::string>;

// One answer: columns, and a row for each thing.
class Sheet {
 public:
  Sheet(base::Bytes& target, std::initializer_list<std::string_view> columns) : target_(target) {
    const std::vector<std::string_view> names(columns);
    pgwire::put_text_columns(target_, names);
  }
  void add(const Cells& cells) {
    std::vector<pgwire::Value> values;
    for (const std::string& cell : cells)
      values.emplace_back(base::as_bytes(cell));
    pgwire::put_data_row(target_, values);
  }

 private:
  base::Bytes& target_;
};

std::string number(std::uint64_t value) {
  return std::to_string(value);
}
std::string_view yes_or_no(bool value) {
  return value ? "yes" : "no";
}

void show_pools(base::Bytes& target, const GatewayReport& report, const Settings&) {
  Sheet sheet(target, {"database", "user", "cl_active", "cl_waiting", "cl_cancel_req", "sv_active", "sv_idle",
                       "sv_used", "sv_tested", "sv_login", "maxwait", "maxwait_us", "pool_mode", "kind"});
  for (const PoolReport& pool : report.pools) {
    const auto wait = pool.longest_wait;
    sheet.add({pool.database, pool.principal, number(pool.clients_active), number(pool.clients_waiting), "0",
               number(pool.servers_active), number(pool.servers_idle), "0", "0", number(pool.servers_opening),
               number(static_cast<std::uint64_t>(wait.count() / 1'000)),
               number(static_cast<std::uint64_t>(wait.count() % 1'000 * 1'000)),
               pool.is_replication ? "replication" : std::string(name(pool.mode)),
               std::string(name(pool.kind))});
  }
}

void show_clients(base::Bytes& target, const GatewayReport& report, const Settings&) {
  Sheet sheet(target,
              {"type", "user", "database", "state", "addr", "connected_s", "tls", "link", "pinned_by"});
  for (const ClientReport& client : report.clients)
    sheet.add({"C", client.principal, client.database, client.state, client.peer,
               number(static_cast<std::uint64_t>(client.age.count() / 1'000)),
               std::string(yes_or_no(client.has_tls)),
               client.server_process == 0 ? "" : number(client.server_process), client.pinned_by});
}

void show_servers(base::Bytes& target, const GatewayReport& report, const Settings&) {
  Sheet sheet(target, {"type", "user", "database", "state", "addr", "connected_s", "tls", "remote_pid",
                       "prepared_statements"});
  for (const ServerReport& server : report.servers)
    sheet.add({"S", server.principal, server.database, server.state, server.host,
               number(static_cast<std::uint64_t>(server.age.count() / 1'000)),
               std::string(yes_or_no(server.has_tls)), server.process == 0 ? "" : number(server.process),
               number(server.prepared_statements)});
}

std::uint64_t per(std::chrono::microseconds time, std::uint64_t count) {
  return count == 0 ? 0 : static_cast<std::uint64_t>(time.count()) / count;
}

void show_stats(base::Bytes& target, const GatewayReport& report, const Settings&) {
  Sheet sheet(target, {"database", "total_xact_count", "total_query_count", "total_received", "total_sent",
                       "total_xact_time", "total_query_time", "total_wait_time", "mean_xact_time",
                       "mean_query_time"});
  std::map<std::string, PoolTotals> by_database;
  for (const PoolReport& pool : report.pools)
    by_database[pool.database].add(pool.totals);
  for (const auto& [database, all] : by_database)
    sheet.add({database, number(all.transactions), number(all.queries), number(all.received_octets),
               number(all.sent_octets), number(static_cast<std::uint64_t>(all.transaction_time.count())),
               number(static_cast<std::uint64_t>(all.query_time.count())),
               number(static_cast<std::uint64_t>(all.wait_time.count())),
               number(per(all.transaction_time, all.transactions)),
               number(per(all.query_time, all.queries))});
}

void show_databases(base::Bytes& target, const GatewayReport& report, const Settings& settings) {
  Sheet sheet(target, {"name", "host", "port", "database", "pool_size", "min_pool_size", "reserve_pool",
                       "pool_mode", "server_security", "current_connections", "paused"});
  for (const auto& [key, database] : settings.databases) {
    std::size_t connections = 0;
    bool is_paused = false;
    for (const PoolReport& pool : report.pools) {
      if (pool.database != key) continue;
      connections += pool.servers_active + pool.servers_idle + pool.servers_opening;
      is_paused = is_paused || pool.is_paused;
    }
    const bool is_verified = database.security == ServerSecurity::verify_full;
    sheet.add({key, database.address.host, number(database.address.port), database.server_name,
               number(database.limits.most), number(database.limits.least), number(database.limits.reserve),
               std::string(name(database.mode)), is_verified ? "verify-full" : "plain", number(connections),
               is_paused ? "1" : "0"});
  }
}

void show_users(base::Bytes& target, const GatewayReport&, const Settings& settings) {
  Sheet sheet(target, {"name", "kind", "server_role", "console", "statements_logged"});
  for (const auto& [key, principal] : settings.principals)
    sheet.add({key, std::string(name(principal.kind)), principal.server_role,
               std::string(yes_or_no(principal.may_use_console)),
               std::string(yes_or_no(principal.statement_log != nullptr))});
}

void show_lists(base::Bytes& target, const GatewayReport& report, const Settings& settings) {
  Sheet sheet(target, {"list", "items"});
  sheet.add({"databases", number(settings.databases.size())});
  sheet.add({"users", number(settings.principals.size())});
  sheet.add({"pools", number(report.pools.size())});
  sheet.add({"used_clients", number(report.clients.size())});
  sheet.add({"login_clients", number(report.logging_in)});
  sheet.add({"used_servers", number(report.servers.size())});
}

void show_totals(base::Bytes& target, const GatewayReport& report, const Settings&) {
  Sheet sheet(target, {"name", "value"});
  sheet.add({"connections", number(report.connections)});
  sheet.add({"refused_logins", number(report.refused_logins)});
  sheet.add({"failed_sessions", number(report.failed_sessions)});
  sheet.add({"server_logins", number(report.server_logins)});
  sheet.add({"poisoned_servers", number(report.poisoned)});
  sheet.add({"cancels", number(report.cancels)});
  sheet.add({"dropped_cancels", number(report.dropped_cancels)});
  sheet.add({"entries", number(report.entries)});
  sheet.add({"refused_claims", number(report.refused_claims)});
}

// Named as PgBouncer's settings where they are the same thing; what monitors look for.
void show_config(base::Bytes& target, const GatewayReport&, const Settings& settings) {
  Sheet sheet(target, {"key", "value", "default", "changeable"});
  const Settings usual;
  const auto seconds = [](std::chrono::milliseconds time) {
    return fmt::format("{}", static_cast<double>(time.count()) / 1'000);
  };
  sheet.add({"listen_addr", settings.address, usual.address, "no"});
  sheet.add({"listen_port", number(settings.port), number(usual.port), "no"});
  sheet.add({"unix_socket_dir", settings.socket_folder.string(), usual.socket_folder.string(), "no"});
  sheet.add({"workers", number(settings.workers), number(usual.workers), "no"});
  sheet.add({"max_client_conn", number(settings.most_clients), number(usual.most_clients), "yes"});
  sheet.add({"client_login_timeout", seconds(settings.login), seconds(usual.login), "yes"});
}

void show_state(base::Bytes& target, const GatewayReport& report, const Settings&) {
  Sheet sheet(target, {"key", "value"});
  const bool is_paused =
      !report.pools.empty() && std::all_of(report.pools.begin(), report.pools.end(),
                                           [](const PoolReport& pool) { return pool.is_paused; });
  sheet.add({"active", std::string(yes_or_no(!is_paused))});
  sheet.add({"paused", std::string(yes_or_no(is_paused))});
}

void show_version(base::Bytes& target, const GatewayReport&, const Settings&) {
  Sheet(target, {"version"}).add({fmt::format("art32 {}", base::version())});
}

void show_help(base::Bytes& target, const GatewayReport&, const Settings&);

struct Row {
  std::string_view subject;
  std::string_view what;
  void (*put)(base::Bytes&, const GatewayReport&, const Settings&);
};

constexpr std::array subjects = std::to_array<Row>({
    {"pools", "clients and servers of each database and user", show_pools},
    {"clients", "every client", show_clients},
    {"servers", "every server connection", show_servers},
    {"stats", "queries, transactions, octets and times since the start", show_stats},
    {"databases", "what is configured", show_databases},
    {"users", "who may sign in", show_users},
    {"lists", "how many there are of everything", show_lists},
    {"totals", "what the gateway counted since the start", show_totals},
    {"config", "what the listener is set to", show_config},
    {"state", "whether all databases are paused", show_state},
    {"version", "what this is", show_version},
    {"help", "this list", show_help},
});

void show_help(base::Bytes& target, const GatewayReport&, const Settings&) {
  Sheet sheet(target, {"command", "what"});
  for (const Row& row : subjects)
    sheet.add({fmt::format("SHOW {}", row.subject), std::string(row.what)});
  sheet.add({"PAUSE [database]", "no client gets a server; returns once none has one"});
  sheet.add({"RESUME [database]", "clients get servers again"});
  sheet.add({"RELOAD", "reads the configuration anew"});
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return result;
}

bool is_command(std::string_view verb) {
  return equals_word(verb, "show") || equals_word(verb, "pause") || equals_word(verb, "resume") ||
         equals_word(verb, "reload");
}

}  // namespace

bool is_console_database(std::string_view name) {
  return name == console_database || name == "pgbouncer";
}

ConsoleCommand parse_console_command(std::string_view text) {
  using Kind = ConsoleCommand::Kind;
  SqlWords words(text);
  const SqlWord verb = words.next();
  const SqlWord subject = words.next();
  if (verb.kind == SqlWord::Kind::end || verb.text == ";") return {Kind::none, ""};
  for (const char* ignored : {"set", "begin", "commit", "rollback"})
    if (equals_word(verb.text, ignored)) return {Kind::none, ""};
  const bool has_subject = subject.kind == SqlWord::Kind::word || subject.kind == SqlWord::Kind::quoted_name;
  std::string named = has_subject ? lower(subject.text) : "";
  if (subject.kind == SqlWord::Kind::quoted_name) named = subject.text.substr(1, subject.text.size() - 2);
  SqlWord rest = subject.kind == SqlWord::Kind::end || subject.text == ";" ? subject : words.next();
  while (rest.text == ";")
    rest = words.next();
  if (rest.kind != SqlWord::Kind::end && is_command(verb.text)) return {Kind::excess, std::string(rest.text)};
  if (equals_word(verb.text, "show")) return {Kind::show, named};
  if (equals_word(verb.text, "pause")) return {Kind::pause, named};
  if (equals_word(verb.text, "resume")) return {Kind::resume, named};
  if (equals_word(verb.text, "reload")) return {Kind::reload, ""};
  return {Kind::unknown, lower(verb.text)};
}

void put_show(base::Bytes& target, std::string_view subject, const GatewayReport& report,
              const Settings& settings) {
  for (const Row& row : subjects) {
    if (row.subject != subject) continue;
    row.put(target, report, settings);
    return pgwire::put_command_complete(target, "SHOW");
  }
  put_console_error(target, fmt::format("there is no SHOW {}", subject), "SHOW HELP lists what there is");
}

void put_done(base::Bytes& target, std::string_view tag) {
  pgwire::put_command_complete(target, tag);
}

void put_console_error(base::Bytes& target, std::string_view what, std::string_view hint) {
  pgwire::put_error_response(target,
                             {pgwire::Severity::error, pgwire::sqlstate::syntax_error, what, {}, hint});
}

}  // namespace art32::gateway
