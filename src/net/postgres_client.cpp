#include "net/postgres_client.h"

#include "net/deadline.h"
#include "net/libpq.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;
using libpq::flush;
using libpq::next_result;
using libpq::refusal_of;
using libpq::ResultPointer;
using libpq::words_of;

namespace {

base::Status send(pg_conn* connection, const std::string& sql, const std::vector<std::string>& parameters,
                  const Deadline& deadline) {
  std::vector<const char*> values;
  for (const std::string& parameter : parameters)
    values.push_back(parameter.c_str());
  const int taken = ::PQsendQueryParams(connection, sql.c_str(), static_cast<int>(values.size()), nullptr,
                                        values.data(), nullptr, nullptr, 0);
  return flush(connection, taken == 1, deadline);
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

// By libpq's own reading, in both of its forms; its secrets are what it wouldn't display. One that
// it can't read it refuses later.
bool has_password(const std::string& connection_string) {
  const std::unique_ptr<PQconninfoOption, decltype(&::PQconninfoFree)> options(
      ::PQconninfoParse(connection_string.c_str(), nullptr), ::PQconninfoFree);
  if (options == nullptr) return false;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option)
    if (option->val != nullptr && std::string_view(option->dispchar) == "*") return true;
  return false;
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
  ART32_ASSIGN(libpq::Connection connection, libpq::open(server, account, nullptr, Deadline(limit)));
  client->connection_.reset(connection.release());
  return client;
}

base::Result<std::unique_ptr<PostgresClient>> PostgresClient::connect(const PostgresServer& server,
                                                                      const PostgresAccount& account,
                                                                      const Deadline& deadline) {
  std::unique_ptr<PostgresClient> client(new PostgresClient);
  ART32_ASSIGN(libpq::Connection connection, libpq::open(server, account, nullptr, deadline));
  client->connection_.reset(connection.release());
  return client;
}

base::Result<std::unique_ptr<PostgresClient>> PostgresClient::connect_by(const std::string& connection_string,
                                                                         std::chrono::milliseconds limit) {
  if (has_password(connection_string))
    return base::failure(base::ErrorCode::invalid_argument,
                         "the connection string has a password, which everybody on this machine could read",
                         "leave it out, and write it to ~/.pgpass or to a file of mode 0600 that PGPASSFILE "
                         "names, as a line host:port:database:user:password");
  std::unique_ptr<PostgresClient> client(new PostgresClient);
  client->connection_.reset(::PQconnectStart(connection_string.c_str()));
  ART32_CHECKED(libpq::finish_opening(client->connection_.get(), Deadline(limit)));
  return client;
}

base::Result<std::vector<PostgresClient::Row>> PostgresClient::query(
    const std::string& sql, const std::vector<std::string>& parameters, std::chrono::milliseconds limit) {
  return query(sql, parameters, Deadline(limit));
}

base::Result<std::vector<PostgresClient::Row>> PostgresClient::query(
    const std::string& sql, const std::vector<std::string>& parameters, const Deadline& deadline) {
  ART32_CHECKED(send(connection_.get(), sql, parameters, deadline));
  return libpq::take_rows(connection_.get(), deadline);
}

base::Status PostgresClient::prepare(const std::string& name, const std::string& sql,
                                     std::chrono::milliseconds limit) {
  const Deadline deadline(limit);
  pg_conn* connection = connection_.get();
  const int taken = ::PQsendPrepare(connection, name.c_str(), sql.c_str(), 0, nullptr);
  ART32_CHECKED(flush(connection, taken == 1, deadline));
  return libpq::take_rows(connection_.get(), deadline).map([](const auto&) {});
}

base::Result<std::vector<PostgresClient::Row>> PostgresClient::run_prepared(const std::string& name,
                                                                            std::chrono::milliseconds limit) {
  const Deadline deadline(limit);
  pg_conn* connection = connection_.get();
  const int taken = ::PQsendQueryPrepared(connection, name.c_str(), 0, nullptr, nullptr, nullptr, 0);
  ART32_CHECKED(flush(connection, taken == 1, deadline));
  return libpq::take_rows(connection_.get(), deadline);
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
