#include "net/https_lane.h"

#include <boost/asio/post.hpp>

#include "base/assert.h"
#include "base/limits.h"
#include "base/log.h"

namespace art32::net {

namespace asio = boost::asio;
namespace limits = base::limits;

HttpsLane::HttpsLane(std::string_view name, unsigned threads, std::size_t most, int busy_status)
    : name_(name), most_(most), busy_status_(busy_status), pool_(threads) {}

bool HttpsLane::post(std::function<void()> work, std::function<void()> after) {
  if (now_.fetch_add(1) >= most_) {
    --now_;
    return false;
  }
  asio::post(pool_, [this, work = std::move(work), after = std::move(after)] {
    work();
    --now_;
    after();
  });
  return true;
}

void HttpsLane::log_refusal(std::string_view peer) {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  ++refused_;
  if (logged_ && now - *logged_ < limits::refusal_log_wait) return;
  logged_ = now;
  base::log_warning("too many requests at once", {{"lane", std::string(name_)},
                                                  {"peer", peer.empty() ? "unix socket" : std::string(peer)},
                                                  {"refused_since_start", std::to_string(refused_)}});
}

void HttpsLane::stop() {
  pool_.stop();
  pool_.join();
}

HttpsLanes::HttpsLanes(const HttpsLimits& limits)
    : blocking_("blocking", base::limits::http_blocking_threads, limits.blocking_requests, 503),
      sign_in_("sign-in", base::limits::http_sign_in_threads, limits.sign_in_requests, 429),
      expected_sign_in_("expected sign-in", base::limits::http_sign_in_threads,
                        limits.expected_sign_in_requests, 429),
      search_("search", base::limits::trail_search_threads, base::limits::trail_search_requests, 503) {}

HttpsLane& HttpsLanes::of(Blocking blocking) {
  ART32_ASSERT(blocking != Blocking::no);
  switch (blocking) {
    case Blocking::sign_in:
      return sign_in_;
    case Blocking::expected_sign_in:
      return expected_sign_in_;
    case Blocking::search:
      return search_;
    case Blocking::no:
    case Blocking::yes:
      break;
  }
  return blocking_;
}

void HttpsLanes::stop() {
  for (HttpsLane* lane : {&blocking_, &sign_in_, &expected_sign_in_, &search_})
    lane->stop();
}

}  // namespace art32::net
