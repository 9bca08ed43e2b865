// A client's query that is given up: by its server, or here while it waits for one.
#include "gateway/client_session.h"
#include "gateway/pool.h"
#include "gateway/server_connection.h"
#include "gateway/statement_trail.h"
#include "gateway/worker.h"
#include "pgwire/diagnostic.h"
#include "pgwire/frontend.h"

namespace art32::gateway {

namespace sqlstate = pgwire::sqlstate;
namespace type = pgwire::frontend_type;
using pgwire::Frame;

namespace {

void put_ready(base::Bytes& out) {
  pgwire::put_ready_for_query(out, pgwire::TransactionStatus::idle);
}

}  // namespace

void ClientSession::cancel(const std::function<void()>& done) {
  const bool is_prepared_only = server_ != nullptr && server_->is_preparing() &&
                                !server_->client_went_along() &&
                                server_->conversation().status() == pgwire::TransactionStatus::idle;
  if (server_ != nullptr && !is_prepared_only) {
    if (!server_->conversation().owes_nothing()) return worker_.cancel(*server_, done);
  } else if (is_queued || server_ != nullptr) {
    is_cancelled_ = true;
    pool_->forget(*this);
    if (server_ == nullptr) go_on();
    if (!is_closed_ && server_ == nullptr) worker_.is_idle(*this);
  }
  done();
}

// The message at the front waited for a server, and nothing of its batch has gone to one: it
// fails as a cancelled query does there, and the session goes on.
ClientSession::Step ClientSession::give_up(const Frame& frame, base::ByteView rest, std::size_t& used) {
  worker_.to_client().write([](base::Bytes& out) {
    pgwire::put_error_response(out, {pgwire::Severity::error, sqlstate::query_canceled,
                                     "cancelled while waiting for a server connection"});
  });
  if (trail_ && StatementTrail::concerns(frame.type)) {
    trail_->passed(frame.type);
    trail_->failed(sqlstate::query_canceled.code);
  }
  skips_to_sync_ = true;
  const bool is_batch = frame.type != type::query && frame.type != type::function_call;
  if (is_batch) return skip(frame, rest, used);
  drop(frame, rest, used);
  return end_skipping();
}

// "The backend reads and discards messages until a Sync is reached" (section 55.2.3).
ClientSession::Step ClientSession::skip(const Frame& frame, base::ByteView rest, std::size_t& used) {
  if (frame.type == type::terminate) {
    close();
    return Step::closed;
  }
  drop(frame, rest, used);
  return frame.type == type::sync ? end_skipping() : Step::next;
}

ClientSession::Step ClientSession::end_skipping() {
  skips_to_sync_ = false;
  worker_.to_client().write(put_ready);
  if (trail_) trail_->ready();
  return Step::next;
}

}  // namespace art32::gateway
