#include "ledger/sealing.h"

#include <gtest/gtest.h>

#include "crypto/random.h"

namespace art32::ledger {
namespace {

const base::Instant noon = *base::parse_rfc3339("2026-11-23T12:00:00Z");
const base::Bytes record = base::to_bytes(R"({"probe":"tls.versions","verdict":"pass"})");

TEST(Sealing, opens_with_the_records_own_key) {
  const base::Bytes key = crypto::random_bytes(record_key_octets);
  const SealedRecord sealed = seal_record(key, "verdict", noon, record);
  const auto opened = open_record(key, sealed.entry, sealed.sealed);
  ASSERT_TRUE(opened) << opened.error().message();
  EXPECT_EQ(opened->record, record);
  EXPECT_TRUE(check_opening(sealed.entry, opened->record, opened->opening));
  EXPECT_FALSE(open_record(crypto::random_bytes(record_key_octets), sealed.entry, sealed.sealed));
}

TEST(Sealing, binds_record_kind_time_and_opening) {
  const base::Bytes key = crypto::random_bytes(record_key_octets);
  const SealedRecord sealed = seal_record(key, "verdict", noon, record);
  const crypto::Digest opening = opening_of(key);
  EXPECT_FALSE(check_opening(sealed.entry, base::to_bytes("another record"), opening));
  EXPECT_FALSE(check_opening(sealed.entry, record, crypto::random_bytes(record_key_octets)));
  Entry entry = parse_entry(sealed.entry).value();
  entry.kind = "audit";
  EXPECT_FALSE(check_opening(base::to_bytes(format_entry(entry)), record, opening));
  EXPECT_FALSE(open_record(key, base::to_bytes(format_entry(entry)), sealed.sealed));
  entry = parse_entry(sealed.entry).value();
  entry.time += std::chrono::microseconds(1);
  EXPECT_FALSE(check_opening(base::to_bytes(format_entry(entry)), record, opening));
}

TEST(Sealing, refuses_an_opening_that_isnt_32_octets) {
  base::Bytes key = crypto::random_bytes(record_key_octets);
  // An opening that ends in a zero octet equals its shorter self as an HMAC key.
  base::Bytes opening(record_key_octets - 1, 7);
  opening.push_back(0);
  const Entry entry{"verdict", noon, commitment_of(opening, "verdict", noon, record)};
  const base::Bytes line = base::to_bytes(format_entry(entry));
  EXPECT_TRUE(check_opening(line, record, opening));
  opening.pop_back();
  EXPECT_FALSE(check_opening(line, record, opening));
}

TEST(Sealing, gives_equal_records_unequal_entries) {
  const SealedRecord one = seal_record(crypto::random_bytes(record_key_octets), "verdict", noon, record);
  const SealedRecord other = seal_record(crypto::random_bytes(record_key_octets), "verdict", noon, record);
  EXPECT_NE(one.entry, other.entry);
  EXPECT_NE(one.sealed, other.sealed);
}

}  // namespace
}  // namespace art32::ledger
