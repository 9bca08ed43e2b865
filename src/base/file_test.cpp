#include "base/file.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/file_fault.h"
#include "base/scratch_folder.h"

namespace art32::base {
namespace {

TEST(ReplaceFile, leaves_the_old_content_whole_when_any_step_fails) {
  const ScratchFolder folder;
  const Path path = folder.path() / "state";
  ASSERT_TRUE(replace_file(path, as_bytes("old")));
  for (const FileStep step : {FileStep::write, FileStep::sync, FileStep::rename}) {
    set_file_fault([step](FileStep at, const Path&) { return at == step ? ENOSPC : 0; });
    const Status status = replace_file(path, as_bytes("new content"));
    set_file_fault({});
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, ErrorCode::exhausted);
    EXPECT_EQ(read_text_file(path).value(), "old");
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1)
      << "no temporary file stays";
}

TEST(ReplaceFile, sets_the_mode_it_was_asked_for) {
  const ScratchFolder folder;
  ASSERT_TRUE(replace_file(folder.path() / "key", as_bytes("k"), Visibility::owner_only));
  EXPECT_EQ(file_facts(folder.path() / "key")->mode, 0600U);
}

TEST(Lock, is_refused_while_somebody_else_holds_it) {
  const ScratchFolder folder;
  Result<File> first = File::open_write(folder.path() / "lock");
  Result<File> second = File::open_write(folder.path() / "lock");
  ASSERT_TRUE(first->lock());
  const Status refused = second->lock();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
}

TEST(ReadAt, says_that_a_file_is_shorter_than_expected) {
  const ScratchFolder folder;
  ASSERT_TRUE(replace_file(folder.path() / "f", as_bytes("abc")));
  const Result<File> file = File::open_read(folder.path() / "f");
  EXPECT_EQ(to_text(*file->read_at(1, 2)), "bc");
  EXPECT_EQ(file->read_at(1, 3).error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace art32::base
