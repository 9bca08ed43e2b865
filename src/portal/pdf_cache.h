// The annex as PDF, made in the background whenever its text changed, and kept in
// a folder so that a restart doesn't make it again.
//
// want() and ask() never wait; a request gets what is ready. Typesetting takes
// seconds of a processor, so it begins when somebody asks or after a quiet while:
// an instance that lives for a moment never starts it. One thread of its own,
// which the destructor stops and waits for (typesetting has its own time limit).
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "base/file.h"
#include "model/annex.h"
#include "portal/stored_page.h"

namespace art32::portal {

class PdfCache {
 public:
  enum class State { working, ready, failed };
  struct Found {
    State state = State::working;
    std::shared_ptr<const StoredPage> page;  // when ready
  };

  explicit PdfCache(base::Path folder);
  PdfCache(const PdfCache&) = delete;
  PdfCache& operator=(const PdfCache&) = delete;
  ~PdfCache();

  // Makes both languages of this annex unless they are there; `digest` names its text.
  void want(std::shared_ptr<const model::Annex> annex, const std::string& digest);
  // What is there now; begins at once if nothing is.
  Found ask(model::Language language);

 private:
  struct Order {
    std::shared_ptr<const model::Annex> annex;
    std::string digest;
  };
  void work(const std::stop_token& stop);
  void make(const Order& order);
  Found produce(const Order& order, model::Language language) const;

  base::Path folder_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  Order wanted_;
  bool is_pending_ = false;
  bool is_urgent_ = false;  // somebody asked
  std::chrono::steady_clock::time_point begin_at_{};
  std::chrono::steady_clock::time_point try_again_{};  // after a failure
  std::map<model::Language, Found> found_;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace art32::portal
