// A PostgreSQL server of one's own: a fresh cluster in a scratch folder, on a free port of
// the loopback and a unix socket, with TLS, scram-sha-256, and no way in without TLS; its log can be
// decoded (wal_level = logical). For
// scratch instances, the demo and tests.
//
// Needs Debian's package postgresql; as root it runs as that package's user. Ended with the
// object, its folder too; if we are killed before, it runs on until its folder is gone and
// it notices. One thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/scratch_folder.h"
#include "base/secret.h"
#include "net/subprocess.h"

namespace art32::net {

class ScratchPostgres {
 public:
  struct Options {
    std::map<std::string, std::string> settings = {};  // of postgresql.conf
    std::string address = "127.0.0.1";                 // of the loopback
    std::uint16_t port = 0;                            // 0: any free one
    bool with_tls = true;
    bool accepts_plain = false;  // lets clients in over TCP without TLS as well
  };
  // `unavailable` when PostgreSQL isn't installed or doesn't come up: its last words.
  static base::Result<std::unique_ptr<ScratchPostgres>> start(const Options& options);
  ~ScratchPostgres();

  std::uint16_t port() const { return port_; }
  const base::Path& folder() const { return scratch_.path(); }         // the unix socket lies here
  const std::string& authority_pem() const { return authority_pem_; }  // of its certificate
  static constexpr const char* server_name = "localhost";              // in its certificate
  const std::string& password() const { return password_; }            // of its roles, by chance

  // Runs SQL as the superuser over the unix socket: what psql prints, unaligned.
  base::Result<std::string> sql(const std::string& text, const std::string& database = "postgres") const;
  // For libpq, as the superuser over the unix socket.
  std::string connection(const std::string& database) const;
  base::Status add_role(const std::string& name) const;  // may log in with password()

  // Whether it lets clients in without TLS from now on.
  base::Status accept_plain(bool accepts);

  base::Status stop(const std::string& mode);  // smart, fast, immediate
  base::Status start_again();
  // Recovers for good, as a server does that another one follows; and ends that.
  base::Status become_standby();
  base::Status promote();

 private:
  ScratchPostgres();
  base::Status make_cluster(const Options& options);
  base::Status make_certificate(std::string& settings);
  base::Status write(const std::string& name, const std::string& content, unsigned mode) const;
  base::Result<Finished> run(std::vector<std::string> words, const std::string& input = {}) const;

  base::ScratchFolder scratch_;
  std::string authority_pem_;
  std::string password_;
  std::uint16_t port_ = 0;
  bool is_running_ = false;
};

}  // namespace art32::net
