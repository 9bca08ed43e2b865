// A PostgreSQL whose table `invoice` is separated by team, with the functions of art32 from
// the extension or from plain SQL; and sessions of its application.
#pragma once

#include <memory>
#include <string>

#include "net/postgres_client.h"
#include "tenancy/entry.h"
#include "tests/support/private_postgres.h"

namespace art32::test {

enum class Functions { extension, plain };
std::string name(Functions functions);

class ProtectedDatabase;

// One connection of the role `app`, as a gateway would keep it.
class AppSession {
 public:
  explicit AppSession(const ProtectedDatabase& database, const std::string& user = "app",
                      const std::string& name = "app");

  // The first cell of the answer, rows joined by blanks; or what the server said.
  std::string ask(const std::string& sql, const std::vector<std::string>& parameters = {});
  const base::Bytes& session() const { return session_; }
  base::Bytes next_entry(const std::string& team);
  base::Bytes next_nobody();
  // Empty, or what the server said; with plain SQL what current_team() says of it.
  std::string enter(base::ByteView entry);
  std::string enter_team(const std::string& team) { return enter(next_entry(team)); }
  // The teams whose rows it sees, such as "1 1"; or the error.
  std::string sees() { return ask("select team_id from invoice order by id"); }

 private:
  const ProtectedDatabase& database_;
  std::unique_ptr<net::PostgresClient> client_;
  base::Bytes session_;
  std::uint64_t number_ = 0;
};

class ProtectedDatabase {
 public:
  explicit ProtectedDatabase(Functions functions);
  ~ProtectedDatabase();

  Functions functions() const { return functions_; }
  const PrivatePostgres& postgres() const { return postgres_; }
  PrivatePostgres& postgres() { return postgres_; }
  tenancy::KeyRing& keys() { return keys_; }
  const tenancy::KeyRing& keys() const { return keys_; }
  base::Path key_file() const { return postgres_.socket_folder() / "art32.keys"; }
  // What the server reads; as the server's user's, with that mode.
  void write_keys(std::string_view text, unsigned mode = 0600) const;
  void set_key_file(const std::string& path) const;  // and reloads
  std::string admin(const std::string& sql) const { return postgres_.sql(sql, "app"); }
  void fill() const;  // two invoices each of the teams 1 and 2, and nothing else

 private:
  Functions functions_;
  tenancy::KeyRing keys_ = tenancy::KeyRing::make("k1");
  PrivatePostgres postgres_;
};

std::string plain_sql();  // pg/art32-plain.sql

// One of each kind for a whole program; filled anew for each test.
ProtectedDatabase& protected_database(Functions functions);

inline model::Claim claim_of(const std::string& team) {
  const base::Instant now = std::chrono::floor<std::chrono::seconds>(base::SystemClock().now());
  return {{team}, {model::ActorKind::user, "erika"}, "r-1", "test", now, now + std::chrono::seconds(60)};
}

}  // namespace art32::test
