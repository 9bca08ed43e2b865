#include "gateway/statement_trail.h"

#include <fmt/format.h>

namespace art32::gateway {

namespace type = pgwire::frontend_type;

StatementTrail::StatementTrail(std::shared_ptr<StatementLog> log, std::shared_ptr<net::LoopMailbox> mailbox,
                               StatementAuthor author, TextOf text_of, std::function<void()> sealed)
    : log_(std::move(log)),
      mailbox_(std::move(mailbox)),
      author_(std::move(author)),
      text_of_(std::move(text_of)),
      sealed_(std::move(sealed)) {}

StatementTrail::~StatementTrail() {
  if (outcome_.statements.empty()) return;
  outcome_.end = StatementOutcome::End::lost;
  record_outcome();
}

bool StatementTrail::concerns(std::uint8_t frontend_type) {
  return frontend_type == type::query || frontend_type == type::parse || frontend_type == type::bind ||
         frontend_type == type::function_call;
}

// Nothing for a body that the protocol doesn't allow: the relay refuses it. Nothing, and a
// trouble, for what can't be recorded.
std::optional<std::string> StatementTrail::record_of(std::uint8_t frontend_type, base::ByteView body) {
  StatementSent sent;
  sent.time = base::SystemClock().now();
  switch (frontend_type) {
    case type::query: {
      const auto query = pgwire::parse_query(body);
      if (!query) return std::nullopt;
      sent.text = query->text;
      return statement_json(author_, sent);
    }
    case type::parse: {
      const auto parse = pgwire::parse_parse(body);
      if (!parse) return std::nullopt;
      sent.way = StatementWay::prepare;
      sent.text = parse->text;
      return statement_json(author_, sent);
    }
    case type::bind: {
      const auto bind = pgwire::parse_bind(body);
      if (!bind) return std::nullopt;
      sent.way = StatementWay::execute;
      const auto text = text_of_(bind->statement);
      if (!text) {
        refusal_ = Refusal{pgwire::sqlstate::invalid_statement_name,
                           "this statement wasn't prepared by a Parse of this session, so it can't be logged "
                           "and doesn't run",
                           "let the driver prepare it; what SQL's PREPARE made runs by SQL's EXECUTE"};
        return std::nullopt;
      }
      sent.text = *text;
      sent.formats = &bind->parameter_formats;
      sent.values = &bind->parameters;
      return statement_json(author_, sent);
    }
    default: {
      const auto call = pgwire::parse_function_call(body);
      if (!call) return std::nullopt;
      sent.way = StatementWay::call;
      const std::string text = fmt::format("function {}", call->function);
      sent.text = text;
      sent.formats = &call->argument_formats;
      sent.values = &call->arguments;
      return statement_json(author_, sent);
    }
  }
}

StatementTrail::Verdict StatementTrail::before(std::uint8_t frontend_type, base::ByteView body) {
  if (awaits_ready_) return Verdict::wait;
  if (state_ == State::idle) {
    const auto record = record_of(frontend_type, body);
    if (!record) return refusal_ ? Verdict::refuse : Verdict::go;
    begin(*record);
  }
  switch (state_) {
    case State::sealed:
      return Verdict::go;
    case State::refused:
      return Verdict::refuse;
    default:
      return Verdict::wait;
  }
}

void StatementTrail::begin(std::string record) {
  state_ = State::sealing;
  log_->append(
      model::statement_record, std::move(record),
      [this, mailbox = mailbox_, alive = std::weak_ptr<int>(alive_)](auto leaf) {
        mailbox->post([this, alive, leaf] {
          if (alive.expired()) return;
          state_ = leaf ? State::sealed : State::refused;
          if (leaf)
            leaf_ = leaf->value;
          else
            refusal_ =
                Refusal{pgwire::sqlstate::io_error,
                        "the statement can't be logged, so it doesn't run: " + leaf.error().what,
                        "statements of staff run only while art32's ledger takes their records; see its log"};
          sealed_();
        });
      });
}

void StatementTrail::passed(std::uint8_t frontend_type) {
  if (state_ != State::sealed) return;
  state_ = State::idle;
  if (outcome_.statements.empty()) began_ = std::chrono::steady_clock::now();
  outcome_.statements.push_back(leaf_);
  awaits_ready_ = frontend_type == type::query || frontend_type == type::function_call;
}

void StatementTrail::synced() {
  awaits_ready_ = !outcome_.statements.empty();
}

void StatementTrail::failed(std::string_view sqlstate) {
  outcome_.end = StatementOutcome::End::failed;
  if (outcome_.sqlstate.empty()) outcome_.sqlstate = sqlstate;
}

void StatementTrail::ready() {
  if (!outcome_.statements.empty()) record_outcome();
  outcome_ = {};
  awaits_ready_ = false;
}

void StatementTrail::record_outcome() {
  outcome_.took =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began_);
  log_->append(model::statement_outcome_record, outcome_json(author_, outcome_), {});
}

}  // namespace art32::gateway
