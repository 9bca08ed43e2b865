#include "tests/support/private_postgres.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "base/assert.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/certificate.h"
#include "crypto/random.h"
#include "net/listening_socket.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

// The newest that Debian installed.
base::Path programs() {
  for (int version = 30; version >= 15; --version) {
    const base::Path folder = fmt::format("/usr/lib/postgresql/{}/bin", version);
    if (base::file_facts(folder / "postgres").has_value()) return folder;
  }
  ART32_ASSERT(!"PostgreSQL is installed");
  return {};
}

const passwd* owner() {
  return ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
}

std::uint16_t free_port() {
  const auto socket = net::listen_tcp("127.0.0.1", 0);
  ART32_ASSERT(socket.has_value());
  return net::local_port(socket->number());
}

}  // namespace

PrivatePostgres::PrivatePostgres(const Options& options)
    : password_(crypto::random_alphanumeric(24)), port_(free_port()) {
  if (const passwd* user = owner()) {
    ART32_ASSERT(::chown(scratch_.path().c_str(), user->pw_uid, user->pw_gid) == 0);
  }
  ART32_ASSERT(::chmod(scratch_.path().c_str(), 0755) == 0);  // others reach the socket
  const base::Path data = scratch_.path() / "data";
  run({"initdb", "--pgdata", data.string(), "--auth-local=peer", "--auth-host=scram-sha-256", "--no-sync",
       "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"});
  std::string settings = fmt::format(
      "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = '{}'\nfsync = off\n"
      "shared_buffers = 64MB\nmax_connections = 120\nlog_min_messages = warning\n",
      port_, scratch_.path().string());
  if (options.with_tls) {
    const base::Instant now = base::SystemClock().now();
    const crypto::CertifiedKey authority =
        crypto::make_authority("art32 test database", now, std::chrono::days(30));
    const auto leaf =
        crypto::issue_certificate(authority, {"localhost", "127.0.0.1"}, now, std::chrono::days(7));
    ART32_ASSERT(leaf.has_value());
    authority_pem_ = authority.certificate_pem;
    write("server.crt", leaf->certificate_pem, 0644);
    write("server.key", std::string(leaf->private_key_pem.text()), 0600);
    settings += fmt::format("ssl = on\nssl_cert_file = '{0}/server.crt'\nssl_key_file = '{0}/server.key'\n",
                            scratch_.path().string());
  }
  for (const auto& [name, value] : options.settings)
    settings += fmt::format("{} = '{}'\n", name, value);
  write("data/postgresql.auto.conf", settings, 0600);
  // The superuser comes over the socket only; whoever runs the test is let in as it.
  write("data/pg_hba.conf",
        "local all postgres trust\nlocal all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n",
        0600);
  start();
}

PrivatePostgres::~PrivatePostgres() {
  stop("immediate");
}

void PrivatePostgres::write(const std::string& name, const std::string& content, unsigned mode) const {
  const base::Path path = scratch_.path() / name;
  std::FILE* file = std::fopen(path.c_str(), "w");
  ART32_ASSERT(file != nullptr);
  ART32_ASSERT(std::fwrite(content.data(), 1, content.size(), file) == content.size());
  std::fclose(file);
  ART32_ASSERT(::chmod(path.c_str(), mode) == 0);
  if (const passwd* user = owner()) {
    ART32_ASSERT(::chown(path.c_str(), user->pw_uid, user->pw_gid) == 0);
  }
}

net::Finished PrivatePostgres::run(std::vector<std::string> words, const std::string& input) const {
  words[0] = (programs() / words[0]).string();
  if (owner() != nullptr)
    words.insert(words.begin(), {"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"});
  net::Command command;
  command.arguments = std::move(words);
  command.input = input;
  command.folder = scratch_.path();
  const auto finished = net::run(command, 60s);
  ART32_ASSERT(finished.has_value());
  if (finished->exit_code != 0) std::fputs(finished->errors.c_str(), stderr);
  return *finished;
}

void PrivatePostgres::start() {
  const std::string log = (scratch_.path() / "log").string();
  const net::Finished finished = run({"pg_ctl", "start", "--wait", "--silent", "--timeout=60", "--pgdata",
                                      (scratch_.path() / "data").string(), "--log", log});
  ART32_ASSERT(finished.exit_code == 0);
}

void PrivatePostgres::stop(const std::string& mode) {
  run({"pg_ctl", "stop", "--wait", "--silent", "--mode", mode, "--pgdata",
       (scratch_.path() / "data").string()});
}

std::string PrivatePostgres::sql(const std::string& text, const std::string& database) const {
  const net::Finished finished =
      run({"psql", "--host", scratch_.path().string(), "--port", std::to_string(port_), "--username=postgres",
           "--dbname", database, "--no-psqlrc", "--quiet", "--no-align", "--tuples-only",
           "--set=ON_ERROR_STOP=1", "--file=-"},
          text);
  ART32_ASSERT(finished.exit_code == 0);
  return std::string(base::trim(finished.output));
}

void PrivatePostgres::add_role(const std::string& name) const {
  sql(fmt::format("create role \"{}\" login password '{}'", name, password_));
}

std::string PrivatePostgres::verifier(const std::string& role) const {
  return sql(fmt::format("select rolpassword from pg_authid where rolname = '{}'", role));
}

}  // namespace art32::test
