#include "net/loop/uring_driver.h"

#include <poll.h>

#include "base/limits.h"
#include "net/loop/uring_operations.h"

namespace art32::net {

namespace limits = base::limits;

namespace {

constexpr std::uint8_t full_buffers_of_bulk = 4;

// How a receive ends when the connection hasn't: out of buffers, cancelled, interrupted.
bool goes_on(int result) {
  return result == -ENOBUFS || result == -ECANCELED || result == -EINTR || result == -EAGAIN;
}

}  // namespace

void UringDriver::reconcile_receive(Slot& slot) {
  const bool is_wanted = slot.channel->interest().octets;
  ReceiveBuffers& buffers = slot.is_bulk || slot.is_hung_up ? *bulk_ : *small_;
  if (!is_wanted || slot.buffers != &buffers)
    cancel(*ring_, slot, slot.receive, UringKind::received, UringKind::receive_missed);
  if (!is_wanted) return;
  if (slot.held || slot.has_ended) return call_soon(slot);
  if (slot.receive != Operation::none) return;
  const int socket = slot.channel->descriptor();
  if (&buffers == bulk_.get()) {
    prepare_receive(ring_->submission(), socket, buffers, slot.data(UringKind::received));
  } else {
    prepare_multishot_receive(ring_->submission(), socket, buffers, slot.data(UringKind::received));
  }
  slot.receive = Operation::armed;
  slot.buffers = &buffers;
  watch_for_end(slot);
}

// Linux 6.8 and later: when octets and the end of the connection come at the same
// time, a multishot receive reports the octets, and then waits for ever. Single
// receives report both.
void UringDriver::watch_for_end(Slot& slot) {
  if (slot.is_hung_up || slot.hang_up != Operation::none) return;
  prepare_poll(ring_->submission(), slot.channel->descriptor(), POLLRDHUP, slot.data(UringKind::hung_up));
  slot.hang_up = Operation::armed;
}

void UringDriver::hung_up(Slot& slot, const Completion& completion) {
  slot.hang_up = Operation::none;
  slot.is_hung_up = completion.result != -ECANCELED;
  changed(slot);
}

void UringDriver::received(Slot& slot, const Completion& completion) {
  ReceiveBuffers& buffers = *slot.buffers;
  if ((completion.flags & IORING_CQE_F_MORE) == 0) {
    slot.receive = Operation::none;
    changed(slot);
  }
  if (completion.result > 0) {
    const auto size = static_cast<std::size_t>(completion.result);
    judge_size(slot, size);
    deliver(slot, buffers.octets(completion.flags, size));
  } else if (!goes_on(completion.result)) {
    end(slot, -completion.result);
  }
  if ((completion.flags & IORING_CQE_F_BUFFER) != 0) buffers.give_back(completion.flags);
}

void UringDriver::judge_size(Slot& slot, std::size_t size) {
  if (slot.is_bulk) {
    if (size >= limits::loop_receive_octets) return;
    slot.is_bulk = false;
    slot.full_buffers = 0;
  } else {
    slot.full_buffers =
        size == limits::loop_receive_octets ? static_cast<std::uint8_t>(slot.full_buffers + 1) : 0;
    if (slot.full_buffers < full_buffers_of_bulk) return;
    slot.is_bulk = true;
  }
  changed(slot);
}

void UringDriver::deliver(Slot& slot, base::ByteView octets) {
  if (slot.channel == nullptr) return;
  if (slot.channel->interest().octets && !slot.held) return slot.channel->on_octets(octets);
  if (!slot.held) slot.held = std::make_unique<UringSlot::Held>();
  base::append(slot.held->octets, octets);
}

// The channel may pause or go with each piece. What is held stays where it is until
// its last piece was delivered.
void UringDriver::deliver_held(Slot& slot) {
  while (slot.held && slot.channel != nullptr && slot.channel->interest().octets) {
    UringSlot::Held& held = *slot.held;
    const std::size_t left = held.octets.size() - held.delivered;
    const base::ByteView piece =
        base::ByteView(held.octets).subspan(held.delivered, std::min(left, limits::loop_held_octets));
    held.delivered += piece.size();
    if (!piece.empty()) slot.channel->on_octets(piece);
    if (held.delivered == held.octets.size()) slot.held.reset();
  }
  if (slot.held || slot.channel == nullptr || !slot.channel->interest().octets) return;
  changed(slot);
  if (slot.has_ended) slot.channel->on_octets_end(slot.end_error);
}

void UringDriver::end(Slot& slot, int error) {
  if (slot.channel == nullptr) return;
  slot.has_ended = true;
  slot.end_error = error;
  if (slot.channel->interest().octets && !slot.held) slot.channel->on_octets_end(error);
}

// One completion of a slot that is being withdrawn.
void UringDriver::collect(Slot& slot, const Completion& completion, base::Bytes& unread) {
  const UringKind kind = Slot::kind_of(completion.data);
  if (kind == UringKind::polled) slot.poll = Operation::none;
  if (kind == UringKind::hung_up) slot.hang_up = Operation::none;
  if (kind == UringKind::receive_missed) missed(slot, slot.receive);
  if (kind == UringKind::poll_missed) missed(slot, slot.poll);
  if (kind == UringKind::hang_up_missed) missed(slot, slot.hang_up);
  if (kind != UringKind::received) return;
  if (completion.result > 0)
    base::append(unread, slot.buffers->octets(completion.flags, static_cast<std::size_t>(completion.result)));
  if ((completion.flags & IORING_CQE_F_BUFFER) != 0) slot.buffers->give_back(completion.flags);
  if ((completion.flags & IORING_CQE_F_MORE) == 0) slot.receive = Operation::none;
}

}  // namespace art32::net
