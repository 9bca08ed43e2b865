// What is about to be sent to one peer: views into what was received, and octets of our
// own between them. Sent together, in one gather, before the views end.
//
// Neighbouring views become one. Reused from call to call, so nothing is allocated on the
// path of a query. One for each direction, worker's thread only.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "net/loop/leg.h"

namespace art32::gateway {

class Outbox {
 public:
  Outbox() { own_.reserve(4'096); }

  // Octets that outlive the next send().
  void view(base::ByteView octets);
  // Appends octets of our own: write(own) puts them behind what `own` holds.
  template <class Write>
  void write(Write&& write) {
    const std::size_t begin = own_.size();
    write(own_);
    if (own_.size() == begin) return;
    if (!pieces_.empty() && pieces_.back().is_own && pieces_.back().offset + pieces_.back().size == begin)
      pieces_.back().size += own_.size() - begin;
    else
      pieces_.push_back({nullptr, begin, own_.size() - begin, true});
  }

  bool empty() const { return pieces_.empty(); }
  void send(net::Leg& leg);
  void clear();

 private:
  struct Piece {
    const std::uint8_t* data;
    std::size_t offset;
    std::size_t size;
    bool is_own;
  };
  std::vector<Piece> pieces_;
  base::Bytes own_;
  std::vector<base::ByteView> views_;
};

}  // namespace art32::gateway
