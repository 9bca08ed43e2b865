#include "merkle/key_map.h"

#include <rapidcheck/gtest.h>

#include <map>

namespace art32::merkle {
namespace {

Hash hash_of(std::string_view text) {
  return crypto::sha256(base::as_bytes(text));
}

// By its definition, over all entries: written apart from the map.
Hash naive_root(std::vector<KeyEntry> entries, std::size_t depth = 0) {
  if (entries.empty()) return empty_root();
  const auto hash = [](std::uint8_t prefix, const Hash& one, const Hash& other) {
    return crypto::sha256({base::ByteView(&prefix, 1), one, other});
  };
  if (entries.size() == 1) return hash(2, entries[0].key, entries[0].value);
  std::array<std::vector<KeyEntry>, 2> sides;
  for (const KeyEntry& entry : entries)
    sides[entry.key[depth / 8] >> (7 - depth % 8) & 1].push_back(entry);
  return hash(3, naive_root(sides[0], depth + 1), naive_root(sides[1], depth + 1));
}

// Keys with few differing bits too, whose leaves lie deep.
Hash any_key() {
  Hash key = hash_of(std::to_string(*rc::gen::inRange(0, 40)));
  if (*rc::gen::inRange(0, 3) == 0) {
    key = {};
    key[*rc::gen::inRange<std::size_t>(0, 32)] = static_cast<std::uint8_t>(1 << *rc::gen::inRange(0, 8));
  }
  return key;
}

RC_GTEST_PROP(KeyMap, has_the_root_of_its_definition_and_proves_each_key_and_each_absence, ()) {
  std::map<Hash, Hash> model;
  KeyMap map;
  const int puts = *rc::gen::inRange(0, 60);
  for (int i = 0; i < puts; ++i) {
    const Hash key = any_key(), value = hash_of(std::to_string(*rc::gen::inRange(0, 1000)));
    map.put(key, value);
    model[key] = value;
  }
  std::vector<KeyEntry> entries;
  for (const auto& [key, value] : model)
    entries.push_back({key, value});
  RC_ASSERT(map.root() == naive_root(entries));
  RC_ASSERT(map.size() == model.size());
  for (const KeyEntry& entry : entries) {
    RC_ASSERT(map.find(entry.key) == entry.value);
    const KeyProof proof = map.prove(entry.key);
    RC_ASSERT(verify_present(entry, proof, map.root()).has_value());
    RC_ASSERT(!verify_present({entry.key, hash_of("another")}, proof, map.root()));
    RC_ASSERT(!verify_absent(entry.key, proof, map.root()));
    KeyProof cut = proof;
    if (!cut.siblings.empty()) {
      cut.siblings.pop_back();
      RC_ASSERT(!verify_present(entry, cut, map.root()));
    }
  }
  const Hash absent = any_key();
  if (model.contains(absent)) return;
  const KeyProof proof = map.prove(absent);
  RC_ASSERT(!map.find(absent));
  RC_ASSERT(verify_absent(absent, proof, map.root()).has_value());
  RC_ASSERT(!verify_present({absent, hash_of("x")}, proof, map.root()));
}

// Whoever makes the tree: one key, one answer.
RC_GTEST_PROP(KeyMap, never_proves_another_value_absence_or_a_proof_that_was_altered, ()) {
  KeyMap map;
  for (int i = 0; i < 20; ++i)
    map.put(hash_of(std::to_string(i)), hash_of("value"));
  const KeyEntry entry{hash_of(std::to_string(*rc::gen::inRange(0, 20))), hash_of("value")};
  KeyProof proof = map.prove(entry.key);
  const auto place = *rc::gen::inRange<std::size_t>(0, proof.siblings.size());
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      proof.siblings[place][*rc::gen::inRange<std::size_t>(0, 32)] ^= 1;
      break;
    case 1:
      proof.siblings.erase(proof.siblings.begin() + static_cast<std::ptrdiff_t>(place));
      break;
    case 2:
      proof.siblings.push_back(empty_root());
      break;
    default:
      proof.other = KeyEntry{hash_of("0"), hash_of("value")};
  }
  RC_ASSERT(!verify_present(entry, proof, map.root()));
  RC_ASSERT(!verify_absent(entry.key, proof, map.root()));
}

TEST(KeyMap, of_nothing_proves_that_nothing_is_there) {
  const KeyMap map;
  EXPECT_EQ(map.root(), empty_root());
  EXPECT_TRUE(verify_absent(hash_of("x"), map.prove(hash_of("x")), map.root()));
  EXPECT_FALSE(verify_present({hash_of("x"), hash_of("y")}, map.prove(hash_of("x")), map.root()));
}

// docs/formats/completeness.md
TEST(KeyMap, has_the_roots_of_its_vectors) {
  KeyMap map;
  std::vector<std::string> roots;
  for (const char* team : {"1", "2", "3"}) {
    map.put(hash_of(team), hash_of(std::string("value of ") + team));
    roots.push_back(base::hex(map.root()));
  }
  EXPECT_EQ(roots,
            (std::vector<std::string>{"ef94b330727ad7839ad88b4979733345ca11cfe0c83bd86a189b7caf5864c883",
                                      "a78ad387b438627d147f45b1cf494dc1f6d27c494c570fcbc8c81a84ad7b0866",
                                      "6ac81dd601f98e449260e706a4f1b9d3b5215be9eaab624735ad2ba9673b2067"}));
}

}  // namespace
}  // namespace art32::merkle
