// Looks through blocks of one team, one after the other in one order, for the changes that a filter
// asks for, each with the record of its transaction, which stands behind it, if need be in
// a later block.
//
// For one search. Reader, team and filter outlive it. One thread.
#pragma once

#include "trail/search_filter.h"

namespace art32::trail {

class BlockSearch {
 public:
  // Numbers from `low` on and before `high` count.
  struct Bounds {
    std::uint64_t low = 0, high = 0;
    SearchQuery::Order order = SearchQuery::Order::newest_first;
    std::size_t limit = 0, most_octets = 0, most_blocks = 0;
  };
  BlockSearch(RecordReader& reader, const RecordReader::Team& team, const SearchFilter& filter,
              const Bounds& bounds)
      : reader_(reader), team_(team), filter_(filter), bounds_(bounds) {}

  base::Status look_through(const RecordReader::Block& block);
  bool is_done() const { return is_done_; }
  SearchPage take_page() { return std::move(page_); }

 private:
  // Of one block: where the records of transactions are, and which fit as far as it was asked.
  struct Ends {
    std::vector<std::size_t> places;
    std::vector<std::optional<bool>> fit;
  };
  base::Status look_at(const RecordReader::Block& block, std::size_t index, Ends& ends);
  base::Result<bool> fits_transaction(base::ByteView record) const;
  base::Result<std::string> transaction_behind(const BlockRecords& block, std::string_view commit);
  base::Result<RecordReader::Block> block_with(std::uint64_t number);
  base::Result<RecordReader::Block> block_that_ends(std::string_view commit, std::uint64_t begin);
  void end_of(const BlockHeader& block);
  bool is_backwards() const { return bounds_.order == SearchQuery::Order::newest_first; }
  tl::unexpected<base::Error> damaged(std::uint64_t number) const;

  RecordReader& reader_;
  const RecordReader::Team& team_;
  const SearchFilter& filter_;
  const Bounds bounds_;
  SearchPage page_;
  bool is_done_ = false;
  std::size_t blocks_ = 0, octets_ = 0;
  std::string behind_commit_, behind_;  // the last transaction whose record was in a later block
};

}  // namespace art32::trail
