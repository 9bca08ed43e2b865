#include "pgwire/authentication.h"

#include "pgwire/message.h"
#include "pgwire/value_list.h"

namespace art32::pgwire {
namespace {

constexpr std::size_t md5_salt_octets = 4;

// Names, each with its zero, and an empty one at the end; at least one.
bool is_mechanism_list(base::ByteView data) noexcept {
  BodyReader reader(data);
  std::size_t names = 0;
  while (!reader.failed() && !reader.cstring().empty())
    ++names;
  return names > 0 && reader.finished();
}

bool has_right_data(const Authentication& authentication) noexcept {
  switch (authentication.kind) {
    case AuthenticationKind::ok:
    case AuthenticationKind::kerberos_v5:
    case AuthenticationKind::cleartext_password:
    case AuthenticationKind::gss:
    case AuthenticationKind::sspi:
      return authentication.data.empty();
    case AuthenticationKind::md5_password:
      return authentication.data.size() == md5_salt_octets;
    case AuthenticationKind::sasl:
      return is_mechanism_list(authentication.data);
    case AuthenticationKind::gss_continue:
    case AuthenticationKind::sasl_continue:
    case AuthenticationKind::sasl_final:
      return true;
  }
  return false;
}

}  // namespace

std::optional<Authentication> parse_authentication(base::ByteView body) noexcept {
  BodyReader reader(body);
  Authentication authentication;
  authentication.kind = static_cast<AuthenticationKind>(reader.u32());
  authentication.data = reader.rest();
  if (!reader.finished() || !has_right_data(authentication)) return std::nullopt;
  return authentication;
}

void put_authentication(base::Bytes& target, const Authentication& authentication) {
  ART32_ASSERT(has_right_data(authentication));
  MessageWriter(target, backend_type::authentication)
      .u32(static_cast<std::uint32_t>(authentication.kind))
      .octets(authentication.data)
      .finish();
}

std::vector<std::string_view> sasl_mechanisms(const Authentication& authentication) {
  ART32_ASSERT(authentication.kind == AuthenticationKind::sasl);
  std::vector<std::string_view> names;
  BodyReader reader(authentication.data);
  for (std::string_view name = reader.cstring(); !name.empty(); name = reader.cstring())
    names.push_back(name);
  return names;
}

void put_sasl_request(base::Bytes& target, std::span<const std::string_view> mechanisms) {
  ART32_ASSERT(!mechanisms.empty());
  MessageWriter writer(target, backend_type::authentication);
  writer.u32(static_cast<std::uint32_t>(AuthenticationKind::sasl));
  for (const std::string_view name : mechanisms) {
    ART32_ASSERT(!name.empty());
    writer.cstring(name);
  }
  writer.u8(0).finish();
}

std::optional<std::string_view> parse_password(base::ByteView body) noexcept {
  BodyReader reader(body);
  const std::string_view password = reader.cstring();
  if (!reader.finished()) return std::nullopt;
  return password;
}

void put_password(base::Bytes& target, std::string_view password) {
  MessageWriter(target, frontend_type::password).cstring(password).finish();
}

std::optional<SaslInitialResponse> parse_sasl_initial_response(base::ByteView body) noexcept {
  BodyReader reader(body);
  SaslInitialResponse response;
  response.mechanism = reader.cstring();
  response.response = read_value(reader);
  if (!reader.finished() || response.mechanism.empty()) return std::nullopt;
  return response;
}

void put_sasl_initial_response(base::Bytes& target, const SaslInitialResponse& response) {
  MessageWriter writer(target, frontend_type::password);
  writer.cstring(response.mechanism);
  write_value(writer, response.response);
  writer.finish();
}

void put_sasl_response(base::Bytes& target, base::ByteView response) {
  MessageWriter(target, frontend_type::password).octets(response).finish();
}

}  // namespace art32::pgwire
