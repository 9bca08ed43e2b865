// Logging in with a claim or an API token in place of a password, and with a claim among the
// start-up parameters: parts of client_login.h.
#include "base/limits.h"
#include "gateway/client_login.h"
#include "gateway/client_session.h"
#include "gateway/worker.h"
#include "pgwire/authentication.h"

namespace art32::gateway {

namespace sqlstate = pgwire::sqlstate;

// Signed by the edge and good for a moment: unlike a password it may be shown.
void ClientLogin::ask_claim() {
  base::Bytes out;
  pgwire::put_authentication(out, {pgwire::AuthenticationKind::cleartext_password, {}});
  session_.leg().send(out);
  state_ = State::claim;
}

void ClientLogin::take_shown_claim(base::ByteView body) {
  const auto shown = pgwire::parse_password(body);
  if (!shown)
    return session_.fail(sqlstate::protocol_violation, "the log-in makes no sense",
                         "send the claim or the token as a password message");
  const auto database = find_database(settings_, database_);
  // Looked at again once the session is there; nothing else than a separated database is shown one.
  if (!database || !database->entrance) return refuse_shown();
  if (const auto believed = database->entrance->believe(*shown); !believed) {
    const bool is_no_claim = believed.error().code == base::ErrorCode::invalid_argument;
    return is_no_claim && settings_->bearers != nullptr ? find_bearer(*shown) : refuse_shown();
  }
  claim_ = ClaimStatement{};
  claim_->value = std::string(*shown);
  welcome();
}

void ClientLogin::find_bearer(std::string_view token) {
  state_ = State::looking_up;
  auto shown = std::make_shared<const base::Secret>(token);
  lookup_ =
      session_.worker().off_loop().run([this, shown, bearers = settings_->bearers]() -> net::OffLoop::After {
        return [this, found = bearers->find(shown->text())] { take_bearer(found); };
      });
  if (lookup_ == nullptr)
    session_.fail(sqlstate::cannot_connect_now, "too many tokens wait to be looked up", "try again");
}

void ClientLogin::take_bearer(base::Result<std::optional<model::Bearer>> found) {
  lookup_.reset();
  if (!found)
    return session_.fail(sqlstate::cannot_connect_now, "tokens can't be looked up: " + found.error().what,
                         "try again");
  if (!*found) return refuse_shown();
  bearer_ = std::move(*found);
  welcome();
}

// Not counted as a wrong password: nobody guesses one, and all tenants are one user to the gateway,
// so those of one would keep the others out.
void ClientLogin::refuse_shown() {
  state_ = State::over;
  ++session_.worker().counters().refused_logins;
  session_.fail(sqlstate::invalid_password, "password authentication failed for user \"" + user_ + "\"",
                "show a claim that hasn't expired, or a valid API token");
}

// The start-up parameters art32.claim and art32.team are for the gateway; the last one counts.
void ClientLogin::take_claim() {
  std::erase_if(parameters_, [&](const auto& parameter) {
    const bool is_claim = same_setting(parameter.first, "art32.claim");
    if (!is_claim && !same_setting(parameter.first, "art32.team")) return false;
    claim_ = ClaimStatement{};
    if (!is_claim) claim_->subject = ClaimStatement::Subject::team;
    claim_->value = parameter.second;
    return true;
  });
}

}  // namespace art32::gateway
