#include "gateway/outbox.h"

namespace art32::gateway {

void Outbox::view(base::ByteView octets) {
  if (octets.empty()) return;
  if (!pieces_.empty() && !pieces_.back().is_own &&
      pieces_.back().data + pieces_.back().size == octets.data()) {
    pieces_.back().size += octets.size();
    return;
  }
  pieces_.push_back({octets.data(), 0, octets.size(), false});
}

void Outbox::send(net::Leg& leg) {
  if (pieces_.empty()) return;
  views_.clear();
  for (const Piece& piece : pieces_)
    views_.push_back(piece.is_own ? base::ByteView(own_).subspan(piece.offset, piece.size)
                                  : base::ByteView(piece.data, piece.size));
  leg.send(views_);
  clear();
}

void Outbox::clear() {
  pieces_.clear();
  own_.clear();
}

}  // namespace art32::gateway
