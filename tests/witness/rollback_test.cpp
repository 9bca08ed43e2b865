// Somebody puts back an older copy of the whole data folder: nothing in it can tell, a witness can.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/support/eventually.h"
#include "tests/witness/witness_process.h"

namespace art32::test {
namespace {

TEST(Rollback, an_older_copy_of_the_whole_folder_is_told_within_seconds) {
  RunningServer server;
  WitnessProcess witness("witness.example.com/w1", log_key(server));
  witness.start();
  add_witness(server, witness.key(), witness.url());
  server.start();
  add_entry(server);
  ASSERT_TRUE(eventually([&] { return witness_state(server) == "witnessed"; })) << server.log();
  ASSERT_EQ(server.stop(SIGTERM), 0);
  const base::Path backup = server.folder().parent_path() / "backup";
  std::filesystem::copy(server.folder(), backup, std::filesystem::copy_options::recursive);

  server.start();
  for (int i = 0; i < 5; ++i)
    add_entry(server);
  const auto size = status_of(server).at("ledger").at("size").to_number<std::uint64_t>();
  ASSERT_TRUE(eventually([&] {
    const merkle::Note checkpoint = served_checkpoint(server);
    return size_of(checkpoint) >= size && checkpoint.signatures.size() == 2;
  })) << server.log();
  server.stop(SIGKILL);
  std::filesystem::remove_all(server.folder());
  std::filesystem::rename(backup, server.folder());

  server.start();
  const auto started = std::chrono::steady_clock::now();
  ASSERT_TRUE(eventually([&] { return witness_state(server) == "contradicted"; })) << server.log();
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10));
  const std::string status = server.command({"status"}).output;
  EXPECT_NE(status.find("TROUBLE  contradicted"), std::string::npos) << status;
  EXPECT_NE(status.find("rollback: the witness has cosigned " + std::to_string(size) + " entries"),
            std::string::npos)
      << status;
  EXPECT_NE(server.log().find("A WITNESS CONTRADICTS THE LEDGER"), std::string::npos);
  EXPECT_TRUE(eventually([&] { return served_checkpoint(server).signatures.size() == 1; }))
      << "nobody cosigns that";
  // It overtakes what the witness saw, with other entries: still no cosignature, and still told.
  for (int i = 0; i < 8; ++i)
    add_entry(server);
  EXPECT_TRUE(eventually([&] {
    return server.command({"status"}).output.find("fork: ") != std::string::npos;
  })) << server.command({"status"}).output;
  EXPECT_EQ(served_checkpoint(server).signatures.size(), 1);
}

}  // namespace
}  // namespace art32::test
