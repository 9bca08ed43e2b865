#include "pgwire/scram_verifier.h"

#include "base/assert.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/mac.h"
#include "pgwire/scram_keys.h"
#include "pgwire/scram_password.h"

namespace art32::pgwire {
namespace {

constexpr std::string_view prefix = "SCRAM-SHA-256$";

tl::unexpected<base::Error> not_a_verifier(std::string_view why) {
  return base::failure(base::ErrorCode::invalid_argument,
                       "the stored password isn't a SCRAM-SHA-256 verifier: " + std::string(why),
                       "set the password again, with password_encryption = 'scram-sha-256'");
}

bool has_sound_cost(unsigned iterations, std::size_t salt_octets) {
  return iterations > 0 && iterations <= base::limits::scram_iterations && salt_octets > 0 &&
         salt_octets <= base::limits::scram_salt_octets;
}

std::optional<base::Secret> parse_key(std::string_view text) {
  std::optional<base::Bytes> octets = base::from_base64(text);
  if (!octets || octets->size() != scram_key_octets) return std::nullopt;
  return base::Secret(std::move(*octets));
}

base::Secret mock_part(const base::Secret& secret, std::string_view purpose, std::string_view user) {
  const crypto::Digest part =
      crypto::hmac_sha256(secret.view(), {base::as_bytes(purpose), base::as_bytes(user)});
  return base::Secret(base::as_text(part));
}

}  // namespace

base::Result<ScramVerifier> parse_scram_verifier(std::string_view text) {
  if (!text.starts_with(prefix)) return not_a_verifier("it begins otherwise");
  const auto parts = base::split(text.substr(prefix.size()), '$');
  if (parts.size() != 2) return not_a_verifier("it hasn't three parts");
  const auto cost = base::split(parts[0], ':');
  const auto keys = base::split(parts[1], ':');
  if (cost.size() != 2 || keys.size() != 2) return not_a_verifier("a part isn't a pair");

  const auto iterations = base::parse_number(cost[0]);
  auto salt = base::from_base64(cost[1]);
  if (!iterations || *iterations > base::limits::scram_iterations || !salt ||
      !has_sound_cost(static_cast<unsigned>(*iterations), salt->size()))
    return not_a_verifier("iterations or salt are malformed or past their limit");
  auto stored_key = parse_key(keys[0]);
  auto server_key = parse_key(keys[1]);
  if (!stored_key || !server_key) return not_a_verifier("a key isn't 32 octets in base64");
  return ScramVerifier{static_cast<unsigned>(*iterations), std::move(*salt), std::move(*stored_key),
                       std::move(*server_key)};
}

base::Secret format_scram_verifier(const ScramVerifier& verifier) {
  return base::Secret(std::string(prefix) + std::to_string(verifier.iterations) + ":" +
                      base::base64(verifier.salt) + "$" + base::base64(verifier.stored_key.view()) + ":" +
                      base::base64(verifier.server_key.view()));
}

base::Result<ScramVerifier> make_scram_verifier(std::string_view password, base::Bytes salt,
                                                unsigned iterations) {
  ART32_ASSERT(has_sound_cost(iterations, salt.size()));
  ART32_ASSIGN(const base::Secret prepared, prepare_scram_password(password));
  ScramKeys keys = derive_scram_keys(prepared, salt, iterations);
  return ScramVerifier{iterations, std::move(salt), scram_stored_key(keys.client_key),
                       std::move(keys.server_key)};
}

ScramVerifier mock_scram_verifier(const base::Secret& secret, std::string_view user, unsigned iterations) {
  ART32_ASSERT(secret.size() >= scram_key_octets && has_sound_cost(iterations, scram_usual_salt_octets));
  const base::Secret salt = mock_part(secret, "scram salt:", user);
  const base::ByteView first = salt.view().first(scram_usual_salt_octets);
  return {iterations, base::Bytes(first.begin(), first.end()), mock_part(secret, "scram stored key:", user),
          mock_part(secret, "scram server key:", user)};
}

bool fits_password(const ScramVerifier& verifier, std::string_view password) {
  const auto prepared = prepare_scram_password(password);
  if (!prepared) return false;
  const ScramKeys keys = derive_scram_keys(*prepared, verifier.salt, verifier.iterations);
  const bool is_client =
      crypto::equal_constant_time(scram_stored_key(keys.client_key).view(), verifier.stored_key.view());
  const bool is_server = crypto::equal_constant_time(keys.server_key.view(), verifier.server_key.view());
  return is_client && is_server;
}

}  // namespace art32::pgwire
