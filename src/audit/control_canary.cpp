#include "audit/control_canary.h"

#include <fmt/core.h>

#include <boost/json.hpp>

#include "base/log.h"
#include "net/control_socket.h"

namespace art32::audit {
namespace {

namespace json = boost::json;

// Hashing a password on a busy machine takes seconds.
constexpr auto answer_wait = std::chrono::seconds(10);

base::Result<json::value> ask(const base::Path& control_socket, std::string_view command,
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

}  // namespace

base::Result<Canary> make_canary(const base::Path& control_socket) {
  Canary canary{canary_account(), canary_password(), {}};
  ART32_CHECKED(ask(control_socket, "account add", {{"name", canary.account}}));
  const auto rest = [&]() -> base::Result<std::string> {
    ART32_CHECKED(
        ask(control_socket, "account password", {{"name", canary.account}, {"password", canary.password}}));
    ART32_ASSIGN(const json::value issued,
                 ask(control_socket, "token issue", {{"account", canary.account}, {"name", "canary"}}));
    const json::object* object = issued.if_object();
    const json::value* token = object == nullptr ? nullptr : object->if_contains("token");
    if (token == nullptr || !token->is_string())
      return base::failure(base::ErrorCode::corrupt, "the reply to token issue holds no token");
    return std::string(token->as_string());
  };
  auto token = rest();
  if (!token) {
    remove_canary(control_socket, canary);
    return tl::unexpected<base::Error>(std::move(token).error());
  }
  canary.token = std::move(*token);
  return canary;
}

void remove_canary(const base::Path& control_socket, const Canary& canary) {
  if (const auto removed = ask(control_socket, "account remove", {{"name", canary.account}}); !removed)
    base::log_warning("canary not removed",
                      {{"account", canary.account}, {"error", removed.error().message()}});
}

}  // namespace art32::audit
