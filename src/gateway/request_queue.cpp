#include "gateway/request_queue.h"

#include "base/assert.h"

namespace art32::gateway {

void RequestQueue::push(PendingRequest request) {
  if (size_ == ring_.size()) {
    std::vector<PendingRequest> larger(ring_.size() * 2);
    for (std::size_t i = 0; i < size_; ++i)
      larger[i] = at(i);
    ring_ = std::move(larger);
    head_ = 0;
  }
  ring_[(head_ + size_) & (ring_.size() - 1)] = request;
  ++size_;
}

void RequestQueue::pop() {
  ART32_ASSERT(size_ > 0);
  head_ = (head_ + 1) & (ring_.size() - 1);
  --size_;
}

void RequestQueue::erase(std::size_t index, std::size_t count) {
  ART32_ASSERT(index + count <= size_);
  for (std::size_t i = index; count > 0 && i + count < size_; ++i)
    at(i) = at(i + count);
  size_ -= count;
}

}  // namespace art32::gateway
