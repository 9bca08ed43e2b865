#include "trail/index_run.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"
#include "base/text.h"
#include "crypto/aead.h"
#include "crypto/mac.h"
#include "crypto/random.h"
#include "trail/sealed_state.h"

namespace art32::trail {
namespace {

constexpr std::string_view label = "art32-trail-index/v1\n";
constexpr std::size_t seed_octets = 32;
constexpr std::size_t opening_octets = run_head_octets + seed_octets;
constexpr std::size_t skip_octets = 8;
constexpr std::size_t block_octets = 12;

RunHead head_of(const RunContent& content) {
  RunHead head;
  head.range = content.range;
  head.last = content.last;
  head.blocks = static_cast<std::uint32_t>(content.blocks.size());
  head.entries = static_cast<std::uint32_t>(content.entries.size());
  for (const RunBlock& block : content.blocks) {
    head.earliest = std::min(head.earliest, block.earliest);
    head.latest = std::max(head.latest, block.latest);
  }
  choose_bits(head);
  return head;
}

std::size_t skips_octets(const RunHead& head) {
  return head.groups() * skip_octets + crypto::aead_tag_octets;
}

template <class Item>
std::span<const Item> slice(const std::vector<Item>& items, std::size_t number, std::size_t size) {
  const std::size_t begin = number * size;
  return std::span(items).subspan(begin, std::min(size, items.size() - begin));
}

}  // namespace

base::Bytes seal_run(const RunContent& content, base::ByteView trail_key) {
  const RunHead head = head_of(content);
  base::Bytes file = format_run_head(head);
  base::append(file, crypto::random_bytes(seed_octets));
  const base::Bytes opening = file;
  const crypto::Digest key = IndexRun::key_of(trail_key, base::ByteView(opening).subspan(run_head_octets));
  const auto seal = [&](IndexRun::Part part, std::uint64_t number, base::ByteView plain) {
    return crypto::aead_seal(key, IndexRun::nonce_of(part, number), plain, opening);
  };
  base::Bytes skips, groups;
  for (std::size_t i = 0; i < head.groups(); ++i) {
    const auto entries = slice(content.entries, i, entries_of_a_group);
    base::put_u32(skips, hash_in(entries.front()));
    base::put_u32(skips, static_cast<std::uint32_t>(groups.size()));
    base::append(groups, seal(IndexRun::Part::entries, i, pack_entries(entries, head)));
  }
  base::append(file, seal(IndexRun::Part::skips, 0, skips));
  for (std::size_t i = 0; i < head.pages(); ++i)
    base::append(file,
                 seal(IndexRun::Part::blocks, i, pack_blocks(slice(content.blocks, i, blocks_of_a_page))));
  base::append(file, groups);
  return file;
}

crypto::Digest IndexRun::key_of(base::ByteView trail_key, base::ByteView seed) {
  return crypto::hmac_sha256(trail_key, {base::as_bytes(label), seed});
}

// A key seals one run: its parts are told apart by their numbers.
base::Bytes IndexRun::nonce_of(Part part, std::uint64_t number) {
  base::Bytes nonce;
  base::put_u32(nonce, static_cast<std::uint32_t>(part));
  base::put_u64(nonce, number);
  return nonce;
}

base::Path index_folder(const base::Path& folder) {
  return folder / "index";
}

base::Path run_path(const base::Path& folder, const RunRange& range) {
  return index_folder(folder) /
         fmt::format("{:016}-{:012}-{:012}.idx", range.segment, range.begin, range.end);
}

std::optional<RunRange> range_of(const base::Path& path) {
  if (path.extension() != ".idx") return std::nullopt;
  const std::string stem = path.stem().string();
  const auto parts = base::split(stem, '-');
  if (parts.size() != 3) return std::nullopt;
  const auto segment = base::parse_number(parts[0]), begin = base::parse_number(parts[1]),
             end = base::parse_number(parts[2]);
  if (!segment || !begin || !end || *begin >= *end) return std::nullopt;
  return RunRange{*segment, *begin, *end};
}

std::vector<RunRange> list_runs(const base::Path& folder) {
  std::vector<RunRange> runs;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(index_folder(folder), error)) {
    const auto range = range_of(entry.path());
    if (range && run_path(folder, *range) == entry.path()) runs.push_back(*range);
  }
  std::ranges::sort(runs);
  return runs;
}

std::vector<RunRange> covering_runs(const std::vector<RunRange>& all, std::uint64_t segment) {
  std::vector<RunRange> chosen;
  for (const RunRange& range : all) {
    if (range.segment != segment) continue;
    if (!chosen.empty() && chosen.back().begin == range.begin)
      chosen.back() = range;  // they are sorted: this one is longer
    else if (chosen.empty() || range.begin >= chosen.back().end)
      chosen.push_back(range);
  }
  return chosen;
}

base::Result<std::unique_ptr<IndexRun>> IndexRun::open(const base::Path& folder, const RunRange& range,
                                                       base::ByteView trail_key) {
  ART32_ASSIGN(base::File file, base::File::open_read(run_path(folder, range)));
  ART32_ASSIGN(base::Bytes opening, file.read_at(0, opening_octets));
  const std::optional<RunHead> head = parse_run_head(base::ByteView(opening).first(run_head_octets));
  std::unique_ptr<IndexRun> run(new IndexRun(std::move(file), head.value_or(RunHead())));
  if (!head || head->range != range) return run->damaged();
  run->opening_ = std::move(opening);
  ART32_CHECKED(run->load(trail_key));
  // A folder that came from a backup may have gone on otherwise.
  ART32_ASSIGN(const base::File segment, base::File::open_read(segment_path(folder, range.segment)));
  const auto last = segment.read_at(range.end - head->last.size(), head->last.size());
  if (!last || !std::ranges::equal(*last, head->last)) return run->damaged();
  return run;
}

base::Status IndexRun::load(base::ByteView trail_key) {
  key_ = key_of(trail_key, base::ByteView(opening_).subspan(run_head_octets));
  ART32_ASSIGN(size_, file_.size());
  // Before anything is read that a damaged head asks for.
  if (size_ < page_offset(head_.pages())) return damaged();
  ART32_ASSIGN(const base::Bytes skips, open_part(Part::skips, 0, opening_octets, skips_octets(head_)));
  const std::uint64_t groups = size_ - page_offset(head_.pages());
  for (base::ByteView rest = skips; !rest.empty(); rest = rest.subspan(skip_octets)) {
    const Skip skip{base::get_u32(rest), base::get_u32(rest.subspan(4))};
    const bool is_in_order =
        skips_.empty() || (skips_.back().place < skip.place && skips_.back().first_hash <= skip.first_hash);
    if (!is_in_order || skip.place >= groups) return damaged();
    skips_.push_back(skip);
  }
  if (skips_.empty() ? groups != 0 : skips_.front().place != 0) return damaged();
  return {};
}

base::Result<base::Bytes> IndexRun::open_part(Part part, std::uint64_t number, std::uint64_t offset,
                                              std::size_t size) const {
  const auto sealed = file_.read_at(offset, size);
  if (!sealed) return damaged();
  const auto plain = crypto::aead_open(key_, nonce_of(part, number), *sealed, opening_);
  if (!plain) return damaged();
  return *plain;
}

// Behind the last page stand the groups.
std::uint64_t IndexRun::page_offset(std::size_t number) const {
  const std::uint64_t blocks =
      std::min<std::uint64_t>(std::uint64_t{number} * blocks_of_a_page, head_.blocks);
  return opening_octets + skips_octets(head_) + blocks * block_octets + number * crypto::aead_tag_octets;
}

// Where it begins, and its octets.
std::pair<std::uint64_t, std::size_t> IndexRun::stretch_of_group(std::size_t number) const {
  const std::uint64_t groups = page_offset(head_.pages()), begin = groups + skips_[number].place;
  const std::uint64_t end = number + 1 < skips_.size() ? groups + skips_[number + 1].place : size_;
  return {begin, static_cast<std::size_t>(end - begin)};
}

base::Result<std::vector<IndexEntry>> IndexRun::group(std::size_t number) const {
  const auto [offset, size] = stretch_of_group(number);
  ART32_ASSIGN(const base::Bytes plain, open_part(Part::entries, number, offset, size));
  const std::size_t count = std::min(entries_of_a_group, head_.entries - number * entries_of_a_group);
  auto entries = unpack_entries(plain, skips_[number].first_hash, count, head_);
  if (!entries) return damaged();
  return std::move(*entries);
}

// The last group that begins before the hash may have it too.
std::size_t IndexRun::first_group(TermHash hash) const {
  const auto behind = std::ranges::lower_bound(skips_, hash, {}, &Skip::first_hash);
  const auto number = static_cast<std::size_t>(behind - skips_.begin());
  return number > 0 ? number - 1 : 0;
}

void IndexRun::expect(TermHash hash) const {
  const std::size_t number = first_group(hash);
  if (number == skips_.size()) return;
  const auto [offset, size] = stretch_of_group(number);
  ::posix_fadvise(file_.descriptor(), static_cast<off_t>(offset), static_cast<off_t>(size),
                  POSIX_FADV_WILLNEED);
}

base::Result<std::vector<std::uint32_t>> IndexRun::find(TermHash hash) const {
  std::vector<std::uint32_t> ordinals;
  for (std::size_t number = first_group(hash); number < skips_.size() && skips_[number].first_hash <= hash;
       ++number) {
    ART32_ASSIGN(const std::vector<IndexEntry> entries, group(number));
    for (const IndexEntry entry : entries)
      if (hash_in(entry) == hash) ordinals.push_back(ordinal_in(entry));
  }
  return ordinals;
}

base::Result<std::vector<RunBlock>> IndexRun::page(std::size_t number) const {
  const std::uint64_t begin = page_offset(number);
  ART32_ASSIGN(const base::Bytes plain, open_part(Part::blocks, number, begin,
                                                  static_cast<std::size_t>(page_offset(number + 1) - begin)));
  auto blocks = unpack_blocks(plain);
  if (!blocks) return damaged();
  return std::move(*blocks);
}

base::Result<RunBlock> IndexRun::block(std::uint32_t ordinal) const {
  ART32_ASSERT(ordinal < head_.blocks);
  const std::size_t number = ordinal / blocks_of_a_page;
  if (page_number_ != number) {
    page_number_.reset();
    ART32_ASSIGN(page_, page(number));
    page_number_ = number;
  }
  return page_[ordinal % blocks_of_a_page];
}

base::Result<std::optional<RunBlock>> IndexRun::block_at(std::uint64_t offset) const {
  std::uint32_t low = 0, high = head_.blocks;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    ART32_ASSIGN(const RunBlock found, block(middle));
    const std::uint64_t place = head_.range.begin + found.offset;
    if (place == offset) return found;
    if (place < offset)
      low = middle + 1;
    else
      high = middle;
  }
  return std::nullopt;
}

base::Result<RunContent> IndexRun::content() const {
  RunContent content{head_.range, head_.last, {}, {}};
  for (std::size_t i = 0; i < head_.pages(); ++i) {
    ART32_ASSIGN(const std::vector<RunBlock> blocks, page(i));
    content.blocks.insert(content.blocks.end(), blocks.begin(), blocks.end());
  }
  for (std::size_t i = 0; i < skips_.size(); ++i) {
    ART32_ASSIGN(const std::vector<IndexEntry> entries, group(i));
    content.entries.insert(content.entries.end(), entries.begin(), entries.end());
  }
  return content;
}

tl::unexpected<base::Error> IndexRun::damaged() const {
  return base::failure(base::ErrorCode::corrupt,
                       fmt::format("{} isn't what was written", file_.path().string()),
                       "delete the file: it is made anew");
}

}  // namespace art32::trail
