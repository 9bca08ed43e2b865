#include "pgwire/scram_client.h"

#include "base/assert.h"
#include "base/limits.h"
#include "crypto/mac.h"
#include "pgwire/scram_password.h"

namespace art32::pgwire {
namespace {

using base::ErrorCode;
using base::failure;

constexpr std::size_t shortest_server_nonce = 8;

bool contains(std::span<const std::string_view> offered, std::string_view mechanism) {
  return std::find(offered.begin(), offered.end(), mechanism) != offered.end();
}

tl::unexpected<base::Error> out_of_order() {
  return failure(ErrorCode::invalid_argument, "the server sent a SCRAM message out of order",
                 "check that the address is a PostgreSQL server's");
}

}  // namespace

ScramClient::ScramClient(Credential credential, ChannelBinding binding, base::Bytes end_point,
                         std::string nonce)
    : credential_(std::move(credential)),
      binding_(binding),
      end_point_(std::move(end_point)),
      nonce_(std::move(nonce)) {
  ART32_ASSERT(is_scram_nonce(nonce_) && nonce_.size() <= base::limits::scram_nonce_octets);
}

base::Result<ScramClient::Start> ScramClient::start(std::span<const std::string_view> offered) {
  const bool is_in_order = state_ == State::begins;
  state_ = State::failed;
  if (!is_in_order) return out_of_order();
  ART32_CHECKED(choose(offered));
  state_ = State::waits_for_first;
  return Start{flag_ == ChannelBindingFlag::end_point ? scram_sha_256_plus : scram_sha_256,
               std::string(gs2_header(flag_)) + format_client_first_bare(nonce_)};
}

base::Result<std::string> ScramClient::answer(std::string_view server_first) {
  const bool is_in_order = state_ == State::waits_for_first;
  state_ = State::failed;
  if (!is_in_order) return out_of_order();
  auto answer = prove(server_first);
  credential_ = base::Secret();
  if (answer) state_ = State::waits_for_final;
  return answer;
}

base::Status ScramClient::finish(std::string_view server_final) {
  const bool is_in_order = state_ == State::waits_for_final;
  state_ = State::failed;
  if (!is_in_order) return out_of_order();
  ART32_ASSIGN(const base::Secret signature, parse_server_final(server_final));
  if (!crypto::equal_constant_time(signature.view(), expected_signature_.view()))
    return failure(ErrorCode::check_failed, "the server doesn't know this role's password",
                   "check that the address is the right server's");
  state_ = State::finished;
  return {};
}

base::Status ScramClient::choose(std::span<const std::string_view> offered) {
  const bool can_bind = binding_ != ChannelBinding::disabled && !end_point_.empty();
  if (can_bind && contains(offered, scram_sha_256_plus)) {
    flag_ = ChannelBindingFlag::end_point;
    return {};
  }
  if (binding_ == ChannelBinding::required)
    return failure(ErrorCode::check_failed, "channel binding is required, and this connection has none",
                   "use TLS and a server that offers SCRAM-SHA-256-PLUS");
  if (!contains(offered, scram_sha_256))
    return failure(ErrorCode::unsupported, "the server offers no SASL mechanism that is known",
                   "set the role's password with password_encryption = 'scram-sha-256'");
  // RFC 5802 section 6: with "y" the server notices when its offer was removed on the way.
  flag_ = can_bind ? ChannelBindingFlag::not_offered : ChannelBindingFlag::unsupported;
  return {};
}

base::Result<std::string> ScramClient::prove(std::string_view server_first) {
  ART32_ASSIGN(const ServerFirst first, parse_server_first(server_first));
  // RFC 5802 section 5.1: "the client MUST verify that the initial part of the nonce
  // used in subsequent messages is the same as the nonce it initially specified".
  if (!first.nonce.starts_with(nonce_) || first.nonce.size() < nonce_.size() + shortest_server_nonce)
    return failure(ErrorCode::check_failed, "the server's nonce doesn't continue the client's",
                   "check that the address is a PostgreSQL server's");
  ART32_ASSIGN(const ScramKeys keys, keys_for(first));
  const std::string without_proof =
      format_client_final_without_proof(channel_binding_input(flag_, end_point_), first.nonce);
  const std::string message =
      scram_auth_message(format_client_first_bare(nonce_), server_first, without_proof);
  const base::Secret client_signature = scram_signature(scram_stored_key(keys.client_key), message);
  expected_signature_ = scram_signature(keys.server_key, message);
  return with_proof(without_proof, exclusive_or(keys.client_key.view(), client_signature.view()));
}

base::Result<ScramKeys> ScramClient::keys_for(const ServerFirst& first) {
  if (const auto* keys = std::get_if<ScramKeys>(&credential_)) return keys->clone();
  if (derived_ != nullptr && derived_->iterations == first.iterations && derived_->salt == first.salt)
    return derived_->keys.clone();
  ART32_ASSIGN(const base::Secret prepared,
               prepare_scram_password(std::get<base::Secret>(credential_).text()));
  ScramKeys keys = derive_scram_keys(prepared, first.salt, first.iterations);
  if (derived_ != nullptr) *derived_ = {first.salt, first.iterations, keys.clone()};
  return keys;
}

}  // namespace art32::pgwire
