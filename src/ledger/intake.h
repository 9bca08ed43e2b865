// Where callers and the writer thread meet: a bounded queue of appends, and flushes.
//
// A caller's request lives on its own stack: submit returns when the writer has
// answered it. submit and flush from any thread; wait and the answers from the
// writer alone.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace art32::ledger {

struct Request {
  std::string_view kind;
  std::span<const base::ByteView> records;
  std::size_t octets = 0;               // of the records
  std::optional<std::uint64_t> erases;  // the record whose key is destroyed with this append
  std::optional<base::Result<std::uint64_t>> answer = {};  // index of the first; the intake sets it
};

class Intake {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // What the request was answered; `exhausted` when the queue stays full.
  base::Result<std::uint64_t> submit(Request& request);
  // What the first integration after the call ended with.
  base::Status flush();
  void stop();

  struct Work {
    std::vector<Request*> requests;  // at most a batch
    std::uint64_t flush = 0;         // a flush to answer, if not 0
    bool is_stopping = false;        // and nothing is queued any more
  };
  // Returns when there is work, at the latest at `deadline`.
  Work wait(Time deadline);
  struct Answer {
    Request* request;
    base::Result<std::uint64_t> result;
  };
  void answer(std::vector<Answer> answers);
  void flushed(std::uint64_t flush, const base::Status& status);

 private:
  std::mutex mutex_;
  std::condition_variable work_;      // for the writer
  std::condition_variable room_;      // for callers that found the queue full
  std::condition_variable answered_;  // for callers that wait for an answer
  std::deque<Request*> queue_;
  std::size_t queued_octets_ = 0;
  std::uint64_t flush_wanted_ = 0;
  std::uint64_t flush_done_ = 0;
  base::Status flush_status_;
  bool stopping_ = false;
};

}  // namespace art32::ledger
