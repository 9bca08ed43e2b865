#include "net/replication_client.h"

#include "net/libpq.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;

struct ReplicationClient::Link {
  struct Free {
    void operator()(char* octets) const { ::PQfreemem(octets); }
  };
  libpq::Connection connection;
  std::unique_ptr<char, Free> received;
};

ReplicationClient::ReplicationClient() : link_(std::make_unique<Link>()) {}
ReplicationClient::~ReplicationClient() = default;

base::Result<std::unique_ptr<ReplicationClient>> ReplicationClient::connect(const PostgresServer& server,
                                                                            const PostgresAccount& account,
                                                                            Kind kind,
                                                                            const Deadline& deadline) {
  std::unique_ptr<ReplicationClient> client(new ReplicationClient);
  ART32_ASSIGN(client->link_->connection,
               libpq::open(server, account, kind == Kind::logical ? "database" : "true", deadline));
  return client;
}

base::Result<std::vector<PostgresClient::Row>> ReplicationClient::command(const std::string& command,
                                                                          const Deadline& deadline) {
  PGconn* connection = link_->connection.get();
  ART32_CHECKED(libpq::flush(connection, ::PQsendQuery(connection, command.c_str()) == 1, deadline));
  return libpq::take_rows(connection, deadline);
}

base::Status ReplicationClient::start(const std::string& command, const Deadline& deadline) {
  PGconn* connection = link_->connection.get();
  ART32_CHECKED(libpq::flush(connection, ::PQsendQuery(connection, command.c_str()) == 1, deadline));
  ART32_ASSIGN(const libpq::ResultPointer result, libpq::next_result(connection, deadline));
  if (::PQresultStatus(result.get()) == PGRES_COPY_BOTH) return {};
  return tl::unexpected(libpq::refusal_of(connection, result.get()));
}

base::Result<std::optional<base::ByteView>> ReplicationClient::receive(const Deadline& deadline) {
  PGconn* connection = link_->connection.get();
  while (true) {
    char* octets = nullptr;
    const int size = ::PQgetCopyData(connection, &octets, 1);
    if (size > 0) {
      link_->received.reset(octets);
      return base::ByteView(reinterpret_cast<const std::uint8_t*>(octets), static_cast<std::size_t>(size));
    }
    if (size < 0) {
      const libpq::ResultPointer result(::PQgetResult(connection));
      const bool is_refused = ::PQresultStatus(result.get()) == PGRES_FATAL_ERROR;
      return failure(ErrorCode::unavailable, is_refused ? libpq::refusal_of(connection, result.get()).what
                                                        : "the server ended the stream");
    }
    switch (deadline.wait(::PQsocket(connection), POLLIN)) {
      case Deadline::Wait::ready:
        break;
      case Deadline::Wait::passed:
        return std::nullopt;
      case Deadline::Wait::failed:
        return failure(ErrorCode::unavailable, "the connection can't be waited for");
    }
    if (::PQconsumeInput(connection) == 0)
      return failure(ErrorCode::unavailable, libpq::words_of(connection));
  }
}

base::Status ReplicationClient::send(base::ByteView content, const Deadline& deadline) {
  PGconn* connection = link_->connection.get();
  const int taken = ::PQputCopyData(connection, reinterpret_cast<const char*>(content.data()),
                                    static_cast<int>(content.size()));
  return libpq::flush(connection, taken == 1, deadline);
}

}  // namespace art32::net
