#include "trail/index_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <random>

#include "base/scratch_folder.h"
#include "crypto/random.h"
#include "trail/run_builder.h"
#include "trail/sealed_state.h"
#include "trail/testing.h"

namespace art32::trail {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A trail's folder with one segment of octets that mean nothing, and runs over it.
class IndexRunTest : public ::testing::Test {
 protected:
  IndexRunTest() {
    EXPECT_TRUE(base::make_folder(segments_folder(folder)));
    EXPECT_TRUE(base::make_folder(index_folder(folder)));
    EXPECT_TRUE(base::replace_file(segment_path(folder, 1), base::Bytes(100'000, 7)));
  }
  static constexpr std::uint32_t every_hash = 1U << term_bits;
  RunContent content(std::uint32_t blocks, std::size_t entries, std::uint32_t hashes = every_hash) {
    RunContent made{{1, 1'000, 90'000}, {}, {}, {}};
    made.last.fill(7);
    for (std::uint32_t i = 0; i < blocks; ++i)
      made.blocks.push_back({i * 20, static_cast<std::uint32_t>(random() % 1'000), 1'000 + i});
    std::set<IndexEntry> drawn;
    while (drawn.size() < entries)
      drawn.insert(index_entry(static_cast<std::uint32_t>(random() % hashes) * (every_hash / hashes),
                               static_cast<std::uint32_t>(random() % blocks)));
    made.entries.assign(drawn.begin(), drawn.end());
    return made;
  }
  void save(const RunContent& made) {
    ASSERT_TRUE(base::replace_file(run_path(folder, made.range), seal_run(made, key)));
  }

  std::mt19937 random{32};
  base::ScratchFolder scratch;
  base::Path folder = scratch.path();
  base::Bytes key = crypto::random_bytes(32);
};

TEST_F(IndexRunTest, finds_each_term_in_its_blocks_and_no_other) {
  for (const auto& [blocks, entries, hashes] : {std::tuple{1U, 0U, 1U},
                                                {1U, 1U, 1U},
                                                {700U, 700U, 1U},
                                                {1'300U, 3'000U, 100U},
                                                {9U, 5'000U, every_hash}}) {
    const RunContent made = content(blocks, entries, hashes);
    save(made);
    const auto run = IndexRun::open(folder, made.range, key);
    ASSERT_TRUE(run) << run.error().message();
    const auto content = (*run)->content();
    ASSERT_TRUE(content) << content.error().message() << blocks << ' ' << entries;
    EXPECT_EQ(*content, made);
    std::map<TermHash, std::vector<std::uint32_t>> expected;
    for (const IndexEntry entry : made.entries)
      expected[hash_in(entry)].push_back(ordinal_in(entry));
    for (const auto& [hash, ordinals] : expected) {
      EXPECT_EQ((*run)->find(hash), ordinals);
      if (expected.contains(hash + 1)) continue;
      EXPECT_THAT(*(*run)->find(hash + 1), IsEmpty());
    }
    for (std::uint32_t i = 0; i < blocks; ++i) {
      EXPECT_EQ((*run)->block(i), made.blocks[i]);
      EXPECT_EQ((*run)->block_at(1'000 + i * 20), made.blocks[i]);
      EXPECT_EQ((*run)->block_at(1'001 + i * 20), std::nullopt);
    }
    EXPECT_EQ((*run)->head().latest, 1'000 + blocks - 1);
  }
}

// docs/formats/trail.md
TEST(IndexEntries, are_packed_as_the_vectors_are) {
  RunHead head;
  head.blocks = 8;
  head.remainder_bits = 4;
  head.ordinal_bits = 3;
  const std::vector<IndexEntry> entries = {index_entry(77, 1), index_entry(82, 2), index_entry(122, 5)};
  EXPECT_EQ(base::hex(pack_entries(entries, head)), "255a28");
  EXPECT_EQ(unpack_entries(*base::from_hex("255a28"), 77, 3, head), entries);
}

// docs/formats/trail.md
TEST(TeamTerms, are_those_of_the_vectors) {
  base::Bytes key(32);
  std::iota(key.begin(), key.end(), std::uint8_t{0});
  const TeamTerms terms(key);
  EXPECT_EQ(terms.row(R"("public")", R"("invoice")", R"("7")"), 0x9c4'80b7U);
  EXPECT_EQ(terms.table(R"("public")", R"("invoice")"), 0xd4a'2f9dU);
  EXPECT_EQ(terms.actor(R"("token")", R"("7")"), 0xfff'a7aaU);
  EXPECT_EQ(terms.request(R"("r-1")"), 0x795'c4f9U);
  EXPECT_EQ(terms.open(), 0x215'e2f0U);
}

TEST_F(IndexRunTest, takes_less_than_three_octets_a_term) {
  const RunContent made = content(40, 40'000);
  EXPECT_LT(static_cast<double>(seal_run(made, key).size()) / 40'000, 3.0);
}

TEST_F(IndexRunTest, is_refused_where_one_octet_differs_or_is_missing) {
  const RunContent made = content(520, 300);
  const base::Bytes whole = seal_run(made, key);
  const auto is_refused = [&](const base::Bytes& octets) {
    testing::overwrite(run_path(folder, made.range), octets);
    const auto run = IndexRun::open(folder, made.range, key);
    const auto found = run ? (*run)->content() : tl::unexpected(run.error());
    return !found && found.error().code == base::ErrorCode::corrupt;
  };
  EXPECT_FALSE(is_refused(whole));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    base::Bytes bad = whole;
    bad[i] ^= static_cast<std::uint8_t>(1U << random() % 8);
    ASSERT_TRUE(is_refused(bad)) << i;
    bad.resize(i);
    ASSERT_TRUE(i % 37 != 0 || is_refused(bad)) << i;
  }
  base::Bytes longer = whole;
  longer.push_back(0);
  EXPECT_TRUE(is_refused(longer));
}

TEST_F(IndexRunTest, is_that_of_its_key_its_name_and_its_segment) {
  const RunContent made = content(3, 10);
  save(made);
  EXPECT_TRUE(IndexRun::open(folder, made.range, key));
  EXPECT_FALSE(IndexRun::open(folder, made.range, crypto::random_bytes(32)));
  const RunRange other{1, 1'000, 90'001};
  std::filesystem::copy_file(run_path(folder, made.range), run_path(folder, other));
  EXPECT_FALSE(IndexRun::open(folder, other, key));
  ASSERT_TRUE(base::replace_file(segment_path(folder, 1), base::Bytes(100'000, 8)));
  EXPECT_FALSE(IndexRun::open(folder, made.range, key)) << "the segment is another one";
}

TEST_F(IndexRunTest, joins_with_those_beside_it) {
  RunContent first = content(3, 10), second = content(5, 20);
  second.range = {1, 90'000, 95'000};
  second.last.fill(9);
  const RunContent both = joined({first, second});
  EXPECT_EQ(both.range, (RunRange{1, 1'000, 95'000}));
  EXPECT_EQ(both.last, second.last);
  ASSERT_EQ(both.blocks.size(), 8U);
  EXPECT_EQ(both.blocks[3].offset, 89'000U + second.blocks[0].offset);
  ASSERT_EQ(both.entries.size(), 30U);
  EXPECT_TRUE(std::ranges::is_sorted(both.entries));
  for (const IndexEntry entry : second.entries)
    EXPECT_TRUE(std::ranges::binary_search(both.entries, entry + 3));
}

TEST(IndexRuns, are_chosen_so_that_none_is_over_another) {
  const std::vector<RunRange> all = {{1, 0, 5},   {1, 0, 10},  {1, 5, 10}, {1, 10, 12},
                                     {1, 11, 20}, {1, 14, 16}, {2, 0, 9}};
  EXPECT_THAT(covering_runs(all, 1),
              ElementsAre(RunRange{1, 0, 10}, RunRange{1, 10, 12}, RunRange{1, 14, 16}));
  EXPECT_THAT(covering_runs(all, 3), IsEmpty());
  EXPECT_EQ(range_of(run_path("x", {3, 4, 5})), (RunRange{3, 4, 5}));
  for (const char* name : {"3-4-5", "3-4.idx", "3-5-4.idx", "a-4-5.idx", "3-4-5-6.idx"})
    EXPECT_EQ(range_of(name), std::nullopt) << name;
}

RC_GTEST_PROP(IndexEntries, come_back_as_they_were_packed,
              (std::vector<IndexEntry> entries, std::uint8_t bits)) {
  RC_PRE(!entries.empty());
  std::ranges::sort(entries);
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  RunHead head;
  head.blocks = UINT32_MAX;
  head.ordinal_bits = 32;
  head.remainder_bits = static_cast<std::uint8_t>(20 + bits % 13);  // below, one may take megabytes
  for (IndexEntry& entry : entries)
    if (ordinal_in(entry) == UINT32_MAX) --entry;
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  const base::Bytes packed = pack_entries(entries, head);
  RC_ASSERT(unpack_entries(packed, hash_in(entries.front()), entries.size(), head) == entries);
  RC_ASSERT(!unpack_entries(packed, hash_in(entries.front()), entries.size() + 1, head));
  RC_ASSERT(!unpack_entries(base::ByteView(packed).first(packed.size() - 1), hash_in(entries.front()),
                            entries.size(), head));
}

}  // namespace
}  // namespace art32::trail
