// A person's own connection to a database, for what is asked of it from the command line: past
// the gateway, as libpq's connection string says.
//
// One thread; each statement may take as long as the limit that it was given.
#pragma once

#include <memory>

#include "net/postgres_client.h"
#include "net/sql_session.h"

namespace art32::app {

class SqlConnection final : public net::SqlSession {
 public:
  static base::Result<std::unique_ptr<SqlConnection>> open(const std::string& connection_string,
                                                           std::chrono::milliseconds statement_limit);

  base::Result<std::vector<Row>> query(const std::string& sql,
                                       const std::vector<std::string>& parameters) override;

 private:
  SqlConnection(std::unique_ptr<net::PostgresClient> client, std::chrono::milliseconds limit)
      : client_(std::move(client)), limit_(limit) {}

  std::unique_ptr<net::PostgresClient> client_;
  std::chrono::milliseconds limit_;
};

}  // namespace art32::app
