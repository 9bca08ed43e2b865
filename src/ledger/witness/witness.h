// A witness (c2sp.org/tlog-witness): cosigns checkpoints of the logs it knows, each only if it
// continues the one before.
//
// Owns its folder (it locks it): `logs/` holds each log's newest cosigned checkpoint as the log signed
// it, brought to disk before the cosignature leaves. Whoever deletes or puts back a file there makes the
// witness forget, so open() refuses a folder without `logs/`, and a file that no key of the log signed.
// Public functions may be called from any thread; requests are decided one after the other.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/time.h"
#include "crypto/signature.h"
#include "ledger/witness/add_checkpoint.h"
#include "merkle/note.h"

namespace art32::ledger {

// An answer in HTTP's words.
struct WitnessAnswer {
  int status = 200;
  std::string type;
  std::string body;
};

class Witness {
 public:
  struct Options {
    base::Path folder;
    std::string name;  // of its key, such as witness.example.com/w1
    base::Path key;    // Ed25519, PEM, 0600
    // Whose checkpoints it cosigns, each named like its log's origin; a log may have several.
    std::vector<merkle::VerifierKey> logs;
  };
  struct Log {
    std::string origin;
    std::optional<merkle::TreeSize> size;  // cosigned last; none: nothing yet
  };

  // Makes key and `logs/`. `already_exists` where there is a key.
  static base::Status create(const base::Path& folder, const base::Path& key);
  // `corrupt` or `not_found` where it doesn't know any more what it cosigned; `conflict` where another
  // process has the folder.
  static base::Result<std::unique_ptr<Witness>> open(const Options& options, const base::Clock& clock);

  // "add-checkpoint": 200 with a signature line, or 400, 403, 404, 409, 422 as specified; 429 where a log
  // asks too often, 500 where the disk fails.
  WitnessAnswer add_checkpoint(std::string_view body);

  std::string verifier_key() const;  // of type 04
  std::vector<Log> logs() const;

 private:
  struct Known {
    std::vector<merkle::VerifierKey> keys;
    std::optional<merkle::Checkpoint> newest;  // that was cosigned, or may have been
    double allowance = 0;                      // cosignatures that it may have now
    std::chrono::steady_clock::time_point counted;
  };

  Witness(const Options& options, const base::Clock& clock, crypto::Ed25519PrivateKey key)
      : options_(options), clock_(clock), key_(std::move(key)) {}
  base::Status load(const merkle::VerifierKey& key);
  base::Path path_of(std::string_view origin) const;
  WitnessAnswer decide(Known& log, const AddCheckpoint& request, const merkle::Note& note,
                       const merkle::Checkpoint& checkpoint);
  void keep_proof_of_fork(const merkle::Note& note, const merkle::Checkpoint& checkpoint) const;

  const Options options_;
  const base::Clock& clock_;
  const crypto::Ed25519PrivateKey key_;
  base::File lock_;
  mutable std::mutex mutex_;  // guards all below, and the files in logs/
  std::map<std::string, Known, std::less<>> logs_;
};

}  // namespace art32::ledger
