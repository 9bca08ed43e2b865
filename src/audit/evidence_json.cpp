#include "audit/evidence_json.h"

#include <fmt/core.h>

#include <boost/json.hpp>

#include "base/json_text.h"

namespace art32::audit {

using base::json_string;

namespace {

std::string_view name(Kind kind) {
  return kind == Kind::attack ? "attack" : "positive-control";
}

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::worked:
      return "worked";
    case Outcome::refused:
      return "refused";
    case Outcome::undecided:
      break;
  }
  return "undecided";
}

std::string observation_json(const model::Observation& observation) {
  return fmt::format(R"({{"kind":"{}","outcome":"{}","seen":{},"target":{},"tried":{{"de":{},"en":{}}}}})",
                     name(observation.kind), name(observation.outcome), json_string(observation.seen),
                     json_string(observation.target), json_string(observation.tried.german),
                     json_string(observation.tried.english));
}

std::string leaf_json(const std::optional<model::LeafIndex>& leaf) {
  return leaf ? std::to_string(leaf->value) : "null";
}

template <class Enumerator>
Enumerator parse_name(const boost::json::value& value, std::initializer_list<Enumerator> known) {
  const std::string_view text = value.as_string();
  for (const Enumerator one : known)
    if (name(one) == text) return one;
  throw std::invalid_argument("unknown word");
}

model::Observation parse_observation(const boost::json::value& value) {
  const auto text = [](const boost::json::value& string) { return std::string(string.as_string()); };
  const boost::json::object& object = value.as_object();
  return {
      .kind = parse_name(object.at("kind"), {Kind::positive_control, Kind::attack}),
      .target = text(object.at("target")),
      .tried = {text(object.at("tried").at("de")), text(object.at("tried").at("en"))},
      .outcome = parse_name(object.at("outcome"), {Outcome::worked, Outcome::refused, Outcome::undecided}),
      .seen = text(object.at("seen"))};
}

std::string probe_run_json(const ProbeRun& run, std::string_view measure, std::string_view annex_version) {
  return fmt::format(
      R"({{"annex":{},"audit":{},"format":"art32-probe-run/v1","measure":{},"observations":{},"probe":{},)"
      R"("started":"{}","took_us":{},"verdict":"{}"}})",
      json_string(annex_version), run.audit, json_string(measure), observations_json(run.observations),
      json_string(run.probe), base::rfc3339(run.started), run.took.count(), model::name(run.verdict));
}

}  // namespace

std::string observations_json(const std::vector<model::Observation>& observations) {
  std::string list;
  for (const model::Observation& observation : observations) {
    if (!list.empty()) list += ',';
    list += observation_json(observation);
  }
  return "[" + list + "]";
}

base::Result<std::vector<model::Observation>> parse_observations(std::string_view json) {
  try {
    std::vector<model::Observation> observations;
    const boost::json::value parsed = boost::json::parse({json.data(), json.size()});
    for (const boost::json::value& value : parsed.as_array())
      observations.push_back(parse_observation(value));
    return observations;
  } catch (const std::exception& fault) {
    return base::failure(base::ErrorCode::corrupt,
                         fmt::format("stored observations can't be read: {}", fault.what()),
                         "run `art32 check`; if the state database is damaged, restore it from a backup");
  }
}

std::string evidence_json(const ProbeRun& run, const Probe& probe) {
  return probe_run_json(run, probe.measure, run.annex);
}

base::Status check_evidence(const ProbeRun& run, base::ByteView record) {
  try {
    const std::string_view sealed = base::as_text(record);
    const boost::json::value parsed = boost::json::parse({sealed.data(), sealed.size()});
    const std::string_view measure = parsed.at("measure").as_string();
    const std::string_view annex =
        run.annex.empty() ? std::string_view(parsed.at("annex").as_string()) : run.annex;
    if (probe_run_json(run, measure, annex) == sealed) return {};
  } catch (const std::exception&) {
    // No record of a run at all: the same contradiction.
  }
  return base::failure(base::ErrorCode::corrupt, "the sealed record is another one",
                       "find out who changed the state database; the next audit replaces the run");
}

std::string evidence_json(const AuditRun& run, std::string_view annex_version) {
  std::string list;
  for (const ProbeRun& probe : run.probes) {
    if (!list.empty()) list += ',';
    list += fmt::format(R"({{"evidence":{},"probe":{},"verdict":"{}"}})", leaf_json(probe.evidence),
                        json_string(probe.probe), model::name(probe.verdict));
  }
  return fmt::format(
      R"({{"annex":{},"audit":{},"format":"art32-audit/v1","probes":[{}],"started":"{}","took_us":{},"trigger":{}}})",
      json_string(annex_version), run.id, list, base::rfc3339(run.started), run.took.count(),
      json_string(run.trigger));
}

}  // namespace art32::audit
