// Reads a section's file: [section] with its title, then its measures, each with
// promises and paragraphs. Checks all that can be seen within the file.
#pragma once

#include <map>
#include <string>

#include "annex/report.h"
#include "annex/toml_source.h"
#include "model/annex.h"

namespace art32::annex {

struct Place {
  std::string file;
  int line = 0;
};

// Where measures ("availability.backup") and promises ("availability.backup/retention") stand.
using Places = std::map<std::string, Place, std::less<>>;

model::Section read_section(const std::string& id, const Node& root, const Vocabulary& vocabulary,
                            Report& report, Places& places);

}  // namespace art32::annex
