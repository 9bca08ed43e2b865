#include "pgwire/negotiation.h"

namespace art32::pgwire {
namespace {

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

tl::unexpected<Refusal> bad_answer(std::string_view reason) {
  return tl::make_unexpected(
      Refusal{sqlstate::protocol_violation, reason,
              "The server doesn't negotiate as PostgreSQL does: check what stands there."});
}

}  // namespace

Negotiated negotiate(const StartupMessage& asked, ProtocolVersion newest,
                     std::span<const std::string_view> known_options) {
  ART32_ASSERT(asked.version.major == 3 && (newest == protocol_3_0 || newest == protocol_3_2));
  Negotiated result;
  result.version = std::min(asked.version, newest);
  if (result.version == protocol_3_1) result.version = protocol_3_0;
  for (const StartupParameter& option : asked.protocol_options)
    if (!contains(known_options, option.name)) result.unknown_options.push_back(option.name);
  result.must_tell = result.version != asked.version || !result.unknown_options.empty();
  return result;
}

Accepted<ProtocolVersion> accept_negotiation(ProtocolVersion asked,
                                             std::span<const std::string_view> asked_options,
                                             const NegotiateProtocolVersion& answer) {
  if (answer.newest == protocol_3_1)
    return bad_answer("the server answered with protocol 3.1, which doesn't exist");
  if (answer.newest > asked) return bad_answer("the server answered with a newer protocol than asked for");
  if (answer.newest < protocol_3_0) return bad_answer("the server answered with a protocol before 3.0");
  if (answer.newest == asked && answer.unknown_options.empty())
    return bad_answer("the server negotiated without a reason");
  for (const std::string_view option : answer.unknown_options)
    if (!contains(asked_options, option))
      return bad_answer("the server refused an option that wasn't asked for");
  return answer.newest;
}

}  // namespace art32::pgwire
