// Published versions of the annex: kept whole, with dates, sealed in the ledger.
//
// A version is published once and never changed; publishing the same content
// again changes nothing. The record in the ledger is canonical JSON: {"version",
// "digest","published","effective","annex"}. It is sealed first: a process that
// ends in between leaves a record without a version, and the next call seals it
// again. Calls are serialised inside; any thread.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/annex.h"
#include "model/evidence.h"
#include "store/database.h"

namespace art32::annex {

struct Version {
  std::string version;  // SemVer from the document
  base::Instant published;
  base::Instant effective;
  std::string digest;  // SHA-256 of the canonical JSON, hex
  model::LeafIndex evidence;
  std::string json;  // the canonical JSON
};

// How a version stands on a day. The newest one whose effective date has come is in
// force; those published after it are announced, those before it superseded.
enum class VersionState { announced, in_force, superseded };
std::string_view name(VersionState state);  // "announced", "in-force", "superseded"
// One for each; newest first, as Versions::all() gives them.
std::vector<VersionState> states(const std::vector<Version>& versions, base::Instant now);

class Versions {
 public:
  // Database, sink and clock outlive it.
  Versions(store::Database& database, std::mutex& database_mutex, model::EvidenceSink& sink,
           const base::Clock& clock);
  static std::vector<store::Migration> migrations();

  // `conflict` when this version number is published with other content, or isn't
  // greater than the newest one (SemVer): raise the number; also when a version that
  // isn't the first would bind before the day (UTC) on which it is published. The
  // database's mutex is not held while the record is sealed.
  base::Result<Version> publish(const model::Annex& annex);
  base::Result<std::vector<Version>> all() const;  // newest first
  // `not_found`, or `corrupt` when the stored text doesn't have its digest.
  base::Result<Version> find(std::string_view version) const;

 private:
  base::Result<std::vector<Version>> query(std::string_view condition,
                                           const std::vector<store::Value>& values) const;
  base::Result<Version> seal(const model::Annex& annex, std::string json, std::string digest);
  base::Status keep(const Version& version);

  store::Database& database_;
  std::mutex& database_mutex_;
  model::EvidenceSink& sink_;
  const base::Clock& clock_;
  std::mutex publishing_;
};

}  // namespace art32::annex
