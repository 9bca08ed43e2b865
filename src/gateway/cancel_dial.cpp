#include "gateway/cancel_dial.h"

#include <utility>

#include "net/loop/event_loop.h"
#include "pgwire/startup.h"

namespace art32::gateway {

CancelDial::CancelDial(net::EventLoop& loop, const std::shared_ptr<const Database>& database,
                       ServerTarget target, std::uint32_t process_id, base::Bytes key,
                       std::function<void(bool acted)> done)
    : process_id_(process_id),
      key_(std::move(key)),
      done_(std::move(done)),
      deadline_(loop, [this] { finish(false); }),
      dial_(loop, database, std::move(target), [this](auto leg) { dialled(std::move(leg)); }) {
  deadline_.set(database->limits.connect);
}

void CancelDial::dialled(base::Result<std::unique_ptr<net::Leg>> leg) {
  if (!leg) return finish(false);
  leg_ = std::move(*leg);
  leg_->set_handler(*this);
  base::Bytes packet;
  pgwire::put_cancel_request(packet, {process_id_, key_});
  leg_->send(packet);
}

void CancelDial::finish(bool acted) {
  if (done_) std::exchange(done_, {})(acted);
}

}  // namespace art32::gateway
