// The gateway against Debian's PgBouncer before the same server: TCP, transaction pooling,
// SCRAM, pgbench in rounds that alternate, medians. CPU is user and system time of the
// pooler's process for each query. PgBouncer 1.18 knows no prepared statements in
// transaction mode: for these it pools sessions, as its users had to.
#include <fcntl.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <map>
#include <thread>

#include "base/text.h"
#include "bench/figure.h"
#include "bench/gateway_process.h"
#include "crypto/channel_binding.h"
#include "crypto/random.h"
#include "gateway/gateway.h"
#include "net/listening_socket.h"
#include "net/testing.h"
#include "tests/support/private_postgres.h"

namespace art32::bench {
namespace {

using namespace std::chrono_literals;

constexpr int rounds = 5;
constexpr int few_clients = 16;           // for whom a connection takes no time worth counting
constexpr std::size_t least_seconds = 4;  // of a run, to leave the first and the last away
constexpr unsigned pool_size = 20;

net::Finished run(std::vector<std::string> words, std::vector<std::string> environment,
                  const base::Path& folder) {
  net::Command command;
  command.arguments = std::move(words);
  command.environment = std::move(environment);
  command.folder = folder;
  auto finished = net::run(command, 120s);
  if (!finished) give_up(finished.error().message());
  return std::move(*finished);
}

double resident_kibibytes(pid_t process) {
  std::ifstream source(fmt::format("/proc/{}/statm", process));
  double pages = 0;
  source >> pages >> pages;
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1024;
}

struct Pooler {
  std::string name;
  pid_t process = 0;
  std::uint16_t port = 0;
  bool is_floor = false;  // a forwarder: measured beside the others, and compared with nothing
};

struct Site {
  const test::PrivatePostgres& postgres;
  net::testing::Identity identity;
};

std::shared_ptr<gateway::Settings> settings_for(const Site& site, net::LoopBackend backend) {
  auto settings = std::make_shared<gateway::Settings>();
  settings->port = 0;
  settings->plain_on_loopback = true;
  settings->backend = backend;
  settings->mock_secret = crypto::random_secret(32);
  settings->tls = std::make_shared<net::TlsServerContext>(
      net::TlsServerContext::make(site.identity.certificate_pem, site.identity.key_pem,
                                  net::TlsApplication::postgresql)
          .value());
  settings->tls_end_point =
      crypto::tls_server_end_point(base::as_bytes(site.identity.certificate_pem)).value();
  gateway::Database database;
  database.name = database.server_name = "app";
  database.address = {"127.0.0.1", site.postgres.port(), ""};
  database.security = gateway::ServerSecurity::plain;
  database.limits.most = pool_size;
  settings->databases.emplace("app", std::move(database));
  gateway::Principal principal;
  principal.name = principal.server_role = "app";
  principal.verifier = pgwire::parse_scram_verifier(site.postgres.verifier("app")).value();
  principal.server_password = base::Secret(site.postgres.password());
  settings->principals.emplace("app", std::move(principal));
  return settings;
}

Pooler start_art32(const Site& site, net::LoopBackend backend) {
  const GatewayProcess process = start_gateway(settings_for(site, backend));
  return {"art32, " + std::string(net::name(backend)), process.id, process.port};
}

std::uint16_t free_port() {
  const auto socket = net::listen_tcp("127.0.0.1", 0);
  return socket ? net::local_port(socket->number()) : std::uint16_t{0};
}

void write(const base::Path& path, const std::string& content, const passwd& owner) {
  std::ofstream(path) << content;
  if (::chown(path.c_str(), owner.pw_uid, owner.pw_gid) != 0) give_up("chown");
}

// As the user postgres: it refuses to run as root.
Pooler start_pgbouncer(const Site& site, const base::Path& folder) {
  const passwd* owner = ::getpwnam("postgres");
  if (owner == nullptr) give_up("there is no user postgres");
  std::filesystem::create_directory(folder);
  std::filesystem::permissions(folder.parent_path(), std::filesystem::perms(0755));  // it has to get there
  if (::chown(folder.c_str(), owner->pw_uid, owner->pw_gid) != 0) give_up("chown");
  const std::uint16_t port = free_port();
  write(folder / "users", fmt::format("\"app\" \"{}\"\n", site.postgres.password()), *owner);
  write(folder / "tls.crt", site.identity.certificate_pem, *owner);
  write(folder / "tls.key", site.identity.key_pem, *owner);
  write(folder / "ini",
        fmt::format("[databases]\napp = host=127.0.0.1 port={0} dbname=app pool_mode=transaction\n"
                    "sessions = host=127.0.0.1 port={0} dbname=app pool_mode=session pool_size=210\n"
                    "[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {1}\nunix_socket_dir =\n"
                    "auth_type = scram-sha-256\nauth_file = {2}/users\nmax_client_conn = 3000\n"
                    "default_pool_size = {3}\nserver_tls_sslmode = disable\nclient_tls_sslmode = allow\n"
                    "client_tls_cert_file = {2}/tls.crt\nclient_tls_key_file = {2}/tls.key\n"
                    "logfile = {2}/log\nlog_connections = 0\nlog_disconnections = 0\n",
                    site.postgres.port(), port, folder.string(), pool_size),
        *owner);
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::setgid(owner->pw_gid) != 0 || ::setuid(owner->pw_uid) != 0) ::_exit(1);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int null = ::open("/dev/null", O_WRONLY);
    ::dup2(null, 2);
    ::execlp("pgbouncer", "pgbouncer", "--quiet", (folder / "ini").c_str(), nullptr);
    ::_exit(127);
  }
  std::this_thread::sleep_for(1s);
  return {"PgBouncer", child, port};
}

// bench_forwarder lies beside this program.
Pooler start_forwarder(const Site& site, net::LoopBackend backend) {
  const std::uint16_t port = free_port();
  const base::Path program =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "bench_forwarder";
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(::open("/dev/null", O_WRONLY), 1);
    ::execl(program.c_str(), program.c_str(), std::to_string(port).c_str(),
            std::to_string(site.postgres.port()).c_str(), std::string(net::name(backend)).c_str(), nullptr);
    ::_exit(127);
  }
  std::this_thread::sleep_for(500ms);
  return {"forwarder, " + std::string(net::name(backend)), child, port, true};
}

struct Load {
  std::string name;
  int clients = 16;
  std::string mode = "simple";
  bool tls = false;
  bool connects = false;  // a new connection for each query
};

struct Measured {
  double cpu_us = 0;  // of the pooler, a query
  double rate = 0;    // queries a second
  double p99_ms = 0;
};

// The latencies of a pgbench log: the third word of each line, microseconds.
double percentile_99(const base::Path& folder) {
  std::vector<double> latencies;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (!file.path().filename().string().starts_with("latency.")) continue;
    std::ifstream source(file.path());
    std::string line;
    while (std::getline(source, line))
      latencies.push_back(std::stod(std::string(base::split(line, ' ')[2])));
    std::filesystem::remove(file.path());
  }
  if (latencies.empty()) return 0;
  const auto at = latencies.begin() + static_cast<std::ptrdiff_t>(latencies.size() * 99 / 100);
  std::nth_element(latencies.begin(), at, latencies.end());
  return *at / 1000;
}

// What pgbench told of each second so far: transactions in it.
std::vector<double> progress_of(const base::Path& log) {
  std::ifstream source(log);
  std::vector<double> seconds;
  std::string line;
  while (std::getline(source, line)) {
    const std::size_t end = line.find(" tps");
    const std::size_t comma = line.find(", ");
    if (line.starts_with("progress: ") && end != line.npos && comma < end)
      seconds.push_back(std::stod(line.substr(comma + 2, end - comma - 2)));
  }
  return seconds;
}

// From the end of the first second to the end of the one before the last: what log-ins and
// the first use of prepared statements cost is no part of a query.
Measured watch(net::Child& pgbench, const Pooler& pooler, const base::Path& log) {
  std::vector<double> seconds, cpu;  // of each second that pgbench told of: its queries, CPU until its end
  while (pgbench.running()) {
    std::this_thread::sleep_for(2ms);
    seconds = progress_of(log);
    if (seconds.size() > cpu.size()) cpu.resize(seconds.size(), cpu_of(pooler.process));
  }
  const auto finished = pgbench.wait(60s);
  if (!finished || *finished != 0 || cpu.size() < least_seconds)
    give_up(fmt::format("pgbench through {}: {}", pooler.name, base::read_text_file(log).value_or("")));
  const std::size_t last = cpu.size() - 2;
  double queries = 0;
  for (std::size_t i = 1; i <= last; ++i)
    queries += seconds[i];
  return {(cpu[last] - cpu[0]) / queries * 1e6, queries / static_cast<double>(last), 0};
}

// pgbench counts its log-ins in, and a pooler of sessions makes one at the server for each.
int seconds_of(const Load& load, bool sessions) {
  if (load.clients <= few_clients) return 5;
  return sessions ? 18 : 9;
}

Measured measure(const Pooler& pooler, const Load& load, const Site& site, const base::Path& folder) {
  const bool sessions = pooler.name == "PgBouncer" && load.mode == "prepared";
  net::Command command;
  command.arguments = {"pgbench",
                       "-n",
                       "-S",
                       "-M",
                       load.mode,
                       "-c",
                       std::to_string(load.clients),
                       "-j",
                       "1",
                       "-T",
                       std::to_string(seconds_of(load, sessions)),
                       "-P",
                       "1",
                       "-l",
                       "--sampling-rate=0.1",
                       "--log-prefix=latency"};
  if (load.connects) command.arguments.emplace_back("-C");
  command.arguments.emplace_back(sessions ? "sessions" : "app");
  command.environment = {"PGHOST=127.0.0.1", fmt::format("PGPORT={}", pooler.port), "PGUSER=app",
                         "PGPASSWORD=" + site.postgres.password(),
                         load.tls ? "PGSSLMODE=require" : "PGSSLMODE=disable"};
  command.folder = folder;
  const base::Path log = folder / "pgbench.log";
  std::filesystem::remove(log);
  auto pgbench = net::Child::start(command, log);
  if (!pgbench) give_up(pgbench.error().message());
  Measured measured = watch(*pgbench, pooler, log);
  measured.p99_ms = percentile_99(folder);
  return measured;
}

Measured median_of(const std::vector<Measured>& runs) {
  const auto of = [&](double Measured::*part) {
    std::vector<double> values;
    for (const Measured& each : runs)
      values.push_back(each.*part);
    return median(values);
  };
  return {of(&Measured::cpu_us), of(&Measured::rate), of(&Measured::p99_ms)};
}

struct Bars {
  double cpu = 1.0;
  double rate = 1.0;
  double p99 = 1.0;
};

// A forwarder opens a connection to the server for each client, which the server wouldn't bear
// of many.
bool is_measured(const Pooler& pooler, const Load& load) {
  return !pooler.is_floor || load.clients <= few_clients;
}

void compare(const std::vector<Pooler>& poolers, const Load& load, const Bars& bars, const Site& site,
             const base::Path& folder) {
  std::vector<std::vector<Measured>> runs(poolers.size());
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < poolers.size(); ++i)
      if (is_measured(poolers[i], load)) runs[i].push_back(measure(poolers[i], load, site, folder));
  std::vector<Measured> medians;
  for (std::size_t i = 0; i < poolers.size(); ++i) {
    if (runs[i].empty()) {
      medians.emplace_back();
      continue;
    }
    medians.push_back(median_of(runs[i]));
    fmt::print("{:<24} {:<20} {:>7.2f} us/query  {:>8.0f} queries/s  p99 {:>7.3f} ms\n", load.name,
               poolers[i].name, medians[i].cpu_us, medians[i].rate, medians[i].p99_ms);
  }
  const Measured& peer = medians.back();
  for (std::size_t i = 0; i + 1 < poolers.size(); ++i) {
    if (poolers[i].is_floor) continue;
    const std::string name = fmt::format("gateway.{}.{}", load.name, poolers[i].name.substr(7));
    figure(name + ".cpu", medians[i].cpu_us / peer.cpu_us, "x", "<=", bars.cpu);
    figure(name + ".rate", medians[i].rate / peer.rate, "x", ">=", bars.rate);
    if (load.clients >= 200) figure(name + ".p99", medians[i].p99_ms / peer.p99_ms, "x", "<=", bars.p99);
  }
  for (std::size_t i = 0; i + 1 < poolers.size(); ++i)
    if (poolers[i].is_floor && medians[i].cpu_us / peer.cpu_us > bars.cpu)
      fmt::print("no relay can meet {} x here: {} itself takes {:.3f} x the CPU of {}\n", bars.cpu,
                 poolers[i].name, medians[i].cpu_us / peer.cpu_us, poolers.back().name);
}

// Clients that do nothing: what each costs of the gateway's resident memory.
void idle_memory(const Pooler& pooler, bool tls, const Site& site, const base::Path& folder) {
  constexpr int clients = 1000;
  std::ofstream(folder / "sleep.sql") << "\\sleep 6 s\n";
  const double before = resident_kibibytes(pooler.process);
  std::thread load([&] {
    run({"pgbench", "-n", "-f", "sleep.sql", "-c", std::to_string(clients), "-j", "1", "-t", "1", "app"},
        {"PGHOST=127.0.0.1", fmt::format("PGPORT={}", pooler.port), "PGUSER=app",
         "PGPASSWORD=" + site.postgres.password(), tls ? "PGSSLMODE=require" : "PGSSLMODE=disable"},
        folder);
  });
  double highest = 0;
  for (int i = 0; i < 140; ++i) {
    std::this_thread::sleep_for(100ms);
    highest = std::max(highest, resident_kibibytes(pooler.process));
  }
  load.join();
  figure(fmt::format("gateway.idle_client.{}.{}", tls ? "tls" : "plain", pooler.name.substr(7)),
         (highest - before) / clients, "KiB", "<=", tls ? 40 : 4);
}

// What pgbench says after its run.
double transactions_of(const base::Path& log) {
  const std::string text = base::read_text_file(log).value_or("");
  const std::string_view told = "number of transactions actually processed: ";
  const std::size_t at = text.find(told);
  if (at == text.npos) give_up("pgbench: " + text);
  return std::stod(text.substr(at + told.size()));
}

// Four programs of four clients, each with an application_name of its own:
// what a server connection is set to changes with nearly every transaction.
Measured measure_settings(const Pooler& pooler, const Site& site, const base::Path& folder) {
  constexpr int programs = 4;
  std::vector<net::Child> running;
  const double before = cpu_of(pooler.process);
  const auto begin = std::chrono::steady_clock::now();
  const auto log_of = [&](int program) { return folder / fmt::format("settings.{}.log", program); };
  for (int program = 0; program < programs; ++program) {
    net::Command command;
    command.arguments = {"pgbench", "-n", "-S", "-c", "4", "-j", "1", "-T", "5", "app"};
    command.environment = {"PGHOST=127.0.0.1",  fmt::format("PGPORT={}", pooler.port),
                           "PGUSER=app",        "PGPASSWORD=" + site.postgres.password(),
                           "PGSSLMODE=disable", fmt::format("PGAPPNAME=program {}", program)};
    command.folder = folder;
    std::filesystem::remove(log_of(program));
    auto pgbench = net::Child::start(command, log_of(program));
    if (!pgbench) give_up(pgbench.error().message());
    running.push_back(std::move(*pgbench));
  }
  double queries = 0;
  for (int program = 0; program < programs; ++program) {
    const auto finished = running[static_cast<std::size_t>(program)].wait(60s);
    if (!finished || *finished != 0) give_up("pgbench with its own settings");
    queries += transactions_of(log_of(program));
  }
  const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return {(cpu_of(pooler.process) - before) / queries * 1e6, queries / took, 0};
}

// In rounds that alternate; the last pooler is the peer.
void compare_by(const std::vector<Pooler>& poolers, const std::string& name,
                const std::function<Measured(const Pooler&)>& measure_one) {
  std::vector<std::vector<Measured>> runs(poolers.size());
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < poolers.size(); ++i)
      runs[i].push_back(measure_one(poolers[i]));
  for (std::size_t i = 0; i < poolers.size(); ++i)
    fmt::print("{:<24} {:<20} {:>10.2f} us  {:>10.2f} a second\n", name, poolers[i].name,
               median_of(runs[i]).cpu_us, median_of(runs[i]).rate);
  for (std::size_t i = 0; i + 1 < poolers.size(); ++i) {
    const std::string figures = fmt::format("gateway.{}.{}", name, poolers[i].name.substr(7));
    figure(figures + ".cpu", median_of(runs[i]).cpu_us / median_of(runs.back()).cpu_us, "x", "<=", 1);
    figure(figures + ".rate", median_of(runs[i]).rate / median_of(runs.back()).rate, "x", ">=", 1);
  }
}

// 100 MB.
Measured measure_large_result(const Pooler& pooler, const Site& site, const base::Path& folder) {
  const double before = cpu_of(pooler.process);
  const auto begin = std::chrono::steady_clock::now();
  const net::Finished finished =
      run({"psql", "--no-psqlrc", "-At", "-o", "/dev/null", "-c",
           "copy (select repeat('x', 1000) from generate_series(1, 100000)) to stdout"},
          {"PGHOST=127.0.0.1", fmt::format("PGPORT={}", pooler.port), "PGUSER=app", "PGDATABASE=app",
           "PGPASSWORD=" + site.postgres.password(), "PGSSLMODE=disable"},
          folder);
  if (finished.exit_code != 0) give_up(finished.errors);
  const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return {(cpu_of(pooler.process) - before) * 1e6, 1 / took, 0};
}

// Every case whose name begins with one of these words; without any, all.
bool is_wanted(const std::vector<std::string>& words, std::string_view name) {
  return words.empty() || std::any_of(words.begin(), words.end(),
                                      [&](const std::string& word) { return name.starts_with(word); });
}

int bench(const std::vector<std::string>& words) {
  test::PrivatePostgres::Options options;
  options.settings = {{"max_connections", "300"}};
  const test::PrivatePostgres postgres(options);
  postgres.add_role("app");
  postgres.sql("create database app owner app");
  const Site site{postgres, {}};
  const base::ScratchFolder scratch;
  const std::vector<Pooler> poolers = {start_art32(site, net::LoopBackend::io_uring),
                                       start_art32(site, net::LoopBackend::epoll),
                                       start_pgbouncer(site, scratch.path() / "pgbouncer")};
  run({"pgbench", "-i", "-q", "-s", "10", "app"},
      {"PGHOST=127.0.0.1", fmt::format("PGPORT={}", poolers[0].port), "PGUSER=app",
       "PGPASSWORD=" + postgres.password()},
      scratch.path());
  for (const bool tls : {false, true})
    if (is_wanted(words, "idle")) idle_memory(poolers[0], tls, site, scratch.path());
  std::vector<Pooler> with_floor = {start_forwarder(site, net::LoopBackend::io_uring),
                                    start_forwarder(site, net::LoopBackend::epoll)};
  with_floor.insert(with_floor.end(), poolers.begin(), poolers.end());
  for (const bool secure : {false, true})
    for (const int clients : {16, 200})
      for (const std::string mode : {"simple", "prepared"}) {
        const std::string name = fmt::format("{}{}_{}", secure ? "tls_" : "", mode, clients);
        if (is_wanted(words, name))
          compare(secure ? poolers : with_floor, {name, clients, mode, secure, false},
                  {secure || mode == "simple" ? 1.0 : 0.9, 1.0, 1.0}, site, scratch.path());
      }
  if (is_wanted(words, "settings"))
    compare_by(poolers, "settings",
               [&](const Pooler& pooler) { return measure_settings(pooler, site, scratch.path()); });
  if (is_wanted(words, "large_result"))
    compare_by(poolers, "large_result",
               [&](const Pooler& pooler) { return measure_large_result(pooler, site, scratch.path()); });
  if (is_wanted(words, "connects"))
    compare(poolers, {"connects", 16, "simple", false, true}, {1.0, 1.0, 1.0}, site, scratch.path());
  for (const Pooler& pooler : with_floor)
    end_process(pooler.process);
  return exit_status();
}

}  // namespace
}  // namespace art32::bench

// bench_gateway [CASE...]: idle, simple_16, prepared_200, tls_simple_16, settings, large_result, connects ...
int main(int count, char** words) {
  return art32::bench::bench({words + 1, words + count});
}
