// The annex for people and programs: Markdown, JSON, and self-contained HTML
// that prints and becomes the PDF. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "model/annex.h"

namespace art32::annex {

std::string to_markdown(const model::Annex& annex, model::Language language);

// Both languages, promises with types; canonical: the same annex, the same octets.
// Texts keep their placeholders.
inline constexpr std::string_view json_format = "art32-annex/v1";
std::string to_json(const model::Annex& annex);
// Reads what to_json wrote, and only that: `corrupt` for anything else, so that
// to_json(from_json(x)) is x.
base::Result<model::Annex> from_json(std::string_view json);

// A whole document with its own print style, no scripts, no outside resources.
std::string to_html(const model::Annex& annex, model::Language language);

// PDF/UA-1 by WeasyPrint as a subprocess; seconds. `not_found` says what to install.
base::Result<base::Bytes> to_pdf(const model::Annex& annex, model::Language language);

}  // namespace art32::annex
