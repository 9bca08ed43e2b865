// Whether applications may sign in to one database now. Whoever watches the database says so, the
// gateway's workers ask; a reload isn't needed for it.
//
// Shut at first, and again when nobody has said for a while that it may stay open: a watch that died
// leaves no door open. Shared by the watch and by every settings that name it; any thread.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace art32::gateway {

class LoginGate {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // What somebody is told who has proved to be who it says.
  struct Refusal {
    std::string message, detail;
    bool operator==(const Refusal&) const = default;
  };

  void open(Time until);
  void shut(Refusal why);
  std::optional<Refusal> refusal(Time now) const;  // none: it is open

 private:
  mutable std::mutex mutex_;
  Time until_ = Time::min();
  std::optional<Refusal> why_;  // none while open
};

// One gate for each name, the same for as long as this lives.
class LoginGates {
 public:
  std::shared_ptr<LoginGate> of(const std::string& database);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<LoginGate>> gates_;
};

}  // namespace art32::gateway
