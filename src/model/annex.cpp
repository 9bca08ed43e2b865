#include "model/annex.h"

#include <array>

#include "base/assert.h"
#include "model/text_template.h"

namespace art32::model {
namespace {

struct ProofName {
  ProofKind kind;
  std::string_view name;
  std::string_view german;
  std::string_view english;
};
constexpr std::array proof_names{ProofName{ProofKind::enforced, "enforced", "erzwungen", "enforced"},
                                 ProofName{ProofKind::probed, "probed", "geprüft", "probed"},
                                 ProofName{ProofKind::attested, "attested", "bestätigt", "attested"}};

const ProofName& row(ProofKind kind) {
  for (const ProofName& candidate : proof_names)
    if (candidate.kind == kind) return candidate;
  ART32_ASSERT(false);
}

}  // namespace

std::string_view name(ProofKind kind) {
  return row(kind).name;
}

std::string_view name(ProofKind kind, Language language) {
  return language == Language::german ? row(kind).german : row(kind).english;
}

std::optional<ProofKind> parse_proof_kind(std::string_view text) {
  for (const ProofName& candidate : proof_names)
    if (candidate.name == text) return candidate.kind;
  return std::nullopt;
}

const Promise* Measure::promise(std::string_view promise_name) const {
  for (const Promise& candidate : promises)
    if (candidate.name == promise_name) return &candidate;
  return nullptr;
}

const Measure* Annex::measure(std::string_view id) const {
  for (const Section& section : sections)
    for (const Measure& candidate : section.measures)
      if (candidate.id == id) return &candidate;
  return nullptr;
}

const Promise& Annex::promise(std::string_view measure_id, std::string_view promise_name) const {
  const Measure* found = measure(measure_id);
  const Promise* promise = found == nullptr ? nullptr : found->promise(promise_name);
  ART32_ASSERT(promise != nullptr);
  return *promise;
}

std::vector<const Measure*> Annex::measures() const {
  std::vector<const Measure*> all;
  for (const Section& section : sections)
    for (const Measure& measure : section.measures)
      all.push_back(&measure);
  return all;
}

std::string fill(const Measure& measure, const Paragraph& paragraph, Language language) {
  const auto parts = parse_template(paragraph.text.in(language));
  ART32_ASSERT(parts.has_value());
  std::string text;
  for (const TemplatePart& part : *parts) {
    if (part.name.empty()) {
      text += part.literal;
      continue;
    }
    const Promise* promise = measure.promise(part.name);
    ART32_ASSERT(promise != nullptr);
    text += format(*promise, language, part.form);
  }
  return text;
}

}  // namespace art32::model
