#include "ledger/tile_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <set>
#include <thread>

#include "base/file_fault.h"
#include "base/text.h"
#include "merkle/entry_bundle.h"

namespace art32::ledger {
namespace {

using merkle::Tile;
using merkle::TileContent;
using merkle::TileKind;

constexpr std::size_t tiles_at_once = 128;  // open files
constexpr std::size_t files_per_thread = 8;
constexpr std::size_t sync_threads = 6;
constexpr std::size_t tile_file_octets = merkle::tile_width * (merkle::entry_octets_maximum + 2);

base::Path file_of(const base::Path& folder, const Tile& tile) {
  return folder / merkle::tile_path(tile);
}

base::Path temporary_of(base::Path path) {
  return path += ".tmp";
}

// Makes `folder` below `root`; names every folder whose list of names changed.
base::Status make_below(const base::Path& root, const base::Path& folder, std::set<base::Path>& changed) {
  std::error_code error;
  if (folder == root || std::filesystem::is_directory(folder, error)) return {};
  ART32_CHECKED(make_below(root, folder.parent_path(), changed));
  ART32_CHECKED(base::make_folder(folder));
  changed.insert(folder.parent_path());
  return {};
}

base::Status rename_durably_later(const base::Path& path) {
  if (const int fault = base::file_fault(base::FileStep::rename, path); fault != 0)
    return base::system_failure(fmt::format("cannot rename to {}", path.string()), fault);
  if (::rename(temporary_of(path).c_str(), path.c_str()) != 0)
    return base::system_failure(fmt::format("cannot rename to {}", path.string()), errno);
  return {};
}

// Each sync waits until the disk has flushed its cache; those that wait side by
// side are served by one flush.
base::Status sync_all(std::span<base::File> files) {
  std::atomic<std::size_t> next = 0;
  std::vector<base::Status> statuses(std::min(files.size() / files_per_thread + 1, sync_threads));
  const auto sync_some = [&](base::Status& status) {
    for (std::size_t number = next++; status && number < files.size(); number = next++)
      status = files[number].sync();
  };
  std::vector<std::jthread> threads;
  for (base::Status& status : std::span(statuses).subspan(1))
    threads.emplace_back([&] { sync_some(status); });
  sync_some(statuses.front());
  threads.clear();
  for (const base::Status& status : statuses)
    ART32_CHECKED(status);
  return {};
}

base::Status write_some(const base::Path& folder, std::span<const TileContent> tiles,
                        std::set<base::Path>& changed) {
  std::vector<base::File> files;
  for (const TileContent& content : tiles) {
    const base::Path path = file_of(folder, content.tile);
    ART32_CHECKED(make_below(folder, path.parent_path(), changed));
    ART32_ASSIGN(base::File file, base::File::open_write(temporary_of(path)));
    ART32_CHECKED(file.truncate(0));
    ART32_CHECKED(file.write_at(0, content.octets));
    files.push_back(std::move(file));
  }
  // First all are sent on their way, so that the file system gives them room in one
  // transaction. A hint; only sync counts.
  for (const base::File& file : files)
    ::sync_file_range(file.descriptor(), 0, 0, SYNC_FILE_RANGE_WRITE);
  ART32_CHECKED(sync_all(files));
  for (const TileContent& content : tiles) {
    const base::Path path = file_of(folder, content.tile);
    ART32_CHECKED(rename_durably_later(path));
    changed.insert(path.parent_path());
  }
  return {};
}

tl::unexpected<base::Error> damaged(const base::Path& path, std::string_view how) {
  return base::failure(base::ErrorCode::corrupt, fmt::format("{} {}", path.string(), how),
                       "nothing was changed; restore the ledger's folder from a backup");
}

// The octets of `tile`, cut out of the file of `wider`. Nothing if there is no such file.
base::Result<std::optional<base::Bytes>> read_from(const base::Path& folder, const Tile& tile,
                                                   const Tile& wider) {
  const base::Path path = file_of(folder, wider);
  auto octets = base::read_file(path, tile_file_octets);
  if (!octets && octets.error().code == base::ErrorCode::not_found) return std::nullopt;
  if (!octets) return tl::unexpected<base::Error>(octets.error());
  const auto whole = cut_tile(wider, *octets, wider.width);
  if (!whole || whole->size() != octets->size())
    return damaged(path, "hasn't the length or form of its width");
  if (wider.width == tile.width) return std::optional(std::move(*octets));
  ART32_ASSIGN(base::Bytes cut, cut_tile(wider, *octets, tile.width));
  return std::optional(std::move(cut));
}

// The narrowest partial file of the tile's place that is wide enough.
std::optional<Tile> wider_partial(const base::Path& folder, const Tile& tile) {
  std::optional<Tile> best;
  std::error_code error;
  const base::Path partials = file_of(folder, tile).parent_path();
  for (std::filesystem::directory_iterator it(partials, error), end; !error && it != end;
       it.increment(error)) {
    const auto width = base::parse_number(it->path().filename().string());
    if (!width || *width < tile.width || *width >= merkle::tile_width) continue;
    if (best && best->width <= *width) continue;
    best = tile;
    best->width = static_cast<unsigned>(*width);
  }
  return best;
}

}  // namespace

base::Status write_tiles(const base::Path& ledger_folder, std::span<const TileContent> tiles) {
  std::set<base::Path> changed;
  while (!tiles.empty()) {
    const std::size_t count = std::min(tiles.size(), tiles_at_once);
    ART32_CHECKED(write_some(ledger_folder, tiles.first(count), changed));
    tiles = tiles.subspan(count);
  }
  for (const base::Path& folder : changed)
    ART32_CHECKED(base::sync_folder(folder));
  return {};
}

void remove_tiles(const base::Path& ledger_folder, std::span<const Tile> tiles) {
  for (const Tile& tile : tiles) {
    const base::Path path = file_of(ledger_folder, tile);
    ::unlink(path.c_str());
    if (tile.is_partial()) ::rmdir(path.parent_path().c_str());  // refused while others are in it
  }
}

base::Result<base::Bytes> read_tile(const base::Path& ledger_folder, const Tile& tile) {
  // A partial file may be replaced by a wider one between two looks, a few times over.
  for (int attempt = 0; attempt < 8; ++attempt) {
    ART32_ASSIGN(auto exact, read_from(ledger_folder, tile, tile));
    if (exact) return std::move(*exact);
    if (!tile.is_partial()) break;
    ART32_ASSIGN(auto full, read_from(ledger_folder, tile, tile.full()));
    if (full) return std::move(*full);
    const auto wider = wider_partial(ledger_folder, tile);
    if (!wider) continue;
    ART32_ASSIGN(auto cut, read_from(ledger_folder, tile, *wider));
    if (cut) return std::move(*cut);
  }
  return damaged(file_of(ledger_folder, tile), "is missing");
}

base::Result<base::Bytes> cut_tile(const Tile& wider, base::ByteView octets, unsigned width) {
  const auto refused = [&] {
    return base::failure(base::ErrorCode::corrupt,
                         fmt::format("{} ends too early", merkle::tile_path(wider)));
  };
  if (width > wider.width) return refused();
  std::size_t end = 0;
  for (unsigned number = 0; number < width; ++number) {
    std::size_t step = merkle::hash_octets;
    if (wider.kind == TileKind::entries) {
      if (octets.size() - end < 2) return refused();
      step = 2U + base::get_u16(octets.subspan(end));
    }
    if (octets.size() - end < step) return refused();
    end += step;
  }
  return base::Bytes(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(end));
}

}  // namespace art32::ledger
