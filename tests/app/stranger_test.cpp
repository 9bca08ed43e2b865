// A stranger verifies the running server's ledger with Go's sumdb packages, which
// share no code with ours: over HTTPS, and from a copy of the folder, where every
// file that counts must count.
#include <gtest/gtest.h>

#include "base/text.h"
#include "tests/support/running_server.h"

namespace art32::test {
namespace {

class Stranger : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    // Without arguments it is only built, once, which takes Go a minute or more: no test waits for that.
    const net::Finished built = verify({}, std::chrono::seconds(300));
    ASSERT_EQ(built.exit_code, 2) << built.errors;
    server = new RunningServer;
    server->start();
    audit_exit_code = server->command({"audit"}).exit_code;
    const net::Finished flushed = server->command({"ledger", "keys"});
    key = std::string(base::trim(flushed.output));
  }
  static void TearDownTestSuite() {
    delete server;
    server = nullptr;
  }

  static net::Finished verify(std::vector<std::string> arguments,
                              std::chrono::seconds limit = std::chrono::seconds(120)) {
    arguments.insert(arguments.begin(),
                     std::string(ART32_SOURCE_FOLDER) + "/tests/interoperability/verify.sh");
    auto finished = net::run({std::move(arguments), {"ART32_GO_FOLDER=" ART32_GO_FOLDER}, {}, {}}, limit);
    return finished ? *finished : net::Finished{-1, "", finished.error().message()};
  }

  static RunningServer* server;
  static std::string key;
  static int audit_exit_code;
};
RunningServer* Stranger::server = nullptr;
std::string Stranger::key;
int Stranger::audit_exit_code = -1;

std::string flip(std::string octets, std::size_t at) {
  octets[at] = static_cast<char>(octets[at] ^ 1);
  return octets;
}

TEST_F(Stranger, accepts_what_the_server_publishes) {
  ASSERT_EQ(audit_exit_code, 0);
  const std::string base = "https://localhost:" + std::to_string(server->endpoint().port) + "/ledger";
  const net::Finished verified =
      verify({"-ca", (server->folder() / "keys/authority.crt").string(), base, key});
  EXPECT_EQ(verified.exit_code, 0) << verified.output << verified.errors;
}

TEST_F(Stranger, accepts_a_copy_and_refuses_it_after_one_octet_changed_anywhere) {
  const base::ScratchFolder copy;
  for (const char* part : {"tile", "checkpoint"})
    std::filesystem::copy(server->folder() / "ledger" / part, copy.path() / part,
                          std::filesystem::copy_options::recursive);
  ASSERT_EQ(verify({copy.path().string(), key}).exit_code, 0);
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(copy.path())) {
    if (!entry.is_regular_file()) continue;
    const std::string before = base::read_text_file(entry.path()).value();
    ASSERT_TRUE(base::replace_file(entry.path(), base::as_bytes(flip(before, before.size() / 2))));
    EXPECT_EQ(verify({copy.path().string(), key}).exit_code, 1) << entry.path();
    ASSERT_TRUE(base::replace_file(entry.path(), base::as_bytes(before)));
    ++files;
  }
  EXPECT_GE(files, 3) << "a checkpoint, a tile and a bundle at least";
}

TEST_F(Stranger, accepts_the_proof_that_a_page_hands_out) {
  const net::Finished proof = server->command({"ledger", "proof", "1"});
  ASSERT_EQ(proof.exit_code, 0);
  const base::ScratchFolder folder;
  const base::Path file = folder.path() / "proof";
  const std::string base = "https://localhost:" + std::to_string(server->endpoint().port) + "/ledger";
  const std::string authority = (server->folder() / "keys/authority.crt").string();
  ASSERT_TRUE(base::replace_file(file, base::as_bytes(proof.output)));
  const net::Finished verified = verify({"-ca", authority, "-proof", file.string(), base, key});
  EXPECT_EQ(verified.exit_code, 0) << verified.errors;
  ASSERT_TRUE(
      base::replace_file(file, base::as_bytes(base::replace_all(proof.output, "index 1\n", "index 2\n"))));
  EXPECT_EQ(verify({"-ca", authority, "-proof", file.string(), base, key}).exit_code, 1);
}

}  // namespace
}  // namespace art32::test
