#include "audit/control_canary.h"

#include "audit/control_ask.h"
#include "base/log.h"

namespace art32::audit {
base::Result<Canary> make_canary(const base::Path& control_socket) {
  Canary canary{canary_account(), canary_password(), {}};
  ART32_CHECKED(ask_instance(control_socket, "account add", {{"name", canary.account}}));
  const auto rest = [&]() -> base::Result<std::string> {
    ART32_CHECKED(ask_instance(control_socket, "account password",
                               {{"name", canary.account}, {"password", canary.password}}));
    ART32_ASSIGN(const boost::json::value issued,
                 ask_instance(control_socket, "account token issue",
                              {{"account", canary.account}, {"name", "canary"}}));
    const boost::json::object* object = issued.if_object();
    const boost::json::value* token = object == nullptr ? nullptr : object->if_contains("token");
    if (token == nullptr || !token->is_string())
      return base::failure(base::ErrorCode::corrupt, "the reply to account token issue holds no token");
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
  if (const auto removed = ask_instance(control_socket, "account remove", {{"name", canary.account}});
      !removed)
    base::log_warning("canary not removed",
                      {{"account", canary.account}, {"error", removed.error().message()}});
}

}  // namespace art32::audit
