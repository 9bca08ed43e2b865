#include "annex/annex_file.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "annex/check_controls.h"
#include "annex/read_document.h"
#include "annex/read_section.h"
#include "base/limits.h"
#include "base/text.h"

namespace art32::annex {
namespace {

constexpr std::string_view document_file = "document.toml";
constexpr std::string_view extension = ".toml";

class AnnexReader {
 public:
  AnnexReader(const std::vector<SourceFile>& files, const Vocabulary& vocabulary)
      : files_(files), vocabulary_(vocabulary) {}

  Loaded read() {
    for (const SourceFile& file : files_)
      read_syntax(file);
    const auto document = trees_.find(document_file);
    if (document == trees_.end()) {
      if (!has_file(document_file))
        report(document_file)
            .add(0, "the annex has no document.toml", "add it; `art32 init` writes one to begin with");
    } else {
      read_sections(document->second);
    }
    sort_findings();
    return std::move(loaded_);
  }

 private:
  Report report(std::string_view file) { return {std::string(file), loaded_.findings}; }

  bool has_file(std::string_view name) const {
    return std::any_of(files_.begin(), files_.end(),
                       [&](const SourceFile& file) { return file.name == name; });
  }

  void read_syntax(const SourceFile& file) {
    if (file.content.size() > base::limits::annex_file_octets) {
      report(file.name).add(0, "the file is too large",
                            fmt::format("keep it under {} octets", base::limits::annex_file_octets));
    } else if (!base::is_utf8(file.content)) {
      report(file.name).add(line_of_bad_utf8(file.content), "the text is not UTF-8",
                            "save the file as UTF-8");
    } else if (auto tree = parse_toml(file.content)) {
      trees_.emplace(file.name, std::move(*tree));
    } else {
      report(file.name).add(tree.error().line, "TOML: " + tree.error().what,
                            "mend the syntax (https://toml.io)");
    }
  }

  static int line_of_bad_utf8(std::string_view content) {
    int line = 0;
    for (const std::string_view text : base::split(content, '\n')) {
      ++line;
      if (!base::is_utf8(text)) return line;
    }
    return line;
  }

  void read_sections(const Node& document) {
    Report document_report = report(document_file);
    DocumentData data = read_document(document, document_report);
    loaded_.annex.document = std::move(data.document);
    for (const SectionName& section : data.sections) {
      const std::string file = section.id + std::string(extension);
      if (const auto tree = trees_.find(file); tree != trees_.end()) {
        Report section_report = report(file);
        loaded_.annex.sections.push_back(
            read_section(section.id, tree->second, vocabulary_, section_report, places_));
      } else if (!has_file(file)) {
        document_report.add(section.line, fmt::format("the section {} has no file", section.id),
                            fmt::format("add {}, or remove it from sections", file));
      }
    }
    check_unlisted(document, data.sections);
    // A file that couldn't be read may hold what seems to be missing.
    if (trees_.size() == files_.size())
      check_reads(loaded_.annex, vocabulary_.controls, places_, loaded_.findings);
  }

  void check_unlisted(const Node& document, const std::vector<SectionName>& sections) {
    const auto is_listed = [&](std::string_view id) {
      return std::any_of(sections.begin(), sections.end(),
                         [&](const SectionName& name) { return name.id == id; });
    };
    for (const SourceFile& file : files_) {
      const std::string_view id = std::string_view(file.name).substr(0, file.name.size() - extension.size());
      // document.toml may be without measures of its own.
      if (file.name == document_file && document.find("section") == nullptr &&
          document.find("measure") == nullptr)
        continue;
      if (!is_listed(id))
        report(file.name).add(0, "the file is no section of the annex",
                              fmt::format("add \"{}\" to sections in document.toml, or remove the file", id));
    }
  }

  void sort_findings() {
    const auto order = [&](const Finding& finding) {
      const auto at = std::find_if(files_.begin(), files_.end(),
                                   [&](const SourceFile& file) { return file.name == finding.file; });
      return std::make_pair(at - files_.begin(), finding.line);
    };
    std::stable_sort(loaded_.findings.begin(), loaded_.findings.end(),
                     [&](const Finding& a, const Finding& b) { return order(a) < order(b); });
  }

  const std::vector<SourceFile>& files_;
  const Vocabulary& vocabulary_;
  std::map<std::string, Node, std::less<>> trees_;
  Places places_;
  Loaded loaded_;
};

}  // namespace

base::Result<std::vector<SourceFile>> read_folder(const base::Path& folder) {
  std::error_code error;
  std::vector<base::Path> paths;
  std::filesystem::directory_iterator entries(folder, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error))
    if (entries->path().extension() == extension) paths.push_back(entries->path());
  if (error)
    return base::failure(
        base::ErrorCode::configuration,
        fmt::format("the annex folder {} can't be read: {}", folder.string(), error.message()),
        "`art32 init` writes the default annex");
  if (paths.size() > base::limits::annex_files)
    return base::failure(base::ErrorCode::configuration,
                         fmt::format("the annex folder {} has {} files", folder.string(), paths.size()),
                         fmt::format("keep it to {}", base::limits::annex_files));
  std::sort(paths.begin(), paths.end());
  std::vector<SourceFile> files;
  for (const base::Path& path : paths) {
    // One octet more than parse() allows, so that it reports what is too large.
    ART32_ASSIGN(std::string content, base::read_text_file(path, base::limits::annex_file_octets + 1));
    files.push_back({path.filename().string(), std::move(content)});
  }
  return files;
}

Loaded parse(const std::vector<SourceFile>& files, const Vocabulary& vocabulary) {
  return AnnexReader(files, vocabulary).read();
}

base::Result<model::Annex> load(const base::Path& folder, const Vocabulary& vocabulary) {
  ART32_ASSIGN(const std::vector<SourceFile> files, read_folder(folder));
  Loaded loaded = parse(files, vocabulary);
  if (loaded.findings.empty()) return std::move(loaded.annex);
  return base::failure(
      base::ErrorCode::configuration,
      fmt::format("the annex in {} can't be used:\n{}", folder.string(), format(loaded.findings)),
      "`art32 annex check` shows this again");
}

std::string format(std::span<const Finding> findings) {
  std::string text;
  std::size_t shown = 0;
  for (const Finding& finding : findings) {
    if (++shown > base::limits::annex_findings)
      return text + fmt::format("and {} more\n", findings.size() - base::limits::annex_findings);
    text += finding.line > 0 ? fmt::format("{}:{}: ", finding.file, finding.line) : finding.file + ": ";
    text += fmt::format("{} ({})\n", finding.what, finding.mend);
  }
  return text;
}

}  // namespace art32::annex
