#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "audit/probes/probes.h"
#include "audit/probes/promise_for_test.h"
#include "audit/probes/secret_file.h"
#include "base/scratch_folder.h"

namespace art32::audit {
namespace {

using model::Verdict;

class SecretModesTest : public testing::Test {
 protected:
  SecretModesTest() {
    EXPECT_TRUE(base::make_folder(keys(), 0700).has_value());
    for (const char* name : {"keys/ledger.pem", "keys/tls.key", "state.db"})
      write(name);
    target.annex = annex_promising("access.data", "key_mode", "0600");
    for (const char* name : {"ledger", "ledger/keys", "ledger/records"})
      EXPECT_TRUE(base::make_folder(folder.path() / name, 0700).has_value());
    write("ledger/keys/00000000.keys");
    target.data_folder = folder.path();
    target.secret_files = {keys() / "ledger.pem", keys() / "tls.key"};
    target.state_database = folder.path() / "state.db";
  }

  base::Path keys() const { return folder.path() / "keys"; }
  void write(const base::Path& name, std::string_view content = "secret") {
    EXPECT_TRUE(
        base::replace_file(folder.path() / name, base::as_bytes(content), base::Visibility::owner_only));
  }
  void set_mode(const base::Path& path, mode_t mode) { ASSERT_EQ(::chmod(path.c_str(), mode), 0); }
  Verdict verdict() const {
    return model::judge(
        probe_secret_modes({target, std::chrono::steady_clock::now() + std::chrono::seconds(5)}));
  }

  base::ScratchFolder folder;
  Target target;
};

TEST_F(SecretModesTest, pass_when_everything_is_closed) {
  EXPECT_EQ(verdict(), Verdict::pass);
  set_mode(keys() / "tls.key", 0400);
  EXPECT_EQ(verdict(), Verdict::pass) << "narrower is fine";
}

TEST_F(SecretModesTest, fail_on_every_bit_that_others_or_the_group_have) {
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0700U, 0610U, 04600U}) {
    set_mode(keys() / "tls.key", mode);
    EXPECT_EQ(verdict(), Verdict::fail) << std::oct << mode;
  }
}

TEST_F(SecretModesTest, fail_on_an_open_folder_and_an_open_database) {
  set_mode(keys(), 0755);
  EXPECT_EQ(verdict(), Verdict::fail);
  set_mode(keys(), 0700);
  set_mode(target.state_database, 0644);
  EXPECT_EQ(verdict(), Verdict::fail);
}

TEST_F(SecretModesTest, fail_on_an_empty_key_and_on_a_link) {
  write("keys/tls.key", "");
  EXPECT_EQ(verdict(), Verdict::fail);
  write("keys/other", "secret");
  std::filesystem::remove(keys() / "tls.key");
  std::filesystem::create_symlink(keys() / "other", keys() / "tls.key");
  EXPECT_EQ(verdict(), Verdict::fail);
}

TEST_F(SecretModesTest, are_no_verdict_on_a_promise_of_another_mode) {
  target.annex = annex_promising("access.data", "key_mode", "0000");
  EXPECT_EQ(verdict(), Verdict::error);
}

TEST_F(SecretModesTest, are_no_verdict_on_a_file_that_is_missing) {
  std::filesystem::remove(keys() / "tls.key");
  EXPECT_EQ(verdict(), Verdict::error);
}

TEST_F(SecretModesTest, name_files_without_the_folders_of_the_machine) {
  set_mode(keys() / "tls.key", 0644);
  for (const auto& one :
       probe_secret_modes({target, std::chrono::steady_clock::now() + std::chrono::seconds(5)})) {
    EXPECT_EQ(one.target.find(folder.path().string()), std::string::npos) << one.target;
    EXPECT_EQ(one.seen.find(folder.path().string()), std::string::npos) << one.seen;
  }
}

TEST_F(SecretModesTest, fail_when_others_could_replace_what_leads_to_the_keys) {
  for (const mode_t mode : {0777U, 0757U, 0775U}) {
    set_mode(folder.path(), mode);
    EXPECT_EQ(verdict(), Verdict::fail) << std::oct << mode;
  }
  set_mode(folder.path(), 0755);
  EXPECT_EQ(verdict(), Verdict::pass) << "entering it is no harm";
  set_mode(folder.path() / "ledger", 0777);
  EXPECT_EQ(verdict(), Verdict::fail);
}

TEST_F(SecretModesTest, fail_on_open_keys_of_records_and_on_an_open_log_of_the_database) {
  set_mode(folder.path() / "ledger/keys/00000000.keys", 0644);
  EXPECT_EQ(verdict(), Verdict::fail) << "though its folder is closed";
  set_mode(folder.path() / "ledger/keys/00000000.keys", 0600);
  set_mode(folder.path() / "ledger/records", 0755);
  EXPECT_EQ(verdict(), Verdict::fail);
  set_mode(folder.path() / "ledger/records", 0700);
  write("state.db-wal", "");
  EXPECT_EQ(verdict(), Verdict::pass) << "an empty log is nothing wrong";
  set_mode(folder.path() / "state.db-wal", 0640);
  EXPECT_EQ(verdict(), Verdict::fail);
}

TEST_F(SecretModesTest, really_try_as_another_user_where_they_can) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can";
  set_mode(folder.path(), 0755);
  set_mode(keys(), 0755);
  set_mode(keys() / "tls.key", 0646);
  std::size_t worked = 0;
  for (const auto& one :
       probe_secret_modes({target, std::chrono::steady_clock::now() + std::chrono::seconds(5)}))
    if (one.target == "user 65534" && one.kind == model::Observation::Kind::attack)
      worked += one.outcome == model::Observation::Outcome::worked ? 1 : 0;
  EXPECT_EQ(worked, 2U) << "read and written, but nothing could be renamed";
}

TEST_F(SecretModesTest, are_no_verdict_without_a_ledger) {
  std::filesystem::remove_all(folder.path() / "ledger");
  EXPECT_EQ(verdict(), Verdict::error);
}

class WayTest : public testing::Test {
 protected:
  base::Path path(const char* name) const { return folder.path() / name; }
  bool is_step(const base::Path& wanted, const base::Path& end) const {
    const auto steps = way_to(end);
    return steps && std::ranges::any_of(*steps, [&](const Step& step) { return step.folder == wanted; });
  }
  base::ScratchFolder folder;
};

TEST_F(WayTest, leads_from_the_root_through_links_and_both_their_folders) {
  std::filesystem::create_directories(path("real/inner"));
  std::filesystem::create_directories(path("links"));
  std::filesystem::create_symlink("../real", path("links/absolute"));
  const base::Path end = path("links/absolute/inner/key");
  for (const base::Path& folder_passed :
       {base::Path("/"), path("links"), path("real"), path("real/inner"), folder.path()})
    EXPECT_TRUE(is_step(folder_passed, end)) << folder_passed;
}

TEST_F(WayTest, ends_when_links_lead_in_a_circle) {
  std::filesystem::create_symlink("b", path("a"));
  std::filesystem::create_symlink("a", path("b"));
  EXPECT_FALSE(way_to(path("a") / "key"));
}

TEST_F(WayTest, trusts_a_sticky_folder_for_our_own_entries_only) {
  std::filesystem::create_directory(path("sticky"));
  std::filesystem::create_directory(path("sticky/ours"));
  ASSERT_EQ(::chmod(path("sticky").c_str(), 01777), 0);
  const Step step{path("sticky"), path("sticky/ours")};
  EXPECT_EQ(*trouble_with_step(step, ::geteuid()), "");
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  ASSERT_EQ(::chown(path("sticky/ours").c_str(), 65534, 65534), 0);
  EXPECT_NE(*trouble_with_step(step, 0), "");
  ASSERT_EQ(::chown(path("sticky").c_str(), 65534, 65534), 0);
  ASSERT_EQ(::chmod(path("sticky").c_str(), 0755), 0);
  EXPECT_NE(*trouble_with_step(step, 0), "") << "its owner can write it";
}

TEST(SecretFile, belongs_to_the_service_or_root) {
  const base::ScratchFolder folder;
  const base::Path path = folder.path() / "key";
  ASSERT_TRUE(base::replace_file(path, base::as_bytes("secret"), base::Visibility::owner_only));
  const unsigned owner = ::geteuid();
  EXPECT_EQ(*trouble_with_secret_file(path, owner), "");
  // Root's files are fine for every service.
  EXPECT_EQ(trouble_with_secret_file(path, owner + 1)->empty(), owner == 0);
}

}  // namespace
}  // namespace art32::audit
