// The public keys of who reports tokens that stand in public: GitHub's secret scanning. The
// operator saves them as they come from
// https://api.github.com/meta/public_keys/secret_scanning, and anew when they change.
//
// A plain value; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"
#include "crypto/ecdsa.h"

namespace art32::identity {

class ScannerKeys {
 public:
  // {"public_keys":[{"key_identifier":"...","key":"-----BEGIN PUBLIC KEY-----...","is_current":true}]}
  // Other members are left alone. `configuration`: no such list, none or more than
  // limits::scanner_keys in it, one that isn't on P-256, an identifier twice. Current or not, each
  // key of the file counts: who no longer trusts one takes it out.
  static base::Result<ScannerKeys> parse(std::string_view json);
  static base::Result<ScannerKeys> read(const base::Path& file);

  const crypto::EcdsaPublicKey* find(std::string_view identifier) const;  // null: unknown
  std::size_t size() const { return keys_.size(); }

 private:
  std::map<std::string, crypto::EcdsaPublicKey, std::less<>> keys_;
};

}  // namespace art32::identity
