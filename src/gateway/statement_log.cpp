#include "gateway/statement_log.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/log.h"

namespace art32::gateway {

namespace limits = base::limits;

StatementLog::StatementLog(model::EvidenceSink& sink, Trouble trouble)
    : sink_(sink), trouble_(trouble), thread_([this] { work(); }) {}

StatementLog::~StatementLog() {
  close();
}

void StatementLog::close() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  wanted_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void StatementLog::append(model::RecordKind kind, std::string record, Sealed sealed) {
  bool is_closed = false;
  {
    const std::lock_guard lock(mutex_);
    is_closed = is_ending_;
    if (!is_closed && waiting_.size() < limits::gateway_log_records) {
      waiting_.push_back({kind, base::to_bytes(record), std::move(sealed)});
      wanted_.notify_one();
      return;
    }
    if (!is_closed && !sealed) ++dropped_;
  }
  if (!sealed) return;
  if (is_closed)
    return sealed(base::failure(base::ErrorCode::unavailable, "the log is closed",
                                "connect again: another process has it by now"));
  sealed(base::failure(base::ErrorCode::exhausted, "too many statements wait to be logged",
                       "the ledger's disk is slower than they come"));
}

void StatementLog::work() {
  std::vector<Waiting> batch;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wanted_.wait(lock, [&] { return is_ending_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      batch.swap(waiting_);
    }
    // Their order stays: an outcome never stands before its statement.
    for (auto first = batch.begin(); first != batch.end();) {
      const auto last = std::find_if(first, batch.end(),
                                     [&](const Waiting& each) { return each.kind.name != first->kind.name; });
      seal({first, last});
      first = last;
    }
    batch.clear();
    tell_dropped();
  }
}

// Once for a batch: where a record was dropped, the queue was full, so a batch comes.
void StatementLog::tell_dropped() {
  const std::uint64_t all = dropped();
  const std::uint64_t fresh = all - std::exchange(told_, all);
  if (fresh > 0)
    base::log_error("outcomes of statements aren't in the ledger, which is slower than they come",
                    {{"dropped", std::to_string(fresh)}, {"since_start", std::to_string(all)}});
}

std::uint64_t StatementLog::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void StatementLog::seal(std::span<Waiting> of_one_kind) {
  std::vector<base::Bytes> records;
  for (Waiting& each : of_one_kind)
    records.push_back(std::move(each.record));
  const auto first = sink_.append_batch(of_one_kind.front().kind, records);
  if (!first && trouble_ == Trouble::told)
    base::log_error("statements couldn't be logged", {{"error", first.error().message()}});
  for (std::size_t i = 0; i < of_one_kind.size(); ++i) {
    if (!of_one_kind[i].sealed) continue;
    of_one_kind[i].sealed(
        first.map([&](model::LeafIndex index) { return model::LeafIndex(index.value + i); }));
  }
}

}  // namespace art32::gateway
