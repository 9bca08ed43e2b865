// A connection to PostgreSQL in replication mode, on libpq: commands, then a stream of the
// write-ahead log in both directions. What its messages say: pgwire/replication.h.
//
// Blocking, every wait bounded by the deadline. Errors as of PostgresClient. One thread.
// PostgreSQL documentation, section 55.4 "Streaming Replication Protocol".
#pragma once

#include "base/bytes.h"
#include "net/postgres_client.h"

namespace art32::net {

class ReplicationClient {
 public:
  enum class Kind { physical, logical };  // logical: of the account's database, and SQL is understood too

  static base::Result<std::unique_ptr<ReplicationClient>> connect(const PostgresServer& server,
                                                                  const PostgresAccount& account, Kind kind,
                                                                  const Deadline& deadline);
  ~ReplicationClient();

  // IDENTIFY_SYSTEM and the like.
  base::Result<std::vector<PostgresClient::Row>> command(const std::string& command,
                                                         const Deadline& deadline);
  // START_REPLICATION ...: from now on receive() and send().
  base::Status start(const std::string& command, const Deadline& deadline);
  // The next CopyData's content, which lives until the next call; nothing once the deadline
  // has passed. `unavailable` where the server ended the stream, with its reason.
  base::Result<std::optional<base::ByteView>> receive(const Deadline& deadline);
  base::Status send(base::ByteView content, const Deadline& deadline);

 private:
  ReplicationClient();
  struct Link;
  std::unique_ptr<Link> link_;
};

}  // namespace art32::net
