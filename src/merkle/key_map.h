// A map whose root commits to every key with its value, and to nothing else: a short proof
// shows what stands under a key, or that nothing does. Such as the size and root of each team's own
// tree at one moment. docs/formats/completeness.md, "Map".
//
// A binary tree over the bits of the keys, highest first; a subtree of one key is that key's leaf,
// so a proof has about log2 of the keys' number hashes, as long as keys are digests. On the way of a
// key's bits there is one end, whoever made the tree: two answers for one key never verify
// under one root. Values; one thread for each map.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "merkle/tree.h"

namespace art32::merkle {

struct KeyEntry {
  Hash key, value;
  bool operator==(const KeyEntry&) const = default;
};

struct KeyProof {
  std::vector<Hash> siblings;     // from the end of the key's way to the root
  std::optional<KeyEntry> other;  // of an absent key: whose leaf stands there, if any

  bool operator==(const KeyProof&) const = default;
};

class KeyMap {
 public:
  KeyMap();
  ~KeyMap();
  KeyMap(KeyMap&&) noexcept;
  KeyMap& operator=(KeyMap&&) noexcept;

  void put(const Hash& key, const Hash& value);  // instead of the value of before
  std::optional<Hash> find(const Hash& key) const;
  KeyProof prove(const Hash& key) const;
  Hash root() const;  // empty_root() of a map without keys
  std::size_t size() const { return size_; }

 private:
  struct Subtree;
  std::unique_ptr<Subtree> top_;
  std::size_t size_ = 0;
};

// `check_failed` where the proof doesn't lead to the root.
base::Status verify_present(const KeyEntry& entry, const KeyProof& proof, const Hash& root);
base::Status verify_absent(const Hash& key, const KeyProof& proof, const Hash& root);

}  // namespace art32::merkle
