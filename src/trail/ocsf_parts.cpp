#include "trail/ocsf_parts.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/time.h"
#include "trail/ocsf.h"

namespace art32::trail {
namespace {

namespace json = boost::json;

json::string text(std::string_view from) {
  return json::string(from.data(), from.size());
}

std::string_view name(OcsfSeverity severity) {
  return severity == OcsfSeverity::high ? "High" : "Informational";
}

std::string_view name(OcsfStatus status) {
  if (status == OcsfStatus::unknown) return "Unknown";
  return status == OcsfStatus::success ? "Success" : "Failure";
}

}  // namespace

json::object ocsf_frame(const OcsfFrame& frame) {
  const base::Instant time = base::parse_rfc3339(frame.time).value_or(base::Instant());
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
  return {{"activity_id", frame.activity.id},
          {"activity_name", text(frame.activity.name)},
          {"category_name", text(frame.of.category_name)},
          {"category_uid", frame.of.category_uid},
          {"class_name", text(frame.of.name)},
          {"class_uid", frame.of.uid},
          {"severity", text(name(frame.severity))},
          {"severity_id", static_cast<int>(frame.severity)},
          {"status", text(name(frame.status))},
          {"status_id", static_cast<int>(frame.status)},
          {"time", milliseconds},
          {"type_name", text(fmt::format("{}: {}", frame.of.name, frame.activity.name))},
          {"type_uid", frame.of.uid * 100 + frame.activity.id}};
}

json::object ocsf_metadata(std::string_view id, std::string_view version, std::string_view time) {
  return {{"original_time", text(time)},
          {"product", {{"name", "art32"}, {"vendor_name", "art32"}, {"version", text(version)}}},
          {"uid", text(id)},
          {"version", text(ocsf_version)}};
}

}  // namespace art32::trail
