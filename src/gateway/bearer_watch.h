// Looks now and then whether the API token that a session signed in with is still valid, and ends
// the session once it isn't, whatever it is amid; or once nobody could tell for too long.
//
// Part of its ClientSession; worker's thread only. Settings::bearer_check, limits::bearer_trust.
#pragma once

#include <memory>

#include "base/result.h"
#include "model/bearers.h"
#include "net/loop/loop_timer.h"

namespace art32::gateway {

class ClientSession;

class BearerWatch {
 public:
  BearerWatch(ClientSession& session, model::Bearer bearer);

 private:
  void ask();
  void told(const base::Result<bool>& holds);
  void is_unknown(const std::string& why);

  ClientSession& session_;
  const model::Bearer bearer_;
  std::chrono::steady_clock::time_point known_;  // when it was valid for certain
  net::LoopTimer timer_;
  std::shared_ptr<void> asked_;  // while it is being looked up
};

}  // namespace art32::gateway
