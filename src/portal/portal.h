// The public face: what the HTTPS server answers with.
//
// The portal renders every page ahead into an immutable snapshot (snapshot.h);
// a request costs a look-up and a reference count. Only what nobody could list
// beforehand (ledger tiles, evidence, single audits, comparisons of versions) is
// made when asked for, on the server's blocking pool.
//
// Verdicts age, so refresh() is called after each audit, publication and reload,
// and every minute. When rendering fails the old pages go too: a page that can't
// be made anew answers 503 and says why, never yesterday's green.
//
// Lifetime: everything in Sources outlives the Portal, and the Portal outlives
// its handler. Threads: all members from any thread; rendering is serialised.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "annex/versions.h"
#include "audit/audit.h"
#include "base/file.h"
#include "base/result.h"
#include "base/time.h"
#include "identity/accounts.h"
#include "ledger/ledger.h"
#include "ledger/witness/cosigning_report.h"
#include "model/annex.h"
#include "model/control.h"
#include "model/trail_reading.h"
#include "net/http.h"
#include "net/https_server.h"

namespace art32::gateway {
struct GatewayReport;
}
namespace art32::identity {
struct ForwardAuthCounters;
}

namespace art32::portal {

// A public key that clients may expect here, as published at /.well-known/pins.json.
struct Pin {
  std::string pin;   // "sha256/BASE64" of the SubjectPublicKeyInfo
  std::string role;  // "current", "next", "backup"
  base::Instant published;
};

// What the pages are about; replaced as a whole by a reload.
struct Facts {
  std::shared_ptr<const model::Annex> annex;
  std::vector<Pin> pins;
  std::string base_url;                      // "https://annex.example.com", without a slash at the end
  std::span<const model::Control> controls;  // the table; lives as long as the program
};

struct Sources {
  audit::Audits& audits;
  annex::Versions& versions;
  ledger::Ledger& ledger;
  identity::Accounts& accounts;
  const base::Clock& clock;
  base::Path cache_folder;  // PDFs are kept here; made if missing
  // A signed note (C2SP signed-note) over this text, by the ledger's key.
  std::function<base::Result<std::string>(std::string_view text)> sign_note;
  std::function<net::HttpsServerCounters()> counters;  // may be empty
  // What the gateway does right now; nothing where there is none. May be empty.
  std::function<std::optional<gateway::GatewayReport>()> gateway = {};
  // Of the listener where proxies ask; nothing where there is none. May be empty.
  std::function<std::optional<identity::ForwardAuthCounters>()> forward_auth = {};
  // Who cosigned what is served of the ledger; nothing where no witness is configured. May be empty.
  std::function<std::optional<ledger::CosigningReport>()> witnesses = {};
  model::TrailReading* trails = nullptr;  // none: no page of a trail is there
};

class Portal {
 public:
  // Renders everything before it returns.
  Portal(Sources sources, Facts facts);
  ~Portal();
  Portal(const Portal&) = delete;
  Portal& operator=(const Portal&) = delete;

  net::HttpHandler handler();
  // For a listener of its own, that only who operates this server reaches (operators.h).
  net::HttpHandler operators_handler();
  void replace(Facts facts);  // new facts, then refresh()
  void refresh();             // renders everything anew

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace art32::portal
