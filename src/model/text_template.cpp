#include "model/text_template.h"

#include <fmt/core.h>

namespace art32::model {
namespace {

base::Result<TemplatePart> placeholder(std::string_view inside) {
  TemplatePart part;
  const std::size_t colon = inside.find(':');
  const std::string_view name = inside.substr(0, colon);
  if (!is_name(name))
    return base::failure(base::ErrorCode::invalid_argument,
                         fmt::format("\"{{{}}}\" is not a placeholder", inside),
                         "write {name} with a promise's name, or {{ and }} for braces as such");
  part.name = name;
  if (colon != std::string_view::npos) {
    const auto form = parse_form(inside.substr(colon + 1));
    if (!form)
      return base::failure(base::ErrorCode::invalid_argument,
                           fmt::format("\"{{{}}}\" asks for an unknown form", inside),
                           fmt::format("write {{{0}}} or {{{0}:dative}}", name));
    part.form = *form;
  }
  return part;
}

}  // namespace

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 64 || text.front() < 'a' || text.front() > 'z') return false;
  for (const char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  return true;
}

base::Result<std::vector<TemplatePart>> parse_template(std::string_view text) {
  std::vector<TemplatePart> parts;
  std::string literal;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '{' && c != '}') {
      literal += c;
      continue;
    }
    if (i + 1 < text.size() && text[i + 1] == c) {
      literal += c;
      ++i;
      continue;
    }
    const std::size_t end = c == '{' ? text.find_first_of("{}", i + 1) : std::string_view::npos;
    if (end == std::string_view::npos || text[end] != '}')
      return base::failure(base::ErrorCode::invalid_argument, fmt::format("a lone \"{}\"", c),
                           fmt::format("write {0}{0} for the brace itself, or complete the placeholder", c));
    ART32_ASSIGN(TemplatePart part, placeholder(text.substr(i + 1, end - i - 1)));
    if (!literal.empty()) parts.push_back({std::exchange(literal, {}), {}, Form::plain});
    parts.push_back(std::move(part));
    i = end;
  }
  if (!literal.empty()) parts.push_back({std::move(literal), {}, Form::plain});
  return parts;
}

}  // namespace art32::model
