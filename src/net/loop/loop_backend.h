// How an event loop waits for the kernel. A plain value with a name, for options and
// for the log. `automatic` is what is asked for, never what a loop has become.
#pragma once

#include <optional>
#include <string_view>

namespace art32::net {

enum class LoopBackend {
  automatic,  // io_uring where the kernel allows it, else epoll
  io_uring,
  epoll,
};

std::string_view name(LoopBackend backend);
std::optional<LoopBackend> loop_backend_named(std::string_view name);

}  // namespace art32::net
