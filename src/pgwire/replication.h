// What goes to and fro in the CopyData messages of a replication connection, physical or
// logical: the write-ahead log, signs of life, and how far the reader has it.
//
// parse_* read one CopyData's content; views live as long as it. Pure; any thread. PostgreSQL
// documentation, section 55.4 "Streaming Replication Protocol", START_REPLICATION.
#pragma once

#include <variant>

#include "base/bytes.h"
#include "base/time.h"
#include "pgwire/lsn.h"

namespace art32::pgwire {

// XLogData.
struct WalData {
  Lsn start;           // of the data
  Lsn end;             // of the server's log
  base::Instant sent;  // by the server's clock
  base::ByteView data;
};

// Primary keepalive message.
struct WalKeepalive {
  Lsn end;  // of the server's log
  base::Instant sent;
  bool wants_reply = false;  // at once, or the server ends the connection
};

using WalMessage = std::variant<WalData, WalKeepalive>;
std::optional<WalMessage> parse_wal_message(base::ByteView content) noexcept;

// Standby status update. What is flushed is never sent again after a reconnect, and may be
// removed by the server.
struct WalStatus {
  Lsn written, flushed, applied;
  base::Instant sent;
  bool wants_reply = false;
};
void put_wal_status(base::Bytes& target, const WalStatus& status);  // the content of a CopyData

// Microseconds since 2000-01-01, as the protocol counts, in the years that both can hold.
base::Instant instant_of_postgres(std::int64_t microseconds) noexcept;
std::int64_t to_postgres(base::Instant instant) noexcept;

}  // namespace art32::pgwire
