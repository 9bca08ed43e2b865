#include "pgwire/scram_server.h"

#include "base/assert.h"
#include "base/limits.h"
#include "crypto/mac.h"

namespace art32::pgwire {
namespace {

using base::ErrorCode;
using base::failure;

tl::unexpected<base::Error> out_of_order() {
  return failure(ErrorCode::invalid_argument, "a SCRAM message came out of order",
                 "connect again, with a client that speaks SCRAM-SHA-256 (RFC 5802)");
}

}  // namespace

ScramServer::ScramServer(ScramVerifier verifier, base::Bytes end_point, std::string nonce)
    : verifier_(std::move(verifier)), end_point_(std::move(end_point)), nonce_(std::move(nonce)) {
  ART32_ASSERT(is_scram_nonce(nonce_) && nonce_.size() <= base::limits::scram_nonce_octets);
  ART32_ASSERT(verifier_.stored_key.size() == scram_key_octets &&
               verifier_.server_key.size() == scram_key_octets);
}

std::vector<std::string_view> ScramServer::mechanisms() const {
  if (end_point_.empty()) return {scram_sha_256};
  return {scram_sha_256_plus, scram_sha_256};
}

base::Result<std::string> ScramServer::answer_first(std::string_view mechanism,
                                                    std::string_view client_first) {
  const bool is_in_order = state_ == State::waits_for_first;
  state_ = State::failed;
  if (!is_in_order) return out_of_order();
  auto answer = begin(mechanism, client_first);
  if (answer) state_ = State::waits_for_final;
  return answer;
}

base::Result<std::string> ScramServer::answer_final(std::string_view client_final) {
  const bool is_in_order = state_ == State::waits_for_final;
  state_ = State::failed;
  if (!is_in_order) return out_of_order();
  auto answer = check(client_final);
  if (answer) state_ = State::finished;
  return answer;
}

const ScramKeys& ScramServer::keys() const {
  ART32_ASSERT(is_finished());
  return keys_;
}

base::Result<std::string> ScramServer::begin(std::string_view mechanism, std::string_view client_first) {
  ART32_ASSIGN(const ClientFirst first, parse_client_first(client_first));
  flag_ = first.flag;
  ART32_CHECKED(check_binding(mechanism));
  client_first_bare_ = first.bare;
  nonce_.insert(0, first.nonce);
  server_first_ = format_server_first({nonce_, verifier_.salt, verifier_.iterations});
  return server_first_;
}

base::Status ScramServer::check_binding(std::string_view mechanism) const {
  const bool is_plus = mechanism == scram_sha_256_plus;
  if ((!is_plus && mechanism != scram_sha_256) || (is_plus && end_point_.empty()))
    return failure(ErrorCode::invalid_argument, "the client chose a SASL mechanism that wasn't offered",
                   "use a client that speaks SCRAM-SHA-256 (RFC 5802)");
  if (is_plus != (flag_ == ChannelBindingFlag::end_point))
    return failure(ErrorCode::invalid_argument,
                   "the client's SCRAM message doesn't fit the mechanism that it chose",
                   "use a client that speaks SCRAM-SHA-256 (RFC 5802)");
  // RFC 5802 section 6: "If the flag is set to 'y' and the server supports channel
  // binding, the server MUST fail authentication", since somebody removed the offer.
  if (flag_ == ChannelBindingFlag::not_offered && !end_point_.empty())
    return failure(ErrorCode::check_failed, "the client wasn't told that this server offers channel binding",
                   "look for somebody between client and server who ends TLS");
  return {};
}

base::Result<std::string> ScramServer::check(std::string_view client_final) {
  ART32_ASSIGN(const ClientFinal last, parse_client_final(client_final));
  if (!crypto::equal_constant_time(base::as_bytes(last.nonce), base::as_bytes(nonce_)))
    return failure(ErrorCode::invalid_argument, "the client's last SCRAM message has another nonce",
                   "use a client that speaks SCRAM-SHA-256 (RFC 5802)");
  if (!crypto::equal_constant_time(last.channel_binding, channel_binding_input(flag_, end_point_)))
    return failure(ErrorCode::check_failed, "the client's channel binding is another connection's",
                   "look for somebody between client and server who ends TLS");

  // RFC 5802 section 3: ClientKey = ClientProof XOR ClientSignature, and its hash is StoredKey.
  const std::string message = scram_auth_message(client_first_bare_, server_first_, last.without_proof);
  const base::Secret client_signature = scram_signature(verifier_.stored_key, message);
  base::Secret client_key = exclusive_or(last.proof.view(), client_signature.view());
  const base::Secret server_signature = scram_signature(verifier_.server_key, message);
  if (!crypto::equal_constant_time(scram_stored_key(client_key).view(), verifier_.stored_key.view()))
    return failure(ErrorCode::permission, "the password is wrong, or the user doesn't exist",
                   "check both; too many tries are slowed down");
  keys_ = {std::move(client_key), verifier_.server_key.clone()};
  return format_server_final(server_signature);
}

}  // namespace art32::pgwire
