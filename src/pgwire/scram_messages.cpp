#include "pgwire/scram_messages.h"

#include "base/limits.h"
#include "base/text.h"
#include "crypto/random.h"
#include "pgwire/scram_attributes.h"
#include "pgwire/scram_keys.h"

namespace art32::pgwire {
namespace {

using base::ErrorCode;

constexpr std::size_t nonce_random_octets = 18;  // as PostgreSQL: 24 letters

tl::unexpected<base::Error> malformed(std::string_view what) {
  return base::failure(ErrorCode::invalid_argument, "malformed SCRAM message: " + std::string(what),
                       "use a client and a server that speak SCRAM-SHA-256 (RFC 5802)");
}

tl::unexpected<base::Error> mandatory_extension() {
  return base::failure(ErrorCode::unsupported, "the SCRAM message demands an extension that isn't known",
                       "switch the extension off at the peer");
}

base::Status check_message(std::string_view text) {
  if (text.size() > base::limits::scram_message_octets) return malformed("too long");
  if (text.find('\0') != text.npos) return malformed("contains NUL");
  return {};
}

std::optional<ChannelBindingFlag> parse_flag(std::string_view text) {
  for (const auto flag :
       {ChannelBindingFlag::unsupported, ChannelBindingFlag::not_offered, ChannelBindingFlag::end_point}) {
    const std::string_view header = gs2_header(flag);
    if (text == header.substr(0, header.find(','))) return flag;
  }
  return std::nullopt;
}

// RFC 5802 section 5.1: "If the server receives a username that contains '=' not
// followed by either '2C' or '3D', then the server MUST fail the authentication."
bool is_user(std::string_view user) {
  for (std::size_t at = user.find('='); at != user.npos; at = user.find('=', at + 1)) {
    const std::string_view escaped = user.substr(at + 1, 2);
    if (escaped != "2C" && escaped != "3D") return false;
  }
  return true;
}

std::optional<base::Secret> parse_digest(std::string_view text) {
  auto octets = base::from_base64(text);
  if (!octets || octets->size() != scram_key_octets) return std::nullopt;
  return base::Secret(std::move(*octets));
}

}  // namespace

std::string_view gs2_header(ChannelBindingFlag flag) {
  switch (flag) {
    case ChannelBindingFlag::unsupported:
      return "n,,";
    case ChannelBindingFlag::not_offered:
      return "y,,";
    case ChannelBindingFlag::end_point:
      break;
  }
  return "p=tls-server-end-point,,";
}

base::Bytes channel_binding_input(ChannelBindingFlag flag, base::ByteView end_point) {
  base::Bytes input = base::to_bytes(gs2_header(flag));
  if (flag == ChannelBindingFlag::end_point) base::append(input, end_point);
  return input;
}

base::Result<ClientFirst> parse_client_first(std::string_view text) {
  ART32_CHECKED(check_message(text));
  const std::size_t comma = text.find(',');
  const std::size_t second = comma == text.npos ? comma : text.find(',', comma + 1);
  if (second == text.npos) return malformed("no GS2 header");
  const auto flag = parse_flag(text.substr(0, comma));
  if (!flag) return malformed("unknown channel binding");
  if (second != comma + 1)
    return base::failure(ErrorCode::unsupported, "the client asks for an authorization identity",
                         "log in as the role itself");

  const std::string_view bare = text.substr(second + 1);
  ScramAttributes attributes(bare);
  if (attributes.take('m')) return mandatory_extension();
  const auto user = attributes.take('n');
  if (!user || !is_user(*user)) return malformed("no user name");
  const auto nonce = attributes.take('r');
  if (!nonce || !is_scram_nonce(*nonce) || nonce->size() > base::limits::scram_nonce_octets)
    return malformed("no nonce, or one that isn't acceptable");
  while (!attributes.at_end())
    if (!attributes.skip()) return malformed("an extension isn't an attribute");
  return ClientFirst{*flag, bare, *nonce};
}

base::Result<ServerFirst> parse_server_first(std::string_view text) {
  ART32_CHECKED(check_message(text));
  ScramAttributes attributes(text);
  if (attributes.take('m')) return mandatory_extension();
  const auto nonce = attributes.take('r');
  if (!nonce || !is_scram_nonce(*nonce)) return malformed("no nonce, or one that isn't acceptable");
  const auto salt = base::from_base64(attributes.take('s').value_or(""));
  if (!salt || salt->empty() || salt->size() > base::limits::scram_salt_octets)
    return malformed("no salt, or one that isn't acceptable");
  const std::string_view digits = attributes.take('i').value_or("");
  const auto iterations = base::parse_number(digits);
  if (!iterations || digits.starts_with('0')) return malformed("no iteration count");
  if (*iterations > base::limits::scram_iterations)
    return base::failure(ErrorCode::exhausted, "the server asks for too many iterations of SCRAM",
                         "set the password again with at most 1000000 iterations");
  if (!attributes.at_end()) return malformed("more than a nonce, a salt and an iteration count");
  return ServerFirst{*nonce, *salt, static_cast<unsigned>(*iterations)};
}

base::Result<ClientFinal> parse_client_final(std::string_view text) {
  ART32_CHECKED(check_message(text));
  ScramAttributes attributes(text);
  if (attributes.take('m')) return mandatory_extension();
  auto channel_binding = base::from_base64(attributes.take('c').value_or(""));
  if (!channel_binding || channel_binding->empty()) return malformed("no channel binding");
  const auto nonce = attributes.take('r');
  if (!nonce || !is_scram_nonce(*nonce)) return malformed("no nonce, or one that isn't acceptable");
  std::size_t signed_octets = attributes.position();
  std::optional<std::string_view> proof_text;
  while (!(proof_text = attributes.take('p'))) {
    if (!attributes.skip()) return malformed("no proof");
    signed_octets = attributes.position();
  }
  auto proof = parse_digest(*proof_text);
  if (!proof || !attributes.at_end()) return malformed("the proof isn't 32 octets at the end");
  return ClientFinal{text.substr(0, signed_octets), std::move(*channel_binding), *nonce, std::move(*proof)};
}

base::Result<base::Secret> parse_server_final(std::string_view text) {
  ART32_CHECKED(check_message(text));
  ScramAttributes attributes(text);
  if (attributes.take('e'))
    return base::failure(ErrorCode::permission, "the server refused the SCRAM exchange",
                         "check the password; the server's log says more");
  auto signature = parse_digest(attributes.take('v').value_or(""));
  if (!signature || !attributes.at_end()) return malformed("no server signature");
  return std::move(*signature);
}

std::string format_client_first_bare(std::string_view nonce) {
  return "n=,r=" + std::string(nonce);
}

std::string format_server_first(const ServerFirst& message) {
  return "r=" + std::string(message.nonce) + ",s=" + base::base64(message.salt) +
         ",i=" + std::to_string(message.iterations);
}

std::string format_client_final_without_proof(base::ByteView channel_binding, std::string_view nonce) {
  return "c=" + base::base64(channel_binding) + ",r=" + std::string(nonce);
}

std::string with_proof(std::string_view without_proof, const base::Secret& proof) {
  return std::string(without_proof) + ",p=" + base::base64(proof.view());
}

std::string format_server_final(const base::Secret& signature) {
  return "v=" + base::base64(signature.view());
}

std::string scram_auth_message(std::string_view client_first_bare, std::string_view server_first,
                               std::string_view client_final_without_proof) {
  return std::string(client_first_bare) + "," + std::string(server_first) + "," +
         std::string(client_final_without_proof);
}

bool is_scram_nonce(std::string_view nonce) {
  // Two parts, once the server has added its own.
  return !nonce.empty() && nonce.size() <= 2 * base::limits::scram_nonce_octets &&
         std::all_of(nonce.begin(), nonce.end(),
                     [](char letter) { return letter > 0x20 && letter < 0x7f && letter != ','; });
}

std::string make_scram_nonce() {
  return base::base64(crypto::random_bytes(nonce_random_octets));
}

}  // namespace art32::pgwire
