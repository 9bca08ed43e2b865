// The annex's TOML: nothing crashes the parser, every finding has a mend, and an
// annex without findings renders and comes back from its JSON octet by octet.
// The input is document.toml and availability.toml with a line "---" in between.
#include "annex/annex_file.h"
#include "annex/difference.h"
#include "annex/render.h"
#include "base/assert.h"
#include "fuzz/input.h"

namespace annex = art32::annex;
namespace model = art32::model;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const std::vector<model::Control> controls{
      {"portal.test",
       {},
       {{"availability.backup", "retention",
         model::DurationRange{std::chrono::days(1), std::chrono::days(365), std::chrono::days(1)}}}}};
  constexpr std::string_view separator = "\n---\n";
  const std::string text(art32::fuzz::Input(data, size).text());
  const std::size_t cut = std::min(text.find(separator), text.size());
  const std::size_t rest = std::min(cut + separator.size(), text.size());
  const std::vector<annex::SourceFile> files{{"document.toml", text.substr(0, cut)},
                                             {"availability.toml", text.substr(rest)}};

  const annex::Loaded loaded =
      annex::parse(files, {controls, {{"backup.test", "availability.backup", {"retention"}}}});
  for (const annex::Finding& finding : loaded.findings)
    ART32_ASSERT(!finding.what.empty() && !finding.mend.empty());
  (void)annex::format(loaded.findings);
  (void)annex::from_json(text);
  if (!loaded.findings.empty()) return 0;

  const std::string json = annex::to_json(loaded.annex);
  const auto again = annex::from_json(json);
  ART32_ASSERT(again && annex::to_json(*again) == json);
  ART32_ASSERT(annex::compare(loaded.annex, *again).empty());
  for (const model::Language language : model::languages)
    (void)(annex::to_html(loaded.annex, language) + annex::to_markdown(loaded.annex, language));
  return 0;
}
