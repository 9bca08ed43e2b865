// Buffers that the kernel picks from when octets have come (a provided buffer ring,
// io_uring_register_buf_ring(3)): all streams of a loop share them, so that one
// that waits holds none. For UringDriver. Lives as long as the ring.
#pragma once

#include <sys/mman.h>

#include "base/assert.h"
#include "base/bytes.h"
#include "net/loop/uring.h"

namespace art32::net {

// A private anonymous mapping. Pages are taken as they are touched.
class Mapping {
 public:
  explicit Mapping(std::size_t size)
      : start_(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)),
        size_(size) {}
  ~Mapping() {
    if (start_ != MAP_FAILED) ::munmap(start_, size_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  bool is_mapped() const { return start_ != MAP_FAILED; }
  void* start() const { return start_; }

 private:
  void* start_;
  std::size_t size_;
};

class ReceiveBuffers {
 public:
  // `count` is a power of two; `group` is what submissions name.
  static base::Result<std::unique_ptr<ReceiveBuffers>> make(Uring& ring, std::uint16_t group,
                                                            std::uint16_t count, std::size_t octets_each);

  std::uint16_t group() const { return group_; }
  std::size_t octets_each() const { return octets_each_; }

  // What a completion of ours carries.
  base::ByteView octets(std::uint32_t completion_flags, std::size_t size) const;
  // The kernel may fill it again, once publish() was called.
  void give_back(std::uint32_t completion_flags);
  void publish();

 private:
  ReceiveBuffers(std::uint16_t group, std::uint16_t count, std::size_t octets_each);
  std::uint8_t* buffer(std::uint16_t number) const;
  void add(std::uint16_t number);

  std::uint16_t group_;
  std::uint16_t count_;
  std::size_t octets_each_;
  Mapping ring_memory_;
  Mapping buffer_memory_;
  io_uring_buf_ring* ring_ = nullptr;
  int returned_ = 0;  // since the last publish()
};

}  // namespace art32::net
