// Looks at the posture of every separated database while the server runs: at once, on schedule,
// after a reload and when somebody asks; keeps what it saw last, and opens and shuts the gates of
// the gateway by it.
//
// One thread of its own, from the first watch() to stop(), which interrupts a look. Public functions
// may be called from any thread. Gates and clock outlive it.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "app/database_posture.h"
#include "audit/gateway_target.h"
#include "gateway/report.h"

namespace art32::app {

// What is known of one database.
struct PostureStanding {
  std::string database;
  bool is_enforced = false;
  gateway::PostureState state = gateway::PostureState::unknown;
  base::Instant since;                   // it has been in that state
  std::optional<base::Instant> checked;  // when the last look ended
  PostureSight sight;                    // of that look; empty where it failed
  std::optional<base::Error> error;      // why it saw nothing
};

class PostureWatch {
 public:
  using Look = std::function<base::Result<PostureSight>(const PostureSubject&, const std::stop_token&)>;

  PostureWatch(gateway::LoginGates& gates, const base::Clock& clock, Look look = look_at);
  ~PostureWatch();

  // These from now on. What is known of a database that stays holds until it is looked at anew.
  void watch(std::vector<PostureSubject> subjects);
  // Whether every one that is enforced has been looked at since it was named.
  bool wait_for_enforced(std::chrono::milliseconds limit);
  // Looks at all of them now. `timeout` where that takes longer than limits::posture_ask_wait.
  base::Result<std::vector<PostureStanding>> look_now();
  std::vector<PostureStanding> standings() const;
  std::vector<gateway::PostureReport> reports() const;
  void stop();

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Entry {
    std::shared_ptr<const PostureSubject> subject;
    PostureStanding standing;
    SteadyTime due;
    SteadyTime counts_until = SteadyTime::min();  // the standing; then nothing is known
    std::uint64_t asked = 0, answered = 0;        // looks
  };

  void run(const std::stop_token& stop);
  Entry* next_due();
  void take(Entry& entry, base::Result<PostureSight> sight);
  bool are_answered(bool only_enforced) const;
  PostureStanding standing_of(const Entry& entry) const;

  gateway::LoginGates& gates_;
  const base::Clock& clock_;
  const Look look_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, Entry> entries_;
  std::uint64_t revision_ = 0;  // of what is due, so that the thread looks at it again
  bool is_stopped_ = false;
  std::jthread thread_;
};

// All of them looked at now, as a probe takes it.
base::Result<std::vector<audit::PostureView>> posture_views(PostureWatch& watch);

}  // namespace art32::app
