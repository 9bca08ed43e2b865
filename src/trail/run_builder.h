// Collects what a run of the index says of blocks: each one's terms, and when its changes were
// committed. docs/formats/trail.md, "Index".
//
// A transaction's record names its author and time, behind its changes: blocks wait for it. One thread.
#pragma once

#include <map>

#include "base/time.h"
#include "trail/index_run.h"
#include "trail/record_fields.h"
#include "trail/record_reader.h"

namespace art32::trail {

// Seconds since 1970 as runs have them; times before and after what they can say are the first and last.
std::uint32_t run_seconds(base::Instant instant);

class RunBuilder {
 public:
  RunBuilder(std::uint64_t segment, std::uint64_t begin) : segment_(segment), begin_(begin) {}

  // Blocks as they follow each other. `corrupt` where a record isn't one.
  base::Status add(std::uint64_t offset, const RecordReader::Team& team, const BlockRecords& block);
  bool is_empty() const { return blocks_.empty(); }
  // `last`: the checksum of the frame that ends there.
  RunContent finish(std::uint64_t end, const FrameChecksum& last);

 private:
  struct TeamWork {
    explicit TeamWork(base::ByteView key) : terms(key) {}
    TeamTerms terms;
    std::vector<std::uint32_t> waiting;  // blocks with changes of a transaction that goes on
  };
  // Tables and actors that were met in the block: a hash takes longer than a look.
  struct Known {
    std::string_view first, second;
    TermHash hash;
  };

  bool take(const RecordFields& record, TeamWork& team);
  void take_row(const RecordFields& record, TeamWork& team);
  bool take_transaction(const RecordFields& record, TeamWork& team);
  void add_term(TermHash hash, std::uint32_t ordinal) { entries_.push_back(index_entry(hash, ordinal)); }
  void add_table(std::string_view schema, std::string_view table, const TeamWork& team);
  void stretch(std::uint32_t ordinal, std::uint32_t seconds);
  std::uint32_t current() const { return static_cast<std::uint32_t>(blocks_.size() - 1); }

  const std::uint64_t segment_, begin_;
  std::vector<RunBlock> blocks_;
  std::vector<IndexEntry> entries_;
  std::map<TeamReference, TeamWork> teams_;
  std::vector<Known> tables_, actors_;
};

// One run over all of these, which follow each other without a gap.
RunContent joined(const std::vector<RunContent>& runs);

}  // namespace art32::trail
