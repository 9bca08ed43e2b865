// What a server still owes on one connection: the requests that went to it, in order,
// and how its answers pair with them. Decides which answers the client gets, which are
// ours, and when the connection is idle again.
//
// Pure: no I/O, no clock. One for each server connection, used on its worker's thread.
// Invariant: a request leaves the queue only by the answer that the protocol gives it
// (PostgreSQL documentation, section 55.2 "Message Flow"), or skipped by an error up to
// the next Sync. An answer that fits nothing poisons the conversation: the connection is
// to be closed and never reused.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "gateway/request_queue.h"
#include "pgwire/backend.h"

namespace art32::gateway {

// What to do with a message of the server.
enum class Answer {
  to_client,
  told,  // an error of ours that fails a batch of the client's, which gets it
  ours,
  refusal,   // the client gets the error that stands ready for it instead
  farewell,  // an error that answers nothing: the connection's last word, or it is out of step
  poison,
};

class Conversation {
 public:
  // Notifications until it ends are for who had the connection before.
  void set_resetting(bool resetting) { is_resetting_ = resetting; }
  // The connection is one for replication: copies may go both ways at once.
  void begin_replication() { is_replication_ = true; }
  // A request goes to the server, its answers to `owner`. After an error the server
  // passes over all but a Sync, so nothing is owed for it then.
  void sent(Request request, Owner owner, StatementId statement = StatementId::none,
            std::uint32_t ticket = 0);
  // An answer that the gateway gives itself, in its turn: right after the answers to what
  // stands before (own_answer.h).
  void answered_here(Request request, std::uint32_t ticket = 0);
  // A message of the server. `body` is the first octet of the body where it has one:
  // the status of ReadyForQuery.
  Answer received(char type, char body);

  // Answers of ours that are due: each `true` takes one for the client.
  bool take_due(Request& request);

  // A request of ours failed, and a Query of the client's behind it was passed over with it:
  // it needs a Sync to be answered. Since the last call.
  bool take_needs_sync() { return std::exchange(needs_sync_, false); }

  // Prepared statements whose Parse failed or was skipped, or whose Close was, so that the
  // server may have them or not; and the tickets of names that the client hasn't got by
  // that. Since the last call.
  struct Skipped {
    std::vector<StatementId> statements;
    std::vector<std::uint32_t> tickets;
  };
  bool has_skipped() const { return has_skipped_; }
  Skipped take_skipped();

  pgwire::TransactionStatus status() const { return status_; }
  // Nothing is owed, no transaction is open, no batch waits for its Sync.
  bool is_idle() const {
    return queue_.empty() && !batch_open_ && !copying_in_ && status_ == pgwire::TransactionStatus::idle;
  }
  bool owes_nothing() const { return queue_.empty(); }
  // A ReadyForQuery is among what is owed.
  bool owes_ready() const;
  // Behind the command that is being answered something was sent that can leave traces.
  bool leaves_behind() const;
  // A Query is being answered.
  bool is_in_query() const { return !queue_.empty() && queue_.front().request == Request::query; }
  // The server passes over what comes, up to the next Sync.
  bool is_skipping() const { return skipping_; }
  // The client's Sync and Flush mean nothing now, its CopyData everything.
  bool is_copying_in() const { return copying_in_; }
  std::size_t pending() const { return queue_.size(); }

 private:
  Answer finish(Request expected);
  Answer on_error();
  Answer on_ready(char status);
  Answer on_copy_in();
  bool is_open_behind_front() const;
  Answer pop(Answer answer);
  Answer answer_of_front() const;
  bool skip_to_sync();
  void skip(const PendingRequest& request);
  void drop_strays();

  RequestQueue queue_;
  pgwire::TransactionStatus status_ = pgwire::TransactionStatus::idle;
  bool batch_open_ = false;
  bool copying_in_ = false;
  bool is_replication_ = false;
  bool is_resetting_ = false;
  bool skipping_ = false;  // an error came, and the Sync behind it hasn't been sent
  bool needs_sync_ = false;
  bool has_skipped_ = false;
  Skipped skipped_;
};

}  // namespace art32::gateway
