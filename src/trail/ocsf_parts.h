// What all events of the Open Cybersecurity Schema Framework have in common that we make: their class, what
// they say, when, and of which program. docs/formats/ocsf.md. Pure; any thread.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

namespace art32::trail {

struct OcsfClass {
  int uid = 0;
  std::string_view name;
  int category_uid = 0;
  std::string_view category_name;
};
inline constexpr OcsfClass ocsf_base_event{0, "Base Event", 0, "Uncategorized"};
inline constexpr OcsfClass ocsf_entity_management{3004, "Entity Management", 3,
                                                  "Identity & Access Management"};
inline constexpr OcsfClass ocsf_datastore_activity{6005, "Datastore Activity", 6, "Application Activity"};

inline constexpr int ocsf_other = 99;  // of every enumeration: the name beside it says what

struct OcsfActivity {
  int id = ocsf_other;
  std::string_view name = "Other";
};

enum class OcsfSeverity { informational = 1, high = 4 };
enum class OcsfStatus { unknown = 0, success = 1, failure = 2 };

struct OcsfFrame {
  OcsfClass of;
  OcsfActivity activity;
  OcsfSeverity severity = OcsfSeverity::informational;
  OcsfStatus status = OcsfStatus::success;
  std::string_view time;  // RFC 3339
};
// With all that a class requires but what is its own, and without metadata.
boost::json::object ocsf_frame(const OcsfFrame& frame);

// What every event's metadata begin with. `version`: of art32.
boost::json::object ocsf_metadata(std::string_view id, std::string_view version, std::string_view time);

}  // namespace art32::trail
