// Counts refused sign-ins for the log: at most one line a minute about each peer, so
// that a flood can't fill the disk, and none of them goes uncounted.
//
// Returns the lines that are due and keeps no secret. Bounded: past so many peers
// the rest are counted together. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace art32::identity {

enum class Refusal { wrong, unchecked };

struct RefusalLine {
  std::string peer;  // an address, "unix socket", or "others"
  std::uint64_t wrong = 0;
  std::uint64_t unchecked = 0;  // too many before them, so their password wasn't looked at
};

class RefusalCounts {
 public:
  explicit RefusalCounts(const base::Clock& clock) : clock_(clock) {}

  void add(std::string_view peer, Refusal refusal);
  std::vector<RefusalLine> take_due();

 private:
  struct Entry {
    RefusalLine counts;
    base::Instant due;
  };

  const base::Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace art32::identity
