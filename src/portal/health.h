// /healthz and /metrics: how the system is, for programs that watch it.
//
// The first is for everybody and says little; the second is for machine accounts
// (on_request.cpp asks for them). Values are read when asked for. Any thread.
#pragma once

#include <string>

#include "portal/view.h"

namespace art32::portal {

struct HealthAnswer {
  int status = 200;  // 503 when the ledger is in trouble or pages can't be rendered
  std::string json;
};
// `view` is null while pages can't be rendered.
HealthAnswer health(const ledger::Health& ledger, const View* view);

// Prometheus text format; counters end in _total, units stand in the names.
std::string metrics(const Sources& sources, const View* view);

}  // namespace art32::portal
