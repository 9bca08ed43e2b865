#include "identity/refusal_counts.h"

#include "base/limits.h"

namespace art32::identity {

void RefusalCounts::add(std::string_view peer, Refusal refusal) {
  if (peer.empty()) peer = "unix socket";
  const std::lock_guard lock(mutex_);
  auto entry = entries_.find(peer);
  if (entry == entries_.end() && entries_.size() >= base::limits::sign_in_logged_peers) {
    peer = "others";
    entry = entries_.find(peer);
  }
  if (entry == entries_.end())
    entry = entries_.emplace(peer, Entry{{std::string(peer), 0, 0}, clock_.now()}).first;
  RefusalLine& counts = entry->second.counts;
  ++(refusal == Refusal::wrong ? counts.wrong : counts.unchecked);
}

std::vector<RefusalLine> RefusalCounts::take_due() {
  const std::lock_guard lock(mutex_);
  const base::Instant now = clock_.now();
  std::vector<RefusalLine> lines;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    auto& [counts, due] = entry->second;
    // Due too when the clock stepped back: no line waits longer than a minute.
    const bool is_due = now >= due || due - now > base::limits::refusal_log_wait;
    if (is_due && counts.wrong + counts.unchecked == 0) {
      entry = entries_.erase(entry);
      continue;
    }
    if (is_due) {
      lines.push_back(counts);
      counts.wrong = counts.unchecked = 0;
      due = now + base::limits::refusal_log_wait;
    }
    ++entry;
  }
  return lines;
}

}  // namespace art32::identity
