// Puts acknowledged entries into the tree, and publishes signed checkpoints.
//
// integrate() writes tiles and bundles, then replaces the checkpoint; a failure
// on the way leaves the old checkpoint in force and the entries in the backlog.
// It signs only a tree that extends the one it signed last, sees each signed
// checkpoint through before it signs another, and replaces none but its own: so
// the log never forks.
// One thread adds and integrates; published() may be called from any.
#pragma once

#include <memory>
#include <mutex>

#include "base/file.h"
#include "crypto/signature.h"
#include "merkle/tile_builder.h"

namespace art32::ledger {

// What readers see: immutable, shared.
struct Published {
  merkle::Checkpoint checkpoint;
  std::string note;
  std::vector<merkle::TileContent> edge;  // the partial tiles, and the partial bundle

  const merkle::TileContent* find(const merkle::Tile& place) const;  // of any width
};

// The octets of a tile under this checkpoint, from memory or the folder.
// `not_found` where the checkpoint doesn't reach.
base::Result<base::Bytes> published_tile(const Published& published, const base::Path& folder,
                                         const merkle::Tile& tile);

base::Path checkpoint_path(const base::Path& folder);

class Integrator {
 public:
  Integrator(base::Path folder, const crypto::Ed25519PrivateKey& key, merkle::TileBuilder tree,
             Published published);

  void add(base::Bytes entry) { backlog_.push_back(std::move(entry)); }
  std::size_t backlog() const { return backlog_.size(); }
  base::Status integrate();

  std::shared_ptr<const Published> published() const;

 private:
  base::Status check_extends(const Published& next, std::span<const merkle::TileContent> files) const;
  base::Status attempt();
  base::Status settle();
  void publish(Published next);

  // A signed checkpoint that may or may not be on disk: tried until it is.
  struct Attempt {
    merkle::TileBuilder tree;
    Published next;
    std::size_t entries = 0;  // of the backlog
  };

  base::Path folder_;
  const crypto::Ed25519PrivateKey& key_;
  merkle::TileBuilder tree_;
  std::vector<base::Bytes> backlog_;
  std::optional<Attempt> attempt_;
  std::vector<merkle::Tile> retired_;  // partial tiles of the checkpoint before the last
  mutable std::mutex mutex_;           // guards published_
  std::shared_ptr<const Published> published_;
};

}  // namespace art32::ledger
