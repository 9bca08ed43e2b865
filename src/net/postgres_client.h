// A PostgreSQL client for probes, commands and the demo, on libpq: somebody else's implementation, so
// that what the gateway says is read by other eyes than ours.
//
// connect(): TLS always, the certificate checked against the given authorities and name; the
// password proved by SCRAM. Blocking, every wait bounded by the limit. One thread.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/scratch_folder.h"
#include "base/secret.h"
#include "net/https_client.h"

struct pg_conn;

namespace art32::net {

class Deadline;

struct PostgresAccount {
  std::string user;
  base::Secret password;
  std::string database;
};

// A database's server, as its operator names it.
struct PostgresServer {
  std::string host;     // what its certificate must be for; or the folder of a unix socket
  std::string address;  // numeric; empty for a socket
  std::uint16_t port = 5432;
  bool has_tls = true;
  base::Path authorities;       // a file
  base::Path certificate, key;  // ours, where the server wants one; else empty
  std::string application = "art32-probe";
};

class PostgresClient {
 public:
  // `unavailable` when no connection comes about, `permission` when the log-in is refused.
  static base::Result<std::unique_ptr<PostgresClient>> connect(const Endpoint& endpoint,
                                                               const std::string& authorities_pem,
                                                               const PostgresAccount& account,
                                                               std::chrono::milliseconds limit);
  static base::Result<std::unique_ptr<PostgresClient>> connect(const PostgresServer& server,
                                                               const PostgresAccount& account,
                                                               const Deadline& deadline);
  // As libpq's connection string says, what it leaves open by libpq's own rules (PGHOST, PGPASSFILE
  // and the like): for people's commands, who know how they connect. `invalid_argument` where it has
  // a password, which every process on the machine could read: before anything is connected.
  static base::Result<std::unique_ptr<PostgresClient>> connect_by(const std::string& connection_string,
                                                                  std::chrono::milliseconds limit);
  ~PostgresClient();

  using Row = std::vector<std::optional<std::string>>;
  // One statement with parameters as text, by the extended protocol. `check_failed` with the
  // server's message and SQLSTATE when it fails, `unavailable` when the connection ends.
  base::Result<std::vector<Row>> query(const std::string& sql, const std::vector<std::string>& parameters,
                                       std::chrono::milliseconds limit);
  base::Result<std::vector<Row>> query(const std::string& sql, const std::vector<std::string>& parameters,
                                       const Deadline& deadline);
  // A statement without parameters that stays prepared under that name, and its rows. Errors as above.
  base::Status prepare(const std::string& name, const std::string& sql, std::chrono::milliseconds limit);
  base::Result<std::vector<Row>> run_prepared(const std::string& name, std::chrono::milliseconds limit);
  // A COPY ... TO STDOUT: the number of its rows. Errors as above.
  base::Result<std::size_t> copy_out(const std::string& sql, std::chrono::milliseconds limit);
  // A COPY ... FROM STDIN of these octets, in the statement's own format. Errors as above.
  base::Status copy_in(const std::string& sql, const std::string& octets, std::chrono::milliseconds limit);

 private:
  PostgresClient();
  struct End {
    void operator()(pg_conn* connection) const;
  };
  base::ScratchFolder scratch_;  // of the authorities' file, which libpq wants to read itself
  std::unique_ptr<pg_conn, End> connection_;
};

}  // namespace art32::net
