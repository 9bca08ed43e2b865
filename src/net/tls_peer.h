// What a client does over a TlsStream: names the server, waits for the handshake
// by a deadline, reads the certificate that was served.
#pragma once

#include <string>

#include "net/deadline.h"
#include "net/tls_stream.h"

namespace art32::net {

// RFC 6066 section 3: the server name indication carries host names, not addresses.
void name_server(const TlsStream& stream, const std::string& server_name);

// Waits until the socket allows what `progress` wants; false once the deadline passed.
bool wait_for(StreamProgress progress, int descriptor, const Deadline& deadline);

// Ends in done, closed or failed; in wants_read or wants_write when time ran out.
StreamProgress shake_hands(TlsStream& stream, int descriptor, const Deadline& deadline);

// The leaf, PEM; empty when none was served.
std::string peer_certificate_pem(const TlsStream& stream);
std::string certificate_pem_of_peer(ssl_st* connection);

}  // namespace art32::net
