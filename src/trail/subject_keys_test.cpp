#include "trail/subject_keys.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/scratch_folder.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "trail/erasure_ledger.h"

namespace art32::trail {
namespace {

using base::ErrorCode;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;
using State = SubjectKeys::Found::State;

class SubjectKeysTest : public testing::Test {
 protected:
  SubjectKeysTest() {
    EXPECT_TRUE(crypto::save_private_file(options.key, crypto::random_bytes(32)));
    open();
  }
  void open() {
    keys.reset();
    auto opened = SubjectKeys::open(options, {ledger, ledger}, clock);
    ASSERT_TRUE(opened) << opened.error().message();
    keys = std::move(*opened);
  }
  std::shared_ptr<const SubjectKey> key_of(const Subject& subject) {
    auto key = keys->key_of(subject);
    EXPECT_TRUE(key) << key.error().message();
    return key.value_or(nullptr);
  }
  // A stored one.
  SubjectKeyId make(const Subject& subject) {
    const SubjectKeyId id = key_of(subject)->id;
    EXPECT_TRUE(keys->store_new());
    return id;
  }
  State state_of(const SubjectKeyId& id) const {
    const auto found = keys->find(id);
    EXPECT_TRUE(found) << found.error().message();
    return found ? found->state : State::unknown;
  }
  std::uint64_t erase(const Subject& subject) {
    const auto erased = keys->erase(subject, "root");
    EXPECT_TRUE(erased) << erased.error().message();
    return erased ? erased->generation : 0;
  }
  // As a backup is: of a folder that nobody has open.
  void copy(const base::Path& from, const base::Path& to) {
    keys.reset();
    std::filesystem::remove_all(to);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
  }
  base::Bytes slots() const { return *base::read_file(options.folder / "keys", 1U << 20); }

  base::Bytes first_slot() const {
    base::Bytes first = slots();
    first.resize(40);
    return first;
  }

  base::ScratchFolder scratch;
  SubjectKeys::Options options{scratch.path() / "subjects", scratch.path() / "trail.key"};
  ErasureLedger ledger{scratch.path() / "ledger"};
  base::ManualClock clock{*base::parse_rfc3339("2026-11-30T12:00:00Z")};
  std::unique_ptr<SubjectKeys> keys;
  const Subject erika{"customer", "7"}, max{"customer", "8"};
};

TEST_F(SubjectKeysTest, gives_each_person_one_key_that_stays) {
  const auto first = key_of(erika);
  EXPECT_EQ(key_of(erika)->id, first->id);
  EXPECT_NE(key_of(max)->id, first->id);
  EXPECT_NE(key_of({"user", "7"})->id, first->id) << "of another kind";
  EXPECT_NE(key_of({"custom", "er7"})->id, key_of({"customer", "7"})->id);
  EXPECT_EQ(state_of(first->id), State::unknown) << "not stored yet";
  ASSERT_TRUE(keys->store_new());
  for (int times = 0; times < 2; ++times, open()) {
    EXPECT_EQ(key_of(erika)->id, first->id);
    EXPECT_EQ(base::hex(key_of(erika)->key.view()), base::hex(first->key.view()));
    EXPECT_EQ(base::hex(keys->find(first->id)->key->key.view()), base::hex(first->key.view()));
  }
}

TEST_F(SubjectKeysTest, forgets_keys_that_were_never_stored) {
  const SubjectKeyId lost = key_of(erika)->id;
  open();
  EXPECT_EQ(state_of(lost), State::unknown);
  EXPECT_NE(key_of(erika)->id, lost);
}

TEST_F(SubjectKeysTest, stores_by_itself_when_very_many_are_new) {
  const auto first = key_of(erika);
  for (int i = 0; i < 10'000; ++i)
    key_of({"user", std::to_string(i)});
  EXPECT_EQ(state_of(first->id), State::living);
  EXPECT_EQ(base::hex(key_of(erika)->key.view()), base::hex(first->key.view()));
}

// docs/formats/trail.md, "Erasure"
TEST_F(SubjectKeysTest, erases_one_person_and_says_so_in_the_ledger) {
  const SubjectKeyId first = make(erika), other = make(max);
  EXPECT_EQ(erase(erika), 1U);
  ASSERT_THAT(ledger.lines(), SizeIs(1));
  EXPECT_THAT(
      ledger.lines().front(),
      testing::MatchesRegex(
          R"re(trail-erasure \{"at":"2026-11-30T12:00:00.000000Z","by":"root","format":"art32-trail-erasure/v1","generation":1,"key":")re" +
          base::hex(first) + R"re(","subject":"[0-9a-f]{32}"\})re"));
  for (int times = 0; times < 2; ++times, open()) {
    EXPECT_EQ(state_of(first), State::erased);
    EXPECT_EQ(state_of(other), State::living);
  }
  EXPECT_THAT(ledger.lines(), SizeIs(1));
}

TEST_F(SubjectKeysTest, gives_an_erased_person_a_new_key_that_can_be_erased_too) {
  const SubjectKeyId first = make(erika);
  EXPECT_EQ(erase(erika), 1U);
  clock.advance(std::chrono::hours(1));
  const auto again = keys->erase(erika, "root");
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->is_new);
  EXPECT_EQ(base::rfc3339_seconds(again->at), "2026-11-30T12:00:00Z");
  EXPECT_THAT(ledger.lines(), SizeIs(1));
  const SubjectKeyId second = key_of(erika)->id;
  EXPECT_NE(second, first);
  EXPECT_EQ(erase(erika), 2U) << "though it wasn't stored yet";
  EXPECT_EQ(state_of(first), State::erased);
  EXPECT_EQ(state_of(second), State::erased);
  EXPECT_NE(key_of(erika)->id, second);
}

TEST_F(SubjectKeysTest, says_of_whom_it_has_nothing) {
  const auto unknown = keys->erase({"customer", "77"}, "root");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::not_found);
  EXPECT_THAT(unknown.error().message(), HasSubstr("customer:77"));
  EXPECT_THAT(ledger.lines(), SizeIs(0));
}

TEST_F(SubjectKeysTest, erases_nothing_that_the_ledger_does_not_take) {
  const SubjectKeyId id = make(erika);
  ledger.is_full = true;
  EXPECT_EQ(keys->erase(erika, "root").error().code, ErrorCode::exhausted);
  EXPECT_EQ(state_of(id), State::living);
}

TEST_F(SubjectKeysTest, leaves_no_copy_of_an_erased_key_in_any_file) {
  // So many that pages of the index split again and again.
  std::vector<Subject> subjects;
  for (int i = 0; i < 5'000; ++i)
    subjects.push_back({"customer", std::to_string(i)});
  for (const Subject& subject : subjects) {
    key_of(subject);
    if (subject.value.ends_with("99")) {
      ASSERT_TRUE(keys->store_new());
    }
  }
  ASSERT_TRUE(keys->store_new());
  const base::Bytes before = slots();
  ASSERT_EQ(before.size(), 5'000U * 40);
  std::vector<std::string> erased;
  for (std::size_t i = 0; i < 5'000; i += 50) {
    erase(subjects[i]);
    erased.emplace_back(reinterpret_cast<const char*>(before.data()) + i * 40, 40);
  }
  const std::string kept(reinterpret_cast<const char*>(before.data()) + 40, 40);
  int found = 0;
  for (const bool is_open : {true, false}) {
    if (!is_open) keys.reset();
    for (const auto& file : std::filesystem::recursive_directory_iterator(scratch.path())) {
      if (!file.is_regular_file()) continue;
      const std::string text = base::to_text(*base::read_file(file.path(), 64U << 20));
      if (text.find(kept) != text.npos) ++found;
      for (const std::string& key : erased)
        EXPECT_EQ(text.find(key), text.npos) << file.path();
    }
  }
  EXPECT_EQ(found, 2) << "a living key is found, in one file";
}

TEST_F(SubjectKeysTest, destroys_again_what_an_old_backup_brings_back) {
  const SubjectKeyId id = make(erika), other = make(max);
  copy(options.folder, scratch.path() / "backup");
  open();
  EXPECT_EQ(erase(erika), 1U);
  const SubjectKeyId second = make(erika);
  copy(scratch.path() / "backup", options.folder);
  const base::Bytes brought_back = slots();
  open();
  EXPECT_EQ(state_of(id), State::erased);
  EXPECT_EQ(state_of(other), State::living);
  EXPECT_EQ(state_of(second), State::unknown) << "was made since the backup";
  EXPECT_NE(slots(), brought_back);
  EXPECT_EQ(first_slot(), base::Bytes(40)) << "for good";
  EXPECT_NE(key_of(erika)->id, second);
  EXPECT_THAT(ledger.lines(), SizeIs(1));
}

TEST_F(SubjectKeysTest, destroys_again_what_an_old_file_of_keys_brings_back) {
  const SubjectKeyId id = make(erika), other = make(max);
  copy(options.folder, scratch.path() / "backup");
  open();
  EXPECT_EQ(erase(erika), 1U);
  keys.reset();
  std::filesystem::copy_file(scratch.path() / "backup/keys", options.folder / "keys",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_NE(first_slot(), base::Bytes(40));
  open();
  EXPECT_EQ(first_slot(), base::Bytes(40));
  EXPECT_EQ(state_of(id), State::erased);
  EXPECT_EQ(state_of(other), State::living);
}

TEST_F(SubjectKeysTest, looks_through_the_ledger_from_where_it_was_last) {
  make(erika);
  erase(erika);
  open();
  ASSERT_TRUE(ledger.append(model::trail_erasure_record, base::as_bytes("{}")));
  keys.reset();
  const auto strange = SubjectKeys::open(options, {ledger, ledger}, clock);
  ASSERT_FALSE(strange) << "what it can't read it can't have done";
  EXPECT_EQ(strange.error().code, ErrorCode::unsupported);
}

TEST_F(SubjectKeysTest, names_damage_and_who_has_it_open) {
  const SubjectKeyId id = make(erika);
  EXPECT_EQ(SubjectKeys::open(options, {ledger, ledger}, clock).error().code, ErrorCode::conflict);
  {
    auto file = base::File::open_write(options.folder / "keys");
    base::Bytes octet = *file->read_at(11, 1);
    octet[0] ^= 1;
    ASSERT_TRUE(file->write_at(11, octet));
  }
  EXPECT_THAT(keys->find(id).error().message(), HasSubstr("subjects/keys"));
  keys.reset();
  std::filesystem::resize_file(options.folder / "keys", 39);
  EXPECT_EQ(SubjectKeys::open(options, {ledger, ledger}, clock).error().code, ErrorCode::corrupt);
  ASSERT_TRUE(crypto::save_private_file(options.key, crypto::random_bytes(32)));
  EXPECT_FALSE(SubjectKeys::open(options, {ledger, ledger}, clock)) << "another key";
}

TEST_F(SubjectKeysTest, shows_no_person_to_who_has_the_files_alone) {
  make({"customer", "erika.mustermann@example.com"});
  keys.reset();
  for (const auto& file : std::filesystem::recursive_directory_iterator(options.folder))
    if (file.is_regular_file()) {
      EXPECT_EQ(base::to_text(*base::read_file(file.path(), 1U << 20)).find("mustermann"), std::string::npos);
    }
}

// A process crashes at each step that changes a file or the ledger. What is in the ledger is erased after
// the next start, and nothing else is.
TEST_F(SubjectKeysTest, that_crash_at_any_step_have_erased_what_the_ledger_says) {
  const base::Path clean = scratch.path() / "clean";
  const SubjectKeyId id = make(erika), other = make(max);
  copy(options.folder, clean);
  int crashes = 0, done = 0;
  for (bool is_done = false; !is_done; ++crashes) {
    ASSERT_LT(crashes, 100);
    copy(clean, options.folder);
    std::filesystem::remove(scratch.path() / "ledger");
    const pid_t child = ::fork();
    if (child == 0) {
      static int steps;
      steps = 0;
      base::set_file_fault([crashes](base::FileStep, const base::Path&) {
        if (steps++ == crashes) ::_exit(42);
        return 0;
      });
      open();
      key_of({"customer", "9"});
      erase(erika);
      make(erika);
      ::_exit(testing::Test::HasFailure() ? 1 : 0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status) && (WEXITSTATUS(status) == 42 || WEXITSTATUS(status) == 0)) << status;
    is_done = WEXITSTATUS(status) == 0;
    open();
    const bool is_in_ledger = !ledger.lines().empty();
    done += is_in_ledger ? 1 : 0;
    EXPECT_EQ(state_of(id), is_in_ledger ? State::erased : State::living) << crashes;
    EXPECT_EQ(state_of(other), State::living);
    EXPECT_EQ(first_slot() == base::Bytes(40), is_in_ledger);
    const SubjectKeyId now = make(erika);
    EXPECT_EQ(now == id, !is_in_ledger);
    EXPECT_EQ(state_of(now), State::living);
  }
  EXPECT_GT(done, 2);
  EXPECT_GT(crashes, done + 2);
}

}  // namespace
}  // namespace art32::trail
