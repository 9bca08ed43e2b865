// Who cosigned what of the ledger, and when: for the status, the operators' page and the metrics.
//
// Plain values, taken at one moment.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "merkle/checkpoint.h"

namespace art32::ledger {

enum class WitnessState {
  waiting,      // not asked yet
  cosigned,     // the last time that it was asked
  failing,      // no valid cosignature came: `error` says why
  contradicts,  // it has cosigned what isn't the beginning of this ledger: a rollback, or a fork
};

struct WitnessReport {
  std::string name, url;
  WitnessState state = WitnessState::waiting;
  std::optional<merkle::TreeSize> size;  // of the last checkpoint that it cosigned here, since the start
  std::optional<base::Instant> time;     // when that was, by its own clock
  std::optional<base::Error> error;      // of the last answer
};

enum class CosigningState {
  pending,       // too few have cosigned, and not for long
  witnessed,     // enough have cosigned what is served
  late,          // too few for minutes
  contradicted,  // a witness contradicts
};

struct CosigningReport {
  CosigningState state = CosigningState::pending;
  std::size_t needed = 0;
  std::size_t cosigned = 0;  // by how many, of what is served
  merkle::TreeSize size;     // of what is served
  std::vector<WitnessReport> witnesses;
};

std::string_view name(WitnessState state);
std::string_view name(CosigningState state);

}  // namespace art32::ledger
