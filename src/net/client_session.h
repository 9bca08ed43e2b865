// A session over a client of ours: every statement ends with the same deadline. Client and deadline
// outlive it.
#pragma once

#include "net/deadline.h"
#include "net/postgres_client.h"
#include "net/sql_session.h"

namespace art32::net {

class ClientSession final : public SqlSession {
 public:
  ClientSession(PostgresClient& client, const Deadline& deadline) : client_(client), deadline_(deadline) {}

  base::Result<std::vector<Row>> query(const std::string& sql,
                                       const std::vector<std::string>& parameters) override {
    return client_.query(sql, parameters, deadline_);
  }

 private:
  PostgresClient& client_;
  const Deadline& deadline_;
};

}  // namespace art32::net
