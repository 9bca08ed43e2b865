// Whether a tree continues an older checkpoint, and a folder holds a record: what
// somebody asks who remembers a state of the ledger.

#include "ledger/implementation.h"
#include "ledger/tile_store.h"
#include "merkle/tile_reader.h"

namespace art32::ledger {
namespace {

base::Status check_prefix(const merkle::Checkpoint& older, const merkle::Checkpoint& newest,
                          const merkle::FetchTile& fetch) {
  const auto refused = [](std::string what) {
    return base::failure(base::ErrorCode::corrupt, std::move(what),
                         "nothing was changed; put back the ledger that the checkpoint was signed in");
  };
  if (older.origin != newest.origin)
    return refused(
        fmt::format("the checkpoint is of the log {}, the ledger is {}", older.origin, newest.origin));
  if (older.size > newest.size)
    return refused(fmt::format("the ledger has {} entries under its checkpoint, and had {} before",
                               newest.size.value, older.size.value));
  merkle::TileNodeReader reader(newest.size, fetch);
  ART32_ASSIGN(const merkle::Hash root, merkle::tree_root(older.size, reader));
  if (root != older.root)
    return refused(
        fmt::format("the ledger's first {} entries aren't those that were there before", older.size.value));
  return {};
}

}  // namespace

base::Status Ledger::Implementation::extends(const merkle::Checkpoint& older) const {
  const std::shared_ptr<const Published> now = published();
  return check_prefix(older, now->checkpoint,
                      [&](const merkle::Tile& tile) { return published_tile(*now, options_.folder, tile); });
}

base::Status folder_extends(const base::Path& folder, const merkle::Checkpoint& newest,
                            const merkle::Checkpoint& older) {
  return check_prefix(older, newest, [&](const merkle::Tile& tile) { return read_tile(folder, tile); });
}

base::Status folder_holds(const base::Path& folder, model::LeafIndex index) {
  if (index.value >= merkle::tree_size_maximum)
    return base::failure(base::ErrorCode::corrupt, fmt::format("no ledger has a record {}", index.value),
                         "put back the state that named a record of this ledger");
  Journal journal(records_path(folder));
  ART32_CHECKED(journal.load());
  return journal.scan(index.value, index.value + 1,
                      [](const Frame&, std::uint32_t) { return base::Status(); });
}

}  // namespace art32::ledger
