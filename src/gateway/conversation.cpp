#include "gateway/conversation.h"

#include <utility>

#include "base/assert.h"

namespace art32::gateway {

using pgwire::TransactionStatus;

namespace {

bool belongs_to_batch(Request request) {
  switch (request) {
    case Request::parse:
    case Request::bind:
    case Request::describe_statement:
    case Request::describe_portal:
    case Request::execute:
    case Request::close:
      return true;
    default:
      return false;
  }
}

bool ends_with_ready(Request request) {
  return request == Request::query || request == Request::sync || request == Request::function_call;
}

}  // namespace

void Conversation::sent(Request request, Owner owner, StatementId statement, std::uint32_t ticket) {
  ART32_ASSERT(owner != Owner::nobody);
  if (request == Request::copy_end) {
    // Before its CopyInResponse it is remembered, else a stray.
    if (copying_in_)
      copying_in_ = false;
    else if (!queue_.empty())
      queue_.push({request, owner});
    return;
  }
  if (copying_in_ && request == Request::sync) return;  // the server ignores it while it copies in
  copying_in_ = false;                                  // anything else ends the copy, with an error
  const PendingRequest pending{request, owner, ticket, statement};
  if (skipping_ && request != Request::sync) return skip(pending);
  skipping_ = false;
  queue_.push(pending);
  if (belongs_to_batch(request))
    batch_open_ = true;
  else if (ends_with_ready(request))
    batch_open_ = false;
}

void Conversation::answered_here(Request request, std::uint32_t ticket) {
  const PendingRequest pending{request, Owner::nobody, ticket};
  if (skipping_) return skip(pending);
  queue_.push(pending);
  batch_open_ = true;
}

bool Conversation::leaves_behind() const {
  for (std::size_t i = 0; i < queue_.size(); ++i) {
    const Request request = queue_.at(i).request;
    const bool is_itself = i == 0 && request == Request::query;
    if (is_itself || request == Request::sync || request == Request::close) continue;
    if (request == Request::describe_statement || request == Request::describe_portal) continue;
    return true;
  }
  return false;
}

bool Conversation::owes_ready() const {
  for (std::size_t i = 0; i < queue_.size(); ++i)
    if (ends_with_ready(queue_.at(i).request)) return true;
  return false;
}

Answer Conversation::answer_of_front() const {
  if (queue_.empty()) return Answer::poison;
  switch (queue_.front().owner) {
    case Owner::gateway:
      return Answer::ours;
    case Owner::refused:  // can't but fail
      return Answer::poison;
    default:
      return Answer::to_client;
  }
}

Answer Conversation::pop(Answer answer) {
  queue_.pop();
  drop_strays();
  return answer;
}

// A CopyDone whose copy never began: the server reads and forgets it.
void Conversation::drop_strays() {
  while (!queue_.empty() && queue_.front().request == Request::copy_end)
    queue_.pop();
}

Answer Conversation::finish(Request expected) {
  if (queue_.empty() || queue_.front().request != expected) return Answer::poison;
  return pop(answer_of_front());
}

Answer Conversation::received(char type, char body) {
  const bool has_front = !queue_.empty();
  const Request front = has_front ? queue_.front().request : Request::sync;
  // Ours come first: take_due() empties them before the server's next answer is looked at.
  ART32_ASSERT(!has_front || queue_.front().owner != Owner::nobody);
  switch (type) {
    case 'S':  // ParameterStatus: also what our own statements changed is the client's to know
      return Answer::to_client;
    case 'A':  // NotificationResponse: before the reset is over it is for the one who had the connection
      return is_resetting_ && has_front && queue_.front().owner == Owner::gateway ? Answer::ours
                                                                                  : Answer::to_client;
    case 'N':  // NoticeResponse
      return has_front ? answer_of_front() : Answer::to_client;
    case 'D':  // DataRow
    case 'H':  // CopyOutResponse
    case 'd':  // CopyData
    case 'c':  // CopyDone
      if (front == Request::function_call || !has_front) return Answer::poison;
      return front == Request::query || front == Request::execute ? answer_of_front() : Answer::poison;
    case 'C':  // CommandComplete
    case 'I':  // EmptyQueryResponse
      copying_in_ = false;
      if (has_front && front == Request::query) return answer_of_front();
      return finish(Request::execute);
    case 's':  // PortalSuspended
      return finish(Request::execute);
    case 'Z':
      return on_ready(body);
    case 'E':
      return on_error();
    case '1':
      return finish(Request::parse);
    case '2':
      return finish(Request::bind);
    case '3':
      return finish(Request::close);
    case 't':  // ParameterDescription; a row description or NoData follows
      return has_front && front == Request::describe_statement ? answer_of_front() : Answer::poison;
    case 'T':  // RowDescription
      if (has_front && front == Request::query) return answer_of_front();
      [[fallthrough]];
    case 'n':  // NoData
      if (!has_front || (front != Request::describe_statement && front != Request::describe_portal))
        return Answer::poison;
      return pop(answer_of_front());
    case 'G':
      return on_copy_in();
    case 'W':  // CopyBothResponse: the client copies in, and what comes meanwhile is for it
      return is_replication_ ? on_copy_in() : Answer::poison;
    case 'V':  // FunctionCallResponse; ReadyForQuery follows
      return has_front && front == Request::function_call ? answer_of_front() : Answer::poison;
    default:
      return Answer::poison;
  }
}

// "The backend issues ErrorResponse, then reads and discards messages until a Sync is
// reached" (55.2.3). A Query or a FunctionCall is still answered by its ReadyForQuery.
// What failed of ours within a client's batch fails the client's batch, so it is told; in a
// batch with a Sync of ours it is our own affair.
Answer Conversation::on_error() {
  copying_in_ = false;
  if (queue_.empty()) return Answer::farewell;
  const PendingRequest front = queue_.front();
  const bool is_batch = front.request != Request::query && front.request != Request::function_call;
  if (is_batch) {
    const bool skipped_client = skip_to_sync();
    if (front.owner == Owner::gateway && skipped_client) needs_sync_ = true;
  }
  if (front.owner == Owner::refused) return Answer::refusal;
  if (!is_batch) return answer_of_front();
  if (front.owner != Owner::gateway) return Answer::to_client;
  return !queue_.empty() && queue_.front().owner == Owner::gateway ? Answer::ours : Answer::told;
}

void Conversation::skip(const PendingRequest& request) {
  if (request.request != Request::parse && request.request != Request::close) return;
  has_skipped_ = true;
  if (request.statement != StatementId::none) skipped_.statements.push_back(request.statement);
  if (request.ticket != 0) skipped_.tickets.push_back(request.ticket);
}

// Whether a Query of the client's was among them, which the server passes over like the rest.
bool Conversation::skip_to_sync() {
  bool skipped_query = false;
  while (!queue_.empty() && queue_.front().request != Request::sync) {
    skipped_query |= ends_with_ready(queue_.front().request) && queue_.front().owner == Owner::client;
    skip(queue_.front());
    queue_.pop();
  }
  skipping_ = queue_.empty();
  if (skipping_) batch_open_ = true;
  return skipped_query;
}

Answer Conversation::on_ready(char status) {
  const auto known =
      pgwire::parse_ready_for_query(base::ByteView(reinterpret_cast<const std::uint8_t*>(&status), 1));
  if (!known || queue_.empty()) return Answer::poison;
  const Request front = queue_.front().request;
  if (!ends_with_ready(front)) return Answer::poison;
  status_ = *known;
  return pop(queue_.front().owner == Owner::gateway ? Answer::ours : Answer::to_client);
}

// Whether the batch of the front's has no Sync, or another one has begun behind it.
bool Conversation::is_open_behind_front() const {
  for (std::size_t i = queue_.size(); i > 1; --i) {
    const Request request = queue_.at(i - 1).request;
    if (request == Request::sync) return false;
    if (belongs_to_batch(request)) return true;
  }
  return true;
}

// "Flush and Sync messages received during COPY-in mode are ignored" (55.2.7): those that
// went ahead of the copy's end are owed no answer.
Answer Conversation::on_copy_in() {
  if (queue_.empty()) return Answer::poison;
  const Request front = queue_.front().request;
  if (front != Request::query && front != Request::execute) return Answer::poison;
  std::size_t ignored = 0;
  while (1 + ignored < queue_.size() && queue_.at(1 + ignored).request == Request::sync)
    ++ignored;
  // Anything else than the copy's end the server takes for a mistake, and fails the copy.
  copying_in_ = 1 + ignored == queue_.size();
  if (!copying_in_ && queue_.at(1 + ignored).request == Request::copy_end) ++ignored;
  queue_.erase(1, ignored);
  // A Sync behind the copy closes the batch; the one that was ignored didn't.
  if (front == Request::execute) batch_open_ = is_open_behind_front();
  return answer_of_front();
}

bool Conversation::take_due(Request& request) {
  if (queue_.empty() || queue_.front().owner != Owner::nobody) return false;
  request = queue_.front().request;
  queue_.pop();
  drop_strays();
  return true;
}

Conversation::Skipped Conversation::take_skipped() {
  has_skipped_ = false;
  return std::exchange(skipped_, {});
}

}  // namespace art32::gateway
