// The keys and signatures of SCRAM-SHA-256 (RFC 5802 section 3, RFC 7677), shared
// by verifier, server and client.
//
// All of them are secrets: who has a ClientKey can log in, and a ClientSignature
// turns a proof that went over the wire into the ClientKey. Pure; any thread.
#pragma once

#include "base/secret.h"

namespace art32::pgwire {

inline constexpr std::size_t scram_key_octets = 32;

// What a client needs in place of the password, for one salt and iteration count.
struct ScramKeys {
  base::Secret client_key;
  base::Secret server_key;

  ScramKeys clone() const { return {client_key.clone(), server_key.clone()}; }
};

// Takes as long as crypto::pbkdf2_sha256. The password is prepared already.
ScramKeys derive_scram_keys(const base::Secret& prepared_password, base::ByteView salt, unsigned iterations);

base::Secret scram_stored_key(const base::Secret& client_key);                         // H(ClientKey)
base::Secret scram_signature(const base::Secret& key, std::string_view auth_message);  // HMAC(key, ...)

// ClientKey and ClientSignature make the proof, proof and ClientSignature the ClientKey.
// Both have scram_key_octets.
base::Secret exclusive_or(base::ByteView a, base::ByteView b);

}  // namespace art32::pgwire
