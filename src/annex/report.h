// Collects the findings of one file while it is read. Reading goes on after a
// finding, so that a check shows everything at once.
#pragma once

#include <string>
#include <vector>

#include "annex/annex_file.h"

namespace art32::annex {

class Report {
 public:
  // `findings` outlives it.
  Report(std::string file, std::vector<Finding>& findings) : file_(std::move(file)), findings_(findings) {}

  const std::string& file() const { return file_; }
  void add(int line, std::string what, std::string mend);

  // For texts that people read: `place` says whose, as in "the title of availability.backup".
  // False, with a finding, if it is empty, longer than `limit` octets or has control characters.
  bool check_text(int line, const std::string& place, std::string_view text, std::size_t limit);

 private:
  std::string file_;
  std::vector<Finding>& findings_;
};

// The first character that has no place in a legal text, as "U+202E": controls,
// line breaks, byte order marks and marks that reverse the reading direction.
std::string forbidden_character(std::string_view utf8);

}  // namespace art32::annex
