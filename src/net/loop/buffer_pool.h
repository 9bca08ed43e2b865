// Buffers for octets that wait to be sent, used again by the next stream that needs
// one: a stream without such octets holds none. Belongs to one event loop.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/limits.h"

namespace art32::net {

class BufferPool {
 public:
  base::Bytes take() {
    if (spare_.empty()) return {};
    base::Bytes buffer = std::move(spare_.back());
    spare_.pop_back();
    return buffer;
  }

  void put(base::Bytes buffer) {
    if (buffer.capacity() > base::limits::loop_queued_octets ||
        spare_.size() >= base::limits::loop_spare_buffers)
      return;
    buffer.clear();
    spare_.push_back(std::move(buffer));
  }

 private:
  std::vector<base::Bytes> spare_;
};

}  // namespace art32::net
