// A page of an export: of what staff said to databases through the gateway, from the ledger
// (docs/formats/statements.md), as events (docs/formats/ocsf.md).
//
// Any thread.
#pragma once

#include <optional>
#include <string>

#include "app/json.h"
#include "app/system.h"

namespace art32::app {

struct ExportPage {
  std::string text;
  std::uint64_t records = 0;
  std::optional<std::uint64_t> next;  // behind which it goes on
  std::string told;                   // of records: the last transaction whose record is in it
};

// Statements behind an entry of the ledger and before another; `asked`: `database`, `since`, `until`, or none
// of them.
base::Result<ExportPage> export_statements(System& system, const json::object& asked,
                                           std::optional<std::uint64_t> behind, std::uint64_t end);

}  // namespace art32::app
