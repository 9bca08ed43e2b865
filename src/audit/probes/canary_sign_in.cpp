#include "audit/probes/canary_sign_in.h"

#include <fmt/core.h>

#include "audit/probes/fetch.h"
#include "base/bytes.h"

namespace art32::audit {

void HeldCanary::remove() {
  if (!std::exchange(removed_, true)) target_.remove_canary(canary_);
}

std::string basic(std::string_view account, std::string_view password) {
  return "Basic " + base::base64(base::as_bytes(fmt::format("{}:{}", account, password)));
}

std::string bearer(std::string_view token) {
  return fmt::format("Bearer {}", token);
}

SignIn sign_in(const ProbeContext& context, std::string authorization) {
  const auto exchange = get(context, "/metrics", {{"Authorization", std::move(authorization)}});
  if (!exchange) return {Outcome::undecided, exchange.error().message()};
  const int status = exchange->response.status;
  std::string seen = fmt::format("/metrics answers {}", status);
  if (status >= 200 && status < 300) return {Outcome::worked, std::move(seen)};
  // Anything else, such as 429 or 503, doesn't say whether the secret was wrong.
  if (status == 400 || status == 401 || status == 403) return {Outcome::refused, std::move(seen)};
  return {Outcome::undecided, std::move(seen)};
}

}  // namespace art32::audit
