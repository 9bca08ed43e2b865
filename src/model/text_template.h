// Text with placeholders: {name} is a promise as the language says it, and
// {name:dative} the same in the German dative ("nach 30 Tagen"). {{ and }} are
// a single brace. Names are a to z, 0 to 9 and _, beginning with a letter.
//
// Pure. Used when the annex is checked and when a paragraph is shown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/promise.h"

namespace art32::model {

// Literal text, or a placeholder if `name` isn't empty.
struct TemplatePart {
  std::string literal;
  std::string name;
  Form form = Form::plain;

  bool operator==(const TemplatePart&) const = default;
};

// `invalid_argument` for a lone brace, an empty or malformed name, an unknown form.
base::Result<std::vector<TemplatePart>> parse_template(std::string_view text);

// "snake_case", as names of promises and ids are written.
bool is_name(std::string_view text);

}  // namespace art32::model
