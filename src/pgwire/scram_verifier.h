// What a server keeps of a password, in PostgreSQL's text form (pg_authid.rolpassword):
//   SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>
// with everything but the iterations in base64.
//
// Values that move; clone() copies. StoredKey and ServerKey are secret: a thief can
// try passwords, or play the server. Any thread. Functions that hash a password take
// about half a microsecond for an iteration: keep them off event loops.
#pragma once

#include "base/result.h"
#include "base/secret.h"

namespace art32::pgwire {

inline constexpr unsigned scram_usual_iterations = 4'096;
inline constexpr std::size_t scram_usual_salt_octets = 16;

struct ScramVerifier {
  unsigned iterations = 0;
  base::Bytes salt;
  base::Secret stored_key;
  base::Secret server_key;

  ScramVerifier clone() const { return {iterations, salt, stored_key.clone(), server_key.clone()}; }
};

// `invalid_argument` when the text isn't one (an md5 hash, for example), or asks for
// more iterations or a longer salt than base/limits.h allows.
base::Result<ScramVerifier> parse_scram_verifier(std::string_view text);
base::Secret format_scram_verifier(const ScramVerifier& verifier);

// `salt`: scram_usual_salt_octets random ones. `invalid_argument` for a password that
// prepare_scram_password refuses.
base::Result<ScramVerifier> make_scram_verifier(std::string_view password, base::Bytes salt,
                                                unsigned iterations = scram_usual_iterations);

// For a user who doesn't exist: looks and costs like a real one, is the same at every
// try, and no password fits. `iterations` should be the ones that real users have.
ScramVerifier mock_scram_verifier(const base::Secret& secret, std::string_view user,
                                  unsigned iterations = scram_usual_iterations);

// Constant time in the verifier's keys.
bool fits_password(const ScramVerifier& verifier, std::string_view password);

}  // namespace art32::pgwire
