#include "merkle/key_map.h"

#include <algorithm>

#include "base/assert.h"

namespace art32::merkle {
namespace {

constexpr std::size_t key_bits = 8 * std::tuple_size_v<Hash>;
// Not those of RFC 6962: no hash of this tree is one of a list of records.
constexpr std::uint8_t leaf_prefix = 0x02;
constexpr std::uint8_t fork_prefix = 0x03;

bool bit_of(const Hash& key, std::size_t depth) {
  return (key[depth / 8] >> (7 - depth % 8) & 1) != 0;
}

Hash hash_of(std::uint8_t prefix, const Hash& first, const Hash& second) {
  std::array<std::uint8_t, 1 + 2 * std::tuple_size_v<Hash>> input;
  input[0] = prefix;
  std::ranges::copy(first, input.begin() + 1);
  std::ranges::copy(second, input.begin() + 1 + first.size());
  return crypto::sha256(input);
}

Hash climb(Hash hash, const Hash& key, std::span<const Hash> siblings) {
  for (std::size_t i = 0; i < siblings.size(); ++i) {
    const bool is_right = bit_of(key, siblings.size() - 1 - i);
    hash = is_right ? hash_of(fork_prefix, siblings[i], hash) : hash_of(fork_prefix, hash, siblings[i]);
  }
  return hash;
}

auto not_so(std::string_view what) {
  return base::failure(base::ErrorCode::check_failed, std::string(what));
}

}  // namespace

// A leaf, or a fork with at least two keys below.
struct KeyMap::Subtree {
  Hash hash{};
  std::optional<KeyEntry> leaf;
  std::array<std::unique_ptr<Subtree>, 2> below;

  explicit Subtree(const KeyEntry& entry) : leaf(entry) { renew(); }

  static Hash hash_of_all(const std::unique_ptr<Subtree>& subtree) {
    return subtree ? subtree->hash : empty_root();
  }
  void renew() {
    hash = leaf ? hash_of(leaf_prefix, leaf->key, leaf->value)
                : hash_of(fork_prefix, hash_of_all(below[0]), hash_of_all(below[1]));
  }
};

KeyMap::KeyMap() = default;
KeyMap::~KeyMap() = default;
KeyMap::KeyMap(KeyMap&&) noexcept = default;
KeyMap& KeyMap::operator=(KeyMap&&) noexcept = default;

void KeyMap::put(const Hash& key, const Hash& value) {
  std::vector<Subtree*> way;
  std::unique_ptr<Subtree>* place = &top_;
  for (std::size_t depth = 0; *place && !((*place)->leaf && (*place)->leaf->key == key); ++depth) {
    Subtree& subtree = **place;
    if (subtree.leaf) {
      // Two keys share their bits so far: the leaf moves down one step, and this becomes a fork.
      const KeyEntry moved = *std::exchange(subtree.leaf, std::nullopt);
      subtree.below[bit_of(moved.key, depth)] = std::make_unique<Subtree>(moved);
    }
    way.push_back(&subtree);
    place = &subtree.below[bit_of(key, depth)];
  }
  if (*place) {
    (*place)->leaf->value = value;
    (*place)->renew();
  } else {
    *place = std::make_unique<Subtree>(KeyEntry{key, value});
    ++size_;
  }
  for (auto subtree = way.rbegin(); subtree != way.rend(); ++subtree)
    (*subtree)->renew();
}

std::optional<Hash> KeyMap::find(const Hash& key) const {
  const Subtree* subtree = top_.get();
  for (std::size_t depth = 0; subtree != nullptr && !subtree->leaf; ++depth)
    subtree = subtree->below[bit_of(key, depth)].get();
  if (subtree == nullptr || subtree->leaf->key != key) return std::nullopt;
  return subtree->leaf->value;
}

KeyProof KeyMap::prove(const Hash& key) const {
  KeyProof proof;
  const Subtree* subtree = top_.get();
  for (std::size_t depth = 0; subtree != nullptr && !subtree->leaf; ++depth) {
    const bool side = bit_of(key, depth);
    proof.siblings.push_back(Subtree::hash_of_all(subtree->below[!side]));
    subtree = subtree->below[side].get();
  }
  std::ranges::reverse(proof.siblings);
  if (subtree != nullptr && subtree->leaf->key != key) proof.other = subtree->leaf;
  return proof;
}

Hash KeyMap::root() const {
  return Subtree::hash_of_all(top_);
}

base::Status verify_present(const KeyEntry& entry, const KeyProof& proof, const Hash& root) {
  if (proof.siblings.size() > key_bits || proof.other)
    return not_so("the proof isn't one of a key that is there");
  const Hash leaf = hash_of(leaf_prefix, entry.key, entry.value);
  if (climb(leaf, entry.key, proof.siblings) != root) return not_so("the key's value isn't the map's");
  return {};
}

base::Status verify_absent(const Hash& key, const KeyProof& proof, const Hash& root) {
  const std::size_t depth = proof.siblings.size();
  if (depth > key_bits) return not_so("the proof is longer than any key");
  Hash end = empty_root();
  if (proof.other) {
    if (proof.other->key == key) return not_so("the key is there");
    for (std::size_t i = 0; i < depth; ++i)
      if (bit_of(proof.other->key, i) != bit_of(key, i))
        return not_so("the other key doesn't stand on this one's way");
    end = hash_of(leaf_prefix, proof.other->key, proof.other->value);
  }
  if (climb(end, key, proof.siblings) != root) return not_so("the proof isn't of this map");
  return {};
}

}  // namespace art32::merkle
