#include "gateway/password_watch.h"

#include <algorithm>

#include "base/limits.h"

namespace art32::gateway {

namespace limits = base::limits;

namespace {

// No address and no user's name begins so.
const std::string others("\0others", 7);

std::string key_of(const std::string& address, const std::string& user) {
  return address + '\0' + user;
}

}  // namespace

bool PasswordWatch::is_beyond(const std::string& key, unsigned factor, const Rules& rules,
                              TimePoint now) const {
  const auto found = tries_.find(key);
  return found != tries_.end() && now - found->second.since < rules.window &&
         found->second.count >= rules.wrong_passwords * factor;
}

PasswordWatch::Tries& PasswordWatch::tries_of(const std::string& key, const Rules& rules, TimePoint now) {
  auto found = tries_.find(key);
  if (found == tries_.end() && tries_.size() >= limits::gateway_remembered_tries) {
    std::erase_if(tries_, [&](const auto& entry) { return now - entry.second.since >= rules.window; });
    found = tries_.try_emplace(tries_.size() < limits::gateway_remembered_tries ? key : others).first;
  } else if (found == tries_.end()) {
    found = tries_.try_emplace(key).first;
  }
  if (now - found->second.since >= rules.window) found->second = {0, now};
  return found->second;
}

bool PasswordWatch::failed(const std::string& address, const std::string& user, const Rules& rules,
                           TimePoint now) {
  if (rules.wrong_passwords == 0) return false;
  const std::scoped_lock lock(mutex_);
  const std::string pair = key_of(address, user);
  const std::string& key = expected_.contains(pair) ? pair : address;
  const bool was_beyond =
      is_beyond(key, 1, rules, now) || is_beyond(address, 1, rules, now) ||
      (!tries_.contains(key) && is_beyond(others, limits::gateway_tries_of_others, rules, now));
  ++tries_of(key, rules, now).count;
  return was_beyond;
}

bool PasswordWatch::succeeded(const std::string& address, const std::string& user, const Rules& rules,
                              TimePoint now) {
  if (rules.wrong_passwords == 0) return true;
  const std::scoped_lock lock(mutex_);
  const std::string pair = key_of(address, user);
  const bool is_expected = expected_.contains(pair);
  const std::string& key = is_expected ? pair : address;
  if (is_beyond(key, 1, rules, now)) return false;
  if (!is_expected && !tries_.contains(key) && is_beyond(others, limits::gateway_tries_of_others, rules, now))
    return false;
  if (!is_expected && expected_.size() >= limits::gateway_expected_users)
    expected_.erase(std::min_element(expected_.begin(), expected_.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; }));
  expected_[pair] = now;
  return true;
}

std::size_t PasswordWatch::remembered() const {
  const std::scoped_lock lock(mutex_);
  return tries_.size() + expected_.size();
}

}  // namespace art32::gateway
