#include "audit/probes/promised.h"

#include <fmt/core.h>

namespace art32::audit {

void control_promise(const Target& target, std::string_view measure_id, std::string_view promise_name,
                     std::string_view measured, Observations& observations) {
  const model::Measure* measure = target.annex.measure(measure_id);
  const model::Promise* promise = measure == nullptr ? nullptr : measure->promise(promise_name);
  const auto* promised = promise == nullptr ? nullptr : std::get_if<std::string>(&promise->value);
  const bool is_measured = promised != nullptr && *promised == measured;
  observations.control(
      "annex",
      {fmt::format("Die Anlage sagt {} zu, was hier gemessen wird", measured),
       fmt::format("The annex promises {}, which is what is measured here", measured)},
      is_measured ? Outcome::worked : Outcome::undecided,
      promised == nullptr ? fmt::format("the annex promises no {}", promise_name) : "promised: " + *promised);
}

}  // namespace art32::audit
