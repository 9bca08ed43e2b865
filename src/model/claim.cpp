#include "model/claim.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/limits.h"

namespace art32::model {
namespace {

constexpr std::array<std::pair<ActorKind, std::string_view>, 6> kinds{{
    {ActorKind::user, "user"},
    {ActorKind::token, "token"},
    {ActorKind::staff, "staff"},
    {ActorKind::job, "job"},
    {ActorKind::system, "system"},
    {ActorKind::principal, "principal"},
}};

bool is_word_octet(char octet) {
  return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') || (octet >= '0' && octet <= '9') ||
         std::string_view("._:@+-").find(octet) != std::string_view::npos;
}

}  // namespace

std::string_view name(ActorKind kind) {
  return kinds[static_cast<std::size_t>(kind)].second;
}

std::optional<ActorKind> parse_actor_kind(std::string_view name) {
  for (const auto& [kind, known] : kinds)
    if (known == name) return kind;
  return std::nullopt;
}

std::string audience_of(std::string_view instance, ClaimUse use) {
  return std::string(instance) + (use == ClaimUse::trail ? ":trail" : "");
}

bool is_claim_word(std::string_view text) {
  return !text.empty() && text.size() <= base::limits::claim_word_octets &&
         std::all_of(text.begin(), text.end(), is_word_octet);
}

std::string fault_of(const Claim& claim) {
  const std::pair<std::string_view, std::string_view> words[] = {{"team", claim.team.value},
                                                                 {"actor", claim.actor.id},
                                                                 {"request", claim.request},
                                                                 {"audience", claim.audience}};
  for (const auto& [what, word] : words)
    if (!is_claim_word(word))
      return fmt::format("its {} isn't 1 to {} of A-Z a-z 0-9 . _ : @ + -", what,
                         base::limits::claim_word_octets);
  if (claim.expires <= claim.issued) return "it expires before it was issued";
  if (claim.expires - claim.issued > base::limits::claim_life)
    return fmt::format("it lives longer than {} seconds", base::limits::claim_life.count());
  return {};
}

}  // namespace art32::model
