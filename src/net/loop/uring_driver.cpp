#include "net/loop/uring_driver.h"

#include <poll.h>

#include "base/limits.h"
#include "net/loop/uring_operations.h"
#include "net/loop/uring_probe.h"

namespace art32::net {

namespace limits = base::limits;

namespace {

constexpr std::uint64_t woken_data = UringSlot::kind_bits + 1 + static_cast<std::uint64_t>(UringKind::woken);
constexpr unsigned submissions = limits::loop_events_a_turn;
constexpr unsigned completions = 8 * submissions;
constexpr int turns_to_settle = 100;

bool is_of(const Uring::Completion& completion, const UringSlot& slot) {
  return completion.data == slot.data(UringSlot::kind_of(completion.data));
}

unsigned poll_events(const Interest& interest) {
  unsigned events = 0;
  if (interest.readable) events |= POLLIN;
  if (interest.writable) events |= POLLOUT;
  return events;
}

}  // namespace

base::Result<std::unique_ptr<LoopDriver>> UringDriver::make() {
  ART32_CHECKED(probe_uring());
  ART32_ASSIGN(auto ring, Uring::make(submissions, completions));
  ART32_ASSIGN(auto small,
               ReceiveBuffers::make(*ring, 0, limits::loop_receive_buffers, limits::loop_receive_octets));
  ART32_ASSIGN(auto bulk,
               ReceiveBuffers::make(*ring, 1, limits::loop_bulk_buffers, limits::loop_bulk_octets));
  ART32_ASSIGN(WakeEvent wake, WakeEvent::make());
  Parts parts{std::move(ring), std::move(small), std::move(bulk), std::move(wake)};
  return std::unique_ptr<LoopDriver>(new UringDriver(std::move(parts)));
}

UringDriver::UringDriver(Parts parts)
    : small_(std::move(parts.small)),
      bulk_(std::move(parts.bulk)),
      ring_(std::move(parts.ring)),
      wake_(std::move(parts.wake)) {}

// Operations hold their sockets open, so those of closed ones are waited for.
UringDriver::~UringDriver() {
  ART32_ASSERT(slots_.in_use() == 0);
  if (!ring_->is_enabled() || thread_ != std::this_thread::get_id()) return;
  for (int count = 0; count < turns_to_settle && slots_.has_retired(); ++count) {
    turn(std::chrono::milliseconds(0));
    dispatch();
    slots_.free_retired([](const Slot& slot) { return slot.is_in_kernel(); });
  }
}

ChannelSlot& UringDriver::attach(Channel& channel) {
  return slots_.make(channel);
}

void UringDriver::detach(ChannelSlot& slot) {
  slots_.retire(static_cast<Slot&>(slot));
  changed(slot);
}

// Cancels, and waits until the kernel says that it is done with the socket.
base::Bytes UringDriver::withdraw(ChannelSlot& given) {
  auto& slot = static_cast<Slot&>(given);
  base::Bytes unread;
  if (slot.held) base::append(unread, base::ByteView(slot.held->octets).subspan(slot.held->delivered));
  std::size_t looked_at = next_completion_;
  for (;;) {
    for (; looked_at < completions_.size(); ++looked_at) {
      Completion& completion = completions_[looked_at];
      if (is_of(completion, slot)) collect(slot, std::exchange(completion, {}), unread);
    }
    if (!slot.is_in_kernel()) break;
    cancel_all(slot);
    ring_->enter(std::nullopt);
    ring_->take(completions_);
  }
  slots_.retire(slot);
  return unread;
}

void UringDriver::queue_send(ChannelSlot& given) {
  auto& slot = static_cast<Slot&>(given);
  if (std::exchange(slot.is_queued, true)) return;
  sends_.push_back(&slot);
}

void UringDriver::start() {
  ring_->enable();
  thread_ = std::this_thread::get_id();
  prepare_multishot_poll(ring_->submission(), wake_.descriptor(), POLLIN, woken_data);
}

void UringDriver::wait(Limit limit) {
  if (!ring_->is_enabled()) start();
  if (completions_.empty())
    slots_.free_retired([](const Slot& slot) { return slot.is_in_kernel() || slot.is_queued; });
  turn(limit);
}

void UringDriver::turn(Limit limit) {
  submit_sends();
  submit_changes();
  small_->publish();
  bulk_->publish();
  if (has_due() || !completions_.empty()) limit = std::chrono::nanoseconds(0);
  const std::size_t before = completions_.size();
  ring_->enter(limit);
  ring_->take(completions_);
  conclude_sends(before);
}

void UringDriver::settle() {
  if (ring_->is_enabled()) turn(std::chrono::nanoseconds(0));
}

void UringDriver::submit_sends() {
  for (Slot* slot : sends_) {
    slot->is_queued = false;
    if (slot->channel == nullptr) continue;
    const base::ByteView octets = slot->channel->queued_octets();
    if (octets.empty()) continue;
    prepare_send(ring_->submission(), slot->channel->descriptor(), octets, slot->data(UringKind::sent));
    slot->send_result = static_cast<int>(octets.size());
    sending_.push_back(slot);
  }
  sends_.clear();
}

// Before any callback, so that no channel can have gone, nor sent more.
void UringDriver::conclude_sends(std::size_t first_completion) {
  if (sending_.empty()) return;
  for (std::size_t index = first_completion; index < completions_.size(); ++index) {
    const Completion& completion = completions_[index];
    if (Slot::kind_of(completion.data) == UringKind::sent)
      Slot::of(completion.data).send_result = completion.result;
  }
  for (Slot* slot : sending_)
    slot->channel->on_queued_sent(slot->send_result);
  sending_.clear();
}

void UringDriver::submit_changes() {
  for (ChannelSlot* given : take_changed()) {
    auto& slot = static_cast<Slot&>(*given);
    if (slot.channel == nullptr) {
      cancel_all(slot);
    } else {
      reconcile_receive(slot);
      reconcile_poll(slot);
    }
  }
}

void UringDriver::reconcile_poll(Slot& slot) {
  const unsigned wanted = poll_events(slot.channel->interest());
  if (slot.poll == Operation::armed && slot.polled != wanted)
    cancel(*ring_, slot, slot.poll, UringKind::polled, UringKind::poll_missed);
  if (slot.poll != Operation::none || wanted == 0) return;
  prepare_poll(ring_->submission(), slot.channel->descriptor(), wanted, slot.data(UringKind::polled));
  slot.poll = Operation::armed;
  slot.polled = wanted;
}

void UringDriver::cancel_all(Slot& slot) {
  cancel(*ring_, slot, slot.receive, UringKind::received, UringKind::receive_missed);
  cancel(*ring_, slot, slot.poll, UringKind::polled, UringKind::poll_missed);
  cancel(*ring_, slot, slot.hang_up, UringKind::hung_up, UringKind::hang_up_missed);
}

void UringDriver::dispatch() {
  for (ChannelSlot* given : take_due()) {
    auto& slot = static_cast<Slot&>(*given);
    deliver_held(slot);
    if (slot.channel != nullptr) slot.channel->on_due();
  }
  while (next_completion_ < completions_.size()) {
    const Completion completion = completions_[next_completion_++];
    handle(completion);
  }
  completions_.clear();
  next_completion_ = 0;
}

void UringDriver::handle(const Completion& completion) {
  switch (Slot::kind_of(completion.data)) {
    case UringKind::received:
      return received(Slot::of(completion.data), completion);
    case UringKind::polled:
      return polled(Slot::of(completion.data), completion);
    case UringKind::hung_up:
      return hung_up(Slot::of(completion.data), completion);
    case UringKind::woken:
      return woken(completion);
    case UringKind::receive_missed:
      return missed(Slot::of(completion.data), Slot::of(completion.data).receive);
    case UringKind::poll_missed:
      return missed(Slot::of(completion.data), Slot::of(completion.data).poll);
    case UringKind::hang_up_missed:
      return missed(Slot::of(completion.data), Slot::of(completion.data).hang_up);
    case UringKind::sent:
    case UringKind::ignored:
      return;
  }
}

// It has completed, as another completion says; or it was just running, and is cancelled
// again if that is still wanted.
void UringDriver::missed(Slot& slot, Operation& operation) {
  if (operation == Operation::cancelling) operation = Operation::armed;
  changed(slot);
}

void UringDriver::polled(Slot& slot, const Completion& completion) {
  slot.poll = Operation::none;
  changed(slot);  // armed again where it is still wanted
  if (completion.result == -ECANCELED || slot.channel == nullptr) return;
  // An error makes both ready: the channel's own call finds it.
  const unsigned events = completion.result < 0 ? POLLERR : static_cast<unsigned>(completion.result);
  constexpr unsigned ends = POLLERR | POLLHUP | POLLNVAL;
  if ((events & (POLLIN | ends)) != 0 && slot.channel->interest().readable) slot.channel->on_readable();
  if (slot.channel == nullptr) return;
  if ((events & (POLLOUT | ends)) != 0 && slot.channel->interest().writable) slot.channel->on_writable();
}

void UringDriver::woken(const Completion& completion) {
  if ((completion.flags & IORING_CQE_F_MORE) != 0) return;
  prepare_multishot_poll(ring_->submission(), wake_.descriptor(), POLLIN, woken_data);
}

}  // namespace art32::net
