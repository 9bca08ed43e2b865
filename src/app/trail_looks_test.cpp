// Looks into a trail: what is answered, what is sealed of them, and whom they keep waiting. From outside:
// tests/app/trail_api_test.cpp.
#include "app/trail_looks.h"

#include <gmock/gmock.h>

#include <thread>

#include "app/folder.h"
#include "model/testing.h"
#include "trail/testing.h"

namespace art32::app {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Takes nothing until it is let go, where it is told to wait.
class SlowSink final : public model::EvidenceSink {
 public:
  base::Result<model::LeafIndex> append(model::RecordKind kind, base::ByteView record) override {
    is_asked = true;
    while (holds)
      std::this_thread::sleep_for(1ms);
    const std::lock_guard lock(mutex_);
    return sink.append(kind, record);
  }
  base::Result<model::LeafIndex> append_batch(model::RecordKind, std::span<const base::Bytes>) override {
    return base::failure(base::ErrorCode::unsupported, "looks come one by one");
  }

  model::testing::RecordingSink sink;
  std::atomic<bool> holds{false}, is_asked{false};

 private:
  std::mutex mutex_;
};

class NoSearch final : public model::EvidenceSearch {
 public:
  base::Result<model::LeafIndex> find(model::RecordKind, model::LeafIndex from, const Visit&) override {
    return from;
  }
  model::LeafIndex end() const override { return {}; }
};

class Looks : public ::testing::Test {
 protected:
  Looks() {
    for (int i = 0; i < 20; ++i)
      model.add_transaction(3);
    model.seal();
    // Where the folder has it.
    std::filesystem::create_directories(folder.trail());
    std::filesystem::create_directories(folder.keys());
    std::filesystem::create_directory_symlink(model.options.folder, folder.trail() / "shop");
    std::filesystem::copy_file(model.options.key, folder.trail_key());
    std::filesystem::permissions(folder.trail_key(), std::filesystem::perms(0600));
    Configuration configuration;
    configuration.gateway.emplace();
    for (const char* const name : {"shop", "new", "untold"}) {
      GatewayDatabase& database = configuration.gateway->databases.emplace_back();
      database.name = name;
      database.tenancy = database.name == "shop";
      if (database.name != "untold") database.trail.emplace();
    }
    looks.apply(configuration, nullptr);
  }
  model::TrailQuestion question(const std::string& team, const std::string& database = "shop") const {
    model::TrailQuestion asked;
    asked.database = database;
    asked.team = team;
    return asked;
  }
  base::Result<model::TrailChanges> search(const model::TrailQuestion& asked) {
    return looks.search({"claim", "user:7", "r-1"}, "api-search", asked);
  }

  trail::testing::ModelTrail model{7};
  base::ScratchFolder scratch;
  Folder folder{scratch.path()};
  SlowSink sink;
  NoSearch nothing;
  base::ManualClock clock{*base::parse_rfc3339("2026-11-30T12:00:00Z")};
  TrailService trails{sink, nothing, clock};
  TrailLooks looks{folder, trails, sink, clock};
};

TEST_F(Looks, answer_with_changes_and_seal_who_asked_for_what) {
  model::TrailQuestion asked = question("1");
  asked.table = "invoice";
  asked.limit = 2;
  const auto page = search(asked);
  ASSERT_TRUE(page) << page.error().message();
  ASSERT_EQ(page->changes.size(), 2U);
  EXPECT_EQ(page->next, page->changes.back().number);
  EXPECT_THAT(page->changes.front().record, HasSubstr(R"("team":"1")"));
  ASSERT_EQ(sink.sink.records.size(), 1U);
  EXPECT_EQ(sink.sink.kinds.front(), "trail-look");
  EXPECT_EQ(sink.sink.records.front(),
            R"({"asked":"{\"database\":\"shop\",\"limit\":2,\"team\":\"1\",\"table\":\"invoice\"}",)"
            R"("at":"2026-11-30T12:00:00.000000Z","by":"user:7","command":"api-search",)"
            R"("format":"art32-trail-look/v1","request":"r-1","through":"claim"})");
}

TEST_F(Looks, see_what_was_sealed_since_the_last_one) {
  const auto before = search(question("1"));
  ASSERT_TRUE(before);
  for (int i = 0; i < 20; ++i)
    model.add_transaction(3);
  model.seal();
  const auto since = search(question("1"));
  ASSERT_TRUE(since);
  EXPECT_GT(since->changes.front().number, before->changes.front().number);
}

TEST_F(Looks, keep_values_that_were_searched_for_out_of_the_ledger) {
  model::TrailQuestion asked = question("1");
  asked.old_value = "Erika";
  asked.new_value = "Max";
  EXPECT_TRUE(search(asked));
  EXPECT_THAT(sink.sink.records.back(), HasSubstr(R"(\"old\":true,\"new\":true)"));
  EXPECT_THAT(sink.sink.records.back(), Not(::testing::AnyOf(HasSubstr("Erika"), HasSubstr("Max"))));
}

TEST_F(Looks, show_nothing_that_could_not_be_sealed) {
  sink.sink.full = true;
  const auto refused = search(question("1"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::exhausted);
}

TEST_F(Looks, find_no_trail_where_none_is_configured_and_nothing_in_an_empty_one) {
  for (const char* const name : {"untold", "", "../shop", "shop/", "SHOP"})
    EXPECT_EQ(search(question("1", name)).error().code, base::ErrorCode::not_found) << name;
  EXPECT_THAT(sink.sink.records, IsEmpty());
  const auto empty = search(question("1", "new"));
  ASSERT_TRUE(empty) << empty.error().message();
  EXPECT_THAT(empty->changes, IsEmpty());
  EXPECT_EQ(looks.databases().size(), 2U);
}

TEST_F(Looks, refuse_more_than_is_answered_at_once) {
  for (const std::uint64_t limit : {std::uint64_t{0}, std::uint64_t{1'001}, UINT64_MAX}) {
    model::TrailQuestion asked = question("1");
    asked.limit = limit;
    EXPECT_EQ(search(asked).error().code, base::ErrorCode::invalid_argument) << limit;
  }
  EXPECT_THAT(sink.sink.records, IsEmpty());
}

TEST_F(Looks, believe_no_claim_where_no_database_is_separated) {
  EXPECT_EQ(looks.believe("a.b.c").error().code, base::ErrorCode::permission);
}

TEST_F(Looks, go_on_one_at_a_time_for_a_team_and_keep_no_other_waiting) {
  sink.holds = true;
  bool is_answered = false;
  std::jthread first([&] { is_answered = search(question("1")).has_value(); });
  while (!sink.is_asked)
    std::this_thread::sleep_for(1ms);
  EXPECT_EQ(search(question("1")).error().code, base::ErrorCode::conflict);
  sink.is_asked = false;
  bool is_other_answered = false;
  std::jthread second([&] { is_other_answered = search(question("2")).has_value(); });
  while (!sink.is_asked)
    std::this_thread::sleep_for(1ms);  // it has its turn while the first one has its own
  sink.holds = false;
  first.join();
  second.join();
  EXPECT_TRUE(is_answered);
  EXPECT_TRUE(is_other_answered);
  EXPECT_TRUE(search(question("1"))) << "the turn is over";
}

}  // namespace
}  // namespace art32::app
