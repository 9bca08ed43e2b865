// The repository's own rules, in one table (rules.cpp). A rule looks at the whole
// repository and says where it doesn't hold and what to do. Pure functions: each
// is tried on bad and good snippets in rules_test.cpp before it judges the checkout.
#pragma once

#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tidy/repository.h"

namespace art32::tidy {

struct Finding {
  std::string path;
  int line = 0;  // 0: the file as a whole
  std::string what;
};
using Findings = std::vector<Finding>;

struct Rule {
  std::string_view name;
  std::string_view text;
  Findings (*check)(const Repository&);
};
std::span<const Rule> rules();

inline void PrintTo(const Rule& rule, std::ostream* stream) {
  *stream << rule.name;
}  // for GoogleTest

// include_rules.cpp
Findings check_room_includes(const Repository&);
Findings check_room_table(const Repository&);
Findings check_library_includes(const Repository&);
// length_rules.cpp
Findings check_file_length(const Repository&);
Findings check_function_length(const Repository&);
// call_rules.cpp
Findings check_banned_words(const Repository&);
// type_rules.cpp
Findings check_type_names(const Repository&);
// text_rules.cpp
Findings check_header_openings(const Repository&);
Findings check_white_space(const Repository&);
Findings check_unfinished_marks(const Repository&);
Findings check_forbidden_words(const Repository&);
// file_rules.cpp
Findings check_dead_sources(const Repository&);
Findings check_dead_scripts(const Repository&);
Findings check_test_folders(const Repository&);
Findings check_licence(const Repository&);
// document_rules.cpp
Findings check_links(const Repository&);
Findings check_change_log(const Repository&);
Findings check_architecture(const Repository&);

}  // namespace art32::tidy
