// A database's committed changes, as they come over a replication slot of ours: connects, makes the
// slot where there is none, and says how far the reader has them.
//
// The server keeps its log for the slot, and sends again what wasn't confirmed: a reader
// knows what it has. A slot that is made anew begins with what is committed from then on: what
// came between is lost, and `origin().begins_anew` says so. Blocking, every wait bounded. One
// thread. PostgreSQL documentation, sections 49.2 "Logical Decoding Concepts" and 55.4.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "net/deadline.h"
#include "net/replication_client.h"
#include "pgwire/replication.h"

namespace art32::trail {

struct ChangeSource {
  net::PostgresServer server;
  net::PostgresAccount account;  // with REPLICATION
  std::string slot;
  std::string publication;

  ChangeSource clone() const {
    return {server, {account.user, account.password.clone(), account.database}, slot, publication};
  }
};

// Of what the changes are, and from where on they come.
struct StreamOrigin {
  std::uint64_t system = 0;       // the cluster's identifier
  std::uint32_t timeline = 0;     // another one after each promotion of a standby
  std::uint32_t database = 0;     // OID
  std::uint64_t transaction = 0;  // the next id at the beginning, with its epoch
  pgwire::Lsn from;               // the first transaction ends behind it
  bool begins_anew = false;       // the slot wasn't there, or the server had given it up
};

class ChangeStream {
 public:
  enum class Slot {
    keep,
    renew,  // drop the one there is: what it holds can't be read any more
  };
  // `unavailable`, `permission`, `timeout`; `not_found` without the publication, `conflict` where the
  // slot is somebody else's.
  static base::Result<std::unique_ptr<ChangeStream>> open(const ChangeSource& source, Slot slot,
                                                          const base::Clock& clock,
                                                          const net::Deadline& deadline);

  const StreamOrigin& origin() const { return origin_; }

  // The data of one pgoutput message, which lives until the next call; nothing once the deadline
  // has passed, or the server asks how far the reader is. Answers the server's signs of life meanwhile.
  base::Result<std::optional<base::ByteView>> next(const net::Deadline& deadline);

  // Nothing before `done` is needed any more. Told at once.
  base::Status confirm(pgwire::Lsn done, const net::Deadline& deadline);

  // Whether it has asked since the last call: at its end it waits until all is confirmed.
  bool take_question() { return std::exchange(is_asked_, false); }

  // The end of the server's log as last heard, and when that was.
  pgwire::Lsn server_end() const { return server_end_; }
  base::Instant heard() const { return heard_; }
  // The time by the server's clock, as last heard; none: not yet.
  std::optional<base::Instant> server_time() const { return server_time_; }
  // Whatever was committed before it has been sent, if no transaction is under way.
  pgwire::Lsn sent_end() const { return sent_end_; }

 private:
  ChangeStream(std::unique_ptr<net::ReplicationClient> client, const base::Clock& clock)
      : client_(std::move(client)), clock_(clock) {}
  base::Status identify(const net::Deadline& deadline);
  base::Status find_publication(const ChangeSource& source, const net::Deadline& deadline);
  base::Status find_slot(const ChangeSource& source, Slot wanted, const net::Deadline& deadline);
  base::Status tell(const net::Deadline& deadline);

  std::unique_ptr<net::ReplicationClient> client_;
  const base::Clock& clock_;
  StreamOrigin origin_;
  pgwire::Lsn received_, confirmed_, server_end_, sent_end_;
  base::Instant heard_, told_;
  std::optional<base::Instant> server_time_;
  bool is_asked_ = false;
};

}  // namespace art32::trail
