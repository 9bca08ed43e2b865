// Messages with descriptors between two processes of one program: a pair of unix sockets
// (SCM_RIGHTS, unix(7)), of which a child inherits one end.
//
// A message: its type (one octet), its length (u32 big endian), its octets; descriptors travel
// with the first of them. One thread may send while another receives; shutdown() from any.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "net/deadline.h"
#include "net/descriptor.h"

namespace art32::net {

class DescriptorChannel {
 public:
  struct Message {
    std::uint8_t type = 0;
    base::Bytes body;
    std::vector<Descriptor> descriptors;  // closed on exec; at most most_descriptors
  };
  static constexpr std::size_t most_descriptors = 8;

  explicit DescriptorChannel(Descriptor socket) : socket_(std::move(socket)) {}
  // Both closed on exec.
  static base::Result<std::pair<DescriptorChannel, DescriptorChannel>> make_pair();

  // Whole when it returns; the descriptors stay open here. `timeout`, or `unavailable` when the
  // other side is gone.
  base::Status send(std::uint8_t type, base::ByteView body, std::span<const int> descriptors,
                    const Deadline& deadline) const;
  // `exhausted` when the announced length is too much; otherwise as above.
  base::Result<Message> receive(const Deadline& deadline) const;
  // Until a message, or the end, is there.
  void wait() const;
  // Nothing is sent or received any more, on either side.
  void shutdown() const;

  int descriptor() const { return socket_.number(); }
  bool is_open() const { return socket_.is_open(); }

 private:
  Descriptor socket_;
};

}  // namespace art32::net
