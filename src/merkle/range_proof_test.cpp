#include "merkle/range_proof.h"

#include <rapidcheck/gtest.h>

#include "merkle/naive_tree.h"

namespace art32::merkle {
namespace {

bool verifies(std::uint64_t first, const std::vector<Hash>& leaves, std::uint64_t size,
              const RangeProof& proof, const Hash& root) {
  auto verifier = RangeVerifier::begin(first, first + leaves.size(), TreeSize(size), proof);
  if (!verifier) return false;
  for (const Hash& leaf : leaves)
    verifier->take(leaf);
  return verifier->finish(root).has_value();
}

std::vector<Hash> leaves_of(const NaiveTree& tree, std::uint64_t first, std::uint64_t end) {
  std::vector<Hash> leaves;
  for (std::uint64_t i = first; i < end; ++i)
    leaves.push_back(tree.leaf(i));
  return leaves;
}

TEST(RangeProof, verifies_for_every_range_of_small_trees) {
  NaiveTree tree(20);
  for (std::uint64_t size = 0; size <= 20; ++size)
    for (std::uint64_t first = 0; first <= size; ++first)
      for (std::uint64_t end = first; end <= size; ++end) {
        const auto proof = range_proof(first, end, TreeSize(size), tree);
        ASSERT_TRUE(proof.has_value());
        ASSERT_TRUE(verifies(first, leaves_of(tree, first, end), size, *proof, tree.root(size)))
            << first << " " << end << " " << size;
      }
}

TEST(RangeProof, is_refused_for_what_lies_outside_of_the_tree) {
  NaiveTree tree(8);
  EXPECT_FALSE(range_proof(3, 2, TreeSize(8), tree));
  EXPECT_FALSE(range_proof(3, 9, TreeSize(8), tree));
  EXPECT_FALSE(RangeVerifier::begin(3, 2, TreeSize(8), {}));
  EXPECT_FALSE(RangeVerifier::begin(0, 9, TreeSize(8), {}));
}

// Removed, added, swapped, altered, shifted, cut off at either end.
RC_GTEST_PROP(RangeProof, of_other_leaves_is_refused, ()) {
  const auto size = *rc::gen::inRange<std::uint64_t>(1, 200);
  const auto first = *rc::gen::inRange<std::uint64_t>(0, size);
  const auto end = *rc::gen::inRange<std::uint64_t>(first, size + 1);
  NaiveTree tree(size);
  const Hash root = tree.root(size);
  const RangeProof proof = range_proof(first, end, TreeSize(size), tree).value();
  const std::vector<Hash> leaves = leaves_of(tree, first, end);
  const auto accepts = [&](std::uint64_t at, const std::vector<Hash>& shown) {
    return verifies(at, shown, size, proof, root);
  };
  RC_ASSERT(accepts(first, leaves));
  std::vector<Hash> other = leaves;
  other.push_back(numbered_leaf(size + 1));
  RC_ASSERT(!accepts(first, other));
  if (first > 0) RC_ASSERT(!accepts(first - 1, leaves));
  RC_ASSERT(!accepts(first + 1, leaves));
  if (leaves.empty()) return;
  const auto place = *rc::gen::inRange<std::size_t>(0, leaves.size());
  other = leaves;
  other.erase(other.begin() + static_cast<std::ptrdiff_t>(place));
  RC_ASSERT(!accepts(first, other));
  other = leaves;
  other[place][place % 32] ^= 1;
  RC_ASSERT(!accepts(first, other));
  other = leaves;
  std::rotate(other.begin(), other.begin() + 1, other.end());
  if (other.size() > 1) RC_ASSERT(!accepts(first, other));
  RC_ASSERT(!accepts(first, {leaves.begin(), leaves.end() - 1}));
  RC_ASSERT(!verifies(first + 1, {leaves.begin() + 1, leaves.end()}, size, proof, root));
}

RC_GTEST_PROP(RangeProof, damaged_in_any_hash_is_refused, ()) {
  const auto size = *rc::gen::inRange<std::uint64_t>(2, 200);
  const auto first = *rc::gen::inRange<std::uint64_t>(0, size);
  const auto end = *rc::gen::inRange<std::uint64_t>(first, size + 1);
  NaiveTree tree(size);
  const RangeProof proof = range_proof(first, end, TreeSize(size), tree).value();
  const std::vector<Hash> leaves = leaves_of(tree, first, end);
  for (auto side : {&RangeProof::left, &RangeProof::right}) {
    for (std::size_t i = 0; i < (proof.*side).size(); ++i) {
      RangeProof damaged = proof;
      (damaged.*side)[i][i % 32] ^= 1;
      RC_ASSERT(!verifies(first, leaves, size, damaged, tree.root(size)));
      damaged = proof;
      (damaged.*side).pop_back();
      RC_ASSERT(!verifies(first, leaves, size, damaged, tree.root(size)));
    }
    RangeProof longer = proof;
    (longer.*side).push_back(tree.leaf(0));
    RC_ASSERT(!verifies(first, leaves, size, longer, tree.root(size)));
  }
}

}  // namespace
}  // namespace art32::merkle
