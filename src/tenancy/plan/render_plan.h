// A plan as texts: SQL with its reasons for the person who reviews it, which psql runs as well;
// and JSON that is kept, since after apply the plan is what undoes it.
//
// The same plan gives the same octets. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "tenancy/plan/separation_plan.h"

namespace art32::tenancy {

std::string to_sql(const Plan& plan);
std::string undo_sql(const Plan& plan);  // in reverse order

// {"version": 1, "steps": [...], "notes": [...]}, members named as those of Step and Note.
std::string to_json(const Plan& plan);
// What to_json() wrote, or somebody who is trusted with the tables: its SQL will run. `corrupt`
// with the place that isn't right.
base::Result<Plan> plan_from_json(std::string_view text);

}  // namespace art32::tenancy
