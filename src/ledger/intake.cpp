#include "ledger/intake.h"

#include "base/assert.h"
#include "base/limits.h"

namespace art32::ledger {

base::Result<std::uint64_t> Intake::submit(Request& request) {
  std::unique_lock lock(mutex_);
  const auto has_room = [&] {
    return queue_.empty() || queued_octets_ + request.octets <= base::limits::ledger_queue_octets;
  };
  if (!room_.wait_for(lock, base::limits::ledger_queue_wait, has_room))
    return base::failure(base::ErrorCode::exhausted, "the ledger's queue is full and doesn't drain",
                         "look at the ledger's trouble in `art32 status`; try again");
  ART32_ASSERT(!stopping_);
  queue_.push_back(&request);
  queued_octets_ += request.octets;
  work_.notify_one();
  answered_.wait(lock, [&] { return request.answer.has_value(); });
  return *request.answer;
}

base::Status Intake::flush() {
  std::unique_lock lock(mutex_);
  const std::uint64_t mine = ++flush_wanted_;
  work_.notify_one();
  answered_.wait(lock, [&] { return flush_done_ >= mine; });
  return flush_status_;
}

void Intake::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  work_.notify_one();
}

Intake::Work Intake::wait(Time deadline) {
  std::unique_lock lock(mutex_);
  work_.wait_until(lock, deadline,
                   [&] { return !queue_.empty() || stopping_ || flush_wanted_ > flush_done_; });
  Work work;
  std::size_t entries = 0, octets = 0;
  while (!queue_.empty()) {
    Request* request = queue_.front();
    entries += request->records.size();
    octets += request->octets;
    if (!work.requests.empty() &&
        (entries > base::limits::ledger_batch_entries || octets > base::limits::ledger_batch_octets))
      break;
    queue_.pop_front();
    queued_octets_ -= request->octets;
    work.requests.push_back(request);
  }
  if (!work.requests.empty()) room_.notify_all();
  if (flush_wanted_ > flush_done_) work.flush = flush_wanted_;
  work.is_stopping = stopping_ && queue_.empty();
  return work;
}

void Intake::answer(std::vector<Answer> answers) {
  const std::lock_guard lock(mutex_);
  for (Answer& answer : answers)
    answer.request->answer = std::move(answer.result);
  answered_.notify_all();
}

void Intake::flushed(std::uint64_t flush, const base::Status& status) {
  const std::lock_guard lock(mutex_);
  flush_done_ = flush;
  flush_status_ = status;
  answered_.notify_all();
}

}  // namespace art32::ledger
