// The published list of key pins, /.well-known/pins.json, and the signed note
// that stands for it (docs/formats/pins.md). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/signature.h"

namespace art32::audit {

struct PublishedPin {
  std::string pin;   // "sha256/BASE64"
  std::string role;  // "current", "next", "backup"
};

// `corrupt` for anything that isn't such a list, a pin of another form included.
base::Result<std::vector<PublishedPin>> parse_pin_list(std::string_view json);

// Whether the note says that exactly these octets are the list, signed by the
// ledger's key. `corrupt` or `check_failed` says why not.
base::Status check_pin_note(std::string_view json, std::string_view note, std::string_view verifier_key);

// The note that stands for the list, signed by `key` under a name.
std::string sign_pin_list(std::string_view json, const std::string& name,
                          const crypto::Ed25519PrivateKey& key);

// A client that pins accepts the key: the pin is in the list in any role.
bool accepts(const std::vector<PublishedPin>& list, std::string_view pin);

// What is wrong with the roles (no current key, no backup, one key as both), or
// with the key that a listener serves; for people, empty if nothing is.
std::string trouble_with_roles(const std::vector<PublishedPin>& list);
std::string trouble_with_served_key(const std::vector<PublishedPin>& list, std::string_view pin);
bool has_role(const std::vector<PublishedPin>& list, std::string_view pin, std::string_view role);

}  // namespace art32::audit
