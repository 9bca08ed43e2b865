// One connection to a PostgreSQL server: signed in once, then lent to one client after
// the other by its pool.
//
// Owned by its pool. Worker's thread only. States follow one another and never go back:
// opening, then idle and linked in turns, then gone. While linked, what the server sends
// goes through server_relay.cpp to the client. A message that the conversation can't
// explain ends the connection: it is never lent again.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>

#include "gateway/conversation.h"
#include "gateway/prepared_statements.h"
#include "gateway/server_entry.h"
#include "gateway/server_login.h"
#include "gateway/session_settings.h"
#include "gateway/statement_scan.h"
#include "net/loop/leg.h"
#include "pgwire/diagnostic.h"

namespace art32::gateway {

class ClientSession;
class Pool;
class Worker;

// Why a server can't be made what a client needs.
struct PreparationRefusal {
  std::string sqlstate;
  std::string message;
  std::string hint;
};

class ServerConnection final : public net::LegHandler {
 public:
  ServerConnection(Worker& worker, Pool& pool);
  ~ServerConnection() override;

  void open();  // dials and signs in; the pool hears server_ready or server_gone

  enum class State { opening, idle, linked, gone };
  State state() const { return state_; }
  ClientSession* client() { return client_; }
  // The client has it from now on; sends what brings the connection to its settings.
  void link(ClientSession& client);
  // To link it would take no statement of ours.
  bool is_as_wanted_by(const ClientSession& client) const;
  // By its team; else another one was the last to use it.
  bool was_used_by(const ClientSession& client) const;
  // Nor an entry.
  bool is_entered_for(const ClientSession& client) const;
  // The client leaves. Only when can_be_lent() the pool may lend it again.
  void unlink();
  // Nobody else gets it, and its client only while that keeps it.
  bool is_spent() const { return is_spent_; }
  bool can_be_lent() const {
    return state_ == State::linked && conversation_.is_idle() && body_left_ == 0 && held_.empty() &&
           cancels_ == 0;
  }
  // Ends it, with a Terminate where the server expects one.
  void end();

  // The client's settings are being made, or its claim is entered: nothing of its own may be
  // sent before that has succeeded, or it would run without them.
  bool is_preparing() const { return preparation_ != Preparation::none; }

  // Asks for what names the session in entries: is_preparing() until it is there.
  void ask_session();
  // Makes an idle connection act for whom the client acts for. What comes next runs only if that
  // succeeds where it is welcome in the same transaction; else it waits while is_preparing(), a
  // BEGIN excepted, which may be sent all the same (client_went_along()).
  // `closes_unnamed`: the client's unnamed statement is its own, and the entry's mustn't be taken for it.
  void enter_client(const ClaimPointer& claim, Company company, bool closes_unnamed);
  // Whether that message may come in the transaction of the entry.
  bool entry_may_be_joined(std::uint8_t message) const;
  // The same in place of the client's SET, in a transaction too. Both: entry().has_session().
  void enter_in_transaction(const ClaimPointer& claim, bool closes_unnamed);
  const ServerEntry& entry() const { return entry_; }
  // A BEGIN of the client's went to the server while that is under way.
  bool client_went_along() const { return client_went_along_; }
  bool is_touched() const { return is_touched_; }
  // Whether an idle connection that was idle for a moment hasn't ended meanwhile.
  bool looks_alive() const;
  // Asks an idle one for a sign of life; the pool hears server_checked.
  void check();
  bool is_checking() const { return is_checking_; }
  // When it was last heard of.
  std::chrono::steady_clock::time_point checked() const { return std::max(checked_, idle_since_); }
  std::uint64_t configuration() const { return configuration_; }
  const ServerTarget& target() const { return target_; }

  Conversation& conversation() { return conversation_; }
  ServerStatements& statements() { return statements_; }
  // Between two of the server's messages: where something of ours may stand.
  bool is_at_boundary() const { return body_left_ == 0 && held_.empty(); }
  net::Leg& leg() { return *leg_; }
  Pool& pool() { return pool_; }
  const ServerFacts& facts() const { return facts_; }
  std::chrono::steady_clock::time_point opened() const { return opened_; }
  std::chrono::steady_clock::time_point idle_since() const { return idle_since_; }

  // Something may have been left behind in the session: the next other client gets it reset,
  // of statements that SQL prepared too where those are among it.
  enum class Trace { settings, statements };
  void mark_touched(Trace trace) {
    is_touched_ = true;
    if (trace == Trace::statements) may_have_statements_ = true;
  }
  bool may_have_statements() const { return may_have_statements_; }  // that SQL prepared
  void session_was_discarded();                                      // DISCARD ALL ran
  void forget_settings() { settings_known_ = false; }
  void applied(SettingsId settings) { settings_ = settings; }
  // The client that has it now, or its team, wasn't the last one to have it, and hasn't run
  // anything yet.
  bool is_new_to_client() const { return is_new_to_client_; }
  // The next thing sent fails by its making, and the client gets this ErrorResponse for it.
  // Nothing is owed before it.
  void refuse_with(base::Bytes error, std::string_view sqlstate);
  SettingsId settings() const { return settings_; }

  // The client is about to send something while nothing is owed.
  void note_asked(std::chrono::steady_clock::time_point now) {
    asked_ = now;
    if (conversation_.status() == pgwire::TransactionStatus::idle) began_ = now;
  }

  // A cancel is on its way to this server: it isn't lent before that has arrived.
  std::weak_ptr<void> cancel_started();  // expires with the connection
  void cancel_ended(bool acted);

  void pause() { leg_->pause(); }
  void resume() { leg_->resume(); }

 private:
  friend class ServerLogin;
  void on_octets(base::ByteView octets) override;
  void on_secured() override {}
  void on_drained() override;
  void on_end(const net::StreamEnd& end) override;

  void signed_in(base::Result<ServerLogin::Outcome> outcome);
  enum class Preparation { none, settings, session, entry };
  PreparationRefusal refusal_of(const std::string& state, const std::string& message,
                                const std::string& hint) const;
  void send_entry(const ClaimPointer& claim, bool closes_unnamed);
  bool prepared();
  bool serves_client() const;
  void answered_nobody();
  void own_statement_failed(const pgwire::DiagnosticView& error);
  void entry_was_refused(std::string_view why);

  // server_relay.cpp
  void relay(base::ByteView octets);
  std::size_t relay_messages(base::ByteView input);
  void forward(base::ByteView octets, Answer answer);
  void note_message(std::uint8_t message, base::ByteView body, Answer answer);
  void note_command(std::string_view tag, Answer answer);
  void count_query();
  void note_error(base::ByteView body, Answer answer);
  void emit_due();
  void settle_statements();
  void poison(std::string_view why);

  Worker& worker_;
  Pool& pool_;
  State state_ = State::opening;
  std::unique_ptr<ServerLogin> login_;
  std::unique_ptr<net::Leg> leg_;
  ClientSession* client_ = nullptr;
  ServerFacts facts_;
  ServerTarget target_;
  std::uint64_t configuration_ = 0;  // of the pool, when it was opened
  Conversation conversation_;
  ServerStatements statements_;
  base::Bytes held_;             // the beginning of a message that is needed whole
  std::uint32_t body_left_ = 0;  // of the message that goes by
  Answer body_answer_ = Answer::to_client;
  bool is_poisoned_ = false;
  Preparation preparation_ = Preparation::none;
  bool client_went_along_ = false;
  bool is_checking_ = false;
  bool said_farewell_ = false;  // a FATAL error, and the client has it
  bool is_touched_ = false;
  bool may_have_statements_ = false;
  bool is_new_to_client_ = false;
  bool is_refused_ = false;  // what is being answered runs nothing
  std::string refused_sqlstate_;
  base::Bytes refusal_;
  std::unique_ptr<PreparationRefusal> preparation_refusal_;
  ServerEntry entry_;
  bool settings_known_ = true;
  SettingsId settings_ = 0;
  std::uint64_t last_occupant_ = 0;
  unsigned cancels_ = 0;
  // The database refused an entry, and may refuse the next, or a cancel may still be to come.
  bool is_spent_ = false;
  std::shared_ptr<void> alive_ = std::make_shared<int>();
  std::chrono::steady_clock::time_point opened_{}, idle_since_{}, checked_{};
  std::chrono::steady_clock::time_point asked_{}, began_{};  // the query and the transaction under way
};

}  // namespace art32::gateway
