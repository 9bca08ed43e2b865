// Inclusion and consistency proofs: made from the hashes of perfect subtrees
// (RFC 6962 sections 2.1.1 and 2.1.2), and verified as RFC 9162 sections
// 2.1.3.2 and 2.1.4.2 say.
//
// Verification is strict: a proof with a hash too few or too many, an index
// outside the tree, or a size that shrank never verifies. Hashes run from the
// leaf's side to the root's. Pure; any thread.
#pragma once

#include <span>
#include <vector>

#include "merkle/tree.h"

namespace art32::merkle {

// Where hashes of perfect subtrees come from: tiles (TileNodeReader), a table in
// a test. Only subtrees that lie wholly inside the tree are asked for.
class NodeReader {
 public:
  virtual ~NodeReader() = default;
  virtual base::Result<Hash> node(const Node& node) = 0;
};

base::Result<Hash> tree_root(TreeSize size, NodeReader& reader);
base::Result<Frontier> read_frontier(TreeSize size, NodeReader& reader);

// `invalid_argument` unless index < size; else what the reader fails with.
base::Result<std::vector<Hash>> inclusion_proof(LeafIndex index, TreeSize size, NodeReader& reader);
// `invalid_argument` unless older <= newer. Empty for older = 0 and older = newer.
base::Result<std::vector<Hash>> consistency_proof(TreeSize older, TreeSize newer, NodeReader& reader);

// `check_failed` where the proof doesn't lead from the leaf to the root.
base::Status verify_inclusion(LeafIndex index, TreeSize size, const Hash& leaf, std::span<const Hash> proof,
                              const Hash& root);

// `check_failed` where the newer tree doesn't have the older one as its prefix.
// A tree of size 0 has the empty root and is every tree's prefix, with an empty
// proof (c2sp.org/tlog-witness, "add-checkpoint").
base::Status verify_consistency(TreeSize older, const Hash& older_root, TreeSize newer,
                                const Hash& newer_root, std::span<const Hash> proof);

}  // namespace art32::merkle
