#include "identity/attempts.h"

#include <algorithm>

#include "base/limits.h"

namespace art32::identity {
namespace {

namespace limits = base::limits;

template <class Key>
TryBudget* find_budget(std::map<Key, TryBudget>& budgets, const Key& key, unsigned tries, base::Instant now) {
  const auto found = budgets.find(key);
  if (found != budgets.end()) {
    found->second.fill(now);
    return &found->second;
  }
  if (budgets.size() >= limits::sign_in_remembered)
    std::erase_if(budgets, [now](const auto& entry) { return entry.second.is_full_at(now); });
  if (budgets.size() >= limits::sign_in_remembered) return nullptr;
  return &budgets.emplace(key, TryBudget(tries, now)).first->second;
}

// Makes room for one more: who was longest ago goes.
template <class Key>
void remember(std::map<Key, base::Instant>& times, Key key, base::Instant now) {
  times.insert_or_assign(std::move(key), now);
  if (times.size() <= limits::sign_in_remembered) return;
  const auto later = [](const auto& one, const auto& other) { return one.second < other.second; };
  times.erase(std::min_element(times.begin(), times.end(), later));
}

}  // namespace

Attempts::Attempts(const base::Clock& clock)
    : clock_(clock), strangers_(limits::sign_in_tries_of_strangers, clock.now()) {}

void Attempts::expect(std::string_view name) {
  const std::lock_guard lock(mutex_);
  remember(set_, std::string(name), clock_.now());
}

void Attempts::forget(std::string_view name) {
  const std::lock_guard lock(mutex_);
  set_.erase(std::string(name));
  std::erase_if(signed_in_, [name](const auto& entry) { return entry.first.first == name; });
}

Attempts::Standing Attempts::find_standing(const NameAtPeer& who, base::Instant now) const {
  if (signed_in_.contains(who)) return Standing::expected;
  const auto set = set_.find(who.first);
  if (set == set_.end()) return Standing::stranger;
  const auto age = now - set->second;
  return age < limits::sign_in_expected && -age < limits::sign_in_expected ? Standing::expected
                                                                           : Standing::stranger;
}

Attempts::Standing Attempts::standing(std::string_view peer, std::string_view name) const {
  const std::lock_guard lock(mutex_);
  return find_standing({std::string(name), std::string(peer)}, clock_.now());
}

std::optional<Attempts::Standing> Attempts::begin(std::string_view peer, std::string_view name) {
  const std::lock_guard lock(mutex_);
  const base::Instant now = clock_.now();
  const NameAtPeer who{std::string(name), std::string(peer)};
  const Standing standing = find_standing(who, now);
  if (standing == Standing::stranger) {
    // First those that many names share: a flood of names leaves nothing in names_.
    strangers_.fill(now);
    if (!strangers_.has_one()) return std::nullopt;
    TryBudget* of_peer = find_budget(peers_, who.second, limits::sign_in_tries_of_peer, now);
    if (of_peer == nullptr || !of_peer->has_one()) return std::nullopt;
    TryBudget* of_name = find_budget(names_, who, limits::sign_in_tries_of_name, now);
    if (of_name == nullptr || !of_name->has_one()) return std::nullopt;
    for (TryBudget* budget : {&strangers_, of_peer, of_name})
      budget->take();
    return standing;
  }
  TryBudget* of_name = find_budget(names_, who, limits::sign_in_tries_of_name, now);
  if (of_name == nullptr || !of_name->has_one()) return std::nullopt;
  of_name->take();
  return standing;
}

void Attempts::succeed(std::string_view peer, std::string_view name, Standing paid) {
  const std::lock_guard lock(mutex_);
  NameAtPeer who{std::string(name), std::string(peer)};
  if (const auto found = names_.find(who); found != names_.end()) found->second.give_back();
  if (paid == Standing::stranger) {
    strangers_.give_back();
    if (const auto found = peers_.find(who.second); found != peers_.end()) found->second.give_back();
  }
  remember(signed_in_, std::move(who), clock_.now());
}

}  // namespace art32::identity
