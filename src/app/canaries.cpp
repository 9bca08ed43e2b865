#include "app/canaries.h"

#include "base/log.h"

namespace art32::app {

base::Result<audit::Canary> make_canary(identity::Accounts& accounts) {
  audit::Canary canary{audit::canary_account(), audit::canary_password(), {}};
  ART32_CHECKED(accounts.add(canary.account));
  const auto equip = [&]() -> base::Status {
    ART32_CHECKED(accounts.set_password(canary.account, canary.password));
    ART32_ASSIGN(const base::Secret token, accounts.issue_token(canary.account, "canary", std::nullopt));
    canary.token = std::string(token.text());
    return {};
  };
  if (const base::Status equipped = equip(); !equipped) {
    remove_canary(accounts, canary.account);
    return tl::unexpected<base::Error>(equipped.error());
  }
  return canary;
}

void remove_canary(identity::Accounts& accounts, std::string_view account) {
  const base::Status removed = accounts.remove(account);
  if (!removed && removed.error().code != base::ErrorCode::not_found)
    base::log_error("canary not removed",
                    {{"account", std::string(account)}, {"error", removed.error().message()}});
}

void remove_left_canaries(identity::Accounts& accounts) {
  const auto all = accounts.list();
  if (!all) return base::log_error("accounts can't be listed", {{"error", all.error().message()}});
  for (const identity::Account& account : *all)
    if (audit::is_canary_account(account.name)) remove_canary(accounts, account.name);
}

}  // namespace art32::app
