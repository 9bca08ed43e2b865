// Who cosigned the ledger's checkpoints, as JSON: for the operators' listener and `art32 status`.
// Pure; any thread.
#pragma once

#include <boost/json.hpp>

#include "ledger/witness/cosigning_report.h"

namespace art32::portal {

boost::json::object to_json(const ledger::CosigningReport& report);

}  // namespace art32::portal
