// The annex as PDF, made in the background whenever its text changed, and kept in
// a folder so that a restart doesn't make it again.
//
// want() and ask() never wait; a request gets what is ready. Typesetting takes
// seconds of a processor, so it gives way to everything else and begins a moment
// after the last want(): start-up is over by then, and an instance that lives for
// a moment never begins. One thread of its own; the destructor, like a newer text,
// kills the typesetting that runs.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
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

  // Makes both languages of this annex unless they are there; `digest` names its
  // text, and `pages` is where its state is shown (annex::to_html).
  void want(std::shared_ptr<const model::Annex> annex, const std::string& digest, const std::string& pages);
  // What is there now; begins at once if nothing is.
  Found ask(model::Language language);

 private:
  struct Order {
    std::shared_ptr<const model::Annex> annex;
    std::string digest;
    std::string pages;
  };
  void work(const std::stop_token& stop);
  void make(const Order& order, const std::stop_token& stop);
  // Adds the file's name to `kept`.
  Found produce(const Order& order, model::Language language, const std::stop_token& stop,
                std::set<std::string>& kept) const;

  base::Path folder_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  Order wanted_;
  std::stop_source running_;  // of the order that is being made
  bool is_pending_ = false;
  bool is_urgent_ = false;  // somebody asked
  std::chrono::steady_clock::time_point begin_at_{};
  std::chrono::steady_clock::time_point try_again_{};  // after a failure
  std::map<model::Language, Found> found_;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace art32::portal
