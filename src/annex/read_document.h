// Reads document.toml: the document's data, the company, the contacts and the
// order of the sections. Its own [section] and [[measure]] are for read_section.
#pragma once

#include <string>
#include <vector>

#include "annex/report.h"
#include "annex/toml_source.h"
#include "model/annex.h"

namespace art32::annex {

struct SectionName {
  std::string id;
  int line = 0;
};

struct DocumentData {
  model::Document document;
  std::vector<SectionName> sections;  // in order, each once
};

DocumentData read_document(const Node& root, Report& report);

}  // namespace art32::annex
