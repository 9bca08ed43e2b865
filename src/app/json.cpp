#include "app/json.h"

#include "base/json_text.h"

namespace art32::app {
namespace {

double milliseconds(std::chrono::microseconds duration) {
  return static_cast<double>(duration.count()) / 1000.0;
}

json::string as_json(std::string_view text) {
  return json::string(text);
}

json::value to_json(const model::Observation& observation) {
  constexpr std::array outcomes{"worked", "refused", "undecided"};
  const bool control = observation.kind == model::Observation::Kind::positive_control;
  return {{"kind", control ? "positive-control" : "attack"},
          {"target", observation.target},
          {"tried", {{"de", observation.tried.german}, {"en", observation.tried.english}}},
          {"outcome", outcomes[static_cast<std::size_t>(observation.outcome)]},
          {"seen", observation.seen}};
}

json::array to_json(const std::vector<model::Observation>& observations) {
  json::array list;
  for (const model::Observation& observation : observations)
    list.push_back(to_json(observation));
  return list;
}

void print(std::string& out, const json::value& value, std::size_t depth) {
  const std::string indent(depth * 2 + 2, ' ');
  const auto close = [&](char bracket) { out += '\n' + std::string(depth * 2, ' ') + bracket; };
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out += '{';
    std::string_view separator = "\n";
    for (const auto& member : *object) {
      out += std::string(separator) + indent + base::json_string({member.key().data(), member.key().size()}) +
             ": ";
      print(out, member.value(), depth + 1);
      separator = ",\n";
    }
    return close('}');
  }
  if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    out += '[';
    std::string_view separator = "\n";
    for (const json::value& item : *array) {
      out += std::string(separator) + indent;
      print(out, item, depth + 1);
      separator = ",\n";
    }
    return close(']');
  }
  out += value.is_double() ? fmt::format("{:.3f}", value.get_double()) : json::serialize(value);
}

}  // namespace

json::value to_json(const base::Error& error) {
  return {{"code", as_json(base::describe(error.code).name)}, {"what", error.what}, {"mend", error.mend}};
}

base::Error error_from_json(const json::value& value) {
  base::Error error{base::ErrorCode::internal, "the server answered with something that isn't understood",
                    ""};
  const json::object* object = value.if_object();
  if (object == nullptr) return error;
  const auto text = [&](const char* key) {
    const json::value* member = object->if_contains(key);
    return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
  };
  for (const base::ErrorCodeRow& row : base::error_codes())
    if (row.name == text("code")) error = {row.code, text("what"), text("mend")};
  return error;
}

json::value to_json(const audit::ProbeRun& run) {
  json::object object{{"probe", run.probe},
                      {"verdict", as_json(model::name(run.verdict))},
                      {"started", base::rfc3339(run.started)},
                      {"milliseconds", milliseconds(run.took)},
                      {"observations", to_json(run.observations)}};
  object["evidence"] = run.evidence ? json::value(run.evidence->value) : json::value(nullptr);
  return object;
}

json::value to_json(const audit::AuditRun& run) {
  json::array probes;
  for (const audit::ProbeRun& probe : run.probes)
    probes.push_back(to_json(probe));
  return {{"id", run.id},
          {"trigger", run.trigger},
          {"started", base::rfc3339(run.started)},
          {"milliseconds", milliseconds(run.took)},
          {"probes", std::move(probes)}};
}

json::value to_json(const audit::MeasureStanding& standing) {
  json::array probes;
  std::vector<std::string> seen;
  for (const audit::ParagraphStanding& paragraph : standing.paragraphs) {
    for (const audit::ProbeStanding& probe : paragraph.probes) {
      if (std::find(seen.begin(), seen.end(), probe.probe->id) != seen.end()) continue;
      seen.push_back(probe.probe->id);
      probes.push_back({{"probe", probe.probe->id}, {"verdict", as_json(model::name(probe.verdict))}});
    }
  }
  return {{"measure", standing.measure->id},
          {"title", {{"de", standing.measure->title.german}, {"en", standing.measure->title.english}}},
          {"state", as_json(model::name(standing.state))},
          {"probes", std::move(probes)}};
}

json::array to_json(const std::vector<model::Listener>& listeners) {
  json::array list;
  for (const model::Listener& listener : listeners)
    list.push_back({{"name", listener.name},
                    {"protocol", std::string(model::name(listener.protocol))},
                    {"address", listener.address},
                    {"port", listener.port},
                    {"server_name", listener.server_name}});
  return list;
}

json::value to_json(const annex::Version& version, annex::VersionState state) {
  return {{"version", version.version},
          {"published", base::rfc3339(version.published)},
          {"effective", base::iso_date(version.effective)},
          {"state", as_json(annex::name(state))},
          {"digest", version.digest},
          {"evidence", version.evidence.value}};
}

json::value to_json(const audit::MutationResult& result) {
  return {{"probe", result.probe},
          {"mutation", json::object{{"de", result.mutation.german}, {"en", result.mutation.english}}},
          {"healthy", as_json(model::name(result.healthy))},
          {"broken", as_json(model::name(result.broken))},
          {"proven", result.proven()},
          {"trouble", result.trouble},
          {"observations", to_json(result.observations)}};
}

json::array to_json(const std::vector<PostureStanding>& standings) {
  json::array list;
  for (const PostureStanding& standing : standings) {
    json::object row{{"database", standing.database},
                     {"state", as_json(gateway::name(standing.state))},
                     {"since", base::rfc3339_seconds(standing.since)},
                     {"enforced", standing.is_enforced},
                     {"tables", standing.sight.tables},
                     {"sees_trouble", standing.sight.sees_trouble}};
    row["checked"] = standing.checked ? json::value(base::rfc3339_seconds(*standing.checked)) : json::value();
    row["error"] = standing.error ? to_json(*standing.error) : json::value();
    json::array findings;
    for (const tenancy::Finding& finding : standing.sight.findings)
      findings.push_back({{"group", as_json(tenancy::posture_group(finding.check))},
                          {"check", finding.check},
                          {"object", finding.object},
                          {"risk", finding.risk},
                          {"mend", finding.mend}});
    row["findings"] = std::move(findings);
    list.push_back(std::move(row));
  }
  return list;
}

json::value to_json(const trail::SourceFinding& finding) {
  return {
      {"check", finding.check}, {"object", finding.object}, {"risk", finding.risk}, {"mend", finding.mend}};
}

json::array to_json(const std::vector<TrailStanding>& standings) {
  json::array list;
  for (const TrailStanding& standing : standings) {
    const trail::CaptureState& capture = standing.capture;
    json::object row{{"database", standing.database},
                     {"slot", standing.slot},
                     {"publication", standing.publication},
                     {"connected", capture.is_connected},
                     {"transactions", capture.transactions},
                     {"unattributed", capture.unattributed},
                     {"gaps", capture.gaps},
                     {"lag_ms", nullptr},
                     {"sealed", nullptr},
                     {"server_end", nullptr}};
    row["index"] = {{"sealed_octets", standing.index.sealed}, {"indexed_octets", standing.index.indexed}};
    if (standing.lag) row["lag_ms"] = standing.lag->count();
    if (capture.sealed) row["sealed"] = pgwire::format_lsn(capture.sealed->lsn);
    if (capture.server_end.value > 0) row["server_end"] = pgwire::format_lsn(capture.server_end);
    row["retention_s"] = std::chrono::duration_cast<std::chrono::seconds>(standing.retention).count();
    row["oldest"] = capture.oldest ? json::value(base::rfc3339(*capture.oldest)) : json::value();
    row["trouble"] = capture.trouble ? to_json(*capture.trouble) : json::value();
    row["looked"] = standing.looked ? json::value(base::rfc3339_seconds(*standing.looked)) : json::value();
    row["error"] = standing.error ? to_json(*standing.error) : json::value();
    json::array findings;
    for (const trail::SourceFinding& finding : standing.findings)
      findings.push_back(to_json(finding));
    row["findings"] = std::move(findings);
    json::array streams;
    for (const gateway::TrailStreamReport& stream : standing.streams)
      streams.push_back({{"name", stream.name},
                         {"url", stream.url},
                         {"delivering", stream.is_delivering},
                         {"sent", stream.sent},
                         {"waiting", stream.waiting},
                         {"lag_ms", stream.lag.count()},
                         {"trouble", stream.trouble.empty() ? json::value() : json::value(stream.trouble)}});
    row["streams"] = std::move(streams);
    list.push_back(std::move(row));
  }
  return list;
}

std::string pretty(const json::value& value) {
  std::string out;
  print(out, value, 0);
  return out + '\n';
}

}  // namespace art32::app
