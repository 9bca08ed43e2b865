// Which language a visitor prefers (RFC 9110 section 12.5.4), and which one an
// address belongs to. Used for redirects and for errors, whose page must be in
// the reader's language. Pure; any thread.
#pragma once

#include <string_view>

#include "model/language.h"
#include "net/http.h"

namespace art32::portal {

// German where the header is absent, names neither language, or likes both alike.
model::Language preferred_language(std::string_view accept_language);
// From the address ("/en/...") if it says so, else from Accept-Language.
model::Language language_of(const net::HttpRequest& request);

}  // namespace art32::portal
