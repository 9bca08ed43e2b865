#include "merkle/tree.h"

#include <algorithm>
#include <bit>

#include "base/assert.h"

namespace art32::merkle {
namespace {

constexpr std::uint8_t leaf_prefix = 0x00;
constexpr std::uint8_t node_prefix = 0x01;

}  // namespace

Hash leaf_hash(base::ByteView entry) {
  return crypto::sha256({base::ByteView(&leaf_prefix, 1), entry});
}

Hash node_hash(const Hash& left, const Hash& right) {
  std::array<std::uint8_t, 65> input;
  input[0] = node_prefix;
  std::copy(left.begin(), left.end(), input.begin() + 1);
  std::copy(right.begin(), right.end(), input.begin() + 33);
  return crypto::sha256(input);
}

Hash empty_root() {
  return crypto::sha256(base::ByteView());
}

Hash perfect_root(std::span<const Hash> hashes) {
  ART32_ASSERT(std::has_single_bit(hashes.size()));
  if (hashes.size() == 1) return hashes.front();
  std::vector<Hash> row(hashes.size() / 2);
  for (std::size_t i = 0; i < row.size(); ++i)
    row[i] = node_hash(hashes[2 * i], hashes[2 * i + 1]);
  for (std::size_t width = row.size() / 2; width > 0; width /= 2) {
    for (std::size_t i = 0; i < width; ++i)
      row[i] = node_hash(row[2 * i], row[2 * i + 1]);
  }
  return row.front();
}

std::vector<Node> subtrees_of(TreeSize size) {
  std::vector<Node> nodes;
  std::uint64_t begin = 0;
  for (unsigned level = 64; level-- > 0;) {
    if ((size.value >> level & 1) == 0) continue;
    nodes.push_back({level, begin >> level});
    begin += std::uint64_t{1} << level;
  }
  return nodes;
}

std::vector<Node> subtrees_between(std::uint64_t begin, std::uint64_t end) {
  ART32_ASSERT(begin <= end && end <= tree_size_maximum);
  std::vector<Node> nodes;
  while (begin < end) {
    // No larger than its own place allows, nor than what is left.
    const auto room = static_cast<unsigned>(std::bit_width(end - begin)) - 1;
    const unsigned level = begin == 0 ? room : std::min(room, static_cast<unsigned>(std::countr_zero(begin)));
    nodes.push_back({level, begin >> level});
    begin += std::uint64_t{1} << level;
  }
  return nodes;
}

Hash root_of_subtrees(std::span<const Hash> subtrees) {
  if (subtrees.empty()) return empty_root();
  Hash root = subtrees.back();
  for (std::size_t i = subtrees.size() - 1; i-- > 0;)
    root = node_hash(subtrees[i], root);
  return root;
}

base::Result<Frontier> Frontier::restore(TreeSize size, std::vector<Hash> subtrees) {
  const auto needed = static_cast<std::size_t>(std::popcount(size.value));
  if (size.value > tree_size_maximum || subtrees.size() != needed) {
    return base::failure(base::ErrorCode::corrupt,
                         "a tree of " + std::to_string(size.value) + " leaves has " + std::to_string(needed) +
                             " subtree hashes, not " + std::to_string(subtrees.size()),
                         "restore the tree's files from a backup");
  }
  Frontier frontier;
  frontier.size_ = size;
  frontier.subtrees_ = std::move(subtrees);
  return frontier;
}

void Frontier::append_subtree(unsigned level, const Hash& root) {
  const std::uint64_t leaves = std::uint64_t{1} << level;
  ART32_ASSERT(size_.value % leaves == 0 && size_.value <= tree_size_maximum - leaves);
  subtrees_.push_back(root);
  for (std::uint64_t full = size_.value >> level; (full & 1) != 0; full >>= 1) {
    const Hash right = subtrees_.back();
    subtrees_.pop_back();
    subtrees_.back() = node_hash(subtrees_.back(), right);
  }
  size_.value += leaves;
}

Hash Frontier::root() const {
  return root_of_subtrees(subtrees_);
}

}  // namespace art32::merkle
