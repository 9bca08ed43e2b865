// How often passwords may be tried, so that guessing and flooding stay cheap for us
// and lock nobody else out.
//
// A try is paid for before its password is hashed, and paid back when it was right.
// Each account name has a budget at each peer. Names that aren't expected at a peer
// also share one budget of that peer and one of all peers: a flood of invented names
// uses these up, and then costs no hashing. A name is expected at the peers it has
// signed in from, and everywhere for a while after its password was set: so a
// monitoring system goes on while somebody behind its address floods. Whether a
// name exists plays no part, and so doesn't show.
//
// In memory only, bounded (base/limits.h); full means refused. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "identity/try_budget.h"

namespace art32::identity {

class Attempts {
 public:
  enum class Standing { stranger, expected };

  explicit Attempts(const base::Clock& clock);

  void expect(std::string_view name);  // its password was just set
  void forget(std::string_view name);  // it was removed
  Standing standing(std::string_view peer, std::string_view name) const;

  // What was paid for a try; nothing when there were too many.
  std::optional<Standing> begin(std::string_view peer, std::string_view name);
  void succeed(std::string_view peer, std::string_view name, Standing paid);

 private:
  using NameAtPeer = std::pair<std::string, std::string>;  // name, peer
  Standing find_standing(const NameAtPeer& who, base::Instant now) const;

  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::map<NameAtPeer, TryBudget> names_;
  std::map<std::string, TryBudget> peers_;  // of strangers
  TryBudget strangers_;
  std::map<std::string, base::Instant> set_;       // names, and when their password was set
  std::map<NameAtPeer, base::Instant> signed_in_;  // and when last
};

}  // namespace art32::identity
