// Records of the trail as CSV (RFC 4180), for spreadsheets: docs/formats/csv.md, one line for each column
// that changed.
//
// A cell that a spreadsheet would take for a formula begins with an apostrophe. Pure; any thread.
#pragma once

#include <string>

#include "trail/exported_record.h"

namespace art32::trail {

std::string csv_header();
// The lines of a record, each with its end.
std::string csv_lines(const ExportedRecord& record);

}  // namespace art32::trail
