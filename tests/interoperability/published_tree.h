// A real tree, published: leaves put into a folder as tiles, bundles and a signed
// checkpoint, as an outsider fetches them.
//
// For tests. The same name gives the same key and origin. The folder is the caller's. One thread.
#pragma once

#include <string>

#include "base/file.h"
#include "crypto/signature.h"
#include "merkle/tile_builder.h"

namespace art32::interoperability {

class PublishedTree {
 public:
  // Trees of one name with different histories are forks of each other.
  PublishedTree(base::Path folder, std::string_view name, std::string_view history);

  // Appends entries of different lengths, then publishes tiles, bundles and checkpoint.
  void grow_to(std::uint64_t size);
  // Adds a witness's cosignature to the published checkpoint; its verifier key.
  std::string cosign();
  // An offline proof (c2sp.org/tlog-proof@v1) of a leaf under the published checkpoint.
  std::string proof(std::uint64_t index) const;

  const base::Path& folder() const { return folder_; }
  std::string verifier_key() const;

 private:
  void write(const std::string& path, base::ByteView content);
  void write_bundles(merkle::TreeSize older);

  base::Bytes entry(std::uint64_t index) const;

  base::Path folder_;
  std::string origin_;
  std::string history_;
  crypto::Ed25519PrivateKey key_;
  merkle::TileBuilder tiles_;
};

}  // namespace art32::interoperability
