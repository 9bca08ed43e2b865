#include "merkle/proof.h"

#include <rapidcheck/gtest.h>

#include "merkle/naive_tree.h"

namespace art32::merkle {
namespace {

// Every way to damage a list of hashes by one step: a flipped bit anywhere, one
// hash less, one more, two exchanged.
template <class Check>
void expect_damage_is_refused(const std::vector<Hash>& proof, const Check& accepts) {
  for (std::size_t i = 0; i < proof.size(); ++i) {
    std::vector<Hash> damaged = proof;
    damaged[i][i % 32] ^= static_cast<std::uint8_t>(1U << (i % 8));
    EXPECT_FALSE(accepts(damaged)) << "flipped bit in hash " << i;
    damaged = proof;
    damaged.erase(damaged.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(accepts(damaged)) << "without hash " << i;
    if (i == 0) continue;
    damaged = proof;
    std::swap(damaged[i - 1], damaged[i]);
    EXPECT_FALSE(accepts(damaged)) << "exchanged hashes " << i - 1 << " and " << i;
  }
  std::vector<Hash> longer = proof;
  longer.push_back(numbered_leaf(7));
  EXPECT_FALSE(accepts(longer)) << "with one hash more";
  if (proof.empty()) return;
  longer.back() = proof.back();
  EXPECT_FALSE(accepts(longer)) << "with the last hash repeated";
}

TEST(InclusionProof, of_every_leaf_is_the_path_of_the_recursion_and_verifies) {
  NaiveTree tree(66);
  for (std::uint64_t size = 1; size <= 66; ++size) {
    const Hash root = tree.root(size);
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto proof = inclusion_proof(LeafIndex(index), TreeSize(size), tree);
      ASSERT_TRUE(proof.has_value());
      ASSERT_EQ(*proof, tree.path(index, 0, size));
      ASSERT_TRUE(verify_inclusion(LeafIndex(index), TreeSize(size), tree.leaf(index), *proof, root));
    }
  }
}

RC_GTEST_PROP(InclusionProof, damaged_in_any_way_is_refused, ()) {
  const auto size = *rc::gen::inRange<std::uint64_t>(1, 300);
  const auto index = *rc::gen::inRange<std::uint64_t>(0, size);
  NaiveTree tree(size);
  const Hash root = tree.root(size);
  const Hash leaf = tree.leaf(index);
  const std::vector<Hash> proof = inclusion_proof(LeafIndex(index), TreeSize(size), tree).value();
  expect_damage_is_refused(proof, [&](const std::vector<Hash>& damaged) {
    return verify_inclusion(LeafIndex(index), TreeSize(size), leaf, damaged, root).has_value();
  });
  const auto bit = *rc::gen::inRange<std::size_t>(0, 256);
  Hash wrong = leaf;
  wrong[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  RC_ASSERT(!verify_inclusion(LeafIndex(index), TreeSize(size), wrong, proof, root));
  wrong = root;
  wrong[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  RC_ASSERT(!verify_inclusion(LeafIndex(index), TreeSize(size), leaf, proof, wrong));
  for (std::uint64_t other = 0; other <= size; ++other) {
    if (other != index) RC_ASSERT(!verify_inclusion(LeafIndex(other), TreeSize(size), leaf, proof, root));
  }
}

TEST(InclusionProof, of_one_tree_is_refused_for_the_root_of_another) {
  NaiveTree tree(40);
  for (std::uint64_t size = 1; size <= 40; ++size) {
    const std::vector<Hash> proof = inclusion_proof(LeafIndex(0), TreeSize(size), tree).value();
    for (std::uint64_t other = 1; other <= 40; ++other) {
      const bool accepted =
          verify_inclusion(LeafIndex(0), TreeSize(other), tree.leaf(0), proof, tree.root(other)).has_value();
      EXPECT_EQ(accepted, size == other) << size << " and " << other;
    }
  }
}

TEST(InclusionProof, refuses_a_leaf_outside_the_tree) {
  NaiveTree tree(5);
  EXPECT_EQ(inclusion_proof(LeafIndex(5), TreeSize(5), tree).error().code, base::ErrorCode::invalid_argument);
  EXPECT_EQ(inclusion_proof(LeafIndex(0), TreeSize(0), tree).error().code, base::ErrorCode::invalid_argument);
  EXPECT_EQ(verify_inclusion(LeafIndex(0), TreeSize(0), empty_root(), {}, empty_root()).error().code,
            base::ErrorCode::check_failed);
  EXPECT_FALSE(verify_inclusion(LeafIndex(1), TreeSize(1), tree.leaf(0), {}, tree.leaf(0)));
}

TEST(ConsistencyProof, between_every_two_sizes_verifies) {
  NaiveTree tree(66);
  std::vector<Hash> roots;
  for (std::uint64_t size = 0; size <= 66; ++size)
    roots.push_back(tree.root(size));
  for (std::uint64_t newer = 0; newer <= 66; ++newer) {
    for (std::uint64_t older = 0; older <= newer; ++older) {
      const auto proof = consistency_proof(TreeSize(older), TreeSize(newer), tree);
      ASSERT_TRUE(proof.has_value());
      ASSERT_TRUE(verify_consistency(TreeSize(older), roots[older], TreeSize(newer), roots[newer], *proof))
          << older << " in " << newer;
    }
  }
}

// RFC 6962 section 2.1.3 gives these for the tree of seven leaves.
TEST(ConsistencyProof, has_the_nodes_of_the_specifications_example) {
  NaiveTree tree(7);
  const Hash c = tree.leaf(2);
  const Hash d = tree.leaf(3);
  const Hash g = tree.root(0, 2);
  const Hash h = tree.root(2, 4);
  const Hash i = tree.root(4, 6);
  const Hash k = tree.root(0, 4);
  const Hash l = tree.root(4, 7);
  const Hash j = tree.leaf(6);
  const auto proof = [&](std::uint64_t older) {
    return consistency_proof(TreeSize(older), TreeSize(7), tree).value();
  };
  EXPECT_EQ(proof(3), (std::vector<Hash>{c, d, g, l}));
  EXPECT_EQ(proof(4), (std::vector<Hash>{l}));
  EXPECT_EQ(proof(6), (std::vector<Hash>{i, j, k}));
  EXPECT_EQ(inclusion_proof(LeafIndex(0), TreeSize(7), tree).value(),
            (std::vector<Hash>{tree.leaf(1), h, l}));
}

RC_GTEST_PROP(ConsistencyProof, damaged_in_any_way_is_refused, ()) {
  const auto newer = *rc::gen::inRange<std::uint64_t>(2, 300);
  const auto older = *rc::gen::inRange<std::uint64_t>(1, newer);
  NaiveTree tree(newer);
  const Hash older_root = tree.root(older);
  const Hash newer_root = tree.root(newer);
  const std::vector<Hash> proof = consistency_proof(TreeSize(older), TreeSize(newer), tree).value();
  const auto accepts = [&](const Hash& from, const Hash& to, const std::vector<Hash>& hashes) {
    return verify_consistency(TreeSize(older), from, TreeSize(newer), to, hashes).has_value();
  };
  RC_ASSERT(accepts(older_root, newer_root, proof));
  expect_damage_is_refused(
      proof, [&](const std::vector<Hash>& damaged) { return accepts(older_root, newer_root, damaged); });
  const auto bit = *rc::gen::inRange<std::size_t>(0, 256);
  Hash wrong = older_root;
  wrong[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  RC_ASSERT(!accepts(wrong, newer_root, proof));
  wrong = newer_root;
  wrong[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  RC_ASSERT(!accepts(older_root, wrong, proof));
}

TEST(ConsistencyProof, refuses_a_tree_that_changed_a_leaf) {
  NaiveTree tree(20);
  Frontier forked;
  for (std::uint64_t i = 0; i < 20; ++i)
    forked.append(i == 3 ? numbered_leaf(99) : tree.leaf(i));
  const std::vector<Hash> proof = consistency_proof(TreeSize(10), TreeSize(20), tree).value();
  const base::Status status =
      verify_consistency(TreeSize(10), tree.root(10), TreeSize(20), forked.root(), proof);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::check_failed);
  EXPECT_FALSE(status.error().mend.empty());
}

TEST(ConsistencyProof, refuses_a_tree_that_shrank_and_one_that_forked_in_place) {
  NaiveTree tree(8);
  EXPECT_FALSE(verify_consistency(TreeSize(8), tree.root(8), TreeSize(7), tree.root(7), {}));
  EXPECT_FALSE(verify_consistency(TreeSize(8), tree.root(8), TreeSize(8), tree.root(7), {}));
  EXPECT_FALSE(verify_consistency(TreeSize(8), tree.root(8), TreeSize(8), tree.root(8), {{tree.leaf(0)}}));
  EXPECT_FALSE(verify_consistency(TreeSize(0), tree.root(1), TreeSize(8), tree.root(8), {}));
  EXPECT_EQ(consistency_proof(TreeSize(9), TreeSize(8), tree).error().code,
            base::ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace art32::merkle
