#include "crypto/private_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scratch_folder.h"

namespace art32::crypto {
namespace {

using base::ErrorCode;

TEST(PrivateFile, is_written_for_its_owner_alone_and_read_back) {
  const base::ScratchFolder folder;
  const base::Path path = folder.path() / "record.key";
  ASSERT_TRUE(save_private_file(path, base::as_bytes("secret")));
  EXPECT_EQ(base::file_facts(path)->mode, 0600U);
  EXPECT_TRUE(check_private_file(path));
  EXPECT_EQ(load_private_file(path)->text(), "secret");
}

TEST(PrivateFile, is_refused_with_the_mend_when_others_may_touch_it) {
  const base::ScratchFolder folder;
  const base::Path path = folder.path() / "record.key";
  ASSERT_TRUE(save_private_file(path, base::as_bytes("secret")));
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0700U, 0644U, 04600U}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    const auto loaded = load_private_file(path);
    ASSERT_FALSE(loaded.has_value()) << std::oct << mode;
    EXPECT_EQ(loaded.error().code, ErrorCode::permission);
    EXPECT_EQ(loaded.error().mend, "chmod 600 " + path.string());
    EXPECT_EQ(loaded.error().message().find("secret"), std::string::npos);
  }
  ASSERT_EQ(::chmod(path.c_str(), 0400), 0);
  EXPECT_TRUE(check_private_file(path)) << "narrower is fine";
}

TEST(PrivateFile, is_refused_behind_a_link_and_as_a_folder) {
  const base::ScratchFolder folder;
  const base::Path path = folder.path() / "record.key";
  ASSERT_TRUE(save_private_file(path, base::as_bytes("secret")));
  std::filesystem::create_symlink(path, folder.path() / "link");
  EXPECT_EQ(load_private_file(folder.path() / "link").error().code, ErrorCode::permission);
  EXPECT_EQ(load_private_file(folder.path()).error().code, ErrorCode::permission);
  EXPECT_EQ(load_private_file(folder.path() / "missing").error().code, ErrorCode::not_found);
}

TEST(PrivateFile, is_refused_when_it_belongs_to_somebody_else) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const base::ScratchFolder folder;
  const base::Path path = folder.path() / "record.key";
  ASSERT_TRUE(save_private_file(path, base::as_bytes("secret")));
  ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
  EXPECT_EQ(check_private_file(path).error().code, ErrorCode::permission);
  EXPECT_EQ(check_private_file(path).error().mend, "chown 0 " + path.string());
}

TEST(PrivateFile, keeps_its_mode_when_another_takes_its_place) {
  const base::ScratchFolder folder;
  const base::Path path = folder.path() / "record.key";
  EXPECT_EQ(replace_private_file(path, base::as_bytes("x")).error().code, ErrorCode::not_found);
  ASSERT_TRUE(save_private_file(path, base::as_bytes("old")));
  ASSERT_EQ(::chmod(path.c_str(), 0400), 0);
  ASSERT_TRUE(replace_private_file(path, base::as_bytes("new")));
  EXPECT_EQ(base::file_facts(path)->mode, 0400U);
  EXPECT_EQ(load_private_file(path)->text(), "new");
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  EXPECT_EQ(replace_private_file(path, base::as_bytes("newer")).error().mend, "chmod 600 " + path.string());
  EXPECT_EQ(base::read_text_file(path), "new");
}

TEST(PrivateFile, is_refused_when_it_is_longer_than_the_limit) {
  const base::ScratchFolder folder;
  const base::Path path = folder.path() / "record.key";
  ASSERT_TRUE(save_private_file(path, base::as_bytes("secret")));
  EXPECT_EQ(load_private_file(path, 5).error().code, ErrorCode::exhausted);
  EXPECT_TRUE(load_private_file(path, 6).has_value());
}

}  // namespace
}  // namespace art32::crypto
