#include "tests/tidy/rules.h"

namespace art32::tidy {
namespace {

constexpr Rule table[] = {
    {"room_includes", "a room includes itself and the rooms it names in the root CMakeLists.txt",
     check_room_includes},
    {"room_table", "rooms use rooms above them; capabilities don't use each other", check_room_table},
    {"library_includes", "each library is included by the rooms that own it", check_library_includes},
    {"file_length", "a source file has 500 lines at most", check_file_length},
    {"function_length", "a function has fewer than 60 lines", check_function_length},
    {"banned_words", "calls and words with a better replacement", check_banned_words},
    {"type_names", "a type's full name is its own", check_type_names},
    {"header_openings", "a header opens with at least two lines of comment, then #pragma once",
     check_header_openings},
    {"white_space", "no tab, no trailing space, no missing end of line", check_white_space},
    {"unfinished_marks", "nothing is left for later in a comment", check_unfinished_marks},
    {"forbidden_words", "the project speaks of itself alone", check_forbidden_words},
    {"dead_sources", "every header is included, every source file belongs to a target", check_dead_sources},
    {"dead_scripts", "every script and document is named by another file", check_dead_scripts},
    {"test_folders", "every folder of tests is run by ctest", check_test_folders},
    {"licence", "the licence is the whole Apache License 2.0", check_licence},
    {"links", "relative links in documents lead somewhere", check_links},
    {"architecture", "ARCHITECTURE.md describes the rooms that exist", check_architecture},
    {"change_log", "the change log names the version of the project", check_change_log},
};

}  // namespace

std::span<const Rule> rules() {
  return table;
}

}  // namespace art32::tidy
