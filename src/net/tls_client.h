// Handshakes as an outsider makes them, for probes: one version at a time, down
// to TLS 1.0, reporting what the peer did rather than only success or failure.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "net/https_client.h"

namespace art32::net {

enum class TlsVersion { tls_1_0, tls_1_1, tls_1_2, tls_1_3 };
std::string_view name(TlsVersion version);

struct TlsAttempt {
  enum class Outcome {
    accepted,     // handshake completed
    refused,      // the peer answered with an alert or closed during the handshake
    unreachable,  // no TCP connection, a time-out, or a local failure: nothing learnt
  };
  Outcome outcome = Outcome::unreachable;
  std::string detail;   // alert name, cipher, or the failure
  std::string version;  // as negotiated: "TLSv1.3"
  std::string cipher;
  std::string certificate_pem;  // the leaf that was served, if any
};

// What is said in clear before TLS where a protocol turns to it: octets to send, and the
// one octet that says yes. Any other is a refusal.
struct TlsPrelude {
  std::string request;
  char yes = 0;
};

// Offers exactly this version, every cipher at security level 0; verifies no chain.
TlsAttempt attempt_tls(const Endpoint& endpoint, TlsVersion version, std::chrono::milliseconds limit,
                       const TlsPrelude& prelude = {});

// Says something in clear and returns what the peer answers, up to `most` octets or its
// end; empty when it closes without a word. `unavailable` when there is no connection,
// `timeout` when nothing comes.
base::Result<std::string> attempt_clear(const Endpoint& endpoint, std::string_view octets, std::size_t most,
                                        std::chrono::milliseconds limit);

}  // namespace art32::net
