// For tests: a ledger's folder and keys in a scratch folder, which stands in
// memory where /dev/shm exists. (No test here cuts the power, so syncs only cost
// time; tests/ledger_kill and the benchmark run on a disk.)
#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "base/scratch_folder.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "ledger/ledger.h"
#include "merkle/proof.h"
#include "merkle/tile_reader.h"

namespace art32::ledger {

inline const base::Instant test_noon = *base::parse_rfc3339("2026-11-23T12:00:00Z");

inline void prefer_memory() {
  if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 0);
}

class ScratchLedger {
 public:
  ScratchLedger() : clock(test_noon) {
    options.folder = scratch_.path() / "ledger";
    options.origin = "annex.example.com/ledger";
    options.signing_key = scratch_.path() / "ledger.pem";
    options.record_key = scratch_.path() / "record.key";
    EXPECT_TRUE(crypto::Ed25519PrivateKey::generate().save(options.signing_key));
    EXPECT_TRUE(crypto::save_private_file(options.record_key, crypto::random_bytes(32)));
    const base::Status made = Ledger::create(options, clock);
    EXPECT_TRUE(made) << made.error().message();
  }

  std::unique_ptr<Ledger> open() const {
    auto ledger = Ledger::open(options, clock);
    EXPECT_TRUE(ledger) << ledger.error().message();
    return ledger ? std::move(*ledger) : nullptr;
  }

  std::string verifier_key() const { return open()->verifier_key(); }
  base::Path file(std::string_view name) const { return options.folder / name; }

  Options options;
  base::ManualClock clock;

 private:
  // Before scratch_, whose place it decides.
  struct InMemory {
    InMemory() { prefer_memory(); }
  } in_memory_;
  base::ScratchFolder scratch_;
};

inline std::string test_record(std::uint64_t number) {
  return fmt::format(R"({{"number":{}}})", number);
}

inline void append_records(Ledger& ledger, std::uint64_t first, std::uint64_t count) {
  std::vector<base::Bytes> records;
  for (std::uint64_t number = first; number < first + count; ++number)
    records.push_back(base::to_bytes(test_record(number)));
  const auto index = ledger.append_batch(model::verdict_record, records);
  ASSERT_TRUE(index) << index.error().message();
  ASSERT_EQ(index->value, first);
}

// Every record from `first` up to `end` is the one that append_records wrote, and proved.
inline void expect_records(const Ledger& ledger, std::uint64_t first, std::uint64_t end) {
  for (std::uint64_t number = first; number < end; ++number) {
    const auto disclosure = ledger.disclose(model::LeafIndex(number));
    ASSERT_TRUE(disclosure) << disclosure.error().message();
    ASSERT_EQ(base::as_text(disclosure->record), test_record(number));
  }
}

// The newest checkpoint's tree has the older one's as its prefix: it wasn't forked.
inline void expect_extends(const Ledger& ledger, const merkle::Checkpoint& older) {
  const merkle::Checkpoint newer = ledger.checkpoint();
  ASSERT_LE(older.size, newer.size);
  merkle::TileNodeReader reader(
      newer.size, [&](const merkle::Tile& tile) { return ledger.resource(merkle::tile_path(tile)); });
  const auto proof = merkle::consistency_proof(older.size, newer.size, reader);
  ASSERT_TRUE(proof) << proof.error().message();
  const base::Status status =
      merkle::verify_consistency(older.size, older.root, newer.size, newer.root, *proof);
  EXPECT_TRUE(status) << status.error().message();
}

}  // namespace art32::ledger
