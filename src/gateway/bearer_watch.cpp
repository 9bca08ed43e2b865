#include "gateway/bearer_watch.h"

#include "base/limits.h"
#include "gateway/client_session.h"
#include "gateway/worker.h"

namespace art32::gateway {

namespace limits = base::limits;

BearerWatch::BearerWatch(ClientSession& session, model::Bearer bearer)
    : session_(session),
      bearer_(std::move(bearer)),
      known_(session.worker().loop().now()),
      timer_(session.worker().loop(), [this] { ask(); }) {
  timer_.set(session.worker().settings()->bearer_check);
}

void BearerWatch::ask() {
  timer_.set(session_.worker().settings()->bearer_check);
  const auto bearers = session_.worker().settings()->bearers;
  if (bearers == nullptr) return is_unknown("no tokens are kept here any more");
  asked_ = session_.worker().off_loop().run([this, bearers, bearer = bearer_]() -> net::OffLoop::After {
    return [this, holds = bearers->still_holds(bearer)] { told(holds); };
  });
  if (asked_ == nullptr) is_unknown("too many tokens wait to be looked up");
}

void BearerWatch::told(const base::Result<bool>& holds) {
  asked_.reset();
  if (!holds) return is_unknown(holds.error().what);
  if (*holds) {
    known_ = session_.worker().loop().now();
    return;
  }
  session_.fail(pgwire::sqlstate::invalid_authorization, "the API token of this session is no longer valid",
                "sign in with another one");
}

void BearerWatch::is_unknown(const std::string& why) {
  if (session_.worker().loop().now() - known_ < limits::bearer_trust) return;
  session_.fail(pgwire::sqlstate::invalid_authorization,
                "whether the API token of this session is still valid can't be told: " + why,
                "sign in again");
}

}  // namespace art32::gateway
