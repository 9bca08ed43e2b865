#include "trail/evidence.h"

#include <gmock/gmock.h>

#include "trail/testing.h"

namespace art32::trail {
namespace {

using base::ErrorCode;

struct EvidenceTest : ::testing::Test {
  std::unique_ptr<RecordReader> open() {
    auto reader = RecordReader::open({trail.options.folder, trail.options.key});
    EXPECT_TRUE(reader) << reader.error().message();
    return std::move(*reader);
  }
  std::vector<std::string> records(std::string_view team, RecordRange range) {
    std::vector<std::string> found;
    const auto status = open()->read(team, range.first, Direction::forwards,
                                     [&](std::uint64_t number, const StoredRecord& stored) {
                                       if (number < range.end)
                                         found.emplace_back(base::as_text(stored.record));
                                       return number < range.end;
                                     });
    EXPECT_TRUE(status);
    return found;
  }
  static base::Status verify(const SealedEvidence& shown, const std::vector<std::string>& records) {
    ART32_ASSIGN(EvidenceVerifier verifier, EvidenceVerifier::begin(shown.evidence, shown.seal));
    for (const std::string& record : records)
      ART32_CHECKED(verifier.take(base::as_bytes(record)));
    return verifier.finish();
  }
  SealedEvidence prove(std::string_view team, std::uint64_t first, std::optional<std::uint64_t> end) {
    auto shown = prove_records(*open(), team, first, end);
    EXPECT_TRUE(shown) << shown.error().message();
    return shown.value_or(SealedEvidence());
  }
  std::uint64_t size_of(std::string_view team) { return open()->records_of(team).value_or(0); }

  testing::ModelTrail trail{7};
};

TEST_F(EvidenceTest, of_every_range_that_is_drawn_verifies) {
  for (int epochs = 0; epochs < 40; ++epochs) {
    trail.add_transaction(1 + trail.draw(20));
    trail.seal();
    for (const char* const team : testing::ModelTrail::teams) {
      const auto size = static_cast<std::uint32_t>(size_of(team));
      const std::uint64_t first = trail.draw(size + 1),
                          end = first + trail.draw(size - static_cast<std::uint32_t>(first) + 1);
      const SealedEvidence shown = prove(team, first, end);
      EXPECT_EQ(shown.evidence.range, (RecordRange{first, end}));
      EXPECT_EQ(shown.evidence.shown.state.size.value, size);
      const auto status = verify(shown, records(team, shown.evidence.range));
      EXPECT_TRUE(status) << status.error().message();
    }
  }
}

// Many records, so that subtrees are kept and used.
TEST_F(EvidenceTest, of_a_few_of_many_records_takes_what_is_kept_of_the_others) {
  for (int epochs = 0; epochs < 30; ++epochs) {
    for (int transactions = 0; transactions < 20; ++transactions)
      trail.add_transaction(60);
    trail.seal();
  }
  const std::uint64_t size = size_of("1");
  ASSERT_GT(size, 3 * kept_subtree_records);
  ASSERT_EQ(open()->subtrees("1", 0, 100).value().size(), size / kept_subtree_records);
  const RecordRange ranges[] = {{0, size},
                                {kept_subtree_records - 1, kept_subtree_records + 1},
                                {2 * kept_subtree_records, 2 * kept_subtree_records + 5},
                                {size - 1, size},
                                {5'000, 5'001},
                                {17, 17}};
  for (const RecordRange& range : ranges) {
    const auto status = verify(prove("1", range.first, range.end), records("1", range));
    EXPECT_TRUE(status) << range.first << ": " << status.error().message();
  }
}

TEST_F(EvidenceTest, shows_any_record_that_is_left_out_added_altered_or_out_of_order) {
  trail.add_transaction(30);
  trail.seal();
  const std::uint64_t size = size_of("1");
  ASSERT_GT(size, 5U);
  const SealedEvidence shown = prove("1", 1, size - 1);
  const std::vector<std::string> all = records("1", shown.evidence.range);
  ASSERT_TRUE(verify(shown, all));
  const auto refused = [&](const std::vector<std::string>& records) {
    const auto status = verify(shown, records);
    return !status && status.error().code == ErrorCode::check_failed;
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::vector<std::string> other = all;
    other.erase(other.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_TRUE(refused(other)) << "without " << i;
    other = all;
    other[i][other[i].find("salt") + 8] ^= 1;
    EXPECT_TRUE(refused(other)) << "altered " << i;
    other = all;
    if (i > 0) std::swap(other[i], other[i - 1]);
    EXPECT_EQ(refused(other), i > 0);
    other = all;
    other.insert(other.begin() + static_cast<std::ptrdiff_t>(i), all[i]);
    EXPECT_TRUE(refused(other)) << "twice " << i;
  }
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused(records("2", {1, size - 1})));
}

TEST_F(EvidenceTest, of_another_state_range_team_or_seal_is_refused) {
  trail.add_transaction(30);
  trail.seal();
  const SealedEvidence older = prove("1", 0, std::nullopt);
  const std::vector<std::string> of_older = records("1", older.evidence.range);
  trail.add_transaction(30);
  trail.seal();
  const SealedEvidence shown = prove("1", 0, std::nullopt);
  const std::vector<std::string> all = records("1", shown.evidence.range);
  ASSERT_TRUE(verify(shown, all));
  EXPECT_TRUE(verify(older, of_older)) << "what was true then";

  SealedEvidence forged = shown;
  forged.seal = older.seal;
  EXPECT_FALSE(verify(forged, all));
  forged = older;
  forged.seal = shown.seal;
  EXPECT_FALSE(verify(forged, of_older)) << "the newest cut off";
  forged = shown;
  forged.evidence.range.end = older.evidence.range.end;
  EXPECT_FALSE(verify(forged, of_older));
  forged = shown;
  forged.evidence.team = "2";
  EXPECT_FALSE(verify(forged, all));
  forged = shown;
  forged.evidence.shown.state = TeamState();
  EXPECT_FALSE(verify(forged, {}));
  for (const char* const seal : {"", "{}", "[]", R"({"teams":7})", R"({"teams":"00"})"}) {
    forged = shown;
    forged.seal = seal;
    EXPECT_FALSE(verify(forged, all)) << seal;
  }
}

TEST_F(EvidenceTest, says_of_a_team_that_was_never_heard_of_that_it_has_nothing) {
  trail.add_transaction(5);
  trail.seal();
  EXPECT_TRUE(verify(prove("nobody", 0, std::nullopt), {}));
  const auto refused = prove_records(*open(), "nobody", 0, 1);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
}

TEST_F(EvidenceTest, needs_a_seal) {
  const auto none = prove_records(*open(), "1", 0, std::nullopt);
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace art32::trail
