#include <fmt/core.h>
#include <gtest/gtest.h>

#include "audit/probes/probes.h"
#include "audit/probes/site_for_test.h"
#include "merkle/entry_bundle.h"
#include "merkle/note.h"
#include "merkle/signed_checkpoint.h"
#include "merkle/tile_builder.h"

namespace art32::audit {
namespace {

using model::Verdict;

// A log of entries that a test writes, served in the public format.
class LedgerConsistency : public testing::Test {
 protected:
  LedgerConsistency() {
    target = site.target();
    target.ledger_verifier_key =
        merkle::format_verifier_key({"test/ledger", merkle::SignatureType::ed25519, key.public_key()});
    target.remember_checkpoint = [this](const std::string& note) { remembered = note; };
  }

  void publish(const std::vector<std::string>& entries) {
    site.withdraw_all();
    merkle::TileBuilder builder;
    for (const std::string& entry : entries)
      builder.append(merkle::leaf_hash(base::as_bytes(entry)));
    for (const auto& tile : builder.take_new_tiles())
      site.serve("/ledger/" + merkle::tile_path(tile.tile), base::to_text(tile.octets));
    for (const auto& tile : merkle::tiles_of(builder.size(), merkle::TileKind::entries)) {
      base::Bytes bundle;
      for (std::uint64_t place = 0; place < tile.width; ++place)
        merkle::append_entry(bundle, base::as_bytes(entries[tile.index * merkle::tile_width + place]));
      site.serve("/ledger/" + merkle::tile_path(tile), base::to_text(bundle));
    }
    site.serve("/ledger/checkpoint",
               merkle::sign_checkpoint({"test/ledger", builder.size(), builder.root()}, key));
  }

  Verdict run() {
    target.last_checkpoint_note = remembered;
    return verdict_of(probe_ledger_consistency, target);
  }

  static std::vector<std::string> entries(std::size_t count, const std::string& name = "entry") {
    std::vector<std::string> list;
    for (std::size_t index = 0; index < count; ++index)
      list.push_back(fmt::format("{} {}", name, index));
    return list;
  }

  SiteForTest site;
  crypto::Ed25519PrivateKey key = crypto::Ed25519PrivateKey::generate();
  Target target;
  std::string remembered;
};

TEST_F(LedgerConsistency, passes_while_the_log_grows_from_head_to_head) {
  for (const std::size_t size : {1U, 2U, 7U, 255U, 256U, 257U, 700U}) {
    publish(entries(size));
    const std::string before = remembered;
    EXPECT_EQ(run(), Verdict::pass) << size;
    EXPECT_NE(remembered, before) << "the newest head is remembered";
  }
  EXPECT_EQ(run(), Verdict::pass) << "an unchanged log too";
}

TEST_F(LedgerConsistency, fails_when_the_log_shrinks) {
  publish(entries(20));
  ASSERT_EQ(run(), Verdict::pass);
  const std::string seen = remembered;
  publish(entries(19));
  EXPECT_EQ(run(), Verdict::fail);
  EXPECT_EQ(remembered, seen) << "the older head isn't remembered";
}

TEST_F(LedgerConsistency, fails_when_the_log_was_rewritten_at_its_beginning_middle_or_end) {
  for (const std::size_t changed : {0U, 150U, 299U}) {
    remembered.clear();
    publish(entries(300));
    ASSERT_EQ(run(), Verdict::pass);
    auto forked = entries(310);
    forked[changed] = "rewritten";
    publish(forked);
    EXPECT_EQ(run(), Verdict::fail) << changed;
  }
}

TEST_F(LedgerConsistency, fails_when_a_served_entry_is_not_the_leaf) {
  publish(entries(10));
  auto altered = entries(10);
  altered[4] = "altered";
  base::Bytes bundle;
  for (const std::string& entry : altered)
    merkle::append_entry(bundle, base::as_bytes(entry));
  site.serve("/ledger/tile/entries/000.p/10", base::to_text(bundle));
  EXPECT_EQ(run(), Verdict::fail);
}

TEST_F(LedgerConsistency, fails_when_the_tiles_make_another_root) {
  publish(entries(10));
  site.serve("/ledger/tile/0/000.p/10", std::string(320, 'x'));
  EXPECT_NE(run(), Verdict::pass);
  EXPECT_TRUE(remembered.empty());
}

TEST_F(LedgerConsistency, uses_the_full_tile_where_a_partial_one_is_gone) {
  publish(entries(100));
  ASSERT_EQ(run(), Verdict::pass);
  publish(entries(300));
  const auto head = entries(200);
  merkle::TileBuilder builder;
  for (const std::string& entry : head)
    builder.append(merkle::leaf_hash(base::as_bytes(entry)));
  site.serve("/ledger/checkpoint",
             merkle::sign_checkpoint({"test/ledger", builder.size(), builder.root()}, key));
  EXPECT_EQ(run(), Verdict::pass) << "a head that the log has outgrown meanwhile";
}

TEST_F(LedgerConsistency, cannot_tell_without_tiles_or_signature) {
  publish(entries(10));
  site.withdraw("/ledger/tile/0/000.p/10");
  EXPECT_EQ(run(), Verdict::error);
  publish(entries(10));
  key = crypto::Ed25519PrivateKey::generate();
  publish(entries(10));
  EXPECT_EQ(run(), Verdict::error) << "signed by an unknown key";
  site.withdraw("/ledger/checkpoint");
  EXPECT_EQ(run(), Verdict::error);
}

TEST_F(LedgerConsistency, cannot_tell_when_the_head_seen_last_is_unreadable) {
  publish(entries(10));
  remembered = "nonsense";
  EXPECT_EQ(run(), Verdict::error);
}

TEST_F(LedgerConsistency, cannot_tell_when_it_is_not_known_what_was_seen_last) {
  publish(entries(10));
  target.last_checkpoint_note = base::failure(base::ErrorCode::unavailable, "the database is locked");
  EXPECT_EQ(verdict_of(probe_ledger_consistency, target), Verdict::error);
  EXPECT_TRUE(remembered.empty()) << "nor does this head become the one seen last";
}

}  // namespace
}  // namespace art32::audit
