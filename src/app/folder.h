// Where everything of one installation lies: one folder, fixed names below it.
// A plain value; nothing here touches the disk, and nothing says that a file exists.
#pragma once

#include "base/file.h"

namespace art32::app {

struct Folder {
  base::Path root;

  base::Path configuration() const { return root / "art32.toml"; }
  base::Path annex() const { return root / "annex"; }
  base::Path state() const { return root / "state.db"; }
  base::Path ledger() const { return root / "ledger"; }
  base::Path cache() const { return root / "cache"; }
  base::Path keys() const { return root / "keys"; }
  base::Path ledger_key() const { return keys() / "ledger.pem"; }
  base::Path record_key() const { return keys() / "record.key"; }
  base::Path gateway_key() const { return keys() / "gateway.key"; }
  base::Path claim_keys() const { return keys() / "claim.keys"; }
  base::Path entry_keys() const { return keys() / "entry.keys"; }
  base::Path trail() const { return root / "trail"; }
  base::Path trail_key() const { return keys() / "trail.key"; }
  base::Path authority_certificate() const { return keys() / "authority.crt"; }
  base::Path authority_key() const { return keys() / "authority.key"; }
  base::Path run() const { return root / "run"; }
  base::Path lock() const { return run() / "lock"; }
  base::Path control_socket() const { return run() / "control.sock"; }
  base::Path listeners() const { return run() / "listeners.json"; }

  // A path of the configuration: relative ones are below the folder.
  base::Path resolve(std::string_view path) const { return root / base::Path(path); }
};

// $ART32_FOLDER; else /var/lib/art32 for root; else art32 below $XDG_DATA_HOME
// (or ~/.local/share), as the XDG base directory specification says.
base::Path default_folder();

}  // namespace art32::app
