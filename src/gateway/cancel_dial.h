// One CancelRequest on its way to a server. The server connection it is for isn't lent to
// anybody else before the server has closed this one: then the request has been acted on,
// and can't hit the next client's query. PostgreSQL documentation, section 55.2.8.
#pragma once

#include <functional>
#include <memory>

#include "gateway/server_dial.h"

namespace art32::gateway {

class CancelDial final : public net::LegHandler {
 public:
  // `target`: where the session that it is for was opened.
  CancelDial(net::EventLoop& loop, const std::shared_ptr<const Database>& database, ServerTarget target,
             std::uint32_t process_id, base::Bytes key, std::function<void(bool acted)> done);
  void start() { dial_.start(); }
  // `done` is told whether the server acted on it, as far as can be known.

 private:
  void dialled(base::Result<std::unique_ptr<net::Leg>> leg);
  void on_octets(base::ByteView) override {}
  void on_secured() override {}
  void on_drained() override {}
  void on_end(const net::StreamEnd& end) override { finish(end.is_orderly()); }
  void finish(bool acted);

  std::uint32_t process_id_;
  base::Bytes key_;
  std::function<void(bool)> done_;
  net::LoopTimer deadline_;
  ServerDial dial_;
  std::unique_ptr<net::Leg> leg_;
};

}  // namespace art32::gateway
