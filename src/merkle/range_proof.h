// That leaves stand side by side in a tree, from one place to another, with nothing between them: the
// roots of the perfect subtrees to their left and right. docs/formats/evidence-pack.md, "Range".
//
// The tree is made again from left to right: the frontier of what stands before, each leaf of the range,
// then the subtrees behind it. So whoever verifies reads the range once, and keeps nothing of it. Pure;
// any thread.
#pragma once

#include <vector>

#include "merkle/proof.h"

namespace art32::merkle {

struct RangeProof {
  std::vector<Hash> left;   // roots of subtrees_of(first)
  std::vector<Hash> right;  // of subtrees_between(end, size)

  bool operator==(const RangeProof&) const = default;
};

// Of the leaves from `first` to below `end`; `invalid_argument` unless first <= end <= size. Else what
// the reader fails with.
base::Result<RangeProof> range_proof(std::uint64_t first, std::uint64_t end, TreeSize size,
                                     NodeReader& reader);

class RangeVerifier {
 public:
  // `check_failed` for a proof that isn't one of that range.
  static base::Result<RangeVerifier> begin(std::uint64_t first, std::uint64_t end, TreeSize size,
                                           RangeProof proof);
  void take(const Hash& leaf) { frontier_.append(leaf); }  // in order; no more than the range has
  std::uint64_t missing() const { return end_ - frontier_.size().value; }
  // `check_failed` unless these were all leaves of the range in the tree of this root.
  base::Status finish(const Hash& root) const;

 private:
  RangeVerifier(std::uint64_t end, TreeSize size, std::vector<Hash> right, Frontier frontier)
      : end_(end), size_(size), right_(std::move(right)), frontier_(std::move(frontier)) {}

  std::uint64_t end_;
  TreeSize size_;
  std::vector<Hash> right_;
  Frontier frontier_;
};

}  // namespace art32::merkle
