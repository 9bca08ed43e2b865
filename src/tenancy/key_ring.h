// The keys that claims, or entries, are signed with: the first one signs, all of them are
// believed. So keys rotate without a gap: a new one is added wherever it is read, then signs,
// and the old one is taken out once nothing that it signed is alive.
//
// The file's format is in docs/formats/claim.md, section "Key files". Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

namespace art32::tenancy {

struct Key {
  std::string id;  // 1 to 16 of a-z 0-9 -
  base::Secret secret;
};

class KeyRing {
 public:
  // One fresh key.
  static KeyRing make(std::string_view id);
  // `corrupt` with the line that isn't right; never a key in its message.
  static base::Result<KeyRing> parse(std::string_view text);

  const Key& signing() const { return keys_.front(); }
  const Key* find(std::string_view id) const;  // null: unknown
  std::size_t size() const { return keys_.size(); }
  const std::vector<Key>& keys() const { return keys_; }  // the one that signs first
  // A fresh key, which is believed and doesn't sign yet. `already_exists`, or `exhausted` beyond
  // base::limits::tenancy_keys.
  base::Status add(std::string_view id);
  base::Status sign_with(std::string_view id);  // from now on; `not_found`
  // `not_found`; `conflict` for the one that signs.
  base::Status remove(std::string_view id);
  base::Secret text() const;  // what parse() reads

 private:
  KeyRing() = default;
  std::vector<Key> keys_;  // never empty
};

}  // namespace art32::tenancy
