// Messages of the log-in, both directions: Authentication* of the server, and what
// clients send as type 'p', whose meaning hangs on what was asked for.
//
// What SASL carries is opaque here. Views live as long as the body; a password within
// one is the caller's to wipe. Pure; any thread. PostgreSQL documentation, sections
// 55.2.1 "Start-up" and 55.3 "SASL Authentication".
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace art32::pgwire {

enum class AuthenticationKind : std::uint32_t {
  ok = 0,
  kerberos_v5 = 2,  // no longer used
  cleartext_password = 3,
  md5_password = 5,
  gss = 7,
  gss_continue = 8,
  sspi = 9,
  sasl = 10,
  sasl_continue = 11,
  sasl_final = 12,
};

struct Authentication {
  AuthenticationKind kind = AuthenticationKind::ok;
  base::ByteView data;  // the salt, the mechanisms as on the wire, or what SASL and GSS carry
};
std::optional<Authentication> parse_authentication(base::ByteView body) noexcept;
void put_authentication(base::Bytes& target, const Authentication& authentication);

// The names within `data` of kind sasl; parse_authentication has checked it.
std::vector<std::string_view> sasl_mechanisms(const Authentication& authentication);
void put_sasl_request(base::Bytes& target, std::span<const std::string_view> mechanisms);

// PasswordMessage, clear or hashed.
std::optional<std::string_view> parse_password(base::ByteView body) noexcept;
void put_password(base::Bytes& target, std::string_view password);

struct SaslInitialResponse {
  std::string_view mechanism;
  std::optional<base::ByteView> response;
};
std::optional<SaslInitialResponse> parse_sasl_initial_response(base::ByteView body) noexcept;
void put_sasl_initial_response(base::Bytes& target, const SaslInitialResponse& response);

// SASLResponse: its body is the response.
void put_sasl_response(base::Bytes& target, base::ByteView response);

}  // namespace art32::pgwire
