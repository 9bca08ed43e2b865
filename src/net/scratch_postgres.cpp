#include "net/scratch_postgres.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "base/time.h"
#include "crypto/certificate.h"
#include "crypto/random.h"
#include "net/listening_socket.h"

namespace art32::net {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;
using base::failure;

constexpr auto program_wait = 60s;
constexpr int oldest_version = 15;
constexpr int newest_version = 30;

// The newest that Debian installed.
base::Result<base::Path> programs() {
  for (int version = newest_version; version >= oldest_version; --version) {
    const base::Path folder = fmt::format("/usr/lib/postgresql/{}/bin", version);
    if (base::file_facts(folder / "postgres").has_value()) return folder;
  }
  return failure(ErrorCode::unavailable, "there is no PostgreSQL 15 or later on this machine",
                 "apt-get install postgresql");
}

// PostgreSQL refuses to run as root.
const passwd* owner() {
  return ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
}

base::Result<std::uint16_t> free_port(const std::string& address) {
  ART32_ASSIGN(const Descriptor socket, listen_tcp(address, 0));
  return local_port(socket.number());
}

std::string access_rules(bool accepts_plain) {
  return fmt::format(
      "local all postgres trust\nlocal all all scram-sha-256\n{0} all all 127.0.0.0/8 scram-sha-256\n"
      "{0} replication all 127.0.0.0/8 scram-sha-256\n",
      accepts_plain ? "host" : "hostssl");
}

}  // namespace

ScratchPostgres::ScratchPostgres() : password_(crypto::random_alphanumeric(24)) {}

base::Result<std::unique_ptr<ScratchPostgres>> ScratchPostgres::start(const Options& options) {
  std::unique_ptr<ScratchPostgres> postgres(new ScratchPostgres);
  ART32_CHECKED(postgres->make_cluster(options));
  // A port that was free a moment ago may be somebody's by now.
  for (int tries_left = options.port == 0 ? 3 : 0; tries_left > 0; --tries_left) {
    ART32_ASSIGN(postgres->port_, free_port(options.address));
    if (postgres->start_again()) return postgres;
  }
  ART32_CHECKED(postgres->start_again());
  return postgres;
}

ScratchPostgres::~ScratchPostgres() {
  if (is_running_) (void)stop("immediate");
}

base::Status ScratchPostgres::make_cluster(const Options& options) {
  port_ = options.port;
  if (const passwd* user = owner())
    if (::chown(scratch_.path().c_str(), user->pw_uid, user->pw_gid) != 0)
      return base::system_failure("the scratch folder can't be given to postgres", errno);
  if (::chmod(scratch_.path().c_str(), 0755) != 0)  // others reach the socket
    return base::system_failure("the scratch folder can't be opened", errno);
  ART32_CHECKED(run({"initdb", "--pgdata", (scratch_.path() / "data").string(), "--auth-local=peer",
                     "--auth-host=scram-sha-256", "--no-sync", "--username=postgres", "--encoding=UTF8",
                     "--locale=C.UTF-8"})
                    .map([](const auto&) {}));
  std::string settings = fmt::format(
      "listen_addresses = '{}'\nunix_socket_directories = '{}'\nfsync = off\n"
      "shared_buffers = 64MB\nmax_connections = 120\nlog_min_messages = warning\nwal_level = logical\n",
      options.address, scratch_.path().string());
  if (options.with_tls) ART32_CHECKED(make_certificate(settings));
  for (const auto& [name, value] : options.settings)
    settings += fmt::format("{} = '{}'\n", name, value);
  ART32_CHECKED(write("data/postgresql.auto.conf", settings, 0600));
  return write("data/pg_hba.conf", access_rules(options.accepts_plain || !options.with_tls), 0600);
}

base::Status ScratchPostgres::make_certificate(std::string& settings) {
  const base::Instant now = base::SystemClock().now();
  const crypto::CertifiedKey authority =
      crypto::make_authority("authority of a scratch database", now, std::chrono::days(30));
  ART32_ASSIGN(const crypto::CertifiedKey leaf,
               crypto::issue_certificate(authority, {server_name, "127.0.0.1"}, now, std::chrono::days(7)));
  authority_pem_ = authority.certificate_pem;
  ART32_CHECKED(write("server.crt", leaf.certificate_pem, 0644));
  ART32_CHECKED(write("server.key", std::string(leaf.private_key_pem.text()), 0600));
  settings += fmt::format("ssl = on\nssl_cert_file = '{0}/server.crt'\nssl_key_file = '{0}/server.key'\n",
                          scratch_.path().string());
  return {};
}

base::Status ScratchPostgres::write(const std::string& name, const std::string& content,
                                    unsigned mode) const {
  const base::Path path = scratch_.path() / name;
  ART32_CHECKED(base::replace_file(path, base::as_bytes(content)));
  if (::chmod(path.c_str(), mode) != 0)
    return base::system_failure("cannot change the mode of " + name, errno);
  if (const passwd* user = owner())
    if (::chown(path.c_str(), user->pw_uid, user->pw_gid) != 0)
      return base::system_failure("cannot give " + name + " to postgres", errno);
  return {};
}

// `unavailable` with the program's own words unless it ends well.
base::Result<Finished> ScratchPostgres::run(std::vector<std::string> words, const std::string& input) const {
  ART32_ASSIGN(const base::Path folder, programs());
  const std::string name = words[0];
  words[0] = (folder / name).string();
  if (owner() != nullptr)
    words.insert(words.begin(), {"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"});
  Command command;
  command.arguments = std::move(words);
  command.input = input;
  command.folder = scratch_.path();
  ART32_ASSIGN(Finished finished, net::run(command, program_wait));
  if (finished.exit_code != 0)
    return failure(ErrorCode::unavailable, fmt::format("{} ended with {}: {}", name, finished.exit_code,
                                                       base::trim(finished.errors)));
  return finished;
}

std::string ScratchPostgres::connection(const std::string& database) const {
  return fmt::format("host={} port={} user=postgres dbname={}", scratch_.path().string(), port_, database);
}

base::Status ScratchPostgres::start_again() {
  const base::Path log = scratch_.path() / "log";
  const auto started = run({"pg_ctl", "start", "--wait", "--silent", "--timeout=60", "--pgdata",
                            (scratch_.path() / "data").string(), "--log", log.string(), "--options",
                            fmt::format("-c port={}", port_)});
  if (!started)
    return failure(started.error().code,
                   started.error().what + "\n" + base::read_text_file(log).value_or(""));
  is_running_ = true;
  return {};
}

base::Status ScratchPostgres::stop(const std::string& mode) {
  ART32_CHECKED(run({"pg_ctl", "stop", "--wait", "--silent", "--mode", mode, "--pgdata",
                     (scratch_.path() / "data").string()})
                    .map([](const auto&) {}));
  is_running_ = false;
  return {};
}

base::Status ScratchPostgres::become_standby() {
  ART32_CHECKED(stop("fast"));
  ART32_CHECKED(write("data/standby.signal", "", 0600));
  return start_again();
}

base::Status ScratchPostgres::promote() {
  return run({"pg_ctl", "promote", "--wait", "--silent", "--timeout=60", "--pgdata",
              (scratch_.path() / "data").string()})
      .map([](const auto&) {});
}

base::Status ScratchPostgres::accept_plain(bool accepts) {
  ART32_CHECKED(write("data/pg_hba.conf", access_rules(accepts), 0600));
  return sql("select pg_reload_conf()").map([](const auto&) {});
}

base::Result<std::string> ScratchPostgres::sql(const std::string& text, const std::string& database) const {
  ART32_ASSIGN(const Finished finished,
               run({"psql", "--host", scratch_.path().string(), "--port", std::to_string(port_),
                    "--username=postgres", "--dbname", database, "--no-psqlrc", "--quiet", "--no-align",
                    "--tuples-only", "--set=ON_ERROR_STOP=1", "--file=-"},
                   text));
  return std::string(base::trim(finished.output));
}

base::Status ScratchPostgres::add_role(const std::string& name) const {
  return sql(fmt::format("create role \"{}\" login password '{}'", name, password_)).map([](const auto&) {});
}

}  // namespace art32::net
