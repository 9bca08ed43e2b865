#include "audit/control_ask.h"

#include <fmt/core.h>

#include "net/control_socket.h"

namespace art32::audit {

namespace json = boost::json;

namespace {

// Hashing a password on a busy machine takes seconds.
constexpr auto answer_wait = std::chrono::seconds(10);

}  // namespace

base::Result<json::value> ask_instance(const base::Path& control_socket, std::string_view command,
                                       json::object arguments) {
  const json::object request{{"command", command}, {"arguments", std::move(arguments)}};
  ART32_ASSIGN(const std::string reply,
               net::control_request(control_socket, json::serialize(request), answer_wait));
  try {
    json::value parsed = json::parse(reply);
    if (parsed.at("ok").as_bool()) {
      const json::value* result = parsed.as_object().if_contains("result");
      return result == nullptr ? json::value() : *result;
    }
    return base::failure(
        base::ErrorCode::unavailable,
        fmt::format("{} was refused: {}", command, std::string(parsed.at("error").at("what").as_string())));
  } catch (const std::exception& fault) {
    return base::failure(base::ErrorCode::corrupt,
                         fmt::format("the reply to {} can't be read: {}", command, fault.what()));
  }
}

}  // namespace art32::audit
