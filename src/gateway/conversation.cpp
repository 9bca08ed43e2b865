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

}  // namespace

void Conversation::sent(Request request, Owner owner, std::uint32_t statement) {
  ART32_ASSERT(owner != Owner::nobody);
  if (request == Request::copy_end) {
    // Before its CopyInResponse it is remembered, else a stray.
    if (copying_in_)
      copying_in_ = false;
    else if (!queue_.empty())
      queue_.push({request, owner, 0});
    return;
  }
  if (copying_in_ && request == Request::sync) return;  // the server ignores it while it copies in
  copying_in_ = false;                                  // anything else ends the copy, with an error
  if (skipping_ && request != Request::sync) return skip({request, owner, statement});
  skipping_ = false;
  queue_.push({request, owner, statement});
  if (belongs_to_batch(request))
    batch_open_ = true;
  else if (request == Request::sync)
    batch_open_ = false;
}

void Conversation::answered_here(Request request) {
  ART32_ASSERT(request == Request::parse || request == Request::close);
  if (skipping_) return;
  queue_.push({request, Owner::nobody, 0});
  batch_open_ = true;
}

Answer Conversation::answer_of_front() const {
  if (queue_.empty()) return Answer::poison;
  return queue_.front().owner == Owner::gateway ? Answer::ours : Answer::to_client;
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
    case 'A':  // NotificationResponse
      return Answer::to_client;
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
    case 'V':  // FunctionCallResponse; ReadyForQuery follows
      return has_front && front == Request::function_call ? answer_of_front() : Answer::poison;
    default:
      return Answer::poison;
  }
}

// "The backend issues ErrorResponse, then reads and discards messages until a Sync is
// reached" (55.2.3). A Query or a FunctionCall is still answered by its ReadyForQuery.
// What failed of ours within a client's batch fails the client's batch, so it is told.
Answer Conversation::on_error() {
  copying_in_ = false;
  if (queue_.empty()) return Answer::to_client;  // a farewell: the connection ends now
  const Request front = queue_.front().request;
  if (front == Request::query || front == Request::function_call) return answer_of_front();
  skip_to_sync();
  return Answer::to_client;
}

void Conversation::skip(const PendingRequest& request) {
  if (request.statement == 0) return;
  has_skipped_ = true;
  if (request.request == Request::parse) {
    skipped_.parses.push_back(request.statement);
    if (request.owner == Owner::client) skipped_.client_parses.push_back(request.statement);
  } else if (request.request == Request::close) {
    skipped_.closes.push_back(request.statement);
  }
}

void Conversation::skip_to_sync() {
  while (!queue_.empty() && queue_.front().request != Request::sync) {
    skip(queue_.front());
    queue_.pop();
  }
  skipping_ = queue_.empty();
}

Answer Conversation::on_ready(char status) {
  const auto known =
      pgwire::parse_ready_for_query(base::ByteView(reinterpret_cast<const std::uint8_t*>(&status), 1));
  if (!known || queue_.empty()) return Answer::poison;
  const Request front = queue_.front().request;
  if (front != Request::sync && front != Request::query && front != Request::function_call)
    return Answer::poison;
  status_ = *known;
  return pop(answer_of_front());
}

// "Flush and Sync messages received during COPY-in mode are ignored" (55.2.7): those that
// went ahead of the copy's end are owed no answer.
Answer Conversation::on_copy_in() {
  if (queue_.empty()) return Answer::poison;
  const Request front = queue_.front().request;
  if (front != Request::query && front != Request::execute) return Answer::poison;
  copying_in_ = true;
  while (queue_.size() > 1) {
    const Request next = queue_.at(1).request;
    if (next == Request::copy_end) {
      queue_.erase(1);
      copying_in_ = false;
      break;
    }
    if (next != Request::sync) {
      copying_in_ = false;  // the server takes it for a mistake and fails the copy
      break;
    }
    queue_.erase(1);
  }
  // A Sync behind the copy closes the batch; the one that was ignored didn't.
  if (front == Request::execute) {
    batch_open_ = true;
    for (std::size_t i = 1; i < queue_.size(); ++i)
      if (queue_.at(i).request == Request::sync)
        batch_open_ = false;
      else if (belongs_to_batch(queue_.at(i).request))
        batch_open_ = true;
  }
  return answer_of_front();
}

bool Conversation::take_due(char& type) {
  if (queue_.empty() || queue_.front().owner != Owner::nobody) return false;
  type = queue_.front().request == Request::parse ? '1' : '3';
  queue_.pop();
  drop_strays();
  return true;
}

Conversation::Skipped Conversation::take_skipped() {
  has_skipped_ = false;
  return std::exchange(skipped_, {});
}

}  // namespace art32::gateway
