#include "merkle/proof.h"

#include <bit>

namespace art32::merkle {
namespace {

// Largest power of two below `count`, which is at least 2 (RFC 6962 section 2.1).
std::uint64_t split_point(std::uint64_t count) {
  return std::bit_floor(count - 1);
}

// MTH(D[begin:end]) where `begin` is a multiple of a power of two >= end - begin.
base::Result<Hash> range_root(std::uint64_t begin, std::uint64_t end, NodeReader& reader) {
  std::vector<Hash> hashes;
  for (const Node& part : subtrees_of(TreeSize(end - begin))) {
    ART32_ASSIGN(const Hash hash, reader.node({part.level, (begin >> part.level) + part.index}));
    hashes.push_back(hash);
  }
  return root_of_subtrees(hashes);
}

base::Status check_size(TreeSize size) {
  if (size.value <= tree_size_maximum) return {};
  return base::failure(base::ErrorCode::invalid_argument,
                       "a tree can't have " + std::to_string(size.value) + " leaves",
                       "name a size up to 2^62");
}

tl::unexpected<base::Error> refused(std::string what) {
  return base::failure(
      base::ErrorCode::check_failed, std::move(what),
      "fetch the proof again; if it still fails, the log contradicts itself: keep both as evidence");
}

// One step up in both verifications: the two numbers name the same level.
void climb(std::uint64_t& first, std::uint64_t& second) {
  first >>= 1;
  second >>= 1;
}

}  // namespace

base::Result<Hash> tree_root(TreeSize size, NodeReader& reader) {
  ART32_CHECKED(check_size(size));
  return range_root(0, size.value, reader);
}

base::Result<Frontier> read_frontier(TreeSize size, NodeReader& reader) {
  ART32_CHECKED(check_size(size));
  std::vector<Hash> hashes;
  for (const Node& part : subtrees_of(size)) {
    ART32_ASSIGN(const Hash hash, reader.node(part));
    hashes.push_back(hash);
  }
  return Frontier::restore(size, std::move(hashes));
}

base::Result<std::vector<Hash>> inclusion_proof(LeafIndex index, TreeSize size, NodeReader& reader) {
  ART32_CHECKED(check_size(size));
  if (index.value >= size.value) {
    return base::failure(base::ErrorCode::invalid_argument,
                         "leaf " + std::to_string(index.value) + " is not in a tree of " +
                             std::to_string(size.value) + " leaves",
                         "name an index below the tree's size");
  }
  std::vector<Hash> proof;
  std::uint64_t begin = 0;
  std::uint64_t end = size.value;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + split_point(end - begin);
    const bool left = index.value < middle;
    ART32_ASSIGN(const Hash sibling,
                 left ? range_root(middle, end, reader) : range_root(begin, middle, reader));
    proof.push_back(sibling);
    (left ? end : begin) = middle;
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

base::Result<std::vector<Hash>> consistency_proof(TreeSize older, TreeSize newer, NodeReader& reader) {
  ART32_CHECKED(check_size(newer));
  if (older > newer) {
    return base::failure(base::ErrorCode::invalid_argument,
                         "a tree of " + std::to_string(older.value) +
                             " leaves is not the beginning of one of " + std::to_string(newer.value),
                         "name the smaller size first");
  }
  std::vector<Hash> proof;
  if (older.value == 0 || older == newer) return proof;
  std::uint64_t begin = 0;
  std::uint64_t end = newer.value;
  // RFC 6962 section 2.1.2, SUBPROOF; its b is true while begin is 0.
  while (end != older.value) {
    const std::uint64_t middle = begin + split_point(end - begin);
    const bool left = older.value <= middle;
    ART32_ASSIGN(const Hash sibling,
                 left ? range_root(middle, end, reader) : range_root(begin, middle, reader));
    proof.push_back(sibling);
    (left ? end : begin) = middle;
  }
  if (begin != 0) {
    ART32_ASSIGN(const Hash common, range_root(begin, end, reader));
    proof.push_back(common);
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

// RFC 9162 section 2.1.3.2; fn and sn are its names.
base::Status verify_inclusion(LeafIndex index, TreeSize size, const Hash& leaf, std::span<const Hash> proof,
                              const Hash& root) {
  if (index.value >= size.value) return refused("the proof's leaf index is not below the tree's size");
  std::uint64_t fn = index.value;
  std::uint64_t sn = size.value - 1;
  Hash computed = leaf;
  for (const Hash& sibling : proof) {
    if (sn == 0) return refused("the inclusion proof has too many hashes");
    if ((fn & 1) != 0 || fn == sn) {
      computed = node_hash(sibling, computed);
      while ((fn & 1) == 0 && fn != 0)
        climb(fn, sn);
    } else {
      computed = node_hash(computed, sibling);
    }
    climb(fn, sn);
  }
  if (sn != 0) return refused("the inclusion proof has too few hashes");
  if (computed != root) return refused("the inclusion proof leads to another root");
  return {};
}

// RFC 9162 section 2.1.4.2; fn, sn, fr and sr are its names.
base::Status verify_consistency(TreeSize older, const Hash& older_root, TreeSize newer,
                                const Hash& newer_root, std::span<const Hash> proof) {
  if (older > newer) return refused("the tree shrank");
  if (older.value == 0 || older == newer) {
    if (!proof.empty()) return refused("the consistency proof has too many hashes");
    const Hash& expected = older == newer ? newer_root : empty_root();
    if (older_root != expected) return refused("two trees of the same size have different roots");
    return {};
  }
  if (proof.empty()) return refused("the consistency proof has too few hashes");
  std::uint64_t fn = older.value - 1;
  std::uint64_t sn = newer.value - 1;
  while ((fn & 1) != 0)
    climb(fn, sn);
  // An older tree that is perfect is a node of the newer one, and not repeated in the proof.
  const bool perfect = std::has_single_bit(older.value);
  Hash fr = perfect ? older_root : proof.front();
  Hash sr = fr;
  for (const Hash& sibling : proof.subspan(perfect ? 0 : 1)) {
    if (sn == 0) return refused("the consistency proof has too many hashes");
    if ((fn & 1) != 0 || fn == sn) {
      fr = node_hash(sibling, fr);
      sr = node_hash(sibling, sr);
      while ((fn & 1) == 0 && fn != 0)
        climb(fn, sn);
    } else {
      sr = node_hash(sr, sibling);
    }
    climb(fn, sn);
  }
  if (sn != 0) return refused("the consistency proof has too few hashes");
  if (fr != older_root) return refused("the consistency proof leads to another older root");
  if (sr != newer_root) return refused("the consistency proof leads to another newer root");
  return {};
}

}  // namespace art32::merkle
