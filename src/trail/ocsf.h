// Records of the trail as events of the Open Cybersecurity Schema Framework, for whoever reads them with
// other programs: docs/formats/ocsf.md.
//
// One record is one event, in canonical JSON. Its id follows from the record as it is sealed, so it is the
// same whenever the record is exported, and whatever is known of its personal values. Pure; any thread.
#pragma once

#include <string>

#include "trail/exported_record.h"

namespace art32::trail {

inline constexpr std::string_view ocsf_version = "1.4.0";

struct OcsfSource {
  std::string database;  // as art32.toml names it
  std::string version;   // of art32
};

// Of a row's change, a truncation, or a gap.
std::string ocsf_event(const ExportedRecord& record, const OcsfSource& source);
// The hash of the record's leaf in its team's tree (docs/formats/completeness.md), in hexadecimal.
std::string event_id(std::string_view sealed);

}  // namespace art32::trail
