#include "ledger/ledger.h"

#include <gmock/gmock.h>

#include <thread>

#include "base/limits.h"
#include "ledger/disclosure.h"
#include "ledger/entry.h"
#include "ledger/scratch_ledger.h"
#include "merkle/entry_bundle.h"

namespace art32::ledger {
namespace {

TEST(Ledger, gives_back_what_was_appended) {
  ScratchLedger scratch;
  const auto ledger = scratch.open();
  EXPECT_EQ(ledger->append(model::verdict_record, base::as_bytes("one"))->value, 0U);
  EXPECT_EQ(ledger->append(model::audit_record, base::as_bytes("two"))->value, 1U);
  const auto disclosure = ledger->disclose(model::LeafIndex(1));
  ASSERT_TRUE(disclosure) << disclosure.error().message();
  EXPECT_EQ(disclosure->kind, "audit");
  EXPECT_EQ(base::as_text(disclosure->record), "two");
  EXPECT_EQ(disclosure->time, test_noon);
  EXPECT_EQ(ledger->disclose(model::LeafIndex(2)).error().code, base::ErrorCode::not_found);
}

TEST(Ledger, finds_the_records_of_one_kind_that_are_not_erased) {
  ScratchLedger scratch;
  const auto ledger = scratch.open();
  for (std::uint64_t index = 0; index < 600; ++index)
    ASSERT_TRUE(ledger->append(index % 150 == 7 ? model::audit_record : model::verdict_record,
                               base::as_bytes(std::to_string(index))));
  ASSERT_TRUE(ledger->erase(model::LeafIndex(157), "asked for"));
  std::vector<std::string> found;
  const auto find = [&](std::uint64_t from) {
    found.clear();
    return ledger->find(model::audit_record, model::LeafIndex(from),
                        [&](model::LeafIndex index, base::ByteView record) -> base::Status {
                          EXPECT_EQ(std::to_string(index.value), base::as_text(record));
                          found.emplace_back(base::as_text(record));
                          if (found.size() == 4) return base::failure(base::ErrorCode::unavailable, "enough");
                          return {};
                        });
  };
  EXPECT_EQ(find(0)->value, 601U);
  EXPECT_THAT(found, testing::ElementsAre("7", "307", "457"));
  EXPECT_EQ(find(308)->value, 601U);
  EXPECT_THAT(found, testing::ElementsAre("457"));
  EXPECT_EQ(find(ledger->end().value)->value, 601U);
  EXPECT_THAT(found, testing::IsEmpty());
  EXPECT_EQ(find(9'999)->value, 601U) << "of a ledger that was longer once";
  ASSERT_TRUE(ledger->append(model::audit_record, base::as_bytes("601")));
  EXPECT_EQ(find(0).error().message(), "enough") << "what was just appended is found too";
}

TEST(Ledger, keeps_what_says_that_a_person_was_erased) {
  ScratchLedger scratch;
  const auto ledger = scratch.open();
  ASSERT_TRUE(ledger->append(model::trail_erasure_record, base::as_bytes("{}")));
  EXPECT_EQ(ledger->erase(model::LeafIndex(0), "asked for").error().code, base::ErrorCode::invalid_argument);
}

TEST(Ledger, goes_on_where_it_stopped) {
  ScratchLedger scratch;
  std::uint64_t size = 0;
  for (const std::uint64_t count : {1U, 255U, 1U, 300U, 700U}) {
    const auto ledger = scratch.open();
    ASSERT_NE(ledger, nullptr);
    EXPECT_EQ(ledger->health().size, size);
    append_records(*ledger, size, count);
    size += count;
  }
  const auto ledger = scratch.open();
  EXPECT_EQ(ledger->checkpoint().size.value, size);
  expect_records(*ledger, 0, size);
}

// How soon is measured by bench/ledger_bench.
TEST(Ledger, integrates_without_being_asked) {
  ScratchLedger scratch;
  const auto ledger = scratch.open();
  append_records(*ledger, 0, 3);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (ledger->checkpoint().size.value < 3 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(ledger->checkpoint().size.value, 3U);
}

TEST(Ledger, proves_every_entry_to_an_outsider) {
  ScratchLedger scratch;
  const auto ledger = scratch.open();
  append_records(*ledger, 0, 600);
  ASSERT_TRUE(ledger->flush());
  for (const std::uint64_t index : {0U, 1U, 255U, 256U, 511U, 512U, 598U, 599U}) {
    const auto disclosure = ledger->disclose(model::LeafIndex(index));
    const auto proof = ledger->proof(model::LeafIndex(index));
    ASSERT_TRUE(disclosure && proof);
    const auto checkpoint = verify_disclosure(*disclosure, *proof, ledger->verifier_key());
    ASSERT_TRUE(checkpoint) << checkpoint.error().message();
    EXPECT_EQ(checkpoint->size.value, 600U);
  }
  EXPECT_EQ(ledger->proof(model::LeafIndex(600)).error().code, base::ErrorCode::not_found);
}

TEST(Ledger, discloses_nothing_that_verifies_after_a_change) {
  ScratchLedger scratch;
  const auto ledger = scratch.open();
  append_records(*ledger, 0, 3);
  ASSERT_TRUE(ledger->flush());
  const std::string proof = ledger->proof(model::LeafIndex(1)).value();
  const Disclosure disclosure = ledger->disclose(model::LeafIndex(1)).value();
  const std::string key = ledger->verifier_key();
  ASSERT_TRUE(verify_disclosure(disclosure, proof, key));
  Disclosure changed = disclosure;
  changed.record.back() ^= 1;
  EXPECT_FALSE(verify_disclosure(changed, proof, key));
  changed = disclosure;
  changed.kind = "audit";
  EXPECT_FALSE(verify_disclosure(changed, proof, key));
  changed = disclosure;
  changed.index = model::LeafIndex(2);
  EXPECT_FALSE(verify_disclosure(changed, proof, key));
  EXPECT_FALSE(verify_disclosure(disclosure, ledger->proof(model::LeafIndex(2)).value(), key));
  ScratchLedger other;
  EXPECT_FALSE(verify_disclosure(disclosure, proof, other.verifier_key()));
}

TEST(Ledger, keeps_nothing_readable_in_its_folder) {
  ScratchLedger scratch;
  const std::string secret = "a very personal thing that nobody else may read";
  {
    const auto ledger = scratch.open();
    ASSERT_TRUE(ledger->append(model::verdict_record, base::as_bytes(secret)));
  }
  int files = 0;
  for (const auto& item : std::filesystem::recursive_directory_iterator(scratch.options.folder)) {
    if (!item.is_regular_file()) continue;
    ++files;
    EXPECT_THAT(base::read_text_file(item.path()).value(),
                testing::Not(testing::HasSubstr("personal thing")));
  }
  EXPECT_GE(files, 6);
  EXPECT_EQ(base::file_facts(scratch.file("records/0000000000000000.seg"))->mode, 0600U);
  EXPECT_EQ(base::file_facts(scratch.file("keys/00000000.keys"))->mode, 0600U);
}

TEST(Ledger, never_lets_time_run_backwards) {
  ScratchLedger scratch;
  {
    const auto ledger = scratch.open();
    append_records(*ledger, 0, 1);
    scratch.clock.set(test_noon - std::chrono::hours(5));
    append_records(*ledger, 1, 1);
  }
  const auto ledger = scratch.open();
  append_records(*ledger, 2, 1);
  EXPECT_EQ(ledger->disclose(model::LeafIndex(1))->time, test_noon);
  EXPECT_EQ(ledger->disclose(model::LeafIndex(2))->time, test_noon);
  scratch.clock.set(test_noon + std::chrono::hours(1));
  append_records(*ledger, 3, 1);
  EXPECT_EQ(ledger->disclose(model::LeafIndex(3))->time, test_noon + std::chrono::hours(1));
}

TEST(Ledger, takes_appends_from_many_threads_at_once) {
  ScratchLedger scratch;
  constexpr int threads = 8, each = 40;
  std::array<std::vector<std::uint64_t>, threads> indexes;
  {
    const auto ledger = scratch.open();
    std::vector<std::thread> appenders;
    for (int number = 0; number < threads; ++number)
      appenders.emplace_back([&, number] {
        for (int round = 0; round < each; ++round) {
          const auto index = ledger->append(model::verdict_record,
                                            base::as_bytes(test_record(static_cast<unsigned>(number))));
          if (index) indexes.at(static_cast<std::size_t>(number)).push_back(index->value);
        }
      });
    for (std::thread& appender : appenders)
      appender.join();
  }
  const auto ledger = scratch.open();
  std::vector<bool> seen(threads * each, false);
  for (std::size_t number = 0; number < threads; ++number) {
    EXPECT_EQ(indexes[number].size(), static_cast<std::size_t>(each));
    EXPECT_TRUE(std::ranges::is_sorted(indexes[number]));
    for (const std::uint64_t index : indexes[number]) {
      EXPECT_FALSE(seen.at(index)) << "an index is given once";
      seen.at(index) = true;
      EXPECT_EQ(base::as_text(ledger->disclose(model::LeafIndex(index))->record), test_record(number));
    }
  }
  EXPECT_EQ(ledger->checkpoint().size.value, seen.size());
}

TEST(Ledger, spreads_its_records_over_files) {
  ScratchLedger scratch;
  const std::vector<base::Bytes> large(5, base::Bytes(base::limits::ledger_record_octets, 'x'));
  {
    const auto ledger = scratch.open();
    for (int batch = 0; batch < 5; ++batch)
      ASSERT_TRUE(ledger->append_batch(model::verdict_record, large));
  }
  ASSERT_TRUE(std::filesystem::exists(scratch.file("records/0000000000000015.seg")))
      << "64 MiB hold 15 of them";
  {
    const auto ledger = scratch.open();
    append_records(*ledger, 25, 1);
    EXPECT_EQ(ledger->disclose(model::LeafIndex(14))->record, large.front());
    EXPECT_EQ(ledger->disclose(model::LeafIndex(15))->record, large.front());
  }
  EXPECT_EQ(verify_records(scratch.options).value(), 26U);
  // What a crash may leave of the last file is damage in one that others follow.
  const base::Path first = scratch.file("records/0000000000000000.seg");
  std::filesystem::resize_file(first, std::filesystem::file_size(first) - 1);
  const auto refused = Ledger::open(scratch.options, scratch.clock);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, testing::HasSubstr("0000000000000000.seg"));
}

TEST(Ledger, refuses_what_it_could_not_keep) {
  ScratchLedger scratch;
  const auto ledger = scratch.open();
  const base::Bytes long_record(base::limits::ledger_record_octets + 1);
  EXPECT_EQ(ledger->append(model::verdict_record, long_record).error().code,
            base::ErrorCode::invalid_argument);
  EXPECT_EQ(ledger->append({"No Kind"}, base::as_bytes("x")).error().code, base::ErrorCode::invalid_argument);
  EXPECT_EQ(ledger->append(model::erased_record, base::as_bytes("x")).error().code,
            base::ErrorCode::invalid_argument);
  EXPECT_EQ(ledger->append_batch(model::verdict_record, {}).error().code, base::ErrorCode::invalid_argument);
  EXPECT_TRUE(ledger->append(model::verdict_record, base::ByteView(long_record).subspan(1)));
  EXPECT_TRUE(ledger->append(model::verdict_record, {}));
  EXPECT_EQ(ledger->disclose(model::LeafIndex(0))->record.size(), base::limits::ledger_record_octets);
  EXPECT_TRUE(ledger->disclose(model::LeafIndex(1))->record.empty());
}

TEST(Ledger, belongs_to_one_process) {
  ScratchLedger scratch;
  const auto ledger = scratch.open();
  const auto second = Ledger::open(scratch.options, scratch.clock);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::conflict);
}

TEST(Ledger, is_made_once) {
  ScratchLedger scratch;
  EXPECT_EQ(Ledger::create(scratch.options, scratch.clock).error().code, base::ErrorCode::already_exists);
  scratch.options.folder += "-missing";
  EXPECT_EQ(Ledger::open(scratch.options, scratch.clock).error().code, base::ErrorCode::not_found);
}

TEST(Resource, is_the_same_in_memory_and_on_disk) {
  ScratchLedger scratch;
  const auto ledger = scratch.open();
  append_records(*ledger, 0, 700);
  ASSERT_TRUE(ledger->flush());
  int files = 0;
  for (const std::string_view path : {"checkpoint", "tile/0/000", "tile/0/001", "tile/0/002.p/188",
                                      "tile/1/000.p/2", "tile/entries/000", "tile/entries/002.p/188"}) {
    const auto served = ledger->resource(path);
    ASSERT_TRUE(served) << path;
    EXPECT_EQ(*served, base::read_file(scratch.file(path), 1U << 20).value()) << path;
    ++files;
  }
  EXPECT_EQ(files, 7);
}

TEST(Resource, cuts_narrower_tiles_from_wider_ones) {
  ScratchLedger scratch;
  const auto ledger = scratch.open();
  append_records(*ledger, 0, 700);
  ASSERT_TRUE(ledger->flush());
  EXPECT_EQ(ledger->resource("tile/0/002.p/7")->size(), 7U * 32);
  const base::Bytes full = ledger->resource("tile/0/000").value();
  EXPECT_EQ(ledger->resource("tile/0/000.p/7").value(), base::Bytes(full.begin(), full.begin() + 7 * 32));
  const base::Bytes bundle = ledger->resource("tile/entries/001.p/9").value();
  const auto entries = merkle::parse_entry_bundle(bundle, 9);
  ASSERT_TRUE(entries);
  EXPECT_TRUE(parse_entry(entries->back()));
}

TEST(Resource, is_nothing_else) {
  ScratchLedger scratch;
  const auto ledger = scratch.open();
  append_records(*ledger, 0, 300);
  ASSERT_TRUE(ledger->flush());
  for (const std::string_view path :
       {"", "/checkpoint", "lock", "keys/00000000.keys", "records/0000000000000000.seg", "tile/0/001",
        "tile/0/002", "tile/0/001.p/45", "tile/0/001.p/0", "tile/0/000.p/256", "tile/1/000", "tile/1/000.p/2",
        "tile/2/000.p/1", "tile/entries/001", "tile/0/../../lock", "tile/00/000", "tile/0/x000/000",
        "tile/8/0/000", "tile/0/000/"})
    EXPECT_EQ(ledger->resource(path).error().code, base::ErrorCode::not_found) << path;
}

}  // namespace
}  // namespace art32::ledger
