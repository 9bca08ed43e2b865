// The shell blocks of the guides, run as they stand; and their code, which must be that of programs
// that other tests run.
#include <gtest/gtest.h>

#include "base/scratch_folder.h"
#include "base/text.h"
#include "net/subprocess.h"

namespace art32 {
namespace {

std::vector<std::string> blocks(std::string_view markdown, const std::string& language) {
  std::vector<std::string> found;
  bool inside = false;
  for (const std::string_view line : base::split(markdown, '\n')) {
    if (line == "```" + language) {
      inside = true;
      found.emplace_back();
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      found.back() += std::string(line) + "\n";
    }
  }
  return found;
}

std::string text_of(const std::string& path) {
  return base::read_text_file(base::Path(ART32_SOURCE_FOLDER) / path).value();
}

class Guide : public testing::TestWithParam<std::string> {};

TEST_P(Guide, does_what_its_shell_blocks_say) {
  const std::vector<std::string> parts = blocks(text_of("docs/guide/" + GetParam()), "sh");
  ASSERT_FALSE(parts.empty()) << "no shell block in " << GetParam();
  std::string script = "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n";
  for (const std::string& part : parts)
    script += part;
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

INSTANTIATE_TEST_SUITE_P(Pages, Guide, testing::Values("operating.md", "identity.md"),
                         [](const auto& page) { return page.param.substr(0, page.param.find('.')); });

struct CodePage {
  std::string page, language, program;
};

class GuideCode : public testing::TestWithParam<CodePage> {};

TEST_P(GuideCode, is_that_of_a_program_which_runs) {
  const std::string program = text_of(GetParam().program);
  const std::vector<std::string> parts =
      blocks(text_of("docs/guide/" + GetParam().page), GetParam().language);
  ASSERT_FALSE(parts.empty()) << "no code in " << GetParam().page;
  for (const std::string& part : parts)
    EXPECT_NE(program.find(part), program.npos) << GetParam().program << " hasn't\n" << part;
}

INSTANTIATE_TEST_SUITE_P(
    Pages, GuideCode,
    testing::Values(CodePage{"express.md", "js", "examples/invoices-express/server.mjs"},
                    CodePage{"laravel.md", "php", "tests/gateway/clients/tenants_laravel.php"},
                    CodePage{"django.md", "python", "tests/gateway/clients/tenants_django.py"},
                    CodePage{"rails.md", "ruby", "tests/gateway/clients/tenants_rails.rb"}),
    [](const auto& page) { return page.param.page.substr(0, page.param.page.find('.')); });

}  // namespace
}  // namespace art32
