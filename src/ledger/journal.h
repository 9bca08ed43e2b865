// The records files: an append-only journal of sealed records, and the store
// they are read from. docs/formats/ledger.md, "Records".
//
// `records/NNNNNNNNNNNNNNNN.seg` is named after its first record. What write()
// has reported as done is on disk; what it failed to write is cut off before the
// next batch, synced parts included, so a failed sync is never believed later.
// prepare and write belong to one thread; read may be called from any.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "ledger/frame.h"

namespace art32::ledger {

struct StoredRecord {
  base::Bytes entry;
  base::Bytes sealed;
};

class Journal {
 public:
  // Asked for each record with its place in its file; an error ends the scan.
  using Visit = std::function<base::Status(const Frame& frame, std::uint32_t offset)>;

  explicit Journal(base::Path folder) : folder_(std::move(folder)) {}
  // Lists the files. `corrupt` when one is missing at the beginning or foreign.
  base::Status load();

  // Reads every record from the file on that holds `from`, and cuts a torn batch
  // off the end. The number of records. `corrupt`, naming file and record, when
  // one below `acknowledged`, or one with whole batches after it, is damaged.
  base::Result<std::uint64_t> recover(std::uint64_t from, std::uint64_t acknowledged, const Visit& visit);
  // The same for the records below `acknowledged`, and some after them; changes
  // nothing, and may run while another process appends.
  base::Status scan(std::uint64_t from, std::uint64_t acknowledged, const Visit& visit) const;

  // Where the next batch of `octets` will begin in its file: cuts off what a
  // failed write left, begins a new file when the current one is long enough.
  base::Result<std::uint32_t> prepare(std::uint64_t next, std::size_t octets);
  base::Status write(base::ByteView batch);  // to the prepared place; durable

  // `corrupt` unless the whole record is found there.
  base::Result<StoredRecord> read(std::uint64_t index, std::uint32_t offset) const;

 private:
  struct End {
    std::size_t file = 0;      // its number in segments_
    std::uint64_t offset = 0;  // after the last whole batch
    std::uint64_t next = 0;    // record expected there
    bool is_torn = false;      // something stands after it
  };
  base::Path path_of(std::uint64_t first) const;
  struct Range {
    std::uint64_t from = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t until = 0;  // records from here on needn't be read
  };
  base::Result<End> scan_range(const Range& range, const Visit& visit) const;
  base::Status begin_file(std::uint64_t first);

  base::Path folder_;
  mutable std::mutex mutex_;             // guards segments_
  std::vector<std::uint64_t> segments_;  // first records, ascending
  base::File current_;
  std::uint64_t end_ = 0;  // of what is durable in current_
  bool must_cut_ = false;
};

}  // namespace art32::ledger
