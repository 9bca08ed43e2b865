// How PostgreSQL is spoken to in clear, before TLS or instead of it, for probes.
// Pure; any thread.
#pragma once

#include <string>

#include "audit/target.h"
#include "net/tls_client.h"

namespace art32::audit {

// The request for TLS where the listener's protocol wants one first.
net::TlsPrelude prelude_of(model::Protocol protocol);

// A start-up packet in clear, as a client without TLS begins.
std::string startup_in_clear(const std::string& user, const std::string& database);

// What a first answer to it means: a request for a password, or for nothing, lets the
// client in without TLS; an error turns it away.
enum class ClearAnswer { let_in, turned_away, senseless };
ClearAnswer read_clear_answer(std::string_view answer);

// The answer's error, for people.
std::string words_of_answer(std::string_view answer);

}  // namespace art32::audit
