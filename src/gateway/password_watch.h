// Wrong passwords, by where they come from, over all workers: beyond a number of them in a
// while, nobody from there is let in until the while has passed.
//
// Who has signed in from an address before is counted apart there: an application with a
// wrong password locks out neither its neighbours nor itself on other machines. The verdict
// falls after the password has been checked, so that it tells nothing about who exists.
// Bounded: limits::gateway_remembered_tries; beyond, what isn't remembered is counted
// together. Any thread; taken at a log-in's end only, never on the path of a query.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

namespace art32::gateway {

class PasswordWatch {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Rules {
    unsigned wrong_passwords = 10;  // in a window; 0: not watched
    std::chrono::milliseconds window{60'000};
  };

  // A wrong password, or an unknown user. True: from here on nothing more is tried.
  bool failed(const std::string& address, const std::string& user, const Rules& rules, TimePoint now);
  // A right password. False when too many wrong ones came before: it doesn't count.
  bool succeeded(const std::string& address, const std::string& user, const Rules& rules, TimePoint now);

  std::size_t remembered() const;

 private:
  struct Tries {
    unsigned count = 0;
    TimePoint since{};
  };
  bool is_beyond(const std::string& key, unsigned factor, const Rules& rules, TimePoint now) const;
  Tries& tries_of(const std::string& key, const Rules& rules, TimePoint now);

  mutable std::mutex mutex_;  // guards all below
  std::unordered_map<std::string, Tries> tries_;
  std::unordered_map<std::string, TimePoint> expected_;  // users at addresses, when they last came
};

}  // namespace art32::gateway
