// The little that the workers of a gateway share beside settings: what is counted over all
// of them at log-in. Any thread; never touched on the path of a query.
#pragma once

#include <atomic>

#include "gateway/password_watch.h"

namespace art32::gateway {

struct Commons {
  std::atomic<unsigned> clients{0};
  PasswordWatch passwords;
};

}  // namespace art32::gateway
