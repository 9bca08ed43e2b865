// Threads of the net room take no signals: those belong to the thread of the
// program that waits for them.
#pragma once

#include <signal.h>

#include <thread>
#include <utility>

namespace art32::net {

// While it lives, this thread blocks every signal, and so do threads it starts.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

template <class Call>
std::thread start_thread_without_signals(Call call) {
  const SignalsBlocked blocked;
  return std::thread(std::move(call));
}

}  // namespace art32::net
