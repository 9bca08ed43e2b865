// A password as PostgreSQL hashes it: SASLprep (RFC 4013), where the password
// allows it, so that one typed in another normal form is the same password.
//
// PostgreSQL is followed where it leaves RFC 4013: what is pure ASCII, isn't UTF-8
// or contains what SASLprep prohibits counts octet by octet, and what is prohibited
// is looked for before normalisation. One difference is known: a consonant and a vowel
// of Korean with a mark between them, which libidn joins (Unicode's public review
// issue 29). Pure; any thread.
#pragma once

#include "base/result.h"
#include "base/secret.h"

namespace art32::pgwire {

// `invalid_argument` for a password that PostgreSQL can't have: empty, with NUL, or
// longer than limits::scram_password_octets.
base::Result<base::Secret> prepare_scram_password(std::string_view password);

}  // namespace art32::pgwire
