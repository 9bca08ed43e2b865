// The application's canary at a separated database, through the gateway: a connection that acts
// for one team, and what it was answered.
//
// Every wait ends with the probe's deadline; for a lock none is longer than half a second, since others
// work there. One thread.
#pragma once

#include <memory>
#include <string>

#include "audit/probe.h"
#include "net/postgres_client.h"

namespace art32::audit {

// What came of a statement that counts rows, or says the SQLSTATE `seen_state` where it found any.
struct TenantAnswer {
  enum class Kind { counted, failed, lost };
  Kind kind = Kind::lost;
  long long rows = 0;    // counted
  std::string sqlstate;  // failed
  std::string message;
  bool found() const;  // rows, by whichever way it says so
  bool was_forbidden() const { return kind == Kind::failed && sqlstate == "42501"; }
};

inline constexpr const char* seen_state = "AR320";

// Of an error that PostgresClient gave: "42501"; empty where it isn't one of the server's.
std::string sqlstate_of(const base::Error& error);

class TenantSession {
 public:
  static base::Result<std::unique_ptr<TenantSession>> sign_in(const ProbeContext& context,
                                                              const ApplicationCanary& canary);

  using Rows = std::vector<net::PostgresClient::Row>;
  base::Result<Rows> query(const std::string& sql, const std::vector<std::string>& parameters = {});
  base::Status copy_in(const std::string& sql, const std::string& octets);
  base::Status prepare(const std::string& name, const std::string& sql);
  // What it counts; by the protocol, under that name.
  TenantAnswer run_prepared(const std::string& name);
  const std::string& team_column() const { return team_column_; }  // of the database
  // The canary's teams stand, and so may rows of theirs: what is there is used again.
  bool uses_rows_again() const { return uses_rows_again_; }
  base::Status act_for(const std::string& claim);  // by SET art32.claim
  base::Status begin();                            // a transaction
  // Each in its turn, in a transaction that is rolled back; the answer to the last, or to the
  // first that failed. One that begins with COPY is asked for what it copies out. What only reads needs
  // no transaction.
  TenantAnswer attempt(const std::vector<std::string>& statements);
  // One by itself.
  TenantAnswer ask(const std::string& sql);

 private:
  TenantSession(const ProbeContext& context, std::unique_ptr<net::PostgresClient> client,
                const ApplicationCanary& canary)
      : context_(context),
        client_(std::move(client)),
        team_column_(canary.team_column),
        uses_rows_again_(!canary.teams.empty()) {}

  const ProbeContext& context_;
  std::unique_ptr<net::PostgresClient> client_;
  std::string team_column_;
  bool uses_rows_again_;
};

}  // namespace art32::audit
