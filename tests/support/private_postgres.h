// A PostgreSQL server of one's own, for a test or a benchmark: net::ScratchPostgres that
// lets clients in without TLS too, and aborts where it fails, since nothing that follows
// would mean anything then.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "net/scratch_postgres.h"

namespace art32::test {

class PrivatePostgres {
 public:
  struct Options {
    std::map<std::string, std::string> settings = {};  // of postgresql.conf
    bool with_tls = true;
    std::string address = "127.0.0.1";  // of the loopback
    std::uint16_t port = 0;             // 0: a free one
  };
  explicit PrivatePostgres(const Options& options);
  PrivatePostgres() : PrivatePostgres(Options{}) {}

  std::uint16_t port() const { return postgres_->port(); }
  base::Path socket_folder() const { return postgres_->folder(); }
  const std::string& authority_pem() const { return postgres_->authority_pem(); }  // of its certificate
  const std::string& password() const { return postgres_->password(); }  // of its roles, made by chance

  // Runs SQL as the superuser over the unix socket; what psql prints, unaligned.
  std::string sql(const std::string& text, const std::string& database = "postgres") const;
  // A role that may log in with password().
  void add_role(const std::string& name) const;
  std::string verifier(const std::string& role) const;  // as pg_authid has it

  void stop(const std::string& mode);  // smart, fast, immediate
  void start();
  // Stops it and starts it in recovery, as the standby of nobody; promote() ends that.
  void become_standby();
  void promote();

 private:
  std::unique_ptr<net::ScratchPostgres> postgres_;
};

}  // namespace art32::test
