// A plan turned round: what undoes it as steps of their own, the last one first. A step's `sql`
// is the undo of the step with the same id; there's no undo of an undo.
//
// For rendering and applying alike. Pure; any thread.
#pragma once

#include <vector>

#include "tenancy/plan/separation_plan.h"

namespace art32::tenancy {

inline std::vector<Step> undo_order(const Plan& plan) {
  std::vector<Step> steps;
  for (auto step = plan.steps.rbegin(); step != plan.steps.rend(); ++step)
    if (!step->undo.empty())
      steps.push_back({step->id, step->object, "Undoes: " + step->reason, step->undo, "", step->run});
  return steps;
}

}  // namespace art32::tenancy
