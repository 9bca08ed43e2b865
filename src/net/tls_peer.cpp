#include "net/tls_peer.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "net/connect.h"

namespace art32::net {

void name_server(const TlsStream& stream, const std::string& server_name) {
  if (server_name.empty() || is_numeric_address(server_name)) return;
  SSL_set_tlsext_host_name(stream.native(), server_name.c_str());
}

bool wait_for(StreamProgress progress, int descriptor, const Deadline& deadline) {
  const short events = progress == StreamProgress::wants_write ? POLLOUT : POLLIN;
  return deadline.wait(descriptor, events) == Deadline::Wait::ready;
}

StreamProgress shake_hands(TlsStream& stream, int descriptor, const Deadline& deadline) {
  while (true) {
    const StreamProgress progress = stream.handshake();
    if (progress != StreamProgress::wants_read && progress != StreamProgress::wants_write) return progress;
    if (!wait_for(progress, descriptor, deadline)) return progress;
  }
}

std::string peer_certificate_pem(const TlsStream& stream) {
  return certificate_pem_of_peer(stream.native());
}

std::string certificate_pem_of_peer(ssl_st* connection) {
  X509* leaf = SSL_get0_peer_certificate(connection);
  if (leaf == nullptr) return {};
  const std::unique_ptr<BIO, int (*)(BIO*)> target(BIO_new(BIO_s_mem()), BIO_free);
  if (!target || PEM_write_bio_X509(target.get(), leaf) != 1) return {};
  char* text = nullptr;
  const long size = BIO_get_mem_data(target.get(), &text);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace art32::net
