// The four messages of a SCRAM exchange as text (RFC 5802 sections 5 and 7), for
// ScramServer and ScramClient.
//
// Parsers are strict and bounded (base/limits.h); what they return borrows from the
// text. They refuse with `invalid_argument` what isn't such a message, and with
// `unsupported` what they may not ignore (an authorization identity, a mandatory
// extension). No error repeats what the peer sent. Pure; any thread.
#pragma once

#include "base/result.h"
#include "base/secret.h"

namespace art32::pgwire {

inline constexpr std::string_view scram_sha_256 = "SCRAM-SHA-256";
inline constexpr std::string_view scram_sha_256_plus = "SCRAM-SHA-256-PLUS";

// What a client says of channel binding at the beginning of its first message.
enum class ChannelBindingFlag {
  unsupported,  // "n": the client can't
  not_offered,  // "y": it could, and believes that the server can't
  end_point,    // "p=tls-server-end-point"
};
std::string_view gs2_header(ChannelBindingFlag flag);  // "n,,"
// What client-final repeats: the header and, for end_point, the certificate's hash.
base::Bytes channel_binding_input(ChannelBindingFlag flag, base::ByteView end_point);

struct ClientFirst {
  ChannelBindingFlag flag = ChannelBindingFlag::unsupported;
  std::string_view bare;  // what is signed: all but the header
  std::string_view nonce;
};
struct ServerFirst {
  std::string_view nonce;  // the client's and the server's, joined
  base::Bytes salt;
  unsigned iterations = 0;
};
struct ClientFinal {
  std::string_view without_proof;
  base::Bytes channel_binding;
  std::string_view nonce;
  base::Secret proof;
};

base::Result<ClientFirst> parse_client_first(std::string_view text);
base::Result<ServerFirst> parse_server_first(std::string_view text);
base::Result<ClientFinal> parse_client_final(std::string_view text);
// The server's signature; `permission` when the server says that it refuses.
base::Result<base::Secret> parse_server_final(std::string_view text);

std::string format_client_first_bare(std::string_view nonce);  // PostgreSQL knows the user already
std::string format_server_first(const ServerFirst& message);
std::string format_client_final_without_proof(base::ByteView channel_binding, std::string_view nonce);
std::string with_proof(std::string_view without_proof, const base::Secret& proof);
std::string format_server_final(const base::Secret& signature);

// What both sides sign.
std::string scram_auth_message(std::string_view client_first_bare, std::string_view server_first,
                               std::string_view client_final_without_proof);

// Printable ASCII without a comma, within the limit. make_scram_nonce has 144 random bits.
bool is_scram_nonce(std::string_view nonce);
std::string make_scram_nonce();

}  // namespace art32::pgwire
