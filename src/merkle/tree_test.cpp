#include "merkle/tree.h"

#include <rapidcheck/gtest.h>

#include "merkle/naive_tree.h"

namespace art32::merkle {
namespace {

// The eight entries that implementations of RFC 6962 have in common, and the
// roots of the trees of the first one to eight of them.
struct KnownTree {
  std::string_view entry;
  std::string_view root;
};
constexpr std::array<KnownTree, 8> known_trees = {{
    {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
    {"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
    {"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
    {"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
    {"606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
}};

TEST(Tree, has_the_known_roots_of_the_eight_entry_tree) {
  Frontier frontier;
  for (const KnownTree& known : known_trees) {
    frontier.append(leaf_hash(*base::from_hex(known.entry)));
    EXPECT_EQ(base::hex(frontier.root()), known.root);
  }
}

TEST(Tree, of_no_leaves_has_the_hash_of_nothing) {
  EXPECT_EQ(base::hex(empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Frontier().root(), empty_root());
}

TEST(Tree, tells_a_leaf_from_a_node) {
  base::Bytes pair;
  const Hash left = numbered_leaf(0);
  const Hash right = numbered_leaf(1);
  base::append(pair, left);
  base::append(pair, right);
  EXPECT_NE(leaf_hash(pair), node_hash(left, right));
  EXPECT_NE(node_hash(left, right), node_hash(right, left));
}

TEST(Tree, is_made_of_one_perfect_subtree_a_bit) {
  EXPECT_TRUE(subtrees_of(TreeSize(0)).empty());
  EXPECT_EQ(subtrees_of(TreeSize(1)), (std::vector<Node>{{0, 0}}));
  EXPECT_EQ(subtrees_of(TreeSize(7)), (std::vector<Node>{{2, 0}, {1, 2}, {0, 6}}));
  EXPECT_EQ(subtrees_of(TreeSize(1ULL << 62)), (std::vector<Node>{{62, 0}}));
}

TEST(Tree, hashes_a_perfect_subtree_like_the_recursion) {
  const NaiveTree tree(256);
  for (const std::size_t count : {1U, 2U, 4U, 64U, 128U, 256U}) {
    std::vector<Hash> leaves;
    for (std::size_t i = 0; i < count; ++i)
      leaves.push_back(tree.leaf(i));
    EXPECT_EQ(perfect_root(leaves), tree.root(count));
  }
}

TEST(Frontier, has_the_root_of_the_recursion_at_every_size) {
  const NaiveTree tree(300);
  Frontier frontier;
  for (std::uint64_t size = 0; size <= 300; ++size) {
    ASSERT_EQ(frontier.size(), TreeSize(size));
    ASSERT_EQ(frontier.root(), tree.root(size)) << size;
    if (size < 300) frontier.append(tree.leaf(size));
  }
}

RC_GTEST_PROP(Frontier, goes_on_after_a_restore_as_if_never_stored, ()) {
  const auto before = *rc::gen::inRange<std::uint64_t>(0, 400);
  const auto after = *rc::gen::inRange<std::uint64_t>(0, 100);
  Frontier frontier;
  for (std::uint64_t i = 0; i < before; ++i)
    frontier.append(numbered_leaf(i));
  auto restored = Frontier::restore(frontier.size(), frontier.subtrees());
  RC_ASSERT(restored.has_value());
  for (std::uint64_t i = before; i < before + after; ++i) {
    frontier.append(numbered_leaf(i));
    restored->append(numbered_leaf(i));
  }
  RC_ASSERT(*restored == frontier);
}

TEST(Frontier, refuses_the_wrong_number_of_hashes) {
  EXPECT_FALSE(Frontier::restore(TreeSize(3), {numbered_leaf(0)}).has_value());
  EXPECT_FALSE(Frontier::restore(TreeSize(0), {numbered_leaf(0)}).has_value());
  EXPECT_EQ(Frontier::restore(TreeSize(4), {}).error().code, base::ErrorCode::corrupt);
}

TEST(Frontier, is_read_from_the_nodes_of_a_tree) {
  NaiveTree tree(77);
  Frontier frontier;
  for (std::uint64_t i = 0; i < 77; ++i)
    frontier.append(tree.leaf(i));
  const auto read = read_frontier(TreeSize(77), tree);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, frontier);
  EXPECT_EQ(tree_root(TreeSize(77), tree).value(), frontier.root());
}

}  // namespace
}  // namespace art32::merkle
