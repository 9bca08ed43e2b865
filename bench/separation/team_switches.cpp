#include "bench/separation/team_switches.h"

#include <fstream>

#include "bench/figure.h"
#include "bench/gateway_process.h"
#include "crypto/random.h"
#include "net/subprocess.h"
#include "tenancy/claim_token.h"
#include "tenancy/entrance.h"

namespace art32::bench {
namespace {

using namespace std::chrono_literals;

constexpr int rounds = 5;
constexpr int clients = 1;  // of each of the two programs: they take turns
constexpr int seconds = 4;

struct Site {
  const test::ProtectedDatabase& database;
  tenancy::KeyRing claim_keys = tenancy::KeyRing::make("c1");
  GatewayProcess gateway = {};
};

std::shared_ptr<gateway::Settings> settings_for(const Site& site) {
  const auto& postgres = site.database.postgres();
  auto settings = std::make_shared<gateway::Settings>();
  settings->port = 0;
  settings->plain_on_loopback = true;
  settings->mock_secret = crypto::random_secret(32);
  gateway::Database database;
  database.name = database.server_name = "app";
  database.address = {"127.0.0.1", postgres.port(), "localhost"};
  database.tls =
      std::make_shared<net::TlsClientContext>(net::TlsClientContext::make(postgres.authority_pem()).value());
  database.limits.most = 1;
  database.entrance = std::make_shared<const tenancy::Entrance>(
      tenancy::KeyRing::parse(site.claim_keys.text().text()).value(),
      tenancy::KeyRing::parse(site.database.keys().text().text()).value(), "test",
      std::make_shared<const base::SystemClock>());
  settings->databases.emplace("app", std::move(database));
  gateway::Principal principal;
  principal.name = principal.server_role = "app";
  principal.verifier = pgwire::parse_scram_verifier(postgres.verifier("app")).value();
  principal.server_password = base::Secret(postgres.password());
  settings->principals.emplace("app", std::move(principal));
  return settings;
}

std::string claim_of(const Site& site, const std::string& team) {
  model::Claim claim = test::claim_of(team);
  claim.expires = claim.issued + 600s;
  return tenancy::sign_claim(claim, site.claim_keys);
}

struct Measured {
  double cpu_us = 0;  // of the gateway, a query
  double rate = 0;    // queries a second
  double queries = 0;
};

Measured measure(const Site& site, const std::vector<std::string>& claims, const base::Path& folder) {
  std::ofstream(folder / "read.sql")
      << "\\set id random(1, 1000)\nselect note from invoice where id = :id;\n";
  const double before = cpu_of(site.gateway.id);
  const auto begin = std::chrono::steady_clock::now();
  std::vector<net::Child> running;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    net::Command command;
    command.arguments = {"pgbench", "-n",
                         "-f",      "read.sql",
                         "-c",      std::to_string(clients),
                         "-j",      "1",
                         "-T",      std::to_string(seconds),
                         "app"};
    command.environment = {"PGHOST=127.0.0.1",  fmt::format("PGPORT={}", site.gateway.port),
                           "PGUSER=app",        "PGPASSWORD=" + site.database.postgres().password(),
                           "PGSSLMODE=disable", "PGOPTIONS=-c art32.claim=" + claims[i]};
    command.folder = folder;
    auto pgbench = net::Child::start(command, folder / fmt::format("pgbench.{}.log", i));
    if (!pgbench) give_up(pgbench.error().message());
    running.push_back(std::move(*pgbench));
  }
  double queries = 0;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const auto finished = running[i].wait(60s);
    const std::string log = base::read_text_file(folder / fmt::format("pgbench.{}.log", i)).value_or("");
    const std::string_view told = "number of transactions actually processed: ";
    const std::size_t at = log.find(told);
    if (!finished || *finished != 0 || at == log.npos || log.find("ERROR") != log.npos) give_up(log);
    queries += std::stod(log.substr(at + told.size()));
  }
  const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return {(cpu_of(site.gateway.id) - before) / queries * 1e6, queries / took, queries};
}

}  // namespace

void measure_team_switches(const test::ProtectedDatabase& database) {
  database.admin("alter system set track_functions = 'all'");
  database.admin("select pg_reload_conf(), pg_stat_reset()");
  Site site{database};
  site.gateway = start_gateway(settings_for(site));
  const base::ScratchFolder scratch;
  std::vector<double> cpu, rate, cpu_switching, rate_switching;
  double queries_switching = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::string same = claim_of(site, "1");
    const Measured staying = measure(site, {same, same}, scratch.path());
    const Measured switching = measure(site, {same, claim_of(site, "2")}, scratch.path());
    cpu.push_back(staying.cpu_us);
    rate.push_back(staying.rate);
    cpu_switching.push_back(switching.cpu_us);
    rate_switching.push_back(switching.rate);
    queries_switching += switching.queries;
  }
  end_process(site.gateway.id);
  const double share = std::stod(database.admin("select sum(calls) from pg_stat_user_functions where "
                                                "funcname = 'enter'")) /
                       queries_switching;
  fmt::print("{:.2f} of the queries of two in turns were of another team than the one before\n", share);
  fmt::print("one team     {:>7.2f} us/query of the gateway  {:>8.0f} queries/s\n", median(cpu),
             median(rate));
  fmt::print("two in turns {:>7.2f} us/query of the gateway  {:>8.0f} queries/s\n", median(cpu_switching),
             median(rate_switching));
  figure("separation.switch.cpu", median(cpu_switching) / median(cpu), "x", "<=", 1.15);
  // A round trip more would halve it: the server does nothing else for a query.
  figure("separation.switch.rate", median(rate_switching) / median(rate), "x", ">=", 0.75);
}

}  // namespace art32::bench
