#include "net/loop/loop_driver.h"

namespace art32::net {

void LoopDriver::changed(ChannelSlot& slot) {
  if (std::exchange(slot.is_changed, true)) return;
  changed_.push_back(&slot);
}

void LoopDriver::call_soon(ChannelSlot& slot) {
  if (std::exchange(slot.is_due, true)) return;
  due_.push_back(&slot);
}

std::vector<ChannelSlot*>& LoopDriver::take_changed() {
  changed_taken_.clear();
  changed_taken_.swap(changed_);
  for (ChannelSlot* slot : changed_taken_)
    slot->is_changed = false;
  return changed_taken_;
}

std::vector<ChannelSlot*>& LoopDriver::take_due() {
  due_taken_.clear();
  due_taken_.swap(due_);
  for (ChannelSlot* slot : due_taken_)
    slot->is_due = false;
  return due_taken_;
}

}  // namespace art32::net
