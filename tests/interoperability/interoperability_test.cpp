#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/scratch_folder.h"
#include "net/subprocess.h"
#include "tests/interoperability/published_tree.h"

namespace art32::interoperability {
namespace {

using testing::HasSubstr;

class GoVerifier : public testing::Test {
 protected:
  net::Finished verify(std::vector<std::string> arguments) {
    net::Command command;
    command.arguments = {ART32_SOURCE_FOLDER "/tests/interoperability/verify.sh"};
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    command.environment = {"ART32_GO_FOLDER=" ART32_GO_FOLDER};
    return net::run(command, std::chrono::minutes(5)).value();
  }
  net::Finished verify() { return verify({tree_.folder(), tree_.verifier_key()}); }

  base::Path keep(const std::string& name, std::string_view content) {
    const base::Path path = scratch_.path() / name;
    EXPECT_TRUE(base::replace_file(path, base::as_bytes(content)));
    return path;
  }
  std::string checkpoint() { return base::read_text_file(tree_.folder() / "checkpoint").value(); }

  // Changes one octet of a file; gives back what stood there.
  base::Bytes flip(const base::Path& path, std::size_t at) {
    const base::Bytes before = base::read_file(path, 1U << 20).value();
    base::Bytes after = before;
    after.at(at) ^= 1;
    EXPECT_TRUE(base::replace_file(path, after));
    return before;
  }

  base::ScratchFolder scratch_;
  PublishedTree tree_{scratch_.path() / "ledger", "log", "entry"};
};

TEST_F(GoVerifier, accepts_a_tree_of_three_levels_that_grew) {
  tree_.grow_to(65'000);
  const base::Path old = keep("old-checkpoint", checkpoint());
  tree_.grow_to(70'000);
  const base::Path proof = keep("leaf.tlog-proof", tree_.proof(65'536));
  const net::Finished finished = verify({"-proof", proof, tree_.folder(), tree_.verifier_key(), old});
  EXPECT_EQ(finished.exit_code, 0) << finished.errors;
  EXPECT_THAT(finished.output, HasSubstr("70000 entries hash to the signed root"));
}

TEST_F(GoVerifier, accepts_small_trees_and_proves_each_of_their_leaves) {
  for (const std::uint64_t size : {0U, 1U, 2U, 255U, 256U, 257U, 513U}) {
    tree_.grow_to(size);
    const net::Finished finished = verify({"-samples", "0", tree_.folder(), tree_.verifier_key()});
    EXPECT_EQ(finished.exit_code, 0) << size << ": " << finished.errors;
    if (size == 0) continue;
    EXPECT_THAT(finished.output, HasSubstr(std::to_string(size) + " inclusion proofs"));
  }
}

TEST_F(GoVerifier, refuses_every_file_with_one_octet_changed) {
  tree_.grow_to(300);
  tree_.grow_to(600);
  ASSERT_EQ(verify().exit_code, 0);
  std::size_t files = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(tree_.folder())) {
    if (!file.is_regular_file()) continue;
    ++files;
    const std::size_t size = file.file_size();
    for (const std::size_t at : {std::size_t{0}, size / 2, size - 2}) {
      const base::Bytes before = flip(file.path(), at);
      const net::Finished finished = verify();
      EXPECT_EQ(finished.exit_code, 1) << file.path() << " octet " << at;
      EXPECT_FALSE(finished.errors.empty());
      ASSERT_TRUE(base::replace_file(file.path(), before));
    }
  }
  // Three level-0 tiles and bundles, the partial ones of 300 leaves, level 1 then and now, the checkpoint.
  EXPECT_EQ(files, 11U);
  EXPECT_EQ(verify().exit_code, 0);
}

TEST_F(GoVerifier, refuses_a_missing_tile) {
  tree_.grow_to(600);
  std::filesystem::remove(tree_.folder() / "tile/0/001");
  const net::Finished finished = verify();
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.errors, HasSubstr("tile/0/001"));
}

TEST_F(GoVerifier, refuses_another_key) {
  tree_.grow_to(10);
  const PublishedTree other(scratch_.path() / "other", "other", "entry");
  const net::Finished finished = verify({tree_.folder(), other.verifier_key()});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.errors, HasSubstr("checkpoint's signature doesn't verify"));
}

TEST_F(GoVerifier, refuses_a_tree_that_rewrote_its_history_or_shrank) {
  tree_.grow_to(300);
  const base::Path old = keep("old-checkpoint", checkpoint());
  PublishedTree fork(scratch_.path() / "fork", "log", "another entry");
  fork.grow_to(301);
  ASSERT_EQ(verify({fork.folder(), fork.verifier_key()}).exit_code, 0);
  const net::Finished rewritten = verify({fork.folder(), fork.verifier_key(), old});
  EXPECT_EQ(rewritten.exit_code, 1);
  EXPECT_THAT(rewritten.errors, HasSubstr("doesn't continue the one of 300 entries"));

  PublishedTree shorter(scratch_.path() / "shorter", "log", "entry");
  shorter.grow_to(299);
  const net::Finished shrunk = verify({shorter.folder(), shorter.verifier_key(), old});
  EXPECT_EQ(shrunk.exit_code, 1);
  EXPECT_THAT(shrunk.errors, HasSubstr("shrank from 300 to 299"));
}

TEST_F(GoVerifier, believes_a_witness_that_cosigned_and_no_other) {
  tree_.grow_to(10);
  const std::string witness = tree_.cosign();
  const net::Finished finished = verify({"-witness", witness, tree_.folder(), tree_.verifier_key()});
  EXPECT_EQ(finished.exit_code, 0) << finished.errors;
  tree_.grow_to(11);
  EXPECT_EQ(verify({"-witness", witness, tree_.folder(), tree_.verifier_key()}).exit_code, 1);
}

}  // namespace
}  // namespace art32::interoperability
