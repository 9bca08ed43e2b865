// Which records of the ledger are disclosed to everybody, and what people call
// them. One table; a kind that isn't in it stays closed, so that a new kind is
// never public by accident. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "model/language.h"

namespace art32::portal {

// Verdicts, audits and versions of the annex; everything else stays closed.
bool is_public(std::string_view kind);
// For people: "Urteil einer Probe". The kind itself for those that aren't public.
std::string kind_word(std::string_view kind, model::Language language);

}  // namespace art32::portal
