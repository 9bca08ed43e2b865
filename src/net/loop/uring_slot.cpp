#include "net/loop/uring_slot.h"

#include "net/loop/uring_operations.h"

namespace art32::net {

void cancel(Uring& ring, const UringSlot& slot, UringSlot::Operation& operation, UringKind kind,
            UringKind missed) {
  if (operation != UringSlot::Operation::armed) return;
  prepare_cancel(ring.submission(), slot.data(kind), slot.data(missed));
  operation = UringSlot::Operation::cancelling;
}

}  // namespace art32::net
