// A small valid annex for tests, in pieces that a test can bend.
// Values only: every call makes its own copy, so tests can't disturb each other.
#pragma once

#include <string>
#include <vector>

#include "annex/annex_file.h"

namespace art32::annex::sample {

// document.toml and availability.toml.
std::vector<SourceFile> files();
// The same with `from` replaced by `to` in `file`; aborts if it isn't there.
std::vector<SourceFile> with(const std::string& file, std::string_view from, std::string_view to);

// The control portal.test, which keeps an availability.backup/retention of 1 to
// 365 days, and the probe backup.test, which proves the paragraph of that name.
Vocabulary vocabulary();
// Aborts if it has findings.
model::Annex annex(const std::vector<SourceFile>& files);

// The default annex of this project, with the vocabulary of all that is built.
base::Path default_folder();
Vocabulary built();

}  // namespace art32::annex::sample
