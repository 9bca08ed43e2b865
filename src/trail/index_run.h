// A run of the index: a file that says in which blocks of a stretch of a segment a term is. Sealed
// under a key of its own, below the trail's: it tells nothing without that, and nothing in it is
// believed that was changed. docs/formats/trail.md, "Index".
//
// A run never changes, and may be deleted at any time; who has it open goes on. One thread.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/file.h"
#include "crypto/digest.h"
#include "trail/index_codec.h"
#include "trail/index_terms.h"

namespace art32::trail {

// All of a run: blocks in the order of their offsets, entries sorted, none twice.
struct RunContent {
  RunRange range;
  FrameChecksum last{};  // of the frame that ends where the run does
  std::vector<RunBlock> blocks;
  std::vector<IndexEntry> entries;

  bool operator==(const RunContent&) const = default;
};
base::Bytes seal_run(const RunContent& content, base::ByteView trail_key);

// "index/<segment>-<begin>-<end>.idx" below the trail's folder.
base::Path index_folder(const base::Path& folder);
base::Path run_path(const base::Path& folder, const RunRange& range);
std::optional<RunRange> range_of(const base::Path& path);

// Those that are there by their names, in order. None for a folder that isn't there.
std::vector<RunRange> list_runs(const base::Path& folder);
// Of one file, those that cover it best, in order, none over another: the longest of those that
// begin first, and so on.
std::vector<RunRange> covering_runs(const std::vector<RunRange>& all, std::uint64_t segment);

class IndexRun {
 public:
  // Errors of all members: `corrupt` for what isn't the run of that range, as it was written, or is
  // that of another segment of the same name.
  static base::Result<std::unique_ptr<IndexRun>> open(const base::Path& folder, const RunRange& range,
                                                      base::ByteView trail_key);
  const RunHead& head() const { return head_; }

  // What find() will read, it needn't wait for then, if this was said before.
  void expect(TermHash hash) const;
  // Ordinals of blocks, in order.
  base::Result<std::vector<std::uint32_t>> find(TermHash hash) const;
  base::Result<RunBlock> block(std::uint32_t ordinal) const;
  // That stands there in the segment; nothing where none does.
  base::Result<std::optional<RunBlock>> block_at(std::uint64_t offset) const;
  // Reads and checks every octet.
  base::Result<RunContent> content() const;

 private:
  enum class Part : std::uint8_t { skips, blocks, entries };
  struct Skip {
    std::uint32_t first_hash = 0;
    std::uint32_t place = 0;  // of its group, behind the pages
  };
  IndexRun(base::File file, RunHead head) : file_(std::move(file)), head_(head) {}

  friend base::Bytes seal_run(const RunContent& content, base::ByteView trail_key);
  static crypto::Digest key_of(base::ByteView trail_key, base::ByteView seed);
  static base::Bytes nonce_of(Part part, std::uint64_t number);
  base::Status load(base::ByteView trail_key);
  base::Result<base::Bytes> open_part(Part part, std::uint64_t number, std::uint64_t offset,
                                      std::size_t size) const;
  std::size_t first_group(TermHash hash) const;
  std::pair<std::uint64_t, std::size_t> stretch_of_group(std::size_t number) const;
  base::Result<std::vector<IndexEntry>> group(std::size_t number) const;
  base::Result<std::vector<RunBlock>> page(std::size_t number) const;
  std::uint64_t page_offset(std::size_t number) const;
  tl::unexpected<base::Error> damaged() const;

  const base::File file_;
  const RunHead head_;
  base::Bytes opening_;  // head and seed, which every part is bound to
  crypto::Digest key_{};
  std::uint64_t size_ = 0;
  std::vector<Skip> skips_;
  mutable std::vector<RunBlock> page_;  // the last one that was read
  mutable std::optional<std::size_t> page_number_;
};

}  // namespace art32::trail
