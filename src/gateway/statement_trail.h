// One staff session's statements on their way into the log: nothing that makes the server
// do something goes there before its record is sealed, and each answer is recorded behind.
//
// A Query, Parse, Bind or FunctionCall at the front of the session waits here; the log
// answers through the loop. If the log can't take it, the session ends and the statement
// never runs. A Bind is recorded with its statement's text and its parameters, an Execute
// is covered by its Bind; a Bind of a statement whose text isn't known doesn't run. What would begin another
// batch waits for the answer to the one before, so that every outcome stands with its statements. Owned by
// its session; worker's thread only.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gateway/statement_log.h"
#include "gateway/statement_record.h"
#include "net/loop/loop_mailbox.h"
#include "pgwire/frame.h"
#include "pgwire/sqlstate.h"

namespace art32::gateway {

class StatementTrail {
 public:
  // The text of what the session has prepared under this name, as the server has it.
  using TextOf = std::function<std::optional<std::string_view>(std::string_view name)>;
  // `sealed` is called on the loop once the message at the front may be looked at again.
  StatementTrail(std::shared_ptr<StatementLog> log, std::shared_ptr<net::LoopMailbox> mailbox,
                 StatementAuthor author, TextOf text_of, std::function<void()> sealed);
  ~StatementTrail();  // what is still unanswered is recorded as lost

  static bool concerns(std::uint8_t frontend_type);

  enum class Verdict { go, wait, refuse };
  // Of a whole message: whether the server may have it. The first call begins its record.
  Verdict before(std::uint8_t frontend_type, base::ByteView body);
  struct Refusal {
    pgwire::SqlState state;
    std::string why;
    std::string_view hint;
  };
  const Refusal& refusal() const { return *refusal_; }  // once `before` has refused
  void passed(std::uint8_t frontend_type);              // the message at the front is on its way
  void synced();                                        // so is a Sync

  // What the server answers.
  void completed(std::string_view tag) { outcome_.tags.emplace_back(tag); }
  void failed(std::string_view sqlstate);
  void ready();  // ReadyForQuery for the client

 private:
  enum class State { idle, sealing, sealed, refused };
  std::optional<std::string> record_of(std::uint8_t frontend_type, base::ByteView body);
  void begin(std::string record);
  void record_outcome();

  std::shared_ptr<StatementLog> log_;
  std::shared_ptr<net::LoopMailbox> mailbox_;
  StatementAuthor author_;
  TextOf text_of_;
  std::function<void()> sealed_;
  State state_ = State::idle;
  bool awaits_ready_ = false;  // a whole batch is with the server
  std::uint64_t leaf_ = 0;     // of the message at the front
  std::optional<Refusal> refusal_;
  StatementOutcome outcome_;
  std::chrono::steady_clock::time_point began_{};
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace art32::gateway
