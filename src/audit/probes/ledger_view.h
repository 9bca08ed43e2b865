// The ledger as an outsider sees it: its signed head and its tiles over HTTPS,
// checked by the rules of merkle/ and nothing of the ledger's own code.
//
// One thread; lives within one probe run.
#pragma once

#include <string>

#include "audit/probe.h"
#include "merkle/signed_checkpoint.h"
#include "merkle/tile_reader.h"

namespace art32::audit {

struct Head {
  std::string note;
  merkle::Checkpoint checkpoint;
};

class LedgerView {
 public:
  // The context outlives the view.
  explicit LedgerView(const ProbeContext& context) : context_(context) {}

  // `check_failed` when the ledger's key hasn't signed it.
  base::Result<Head> fetch_head() const;
  base::Result<Head> open_head(std::string note) const;

  // A partial tile that has been filled since may be gone: then the first part
  // of the full one (c2sp.org/tlog-tiles, "Partial Tiles").
  base::Result<base::Bytes> fetch(const merkle::Tile& tile) const;

  // Whether the head's tree has the older one as its prefix, by a proof computed
  // from the tiles. An error of code `check_failed` is a fork.
  base::Status check_consistency(const merkle::Checkpoint& older, const merkle::Checkpoint& newer) const;
  // Whether the tiles' hashes make the head's root.
  base::Status check_root(const merkle::Checkpoint& head) const;
  // The root of the head's first `size` leaves, by its tiles.
  base::Result<merkle::Checkpoint> prefix(const merkle::Checkpoint& head, merkle::TreeSize size) const;
  // Whether the entries of one bundle are the leaves of its tile.
  base::Status check_bundle(const merkle::Checkpoint& head, std::uint64_t index) const;

 private:
  base::Result<base::Bytes> fetch_as_named(const merkle::Tile& tile) const;
  merkle::TileNodeReader reader(merkle::TreeSize size) const;

  const ProbeContext& context_;
};

}  // namespace art32::audit
