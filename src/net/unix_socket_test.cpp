#include "net/unix_socket.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/scratch_folder.h"

namespace art32::net {
namespace {

mode_t mode_of(const base::Path& path) {
  struct stat facts {};
  EXPECT_EQ(::stat(path.c_str(), &facts), 0);
  return facts.st_mode & 07777;
}

TEST(UnixSocket, has_the_mode_that_it_should_have_under_any_umask) {
  const base::ScratchFolder scratch;
  for (const mode_t mask : {0000U, 0022U, 0077U}) {
    const mode_t before = ::umask(mask);
    const auto open = listen_unix(scratch.path() / "open", UnixMode::everyone);
    const auto closed = listen_unix(scratch.path() / "closed", UnixMode::owner_only);
    ::umask(before);
    ASSERT_TRUE(open && closed);
    EXPECT_EQ(mode_of(scratch.path() / "open"), 0777U) << mask;
    EXPECT_EQ(mode_of(scratch.path() / "closed"), 0600U) << mask;
  }
}

TEST(UnixSocket, of_a_long_path_has_it_too) {
  const base::ScratchFolder scratch;
  const base::Path folder = scratch.path() / std::string(120, 'f');
  ASSERT_TRUE(base::make_folder(folder, 0700));
  const auto open = listen_unix(folder / "open", UnixMode::everyone);
  ASSERT_TRUE(open);
  EXPECT_EQ(mode_of(folder / "open"), 0777U);
}

}  // namespace
}  // namespace art32::net
