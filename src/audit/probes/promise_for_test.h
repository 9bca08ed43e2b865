// An annex with one text promise, for the tests of probes that compare with it.
// A plain value; every call makes its own.
#pragma once

#include <string>

#include "model/annex.h"

namespace art32::audit {

inline model::Annex annex_promising(std::string measure_id, std::string promise, std::string text) {
  model::Measure measure;
  measure.id = std::move(measure_id);
  measure.promises = {{std::move(promise), model::PromiseType::text, std::move(text)}};
  model::Annex annex;
  annex.sections = {{"test", {}, {}, {std::move(measure)}}};
  return annex;
}

}  // namespace art32::audit
