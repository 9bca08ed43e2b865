#include "net/postgres_client.h"

#include <fmt/format.h>
#include <postgresql/libpq-fe.h>

#include "base/text.h"
#include "net/deadline.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;

namespace {

std::string words_of(const pg_conn* connection) {
  return std::string(base::trim(::PQerrorMessage(connection)));
}

base::Status finish_connecting(pg_conn* connection, const Deadline& deadline) {
  while (true) {
    const PostgresPollingStatusType status = ::PQconnectPoll(connection);
    if (status == PGRES_POLLING_OK) return {};
    if (status == PGRES_POLLING_FAILED) {
      const bool refused = words_of(connection).find("FATAL") != std::string::npos;
      return failure(refused ? ErrorCode::permission : ErrorCode::unavailable, words_of(connection));
    }
    const short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (deadline.wait(::PQsocket(connection), events) != Deadline::Wait::ready)
      return failure(ErrorCode::timeout, "the log-in didn't end in time");
  }
}

struct Clear {
  void operator()(PGresult* result) const { ::PQclear(result); }
};
using ResultPointer = std::unique_ptr<PGresult, Clear>;

base::Result<ResultPointer> next_result(pg_conn* connection, const Deadline& deadline) {
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

// What libpq took to send, or didn't.
base::Status flush(pg_conn* connection, bool was_taken, const Deadline& deadline) {
  if (!was_taken) return failure(ErrorCode::unavailable, words_of(connection));
  while (::PQflush(connection) == 1)
    if (deadline.wait(::PQsocket(connection), POLLOUT | POLLIN) != Deadline::Wait::ready)
      return failure(ErrorCode::timeout, "the statement couldn't be sent in time");
  return {};
}

base::Status send(pg_conn* connection, const std::string& sql, const std::vector<std::string>& parameters,
                  const Deadline& deadline) {
  std::vector<const char*> values;
  for (const std::string& parameter : parameters)
    values.push_back(parameter.c_str());
  const int taken = ::PQsendQueryParams(connection, sql.c_str(), static_cast<int>(values.size()), nullptr,
                                        values.data(), nullptr, nullptr, 0);
  return flush(connection, taken == 1, deadline);
}

base::Error refusal_of(const pg_conn* connection, const PGresult* result) {
  const char* state = ::PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* message = ::PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  return {ErrorCode::check_failed,
          fmt::format("{} ({})", message != nullptr ? message : words_of(connection).c_str(),
                      state != nullptr ? state : "no SQLSTATE"),
          ""};
}

// Up to the end of the copy; what went wrong in it is in the result behind it.
base::Result<std::size_t> count_copied(pg_conn* connection, const Deadline& deadline) {
  std::size_t rows = 0;
  while (true) {
    char* line = nullptr;
    const int size = ::PQgetCopyData(connection, &line, 1);
    if (size < 0) return rows;
    if (size > 0) {
      ::PQfreemem(line);
      ++rows;
      continue;
    }
    if (deadline.wait(::PQsocket(connection), POLLIN) != Deadline::Wait::ready)
      return failure(ErrorCode::timeout, "the copy didn't end in time");
    if (::PQconsumeInput(connection) == 0) return failure(ErrorCode::unavailable, words_of(connection));
  }
}

}  // namespace

PostgresClient::PostgresClient() = default;
PostgresClient::~PostgresClient() = default;

void PostgresClient::End::operator()(pg_conn* connection) const {
  ::PQfinish(connection);
}

base::Result<std::unique_ptr<PostgresClient>> PostgresClient::connect(const Endpoint& endpoint,
                                                                      const std::string& authorities_pem,
                                                                      const PostgresAccount& account,
                                                                      std::chrono::milliseconds limit) {
  std::unique_ptr<PostgresClient> client(new PostgresClient);
  PostgresServer server;
  server.host = endpoint.server_name;
  server.address = endpoint.address;
  server.port = endpoint.port;
  server.authorities = "/etc/ssl/certs/ca-certificates.crt";
  if (!authorities_pem.empty()) {
    server.authorities = client->scratch_.path() / "authorities.pem";
    ART32_CHECKED(base::replace_file(server.authorities, base::as_bytes(authorities_pem)));
  }
  ART32_CHECKED(client->open(server, account, Deadline(limit)));
  return client;
}

base::Result<std::unique_ptr<PostgresClient>> PostgresClient::connect(const PostgresServer& server,
                                                                      const PostgresAccount& account,
                                                                      const Deadline& deadline) {
  std::unique_ptr<PostgresClient> client(new PostgresClient);
  ART32_CHECKED(client->open(server, account, deadline));
  return client;
}

base::Status PostgresClient::open(const PostgresServer& server, const PostgresAccount& account,
                                  const Deadline& deadline) {
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
  connection_.reset(::PQconnectStartParams(names.data(), values.data(), 0));
  return begin(deadline);
}

base::Result<std::unique_ptr<PostgresClient>> PostgresClient::connect_by(const std::string& connection_string,
                                                                         std::chrono::milliseconds limit) {
  std::unique_ptr<PostgresClient> client(new PostgresClient);
  client->connection_.reset(::PQconnectStart(connection_string.c_str()));
  ART32_CHECKED(client->begin(Deadline(limit)));
  return client;
}

base::Status PostgresClient::begin(const Deadline& deadline) {
  pg_conn* connection = connection_.get();
  if (connection == nullptr || ::PQstatus(connection) == CONNECTION_BAD)
    return failure(ErrorCode::unavailable, connection == nullptr ? "no memory" : words_of(connection));
  ART32_CHECKED(finish_connecting(connection, deadline));
  ::PQsetnonblocking(connection, 1);
  const PQnoticeProcessor ignore = [](void*, const char*) {};
  ::PQsetNoticeProcessor(connection, ignore, nullptr);
  return {};
}

base::Result<std::vector<PostgresClient::Row>> PostgresClient::query(
    const std::string& sql, const std::vector<std::string>& parameters, std::chrono::milliseconds limit) {
  return query(sql, parameters, Deadline(limit));
}

base::Result<std::vector<PostgresClient::Row>> PostgresClient::query(
    const std::string& sql, const std::vector<std::string>& parameters, const Deadline& deadline) {
  ART32_CHECKED(send(connection_.get(), sql, parameters, deadline));
  return take_rows(deadline);
}

base::Status PostgresClient::prepare(const std::string& name, const std::string& sql,
                                     std::chrono::milliseconds limit) {
  const Deadline deadline(limit);
  pg_conn* connection = connection_.get();
  const int taken = ::PQsendPrepare(connection, name.c_str(), sql.c_str(), 0, nullptr);
  ART32_CHECKED(flush(connection, taken == 1, deadline));
  return take_rows(deadline).map([](const auto&) {});
}

base::Result<std::vector<PostgresClient::Row>> PostgresClient::run_prepared(const std::string& name,
                                                                            std::chrono::milliseconds limit) {
  const Deadline deadline(limit);
  pg_conn* connection = connection_.get();
  const int taken = ::PQsendQueryPrepared(connection, name.c_str(), 0, nullptr, nullptr, nullptr, 0);
  ART32_CHECKED(flush(connection, taken == 1, deadline));
  return take_rows(deadline);
}

base::Result<std::vector<PostgresClient::Row>> PostgresClient::take_rows(const Deadline& deadline) {
  pg_conn* connection = connection_.get();
  std::vector<Row> rows;
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

base::Result<std::size_t> PostgresClient::copy_out(const std::string& sql, std::chrono::milliseconds limit) {
  const Deadline deadline(limit);
  pg_conn* connection = connection_.get();
  ART32_CHECKED(send(connection, sql, {}, deadline));
  std::size_t rows = 0;
  std::optional<base::Error> trouble;
  while (true) {
    ART32_ASSIGN(const ResultPointer result, next_result(connection, deadline));
    if (!result) break;
    const ExecStatusType status = ::PQresultStatus(result.get());
    if (status == PGRES_COPY_OUT) {
      ART32_ASSIGN(rows, count_copied(connection, deadline));
    } else if (status != PGRES_COMMAND_OK) {
      trouble = refusal_of(connection, result.get());
    }
  }
  if (trouble) return tl::unexpected<base::Error>(*trouble);
  return rows;
}

base::Status PostgresClient::copy_in(const std::string& sql, const std::string& octets,
                                     std::chrono::milliseconds limit) {
  const Deadline deadline(limit);
  pg_conn* connection = connection_.get();
  ART32_CHECKED(send(connection, sql, {}, deadline));
  std::optional<base::Error> trouble;
  while (true) {
    ART32_ASSIGN(const ResultPointer result, next_result(connection, deadline));
    if (!result) break;
    const ExecStatusType status = ::PQresultStatus(result.get());
    if (status == PGRES_COPY_IN) {
      const bool taken = ::PQputCopyData(connection, octets.data(), static_cast<int>(octets.size())) == 1 &&
                         ::PQputCopyEnd(connection, nullptr) == 1;
      ART32_CHECKED(flush(connection, taken, deadline));
    } else if (status != PGRES_COMMAND_OK) {
      trouble = refusal_of(connection, result.get());
    }
  }
  if (trouble) return tl::unexpected<base::Error>(*trouble);
  return {};
}

}  // namespace art32::net
