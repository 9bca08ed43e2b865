// `art32 check`: whether an installation would start and hold, without touching
// it: no lock, no write, so it may run beside the server.
#pragma once

#include <string>
#include <vector>

#include "app/folder.h"
#include "base/result.h"
#include "base/time.h"

namespace art32::app {

struct CheckItem {
  std::string subject;               // "configuration"
  std::string found;                 // one line for people, when it holds
  std::optional<base::Error> error;  // what doesn't hold
};

std::vector<CheckItem> check_installation(const Folder& folder, const base::Clock& clock);

}  // namespace art32::app
