#include "app/initialize.h"

#include <gtest/gtest.h>

#include <map>

#include "base/file_fault.h"
#include "base/scratch_folder.h"

namespace art32::app {
namespace {

// Every file below, with its content.
std::map<std::string, std::string> contents(const base::Path& root) {
  std::map<std::string, std::string> all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
    if (entry.is_regular_file()) all[entry.path().string()] = base::read_text_file(entry.path()).value();
  return all;
}

class Initialize : public testing::Test {
 protected:
  ~Initialize() override { base::set_file_fault({}); }
  base::Status run() { return initialize(folder, Configuration{}, clock); }

  base::ScratchFolder scratch;
  Folder folder{scratch.path() / "art32"};
  base::SystemClock clock;
};

TEST_F(Initialize, makes_a_whole_installation_and_leaves_nothing_else) {
  ASSERT_TRUE(run());
  EXPECT_TRUE(load_configuration(folder));
  EXPECT_FALSE(std::filesystem::exists(folder.root / ".init"));
  EXPECT_EQ(base::file_facts(folder.keys())->mode, 0700U);
}

TEST_F(Initialize, overwrites_nothing_even_when_the_configuration_is_missing) {
  ASSERT_TRUE(run());
  std::filesystem::remove(folder.configuration());
  const auto before = contents(folder.root);
  const base::Status refused = run();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, base::ErrorCode::already_exists);
  EXPECT_EQ(contents(folder.root), before);
}

TEST_F(Initialize, leaves_a_foreign_annex_alone) {
  ASSERT_TRUE(base::make_folder(folder.annex()));
  ASSERT_TRUE(base::replace_file(folder.annex() / "document.toml", base::as_bytes("mine")));
  EXPECT_FALSE(run().has_value());
  EXPECT_EQ(base::read_text_file(folder.annex() / "document.toml").value(), "mine");
}

TEST_F(Initialize, is_finished_by_the_next_one_wherever_it_was_interrupted) {
  for (int step = 0;; ++step) {
    int left = step;
    // Between two renames an interruption leaves what it would leave at the earlier one.
    base::set_file_fault([&](base::FileStep at, const base::Path&) {
      const bool counts = at == base::FileStep::rename || at == base::FileStep::sync_folder;
      return counts && left-- == 0 ? ENOSPC : 0;
    });
    const bool interrupted = !run().has_value();
    base::set_file_fault({});
    if (!interrupted) {
      EXPECT_GT(step, 20) << "too few steps were tried";
      break;
    }
    ASSERT_TRUE(run()) << "after a fault at step " << step;
    EXPECT_TRUE(load_configuration(folder));
    std::filesystem::remove_all(folder.root);
  }
}

}  // namespace
}  // namespace art32::app
