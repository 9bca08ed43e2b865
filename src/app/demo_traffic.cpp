#include "app/demo_traffic.h"

#include <algorithm>
#include <thread>

#include "app/entrance.h"
#include "app/server_commands.h"
#include "net/deadline.h"
#include "net/postgres_client.h"

namespace art32::app {
namespace {

using namespace std::chrono_literals;
using base::Result;
using Client = std::unique_ptr<net::PostgresClient>;

constexpr unsigned client_count = 12;
constexpr auto statement_wait = 10s;

Result<Client> sign_in(const System& system, const std::string& role, const std::string& password,
                       const std::string& database = "app") {
  for (const model::Listener& listener : system.listeners()) {
    if (listener.protocol != model::Protocol::postgresql) continue;
    net::PostgresServer gateway;
    gateway.host = listener.server_name;
    gateway.address = listener.address;
    gateway.port = listener.port;
    gateway.authorities = system.folder().authority_certificate();
    gateway.application = "art32-demo";
    return net::PostgresClient::connect(gateway, {role, base::Secret(password), database},
                                        net::Deadline(statement_wait));
  }
  return base::failure(base::ErrorCode::unavailable, "no gateway listens");
}

struct ClientSeen {
  std::vector<std::chrono::microseconds> latencies;
  std::uint64_t failed = 0;
};

// An invoice is written, then a team's are added up: alternately, until the time is over.
ClientSeen use(net::PostgresClient& client, unsigned number, std::chrono::steady_clock::time_point until) {
  ClientSeen seen;
  const std::string team = "team-" + std::to_string(number % 4);
  for (unsigned i = 0; std::chrono::steady_clock::now() < until; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const auto answer =
        i % 2 == 0 ? client.query("insert into invoice (team, cents) values ($1, $2::int) returning id",
                                  {team, std::to_string(100 + i % 900)}, statement_wait)
                   : client.query("select count(*), sum(cents) from invoice where team = $1", {team},
                                  statement_wait);
    if (answer)
      seen.latencies.push_back(
          std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin));
    else
      ++seen.failed;
  }
  return seen;
}

}  // namespace

Result<TrafficSeen> run_traffic(const System& system, const net::ScratchPostgres& postgres,
                                std::chrono::milliseconds how_long) {
  ART32_CHECKED(
      postgres
          .sql("create table if not exists invoice (id serial primary key, team text not null, cents int "
               "not null); create index on invoice (team); alter table invoice owner to app",
               "app")
          .map([](const auto&) {}));
  std::vector<Client> clients;
  for (unsigned i = 0; i < client_count; ++i) {
    ART32_ASSIGN(Client client, sign_in(system, "app", postgres.password()));
    clients.push_back(std::move(client));
  }
  const auto begin = std::chrono::steady_clock::now();
  std::vector<ClientSeen> seen(clients.size());
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < client_count; ++i)
      threads.emplace_back([&, i] { seen[i] = use(*clients[i], i, begin + how_long); });
  }
  TrafficSeen all;
  all.clients = client_count;
  all.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  ART32_ASSIGN(const std::string connections,
               postgres.sql("select count(*) from pg_stat_activity where usename = 'app'"));
  all.server_connections = std::stoull(connections);
  std::vector<std::chrono::microseconds> latencies;
  for (const ClientSeen& one : seen) {
    latencies.insert(latencies.end(), one.latencies.begin(), one.latencies.end());
    all.failed += one.failed;
  }
  all.statements = latencies.size();
  if (latencies.empty()) return all;
  std::sort(latencies.begin(), latencies.end());
  all.median = latencies[latencies.size() / 2];
  all.p99 = latencies[latencies.size() * 99 / 100];
  return all;
}

Result<StaffSeen> ask_as_staff(System& system, const net::ScratchPostgres& postgres) {
  StaffSeen seen;
  seen.statement = "select team, count(*) from invoice group by team having count(*) > $1::int order by team";
  const std::uint64_t before = system.ledger().health().size;
  ART32_ASSIGN(const Client client, sign_in(system, "staff", postgres.password()));
  ART32_ASSIGN(const auto rows, client->query(seen.statement, {"0"}, statement_wait));
  for (const auto& row : rows)
    seen.answer +=
        fmt::format("{}{} {}", seen.answer.empty() ? "" : ", ", row[0].value_or(""), row[1].value_or(""));
  for (std::uint64_t index = before; index < system.ledger().health().size; ++index) {
    ART32_ASSIGN(const ledger::Disclosure entry, system.ledger().disclose(model::LeafIndex(index)));
    const std::string record = base::to_text(entry.record);
    if (entry.kind != model::statement_record.name || record.find("\"way\":\"execute\"") == record.npos)
      continue;
    seen.leaf = index;
    seen.record = record;
  }
  if (seen.record.empty())
    return base::failure(base::ErrorCode::check_failed, "the staff member's statement isn't in the ledger");
  return seen;
}

namespace {

constexpr auto trail_wait = 20s;
constexpr auto trail_pause = 100ms;

// docs/formats/record.md: what an update changed has three members.
void add_changes(const json::value& hit, std::vector<BillChange>& changes) {
  const json::value& author = hit.at("transaction").at("author");
  for (const json::value& column : hit.at("record").at("columns").as_array()) {
    const json::array& parts = column.as_array();
    if (parts.size() != 3) continue;
    BillChange change;
    if (!author.is_null()) {
      change.actor = author.at("id").as_string();
      change.team = author.at("team").as_string();
    }
    change.column = parts[0].as_string();
    change.before = parts[1].as_string();
    change.after = parts[2].as_string();
    changes.push_back(std::move(change));
  }
}

}  // namespace

Result<std::vector<BillChange>> change_a_bill(System& system, const net::ScratchPostgres& postgres) {
  ART32_ASSIGN(const std::string claim, sign_claim(system.folder(), system.configuration(), {"1"},
                                                   {model::ActorKind::user, "erika"}, 60s));
  ART32_ASSIGN(const Client client, sign_in(system, "app", postgres.password(), "tenants"));
  ART32_CHECKED(client->query("SET art32.claim = '" + claim + "'", {}, statement_wait));
  ART32_CHECKED(client->query("update bill set total = 12 where number = 'A-1'", {}, statement_wait));
  ART32_CHECKED(postgres.sql("update bill set total = 1 where number = 'A-1'", "tenants"));
  const auto end = std::chrono::steady_clock::now() + trail_wait;
  while (true) {
    ART32_ASSIGN(const json::value page, run_server_command(system, "trail search",
                                                            {{"database", "tenants"},
                                                             {"team", "1"},
                                                             {"table", "public.bill"},
                                                             {"column", "total"},
                                                             {"oldest_first", true},
                                                             {"by", "demo"}}));
    std::vector<BillChange> changes;
    for (const json::value& hit : page.at("hits").as_array())
      add_changes(hit, changes);
    if (changes.size() >= 2) return changes;
    if (std::chrono::steady_clock::now() >= end)
      return base::failure(base::ErrorCode::check_failed, "the bill's changes aren't in the trail",
                           "art32 trail status says why");
    std::this_thread::sleep_for(trail_pause);
  }
}

}  // namespace art32::app
