// The annex for people and programs: Markdown, JSON, and self-contained HTML
// that prints and becomes the PDF. Pure.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "model/annex.h"

namespace art32::annex {

// A document says how each sentence is proven; whether it is kept today is said by
// the measure's page below `pages` ("https://annex.example.com", no slash at the
// end), which is printed where it is known.
std::string to_markdown(const model::Annex& annex, model::Language language, std::string_view pages = {});

// Both languages, promises with types; canonical: the same annex, the same octets.
// Texts keep their placeholders.
inline constexpr std::string_view json_format = "art32-annex/v1";
std::string to_json(const model::Annex& annex);
// Reads what to_json wrote, and only that: `corrupt` for anything else, so that
// to_json(from_json(x)) is x.
base::Result<model::Annex> from_json(std::string_view json);

// A whole document with its own print style, no scripts, no outside resources.
std::string to_html(const model::Annex& annex, model::Language language, std::string_view pages = {});

// PDF/UA-1 by WeasyPrint as a subprocess that gives way to others; seconds.
// `not_found` says what to install; a requested stop kills it (net::run).
base::Result<base::Bytes> to_pdf(const model::Annex& annex, model::Language language,
                                 std::string_view pages = {});
base::Result<base::Bytes> typeset(std::string html, const std::stop_token& stop = {});

}  // namespace art32::annex
