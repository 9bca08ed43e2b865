// A connection without TLS: of a unix socket, whose octets never leave the machine.
//
// As byte_stream.h says.
#pragma once

#include "net/byte_stream.h"

namespace art32::net {

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(int descriptor) : descriptor_(descriptor) {}

  StreamProgress handshake() override { return StreamProgress::done; }
  Transfer read(std::span<char> target) override;
  Transfer write(std::string_view source, More more) override;
  void close_notify() override {}
  bool has_pending() const override { return false; }

 private:
  int descriptor_;
};

}  // namespace art32::net
