// Small inline drawings: one shape per state and verdict, so that nothing is said
// by colour alone. Decorative: the word always stands beside them.
#pragma once

#include "model/verdict.h"
#include "portal/html.h"

namespace art32::portal {

enum class Symbol { check, cross, dashed, clock, half, warning, arrow, back, file, mark };

Html icon(Symbol symbol, std::string_view extra_class = {});
Symbol symbol_of(model::State state);
Symbol symbol_of(model::Verdict verdict);

// Icon and word: "✓ gehalten".
Html badge(model::State state, model::Language language);
Html badge(model::Verdict verdict, model::Language language);

}  // namespace art32::portal
