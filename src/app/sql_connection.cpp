#include "app/sql_connection.h"

namespace art32::app {
namespace {

constexpr std::chrono::seconds connect_wait{20};

}  // namespace

base::Result<std::unique_ptr<SqlConnection>> SqlConnection::open(const std::string& connection_string,
                                                                 std::chrono::milliseconds statement_limit) {
  auto client = net::PostgresClient::connect_by(connection_string, connect_wait);
  if (!client) {
    base::Error error = client.error().within("the database");
    if (error.code == base::ErrorCode::invalid_argument) return tl::unexpected<base::Error>(std::move(error));
    error.mend =
        "say how to reach it with --connection \"host=... dbname=... user=...\", or by PGHOST, "
        "PGDATABASE, PGUSER and PGPASSFILE";
    return tl::unexpected<base::Error>(std::move(error));
  }
  return std::unique_ptr<SqlConnection>(new SqlConnection(std::move(*client), statement_limit));
}

base::Result<std::vector<SqlConnection::Row>> SqlConnection::query(
    const std::string& sql, const std::vector<std::string>& parameters) {
  return client_->query(sql, parameters, limit_);
}

}  // namespace art32::app
