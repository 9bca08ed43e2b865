// A PostgreSQL server of one's own, for a test or a benchmark: a fresh cluster in a scratch
// folder, on a free port of the loopback and a unix socket, with TLS and scram-sha-256,
// ended when the object goes. Needs Debian's postgresql package; as root it runs as the
// user postgres.
//
// Aborts if it doesn't come up: then nothing that follows means anything.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/scratch_folder.h"
#include "net/subprocess.h"

namespace art32::test {

class PrivatePostgres {
 public:
  struct Options {
    std::map<std::string, std::string> settings = {};  // of postgresql.conf
    bool with_tls = true;
  };
  explicit PrivatePostgres(const Options& options);
  PrivatePostgres() : PrivatePostgres(Options{}) {}
  ~PrivatePostgres();

  std::uint16_t port() const { return port_; }
  base::Path socket_folder() const { return scratch_.path(); }
  const std::string& authority_pem() const { return authority_pem_; }  // of its certificate
  const std::string& password() const { return password_; }            // of its roles, made by chance

  // Runs SQL as the superuser over the unix socket; what psql prints, unaligned.
  std::string sql(const std::string& text, const std::string& database = "postgres") const;
  // A role that may log in with password().
  void add_role(const std::string& name) const;
  std::string verifier(const std::string& role) const;  // as pg_authid has it

  void stop(const std::string& mode);  // smart, fast, immediate
  void start();

 private:
  net::Finished run(std::vector<std::string> words, const std::string& input = {}) const;
  void write(const std::string& name, const std::string& content, unsigned mode) const;

  base::ScratchFolder scratch_;
  std::string authority_pem_;
  std::string password_;
  std::uint16_t port_ = 0;
};

}  // namespace art32::test
