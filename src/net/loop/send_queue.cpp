#include "net/loop/send_queue.h"

#include <algorithm>

#include "base/assert.h"

namespace art32::net {

void SendQueue::append(std::span<const base::ByteView> pieces, std::size_t skip) {
  if (octets_.capacity() == 0) octets_ = pool_.take();
  compact();
  for (const base::ByteView piece : pieces) {
    const std::size_t skipped = std::min(skip, piece.size());
    skip -= skipped;
    base::append(octets_, piece.subspan(skipped));
  }
}

void SendQueue::consume(std::size_t count) {
  ART32_ASSERT(count <= size());
  sent_ += count;
  if (is_empty()) clear();
}

void SendQueue::clear() {
  sent_ = 0;
  if (octets_.capacity() == 0) return;
  pool_.put(std::move(octets_));
  octets_ = {};
}

// Once half of it has gone: each octet is moved once on average.
void SendQueue::compact() {
  if (sent_ == 0 || sent_ < octets_.size() / 2) return;
  octets_.erase(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(sent_));
  sent_ = 0;
}

}  // namespace art32::net
