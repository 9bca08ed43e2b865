// Records of one kind: the bundles say of each entry what it is about, so only those asked for are opened.

#include "ledger/entry.h"
#include "ledger/implementation.h"
#include "merkle/entry_bundle.h"

namespace art32::ledger {

base::Result<std::uint64_t> Ledger::Implementation::find(std::string_view kind, std::uint64_t from,
                                                         const model::EvidenceSearch::Visit& visit) {
  ART32_CHECKED(flush());
  const std::shared_ptr<const Published> now = published();
  const std::uint64_t size = now->checkpoint.size.value;
  for (std::uint64_t index = from; index < size;) {
    const std::uint64_t bundle = index / merkle::tile_width;
    const merkle::Tile tile{merkle::TileKind::entries, 0, bundle,
                            merkle::tile_width_at(0, bundle, now->checkpoint.size)};
    ART32_ASSIGN(const base::Bytes octets, published_tile(*now, options_.folder, tile));
    ART32_ASSIGN(const std::vector<base::ByteView> entries, merkle::parse_entry_bundle(octets, tile.width));
    for (; index < bundle * merkle::tile_width + tile.width; ++index) {
      ART32_ASSIGN(const Entry entry, parse_entry(entries[index % merkle::tile_width]));
      if (entry.kind != kind) continue;
      const auto disclosure = disclose(index);
      if (!disclosure && disclosure.error().code == base::ErrorCode::not_found) continue;  // erased
      if (!disclosure) return tl::unexpected<base::Error>(disclosure.error());
      ART32_CHECKED(visit(model::LeafIndex(index), disclosure->record));
    }
  }
  return size;
}

}  // namespace art32::ledger
