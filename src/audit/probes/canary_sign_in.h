// A canary for the length of one probe run, and how it signs in at /metrics.
// Used by the probes of passwords and tokens, each on its own thread with its own canary.
#pragma once

#include <string>
#include <string_view>

#include "audit/observe.h"
#include "audit/probe.h"

namespace art32::audit {

// Removes the canary when it goes. The target outlives it.
class HeldCanary {
 public:
  HeldCanary(const Target& target, Canary canary) : target_(target), canary_(std::move(canary)) {}
  ~HeldCanary() { remove(); }
  HeldCanary(const HeldCanary&) = delete;
  HeldCanary& operator=(const HeldCanary&) = delete;

  const Canary& operator*() const { return canary_; }
  const Canary* operator->() const { return &canary_; }
  void remove();  // once

 private:
  const Target& target_;
  Canary canary_;
  bool removed_ = false;
};

std::string basic(std::string_view account, std::string_view password);  // RFC 7617
std::string bearer(std::string_view token);                              // RFC 6750

struct SignIn {
  Outcome outcome = Outcome::undecided;  // 2xx worked; 400, 401, 403 refused
  std::string seen;
};
SignIn sign_in(const ProbeContext& context, std::string authorization);

}  // namespace art32::audit
