// For tests of erasure: a ledger that is a file of lines, so that it outlives a process that crashes.
// One thread.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "base/file_fault.h"
#include "model/evidence.h"

namespace art32::trail {

class ErasureLedger final : public model::EvidenceSink, public model::EvidenceSearch {
 public:
  explicit ErasureLedger(base::Path path) : path_(std::move(path)) {}

  base::Result<model::LeafIndex> append(model::RecordKind kind, base::ByteView record) override {
    if (is_full) return base::failure(base::ErrorCode::exhausted, "the disk is full");
    (void)base::file_fault(base::FileStep::write, path_);
    std::ofstream(path_, std::ios::app) << kind.name << ' ' << base::as_text(record) << '\n';
    (void)base::file_fault(base::FileStep::sync, path_);  // a crash behind it
    return model::LeafIndex(lines().size() - 1);
  }
  base::Result<model::LeafIndex> append_batch(model::RecordKind, std::span<const base::Bytes>) override {
    return base::failure(base::ErrorCode::unsupported, "one at a time");
  }
  base::Result<model::LeafIndex> find(model::RecordKind kind, model::LeafIndex from,
                                      const Visit& visit) override {
    const std::vector<std::string> all = lines();
    const std::string before = std::string(kind.name) + ' ';
    for (std::uint64_t i = from.value; i < all.size(); ++i)
      if (all[i].starts_with(before))
        ART32_CHECKED(visit(model::LeafIndex(i), base::as_bytes(all[i]).subspan(before.size())));
    return model::LeafIndex(all.size());
  }
  model::LeafIndex end() const override { return model::LeafIndex(lines().size()); }

  std::vector<std::string> lines() const {
    std::vector<std::string> found;
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);)
      found.push_back(line);
    return found;
  }

  bool is_full = false;

 private:
  base::Path path_;
};

}  // namespace art32::trail
