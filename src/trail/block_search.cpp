#include "trail/block_search.h"

#include <fmt/format.h>

#include <algorithm>

namespace art32::trail {
namespace {

std::size_t first_transaction(const BlockRecords& block) {
  return static_cast<std::size_t>(std::ranges::find_if(block.records, is_transaction) -
                                  block.records.begin());
}

}  // namespace

base::Status BlockSearch::look_through(const RecordReader::Block& block) {
  const std::uint64_t first = block->header.first;
  const std::uint64_t low = std::max(first, bounds_.low);
  const std::uint64_t high = std::min(first + block->records.size(), bounds_.high);
  if (low >= high) return {};
  Ends ends;
  for (std::size_t i = 0; i < block->records.size(); ++i)
    if (is_transaction(block->records[i])) ends.places.push_back(i);
  ends.fit.resize(ends.places.size());
  std::vector<std::size_t> candidates = filter_.candidates(*block);
  if (is_backwards()) std::ranges::reverse(candidates);
  for (const std::size_t index : candidates) {
    if (is_done_) break;
    if (first + index >= low && first + index < high) ART32_CHECKED(look_at(block, index, ends));
  }
  if (++blocks_ >= bounds_.most_blocks && !is_done_) end_of(block->header);
  return {};
}

// Enough for once: another call goes on behind this block.
void BlockSearch::end_of(const BlockHeader& block) {
  is_done_ = true;
  const std::uint64_t last = block.first + block.count - 1;
  const bool is_last = is_backwards() ? block.first <= bounds_.low : last + 1 >= bounds_.high;
  if (!is_last) page_.next = is_backwards() ? block.first : last;
}

base::Status BlockSearch::look_at(const RecordReader::Block& block, std::size_t index, Ends& ends) {
  const base::ByteView record = block->records[index];
  const std::uint64_t number = block->header.first + index;
  const auto end =
      static_cast<std::size_t>(std::ranges::upper_bound(ends.places, index) - ends.places.begin());
  const bool is_here = end < ends.places.size();
  const base::ByteView transaction = is_here ? block->records[ends.places[end]] : base::ByteView();
  if (is_here && filter_.asks_for_transaction() && !ends.fit[end]) {
    ART32_ASSIGN(ends.fit[end], fits_transaction(transaction));
  }
  const std::optional<RecordFields> fields = parse_record(record);
  if (!fields) return damaged(number);
  SearchHit hit{number, {}, {}, {}};
  if (fields->kind == RecordFields::Kind::gap) {
    if (!filter_.fits(*fields)) return {};
  } else {
    if (is_here && ends.fit[end] == false) return {};
    if (!filter_.fits(*fields)) return {};
    if (is_here) {
      hit.transaction = base::as_text(transaction);
    } else {
      ART32_ASSIGN(hit.transaction, transaction_behind(*block, fields->commit));
      ART32_ASSIGN(const bool fits, fits_transaction(base::as_bytes(hit.transaction)));
      if (!fits) return {};
    }
  }
  hit.record = base::as_text(record);
  hit.values.assign(block->values[index].begin(), block->values[index].end());
  octets_ += hit.record.size() + hit.values.size() + hit.transaction.size();
  page_.hits.push_back(std::move(hit));
  if (page_.hits.size() < bounds_.limit && octets_ < bounds_.most_octets) return {};
  is_done_ = true;
  page_.next = number;
  return {};
}

base::Result<bool> BlockSearch::fits_transaction(base::ByteView record) const {
  const std::optional<RecordFields> fields = parse_record(record);
  if (!fields)
    return base::failure(base::ErrorCode::corrupt, "the record of a transaction isn't one",
                         "restore the folder from a backup");
  return filter_.fits_transaction(*fields);
}

base::Result<std::string> BlockSearch::transaction_behind(const BlockRecords& block,
                                                          std::string_view commit) {
  if (behind_commit_ == commit) return behind_;
  ART32_ASSIGN(const RecordReader::Block last,
               block_that_ends(commit, block.header.first + block.header.count));
  const base::ByteView record = last->records[first_transaction(*last)];
  const std::optional<RecordFields> fields = parse_record(record);
  if (!fields || fields->commit != commit) return damaged(last->header.first);
  behind_commit_ = commit;
  behind_ = base::as_text(record);
  return behind_;
}

base::Result<RecordReader::Block> BlockSearch::block_with(std::uint64_t number) {
  ART32_ASSIGN(const std::vector<BlockPlace> places, reader_.blocks(team_, number, Direction::backwards, 1));
  if (places.empty() || number - places.front().header.first >= places.front().header.count)
    return damaged(number);
  return reader_.block(team_, places.front());
}

// The first block, from that number on, that has a transaction's record. Those before are full of the
// same transaction's changes, perhaps a great many: so neither is each of them read.
base::Result<RecordReader::Block> BlockSearch::block_that_ends(std::string_view commit, std::uint64_t begin) {
  const auto is_behind = [&](const BlockRecords& block) {
    if (first_transaction(block) < block.records.size()) return true;
    const std::optional<RecordFields> fields = parse_record(block.records.front());
    return !fields || fields->commit != commit;
  };
  std::uint64_t low = begin, ahead = 0;
  RecordReader::Block found;
  while (found == nullptr) {
    ART32_ASSIGN(const std::uint64_t end, reader_.records_of(team_.name));
    if (low >= end) return damaged(low);
    ART32_ASSIGN(RecordReader::Block block, block_with(std::min(low + ahead, end - 1)));
    if (is_behind(*block)) {
      found = std::move(block);
    } else {
      low = block->header.first + block->header.count;
      ahead = 2 * ahead + block->header.count;
    }
  }
  while (low < found->header.first) {
    ART32_ASSIGN(RecordReader::Block block, block_with(low + (found->header.first - low) / 2));
    if (is_behind(*block))
      found = std::move(block);
    else
      low = block->header.first + block->header.count;
  }
  if (first_transaction(*found) == found->records.size()) return damaged(low);
  return found;
}

tl::unexpected<base::Error> BlockSearch::damaged(std::uint64_t number) const {
  return base::failure(
      base::ErrorCode::corrupt,
      fmt::format("record {} of the team \"{}\" isn't one, or has no end", number, team_.name),
      "restore the folder from a backup");
}

}  // namespace art32::trail
