#include "identity/token_bearers.h"

#include <limits>
#include <mutex>

#include "base/text.h"

namespace art32::identity {
namespace {

auto gone() {
  return base::failure(base::ErrorCode::unavailable, "tokens can't be looked up here any more",
                       "connect again: another process serves now");
}

}  // namespace

base::Result<std::optional<model::Bearer>> TokenBearers::find(std::string_view token) {
  const std::shared_lock lock(mutex_);
  if (tokens_ == nullptr) return gone();
  ART32_ASSIGN(const std::optional<TokenHolder> holder, tokens_->look_up(token));
  if (!holder) return std::nullopt;
  return model::Bearer{holder->member.team, holder->actor()};
}

base::Result<bool> TokenBearers::still_holds(const model::Bearer& bearer) {
  const std::shared_lock lock(mutex_);
  if (tokens_ == nullptr) return gone();
  const auto number = base::parse_number(bearer.actor.id);
  if (bearer.actor.kind != model::ActorKind::token || !number ||
      *number > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
    return false;
  ART32_ASSIGN(const std::optional<TokenHolder> holder,
               tokens_->find_live(TokenId(static_cast<std::int64_t>(*number))));
  return holder && holder->member.team == bearer.team;
}

void TokenBearers::close() {
  const std::unique_lock lock(mutex_);
  tokens_ = nullptr;
}

}  // namespace art32::identity
