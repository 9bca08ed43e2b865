#include "portal/record_kinds.h"

#include "model/evidence.h"
#include "portal/phrases_tools.h"

namespace art32::portal {

namespace {

struct KindRow {
  std::string_view kind;
  Phrase word;
};

constexpr KindRow public_kinds[] = {
    {model::verdict_record.name, phrases::kind_verdict},
    {model::audit_record.name, phrases::kind_audit},
    {model::annex_version_record.name, phrases::kind_version},
};

}  // namespace

bool is_public(std::string_view kind) {
  for (const KindRow& row : public_kinds)
    if (row.kind == kind) return true;
  return false;
}

std::string kind_word(std::string_view kind, model::Language language) {
  for (const KindRow& row : public_kinds)
    if (row.kind == kind) return say(row.word, language);
  return std::string(kind);
}

}  // namespace art32::portal
