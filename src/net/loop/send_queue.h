// Octets of one stream that the kernel hasn't taken yet, in order. Holds memory only
// while there are some. Used by Stream; the pool outlives it.
#pragma once

#include <span>

#include "net/loop/buffer_pool.h"

namespace art32::net {

class SendQueue {
 public:
  explicit SendQueue(BufferPool& pool) : pool_(pool) {}
  ~SendQueue() { clear(); }
  SendQueue(const SendQueue&) = delete;
  SendQueue& operator=(const SendQueue&) = delete;

  bool is_empty() const { return sent_ == octets_.size(); }
  std::size_t size() const { return octets_.size() - sent_; }
  base::ByteView unsent() const { return base::ByteView(octets_).subspan(sent_); }

  // Without the first `skip` octets of all pieces together: the kernel has those.
  void append(std::span<const base::ByteView> pieces, std::size_t skip);
  void consume(std::size_t count);
  void clear();

 private:
  void compact();

  BufferPool& pool_;
  base::Bytes octets_;
  std::size_t sent_ = 0;  // of octets_
};

}  // namespace art32::net
