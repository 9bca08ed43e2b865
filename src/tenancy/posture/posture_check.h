// The table of what check_posture() looks for, a row for each trap. The guide's table is printed
// from it (docs/guide/tenants.md).
//
// `sql` comes behind posture_prelude(), whose tables it reads, and gives two columns, the object
// and the mend, for each finding; no row where all is well. Names in a mend are quoted by the
// server. The rows stand in one file for each subject. Constant; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace art32::tenancy {

struct PostureCheck {
  std::string_view id;
  std::string_view finds;  // as a noun, for the guide
  std::string_view risk;   // what may come of it: a sentence
  std::string_view mend;   // in general; a finding says it in particular
  std::string_view sql;
};

std::span<const PostureCheck> policy_checks();    // of tables with the team's column
std::span<const PostureCheck> key_checks();       // their columns, indexes and keys
std::span<const PostureCheck> detour_checks();    // what leads to rows around the policies
std::span<const PostureCheck> grant_checks();     // what the application's roles were granted
std::span<const PostureCheck> role_checks();      // what they are
std::span<const PostureCheck> function_checks();  // art32's own functions, and the server
std::span<const PostureCheck> shipped_checks();   // whether those are what this program ships

std::vector<PostureCheck> posture_checks();  // all of them
std::string posture_table();                 // in Markdown

// Tables in WITH, of the parameters schemas, team column, roles and objects left out.
std::string_view posture_prelude();

}  // namespace art32::tenancy
