#include "net/libpq.h"

#include <fmt/format.h>

#include "base/text.h"

namespace art32::net::libpq {

using base::ErrorCode;
using base::failure;

std::string words_of(const PGconn* connection) {
  return std::string(base::trim(::PQerrorMessage(connection)));
}

base::Error refusal_of(const PGconn* connection, const PGresult* result) {
  const char* state = ::PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* message = ::PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  return {ErrorCode::check_failed,
          fmt::format("{} ({})", message != nullptr ? message : words_of(connection).c_str(),
                      state != nullptr ? state : "no SQLSTATE"),
          ""};
}

base::Result<Connection> open(const PostgresServer& server, const PostgresAccount& account,
                              const char* replication, const Deadline& deadline) {
  const std::string port = std::to_string(server.port);
  const std::string password(account.password.text());
  std::vector<const char*> names, values;
  const auto say = [&](const char* name, const char* value) {
    names.push_back(name);
    values.push_back(value);
  };
  say("host", server.host.c_str());
  if (!server.address.empty()) say("hostaddr", server.address.c_str());
  say("port", port.c_str());
  say("user", account.user.c_str());
  say("password", password.c_str());
  say("dbname", account.database.c_str());
  if (replication != nullptr) say("replication", replication);
  say("sslmode", server.has_tls ? "verify-full" : "disable");
  if (server.has_tls) say("sslrootcert", server.authorities.c_str());
  if (!server.certificate.empty()) {
    say("sslcert", server.certificate.c_str());
    say("sslkey", server.key.c_str());
  }
  say("application_name", server.application.c_str());
  say("gssencmode", "disable");
  say("passfile", "/dev/null");
  // An impostor could ask for the password itself; an older libpq would give it.
  if (!server.has_tls && !server.address.empty() && ::PQlibVersion() >= 160'000)
    say("require_auth", "scram-sha-256");
  say(nullptr, nullptr);
  Connection connection(::PQconnectStartParams(names.data(), values.data(), 0));
  ART32_CHECKED(finish_opening(connection.get(), deadline));
  return connection;
}

base::Status finish_opening(PGconn* connection, const Deadline& deadline) {
  if (connection == nullptr || ::PQstatus(connection) == CONNECTION_BAD)
    return failure(ErrorCode::unavailable, connection == nullptr ? "no memory" : words_of(connection));
  PostgresPollingStatusType status = PGRES_POLLING_WRITING;
  while (status != PGRES_POLLING_OK) {
    const short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (deadline.wait(::PQsocket(connection), events) != Deadline::Wait::ready)
      return failure(ErrorCode::timeout, "the log-in didn't end in time");
    status = ::PQconnectPoll(connection);
    if (status == PGRES_POLLING_FAILED) {
      const bool refused = words_of(connection).find("FATAL") != std::string::npos;
      return failure(refused ? ErrorCode::permission : ErrorCode::unavailable, words_of(connection));
    }
  }
  ::PQsetnonblocking(connection, 1);
  const PQnoticeProcessor ignore = [](void*, const char*) {};
  ::PQsetNoticeProcessor(connection, ignore, nullptr);
  return {};
}

base::Status flush(PGconn* connection, bool was_taken, const Deadline& deadline) {
  if (!was_taken) return failure(ErrorCode::unavailable, words_of(connection));
  while (::PQflush(connection) == 1)
    if (deadline.wait(::PQsocket(connection), POLLOUT | POLLIN) != Deadline::Wait::ready)
      return failure(ErrorCode::timeout, "the statement couldn't be sent in time");
  return {};
}

base::Result<ResultPointer> next_result(PGconn* connection, const Deadline& deadline) {
  while (::PQisBusy(connection) != 0) {
    if (deadline.wait(::PQsocket(connection), POLLIN) != Deadline::Wait::ready)
      return failure(ErrorCode::timeout, "the answer didn't come in time");
    if (::PQconsumeInput(connection) == 0) return failure(ErrorCode::unavailable, words_of(connection));
  }
  return ResultPointer(::PQgetResult(connection));
}

std::vector<PostgresClient::Row> rows_of(const PGresult* result) {
  std::vector<PostgresClient::Row> rows;
  for (int line = 0; line < ::PQntuples(result); ++line) {
    PostgresClient::Row row;
    for (int column = 0; column < ::PQnfields(result); ++column) {
      if (::PQgetisnull(result, line, column) != 0)
        row.emplace_back();
      else
        row.emplace_back(::PQgetvalue(result, line, column));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

base::Result<std::vector<PostgresClient::Row>> take_rows(PGconn* connection, const Deadline& deadline) {
  std::vector<PostgresClient::Row> rows;
  std::optional<base::Error> trouble;
  while (true) {
    ART32_ASSIGN(const ResultPointer result, next_result(connection, deadline));
    if (!result) break;
    const ExecStatusType status = ::PQresultStatus(result.get());
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
      rows = rows_of(result.get());
      continue;
    }
    trouble = refusal_of(connection, result.get());
  }
  if (trouble) return tl::unexpected<base::Error>(*trouble);
  return rows;
}

}  // namespace art32::net::libpq
