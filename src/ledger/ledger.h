// The ledger as a service: appends records, integrates them into the Merkle
// tree, signs checkpoints. docs/formats/ledger.md says every octet on disk.
//
// One process owns a ledger's folder (it locks it). append() may be called from
// any thread; it returns when its batch is on disk. One writer thread inside
// batches, integrates and signs, at the latest a second after an append.
// What was acknowledged survives any crash; what was half written is cut off at
// the next open. Damage inside what was acknowledged is `corrupt`, named, and
// nothing is repaired.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "crypto/signature.h"
#include "merkle/checkpoint.h"
#include "model/evidence.h"

namespace art32::ledger {

struct Options {
  base::Path folder;       // "ledger" below the data folder
  std::string origin;      // the log's name in checkpoints, such as "annex.example.com/ledger"
  base::Path signing_key;  // Ed25519, PEM, 0600
  base::Path record_key;   // 32 octets that wrap the records' own keys, 0600
};

// A record with what an outsider needs to check it against its leaf.
struct Disclosure {
  model::LeafIndex index;
  std::string kind;
  base::Instant time;
  base::Bytes entry;    // the leaf's octets
  base::Bytes record;   // the plaintext
  base::Bytes opening;  // the commitment's key
};

struct Health {
  std::uint64_t size = 0;              // acknowledged entries
  std::uint64_t integrated = 0;        // entries under the newest checkpoint
  std::optional<base::Error> trouble;  // why appends fail now, if they do
};

class Ledger final : public model::EvidenceSink, public model::EvidenceSource, public model::EvidenceSearch {
 public:
  // Makes folder, and an empty tree with its first checkpoint. `already_exists`.
  static base::Status create(const Options& options, const base::Clock& clock);
  static base::Result<std::unique_ptr<Ledger>> open(const Options& options, const base::Clock& clock);
  ~Ledger() override;  // integrates what was acknowledged, then lets go of the folder

  base::Result<model::LeafIndex> append(model::RecordKind kind, base::ByteView record) override;
  base::Result<model::LeafIndex> append_batch(model::RecordKind kind,
                                              std::span<const base::Bytes> records) override;

  // The newest signed checkpoint (a signed note), and what it says.
  std::string checkpoint_note() const;
  merkle::Checkpoint checkpoint() const;
  // Waits until everything acknowledged before the call is under a checkpoint.
  base::Status flush();

  // `not_found` past the end; `permission`-free: whoever may call may see it.
  // An erased record is `not_found` with the index of its "erased" leaf in the mend.
  base::Result<Disclosure> disclose(model::LeafIndex index) const;
  base::Result<base::Bytes> record(model::LeafIndex index) const override;  // what disclose opens
  // Waits for a checkpoint first.
  base::Result<model::LeafIndex> find(model::RecordKind kind, model::LeafIndex from,
                                      const Visit& visit) override;
  model::LeafIndex end() const override { return model::LeafIndex(health().size); }
  // Whether the tree under the newest checkpoint continues this older one: `corrupt`
  // where it is shorter, begins otherwise, or is another log's.
  base::Status extends(const merkle::Checkpoint& older) const;
  // That this checkpoint of ours continues its own first `older` entries, checked here too.
  base::Result<std::vector<crypto::Digest>> consistency(merkle::TreeSize older,
                                                        const merkle::Checkpoint& newer) const;
  // From now on this note, a checkpoint of ours that others may have cosigned, is what is served, and
  // what proofs are under that can be; kept in the folder as `cosigned`. `conflict` where it is shorter
  // than the one served before: what is served never shrinks.
  base::Status serve(const std::string& note);
  base::Status serve_kept();  // what was served last, maybe by a process before; `not_found`
  void serve_newest();        // as it is until the first serve()
  std::string served_note() const;
  // c2sp.org/tlog-proof@v1 for the leaf, under the checkpoint that is served, or the newest where that
  // one doesn't reach it.
  base::Result<std::string> proof(model::LeafIndex index) const;
  // Appends an "erased" leaf whose record names index and reason, then destroys the
  // record's key; done with both when it returns, and before the leaf is under a
  // checkpoint, crash or not. The leaf's index. "erased" records can't be erased:
  // a reason holds no personal data.
  base::Result<model::LeafIndex> erase(model::LeafIndex index, std::string_view reason);

  // What HTTP serves: "checkpoint", "tile/0/x001/234", "tile/entries/000.p/7".
  // `not_found` for anything else, empty tiles too.
  base::Result<base::Bytes> resource(std::string_view path) const;

  std::string verifier_key() const;  // C2SP vkey
  Health health() const;

 private:
  class Implementation;
  explicit Ledger(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

// Reads a ledger's folder without a key or a lock, as an outsider with a copy
// would: every leaf, tile and signature. Progress is called with entries done and all.
struct Verification {
  merkle::Checkpoint checkpoint;
  std::uint64_t entries = 0;
};
base::Result<Verification> verify_folder(
    const base::Path& folder, std::string_view verifier_key,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress = {});

// The note in a folder that carries the cosignatures: `cosigned` where there is one, else `checkpoint`.
// Unchecked. Where a server writes there, read it before the checkpoint that it is to be compared with.
base::Result<std::string> folder_cosigned_note(const base::Path& folder);
// Ledger::extends for a folder whose newest checkpoint is `newest`, verified before.
base::Status folder_extends(const base::Path& folder, const merkle::Checkpoint& newest,
                            const merkle::Checkpoint& older);
// `corrupt` unless the folder has a whole record of this index, be it under a
// checkpoint or not yet.
base::Status folder_holds(const base::Path& folder, model::LeafIndex index);

// Every record of a folder against its commitment, with the record key: for the owner.
base::Result<std::uint64_t> verify_records(const Options& options);

}  // namespace art32::ledger
