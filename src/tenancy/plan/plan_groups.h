// Which steps of a plan share a transaction: neighbours of the same object that may. What is
// rendered for a person and what is applied are the same groups.
//
// Pure; points into the plan. Any thread.
#pragma once

#include <span>
#include <vector>

#include "tenancy/plan/separation_plan.h"

namespace art32::tenancy {

inline std::vector<std::span<const Step>> groups_of(std::span<const Step> steps) {
  std::vector<std::span<const Step>> groups;
  for (std::size_t first = 0, next = 0; first < steps.size(); first = next) {
    next = first + 1;
    if (steps[first].run == Run::in_transaction)
      while (next < steps.size() && steps[next].run == Run::in_transaction &&
             steps[next].object == steps[first].object)
        ++next;
    groups.push_back(steps.subspan(first, next - first));
  }
  return groups;
}

}  // namespace art32::tenancy
