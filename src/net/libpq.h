// What the clients on libpq share: a connection that is opened, asked and waited for without
// blocking past a deadline. For .cpp files of this room only.
//
// Errors: `unavailable` when a connection doesn't come about or ends, `permission` when the log-in is
// refused, `timeout`, `check_failed` with the server's message and SQLSTATE.
#pragma once

#include <postgresql/libpq-fe.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/deadline.h"
#include "net/postgres_client.h"

namespace art32::net::libpq {

struct Finish {
  void operator()(PGconn* connection) const { ::PQfinish(connection); }
};
using Connection = std::unique_ptr<PGconn, Finish>;

struct Clear {
  void operator()(PGresult* result) const { ::PQclear(result); }
};
using ResultPointer = std::unique_ptr<PGresult, Clear>;

// TLS as the server says; the password only by SCRAM where there is none. `replication`: the start-up
// parameter of that name, null for none.
base::Result<Connection> open(const PostgresServer& server, const PostgresAccount& account,
                              const char* replication, const Deadline& deadline);
// One that PQconnectStart or PQconnectStartParams began.
base::Status finish_opening(PGconn* connection, const Deadline& deadline);

std::string words_of(const PGconn* connection);  // what libpq said last
base::Error refusal_of(const PGconn* connection, const PGresult* result);

// What libpq took to send, or didn't, is sent.
base::Status flush(PGconn* connection, bool was_taken, const Deadline& deadline);
// Null behind the last one.
base::Result<ResultPointer> next_result(PGconn* connection, const Deadline& deadline);
std::vector<PostgresClient::Row> rows_of(const PGresult* result);
// All results up to the last; the rows of that one.
base::Result<std::vector<PostgresClient::Row>> take_rows(PGconn* connection, const Deadline& deadline);

}  // namespace art32::net::libpq
