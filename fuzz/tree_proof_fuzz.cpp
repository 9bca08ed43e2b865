// Inclusion and consistency proofs made of any numbers and hashes: verification
// ends, and in a tree that is known accepts only the proof that the tree has.
#include "base/assert.h"
#include "fuzz/input.h"
#include "merkle/naive_tree.h"

namespace merkle = art32::merkle;

namespace {

constexpr std::uint64_t known_size = 37;

// Hashes of the known tree, some with a changed octet, so that near misses occur.
std::vector<merkle::Hash> take_hashes(art32::fuzz::Input& input, const merkle::NaiveTree& tree) {
  std::vector<merkle::Hash> hashes;
  while (!input.rest().empty() && hashes.size() < 80) {
    const std::uint64_t kind = input.number(1);
    const std::uint64_t begin = input.number(1) % known_size;
    const std::uint64_t end = begin + input.number(1) % (known_size - begin) + 1;
    hashes.push_back(tree.root(begin, end));
    if (kind % 4 == 0) hashes.back()[0] ^= static_cast<std::uint8_t>(input.number(1));
  }
  return hashes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static merkle::NaiveTree tree(known_size);
  static const merkle::Hash root = tree.root(known_size);
  art32::fuzz::Input input(data, size);
  const std::uint64_t first = input.number(8);
  const std::uint64_t second = input.number(8);
  const std::vector<merkle::Hash> hashes = take_hashes(input, tree);

  const merkle::LeafIndex index(first);
  const merkle::TreeSize tree_size(second);
  (void)merkle::verify_inclusion(index, tree_size, root, hashes, root);
  (void)merkle::verify_consistency(merkle::TreeSize(first), root, tree_size, root, hashes);

  const std::uint64_t known = first % known_size;
  const merkle::Hash& leaf = tree.leaf(known);
  if (merkle::verify_inclusion(merkle::LeafIndex(known), merkle::TreeSize(known_size), leaf, hashes, root))
    ART32_ASSERT(hashes == tree.path(known, 0, known_size));
  const merkle::TreeSize older(known);
  if (merkle::verify_consistency(older, tree.root(known), merkle::TreeSize(known_size), root, hashes))
    ART32_ASSERT(hashes == merkle::consistency_proof(older, merkle::TreeSize(known_size), tree).value());
  return 0;
}
