#include "net/loop/receive_buffers.h"

namespace art32::net {

namespace {

std::uint16_t number_of(std::uint32_t completion_flags) {
  ART32_ASSERT((completion_flags & IORING_CQE_F_BUFFER) != 0);
  return static_cast<std::uint16_t>(completion_flags >> IORING_CQE_BUFFER_SHIFT);
}

}  // namespace

base::Result<std::unique_ptr<ReceiveBuffers>> ReceiveBuffers::make(Uring& ring, std::uint16_t group,
                                                                   std::uint16_t count,
                                                                   std::size_t octets_each) {
  std::unique_ptr<ReceiveBuffers> buffers(new ReceiveBuffers(group, count, octets_each));
  if (!buffers->ring_memory_.is_mapped() || !buffers->buffer_memory_.is_mapped())
    return base::system_failure("cannot map buffers for io_uring", ENOMEM);
  buffers->ring_ = static_cast<io_uring_buf_ring*>(buffers->ring_memory_.start());
  io_uring_buf_reg registration{};
  registration.ring_addr = reinterpret_cast<std::uintptr_t>(buffers->ring_);
  registration.ring_entries = count;
  registration.bgid = group;
  const int result = ::io_uring_register_buf_ring(ring.native(), &registration, 0);
  if (result != 0)
    return base::failure(base::ErrorCode::unsupported, "the kernel takes no buffer ring for io_uring",
                         "run Linux 6.1 or newer");
  ::io_uring_buf_ring_init(buffers->ring_);
  for (std::uint16_t number = 0; number < count; ++number)
    buffers->add(number);
  buffers->publish();
  return buffers;
}

ReceiveBuffers::ReceiveBuffers(std::uint16_t group, std::uint16_t count, std::size_t octets_each)
    : group_(group),
      count_(count),
      octets_each_(octets_each),
      ring_memory_(count * sizeof(io_uring_buf)),
      buffer_memory_(count * octets_each) {}

std::uint8_t* ReceiveBuffers::buffer(std::uint16_t number) const {
  ART32_ASSERT(number < count_);
  return static_cast<std::uint8_t*>(buffer_memory_.start()) + number * octets_each_;
}

void ReceiveBuffers::add(std::uint16_t number) {
  ::io_uring_buf_ring_add(ring_, buffer(number), static_cast<unsigned>(octets_each_), number,
                          ::io_uring_buf_ring_mask(count_), returned_++);
}

base::ByteView ReceiveBuffers::octets(std::uint32_t completion_flags, std::size_t size) const {
  ART32_ASSERT(size <= octets_each_);
  return {buffer(number_of(completion_flags)), size};
}

void ReceiveBuffers::give_back(std::uint32_t completion_flags) {
  add(number_of(completion_flags));
}

void ReceiveBuffers::publish() {
  if (returned_ > 0) ::io_uring_buf_ring_advance(ring_, std::exchange(returned_, 0));
}

}  // namespace art32::net
