// The annex on disk: a folder with document.toml and one file per section.
//
// load() returns a complete annex or every finding at once, each with file, line
// and the mend. Pure but for reading files; any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/embedded_file.h"
#include "base/file.h"
#include "base/result.h"
#include "model/annex.h"
#include "model/control.h"

namespace art32::annex {

struct Finding {
  std::string file;  // relative to the annex folder
  int line = 0;      // 0: the whole file
  std::string what;
  std::string mend;
};

// A probe, and the paragraphs of one measure that may name it.
struct ProbeUse {
  std::string id;
  std::string measure;
  std::vector<std::string> paragraphs;
};

// What paragraphs may name.
struct Vocabulary {
  std::span<const model::Control> controls;
  std::vector<ProbeUse> probes;
};

struct SourceFile {
  std::string name;
  std::string content;
};

base::Result<std::vector<SourceFile>> read_folder(const base::Path& folder);

struct Loaded {
  model::Annex annex;             // complete only if there are no findings
  std::vector<Finding> findings;  // in the order of files and lines
};
Loaded parse(const std::vector<SourceFile>& files, const Vocabulary& vocabulary);

// read_folder and parse; `configuration` with all findings in its text.
base::Result<model::Annex> load(const base::Path& folder, const Vocabulary& vocabulary);

// "file:line: what (mend)", one a line.
std::string format(std::span<const Finding> findings);

}  // namespace art32::annex
