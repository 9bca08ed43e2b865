// The shell blocks of the guides, run as they stand.
#include <gtest/gtest.h>

#include "base/scratch_folder.h"
#include "base/text.h"
#include "net/subprocess.h"

namespace art32 {
namespace {

std::string shell_blocks(std::string_view markdown) {
  std::string script = "set -euo pipefail\n";
  bool inside = false;
  for (const std::string_view line : base::split(markdown, '\n')) {
    if (line == "```sh")
      inside = true;
    else if (line == "```")
      inside = false;
    else if (inside)
      script += std::string(line) + "\n";
  }
  return script;
}

class Guide : public testing::TestWithParam<std::string> {};

TEST_P(Guide, does_what_its_shell_blocks_say) {
  const base::Path page = base::Path(ART32_SOURCE_FOLDER) / "docs/guide" / GetParam();
  const std::string script = shell_blocks(base::read_text_file(page).value());
  ASSERT_GT(base::split(script, '\n').size(), 3U) << "no shell block in " << page;
  const base::ScratchFolder scratch;
  ASSERT_TRUE(base::replace_file(scratch.path() / "guide.sh", base::as_bytes(script)));
  std::filesystem::create_symlink(ART32_PROGRAM, scratch.path() / "art32");
  const auto finished = net::run({{"bash", "-x", "guide.sh"},
                                  {"PATH=" + scratch.path().string() + ":/usr/bin:/bin"},
                                  {},
                                  scratch.path()},
                                 std::chrono::seconds(120));
  ASSERT_TRUE(finished.has_value()) << finished.error().message();
  EXPECT_EQ(finished->exit_code, 0) << finished->output << finished->errors;
}

INSTANTIATE_TEST_SUITE_P(Pages, Guide, testing::Values("operating.md"),
                         [](const auto& page) { return page.param.substr(0, page.param.find('.')); });

}  // namespace
}  // namespace art32
