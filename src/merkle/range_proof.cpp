#include "merkle/range_proof.h"

namespace art32::merkle {
namespace {

using base::ErrorCode;
using base::failure;

base::Result<std::vector<Hash>> hashes_of(const std::vector<Node>& nodes, NodeReader& reader) {
  std::vector<Hash> hashes;
  for (const Node& node : nodes) {
    ART32_ASSIGN(const Hash hash, reader.node(node));
    hashes.push_back(hash);
  }
  return hashes;
}

bool is_range(std::uint64_t first, std::uint64_t end, TreeSize size) {
  return first <= end && end <= size.value && size.value <= tree_size_maximum;
}

}  // namespace

base::Result<RangeProof> range_proof(std::uint64_t first, std::uint64_t end, TreeSize size,
                                     NodeReader& reader) {
  if (!is_range(first, end, size))
    return failure(ErrorCode::invalid_argument, "the range doesn't lie in the tree");
  RangeProof proof;
  ART32_ASSIGN(proof.left, hashes_of(subtrees_of(TreeSize(first)), reader));
  ART32_ASSIGN(proof.right, hashes_of(subtrees_between(end, size.value), reader));
  return proof;
}

base::Result<RangeVerifier> RangeVerifier::begin(std::uint64_t first, std::uint64_t end, TreeSize size,
                                                 RangeProof proof) {
  if (!is_range(first, end, size))
    return failure(ErrorCode::check_failed, "the range doesn't lie in the tree");
  auto frontier = Frontier::restore(TreeSize(first), std::move(proof.left));
  if (!frontier || proof.right.size() != subtrees_between(end, size.value).size())
    return failure(ErrorCode::check_failed, "the proof has too few or too many hashes for its range");
  return RangeVerifier(end, size, std::move(proof.right), std::move(*frontier));
}

base::Status RangeVerifier::finish(const Hash& root) const {
  if (missing() != 0) return failure(ErrorCode::check_failed, "the range has other leaves than it says");
  Frontier all = frontier_;
  const std::vector<Node> nodes = subtrees_between(end_, size_.value);
  for (std::size_t i = 0; i < nodes.size(); ++i)
    all.append_subtree(nodes[i].level, right_[i]);
  if (all.root() != root)
    return failure(ErrorCode::check_failed, "these aren't the leaves that the tree has there");
  return {};
}

}  // namespace art32::merkle
