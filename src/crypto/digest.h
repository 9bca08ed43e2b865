// SHA-256 (FIPS 180-4), one shot or in pieces.
//
// Built for many small inputs: a Sha256 keeps its context and can be used again
// after finish(). One object belongs to one thread.
#pragma once

#include <array>
#include <initializer_list>
#include <memory>
#include <string>

#include "base/bytes.h"

namespace art32::crypto {

using Digest = std::array<std::uint8_t, 32>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& update(base::ByteView bytes);
  Digest finish();  // and starts anew

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Digest sha256(base::ByteView bytes);
Digest sha256(std::initializer_list<base::ByteView> parts);  // of their concatenation
std::string sha256_hex(std::string_view text);

}  // namespace art32::crypto
