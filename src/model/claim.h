// Who acts for which team in one request. Identity makes claims at the edge, the gateway
// checks them, the database compares every row with their team, the trail names their actor.
// Signed, a claim is the token of docs/formats/claim.md.
//
// Plain values; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace art32::model {

// The tenant: text here, a bigint or a uuid in many a database.
struct TeamId {
  std::string value;
  bool operator==(const TeamId&) const = default;
  auto operator<=>(const TeamId&) const = default;
};

// `principal` is who signs in at the gateway, and was let choose the team: never in a claim.
enum class ActorKind { user, token, staff, job, system, principal };
std::string_view name(ActorKind kind);
std::optional<ActorKind> parse_actor_kind(std::string_view name);

struct Actor {
  ActorKind kind = ActorKind::user;
  std::string id;
  bool operator==(const Actor&) const = default;
};

struct Claim {
  TeamId team;
  Actor actor;
  std::string request;            // its id, as the edge gave it
  std::string audience;           // the instance whose gateway may believe it
  base::Instant issued, expires;  // whole seconds
  bool operator==(const Claim&) const = default;
};

// What a claim is for: to enter the databases of the instance, or to read its trail there.
enum class ClaimUse { database, trail };
// Of the instance with this name: one use's claim is no claim for the other.
std::string audience_of(std::string_view instance, ClaimUse use);

// 1 to 64 of A-Z a-z 0-9 . _ : @ + -
bool is_claim_word(std::string_view text);
// What is wrong with a claim, whoever signed it; empty when nothing is. Its team, actor,
// request and audience must be words as above, and its life at most that of
// base::limits::claim_life.
std::string fault_of(const Claim& claim);

}  // namespace art32::model
