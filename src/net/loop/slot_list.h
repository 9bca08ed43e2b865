// The slots of one driver: made for a channel, given back once nothing points to
// them any more, used again. Slots don't move. For EpollDriver and UringDriver.
#pragma once

#include <memory>
#include <vector>

#include "net/loop/channel.h"

namespace art32::net {

template <class Slot>
class SlotList {
 public:
  Slot& make(Channel& channel) {
    if (spare_.empty()) {
      all_.push_back(std::make_unique<Slot>());
      spare_.push_back(all_.back().get());
    }
    Slot& slot = *spare_.back();
    spare_.pop_back();
    slot.channel = &channel;
    return slot;
  }

  // The channel goes; the slot stays until free_retired() finds it unused.
  void retire(Slot& slot) {
    slot.channel = nullptr;
    retired_.push_back(&slot);
  }

  template <class IsUsed>
  void free_retired(IsUsed is_used) {
    std::erase_if(retired_, [&](Slot* slot) {
      if (slot->is_changed || slot->is_due || is_used(*slot)) return false;
      *slot = Slot();
      spare_.push_back(slot);
      return true;
    });
  }

  bool has_retired() const { return !retired_.empty(); }
  // Of channels that are still there.
  std::size_t in_use() const { return all_.size() - spare_.size() - retired_.size(); }

 private:
  std::vector<std::unique_ptr<Slot>> all_;
  std::vector<Slot*> spare_;
  std::vector<Slot*> retired_;
};

}  // namespace art32::net
