// For tests of rooms that seal: an evidence sink that keeps what it is given, and is full on
// request. One thread.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "model/evidence.h"

namespace art32::model::testing {

class RecordingSink final : public EvidenceSink {
 public:
  base::Result<LeafIndex> append(RecordKind kind, base::ByteView record) override {
    if (full) return base::failure(base::ErrorCode::exhausted, "the disk is full", "make room");
    kinds.emplace_back(kind.name);
    records.push_back(base::to_text(record));
    return LeafIndex(records.size() - 1);
  }
  base::Result<LeafIndex> append_batch(RecordKind kind, std::span<const base::Bytes> batch) override {
    const LeafIndex first(records.size());
    for (const base::Bytes& record : batch)
      ART32_CHECKED(append(kind, record));
    return first;
  }

  bool full = false;
  std::vector<std::string> records;
  std::vector<std::string> kinds;  // of the records
};

}  // namespace art32::model::testing
