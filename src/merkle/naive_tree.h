// A tree as RFC 6962 section 2.1 defines it, by recursion over all leaves: slow,
// and written apart from the room's own algorithms, to compare them with.
//
// For tests. Leaf i's entry is its number as text. One thread.
#pragma once

#include <bit>
#include <string>

#include "merkle/proof.h"

namespace art32::merkle {

inline base::Bytes numbered_entry(std::uint64_t index) {
  return base::to_bytes("entry " + std::to_string(index));
}
inline Hash numbered_leaf(std::uint64_t index) {
  return leaf_hash(numbered_entry(index));
}

class NaiveTree final : public NodeReader {
 public:
  explicit NaiveTree(std::uint64_t size) {
    for (std::uint64_t i = 0; i < size; ++i)
      leaves_.push_back(numbered_leaf(i));
  }

  const Hash& leaf(std::uint64_t index) const { return leaves_.at(index); }
  Hash root(std::uint64_t size) const { return root(0, size); }

  // MTH(D[begin:end]).
  Hash root(std::uint64_t begin, std::uint64_t end) const {
    if (begin == end) return empty_root();
    if (end - begin == 1) return leaves_.at(begin);
    const std::uint64_t middle = begin + std::bit_floor(end - begin - 1);
    return node_hash(root(begin, middle), root(middle, end));
  }

  // PATH(index, D[begin:end]), RFC 6962 section 2.1.1.
  std::vector<Hash> path(std::uint64_t index, std::uint64_t begin, std::uint64_t end) const {
    if (end - begin == 1) return {};
    const std::uint64_t middle = begin + std::bit_floor(end - begin - 1);
    const bool left = index < middle;
    std::vector<Hash> hashes = left ? path(index, begin, middle) : path(index, middle, end);
    hashes.push_back(left ? root(middle, end) : root(begin, middle));
    return hashes;
  }

  base::Result<Hash> node(const Node& node) override {
    const std::uint64_t end = (node.index + 1) << node.level;
    if (end > leaves_.size()) return base::failure(base::ErrorCode::not_found, "a node past the tree's end");
    return root(node.index << node.level, end);
  }

 private:
  std::vector<Hash> leaves_;
};

}  // namespace art32::merkle
