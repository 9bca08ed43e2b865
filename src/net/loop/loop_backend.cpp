#include "net/loop/loop_backend.h"

#include <array>

namespace art32::net {

namespace {

constexpr std::array backends = {LoopBackend::automatic, LoopBackend::io_uring, LoopBackend::epoll};

}  // namespace

std::string_view name(LoopBackend backend) {
  switch (backend) {
    case LoopBackend::automatic:
      return "automatic";
    case LoopBackend::io_uring:
      return "io_uring";
    case LoopBackend::epoll:
      return "epoll";
  }
  return "unknown";
}

std::optional<LoopBackend> loop_backend_named(std::string_view text) {
  for (const LoopBackend backend : backends)
    if (name(backend) == text) return backend;
  return std::nullopt;
}

}  // namespace art32::net
