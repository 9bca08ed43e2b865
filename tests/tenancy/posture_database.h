// A database with a schema that is separated as it should be, for tests of the posture check to
// spoil: a copy of the protected one, whose functions are the extension's or plain SQL. Its
// application is the role `shop`; the check looks as `app`, who owns nothing and may do nothing.
// One for each kind and program, its schema made anew for each test.
#pragma once

#include <string>
#include <vector>

#include "tenancy/posture/posture.h"
#include "tests/tenancy/protected_database.h"

namespace art32::test {

// The extension's library is that of this build, where the server's is meant.
class ClientSession final : public net::SqlSession {
 public:
  ClientSession(std::unique_ptr<net::PostgresClient> client, std::string library)
      : client_(std::move(client)), library_(std::move(library)) {}
  base::Result<std::vector<Row>> query(const std::string& sql,
                                       const std::vector<std::string>& parameters) override;

 private:
  std::unique_ptr<net::PostgresClient> client_;
  std::string library_;
};

// As `app`.
std::unique_ptr<ClientSession> client_session(const PrivatePostgres& postgres, const std::string& database);

class PostureDatabase {
 public:
  explicit PostureDatabase(Functions functions);

  std::string admin(const std::string& sql) const;
  ClientSession& session() { return *session_; }
  // What a new database lets everybody do: revoked from this one as its findings say.
  const std::vector<tenancy::Finding>& of_a_new_database() const { return of_a_new_database_; }

  void make_schema() const;  // "house", with the tables invoice and contact
  tenancy::PostureOptions options() const;
  std::vector<tenancy::Finding> findings() { return findings(options()); }
  std::vector<tenancy::Finding> findings(const tenancy::PostureOptions& options);

 private:
  const PrivatePostgres& postgres_;
  std::unique_ptr<ClientSession> session_;
  std::vector<tenancy::Finding> of_a_new_database_;
};

PostureDatabase& posture_database(Functions functions);

}  // namespace art32::test
