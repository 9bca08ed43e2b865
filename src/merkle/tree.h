// The Merkle tree's hashes (RFC 6962 section 2.1, SHA-256) and the frontier of
// a growing tree: the roots of the perfect subtrees that its leaves fill.
//
// A perfect subtree is named by its level (0: a leaf) and its index among the
// subtrees of that level; it spans the leaves [index << level, (index + 1) << level).
// Plain values, pure functions, any thread. Appending costs two hashes at most
// on average, whatever the tree's size.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/digest.h"
#include "merkle/checkpoint.h"

namespace art32::merkle {

using Hash = crypto::Digest;
using LeafIndex = base::Strong<struct LeafIndexTag>;

// A tree never has more leaves than this, so that every subtree's end fits a number.
inline constexpr std::uint64_t tree_size_maximum = std::uint64_t{1} << 62;

Hash leaf_hash(base::ByteView entry);                 // SHA-256(00 || entry)
Hash node_hash(const Hash& left, const Hash& right);  // SHA-256(01 || left || right)
Hash empty_root();                                    // SHA-256 of nothing

// Hash of a perfect subtree from the hashes of its leaves or lower subtrees,
// left to right; their count is a power of two.
Hash perfect_root(std::span<const Hash> hashes);

struct Node {
  unsigned level = 0;
  std::uint64_t index = 0;

  bool operator==(const Node&) const = default;
};

// The perfect subtrees that a tree of `size` is made of, left to right: one for
// each bit of the size, the largest first.
std::vector<Node> subtrees_of(TreeSize size);

// The largest perfect subtrees that fill the leaves from `begin` to below `end`, left to right.
std::vector<Node> subtrees_between(std::uint64_t begin, std::uint64_t end);

// Hash of the leaves under `subtrees`, which are the roots of subtrees_of(size).
Hash root_of_subtrees(std::span<const Hash> subtrees);

class Frontier {
 public:
  Frontier() = default;  // the empty tree
  // From stored hashes, as subtrees() gave them. `corrupt` if their number isn't
  // the one that `size` needs.
  static base::Result<Frontier> restore(TreeSize size, std::vector<Hash> subtrees);

  void append(const Hash& leaf) { append_subtree(0, leaf); }
  // A perfect subtree of 2^level leaves at once; the size must be a multiple of that.
  void append_subtree(unsigned level, const Hash& root);
  TreeSize size() const { return size_; }
  Hash root() const;
  const std::vector<Hash>& subtrees() const { return subtrees_; }

  bool operator==(const Frontier&) const = default;

 private:
  TreeSize size_;
  std::vector<Hash> subtrees_;
};

}  // namespace art32::merkle
