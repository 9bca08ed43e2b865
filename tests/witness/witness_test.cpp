// A real art32 and two real witnesses: who cosigns what, and that Go verifies it.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/support/eventually.h"
#include "tests/witness/witness_process.h"

namespace art32::test {
namespace {

class Witnessed : public ::testing::Test {
 protected:
  // The first over TLS, under a name that is looked up.
  void SetUp() override {
    first.use_certificate(server.folder() / "keys/tls.crt", server.folder() / "keys/tls.key");
    first.start();
    second.start();
    add_witness(server, first.key(), "https://localhost:" + std::to_string(first.port()) + "/",
                "authority = \"keys/authority.crt\"\n");
    add_witness(server, second.key(), second.url());
    server.start();
  }
  bool is_cosigned_by(std::size_t witnesses, std::uint64_t at_least = 0) {
    return eventually([&] {
      const merkle::Note checkpoint = served_checkpoint(server);
      return checkpoint.signatures.size() == 1 + witnesses && size_of(checkpoint) >= at_least;
    });
  }
  net::Finished go_verify(std::vector<std::string> options) const {
    std::vector<std::string> all{std::string(ART32_SOURCE_FOLDER) + "/tests/interoperability/verify.sh",
                                 "-ca", (server.folder() / "keys/authority.crt").string()};
    all.insert(all.end(), options.begin(), options.end());
    all.push_back("https://localhost:" + std::to_string(server.endpoint().port) + "/ledger");
    all.push_back(log_key(server));
    return net::run({std::move(all), {"ART32_GO_FOLDER=" ART32_GO_FOLDER}, {}, {}}, std::chrono::seconds(300))
        .value();
  }

  RunningServer server;
  WitnessProcess first{"witness.example.com/w1", log_key(server)};
  WitnessProcess second{"other.example.org/w2", log_key(server)};
};

TEST_F(Witnessed, a_checkpoint_carries_both_cosignatures_and_strangers_verify_it) {
  add_entry(server);
  ASSERT_TRUE(is_cosigned_by(2)) << server.log();
  const net::Finished verified = go_verify({"-witness", first.key(), "-witness", second.key()});
  EXPECT_EQ(verified.exit_code, 0) << verified.output << verified.errors;
  const WitnessProcess stranger("witness.example.com/w1", log_key(server));
  EXPECT_EQ(go_verify({"-witness", stranger.key()}).exit_code, 1);

  const auto verify = [&](const std::string& key) {
    return server.command({"ledger", "verify", "--witness", second.key(), "--witness", key});
  };
  const net::Finished own = verify(first.key());
  EXPECT_EQ(own.exit_code, 0) << own.errors;
  EXPECT_NE(own.output.find("witness.example.com/w1 cosigned its first "), std::string::npos) << own.output;
  const net::Finished missing = verify(stranger.key());
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_NE(missing.errors.find("hasn't cosigned"), std::string::npos) << missing.errors;
}

TEST_F(Witnessed, status_and_proofs_say_who_cosigned) {
  add_entry(server);
  ASSERT_TRUE(is_cosigned_by(2)) << server.log();
  EXPECT_EQ(witness_state(server), "witnessed");
  const std::string status = server.command({"status"}).output;
  EXPECT_NE(status.find("witness  witnessed: 2 of 2 needed cosigned"), std::string::npos) << status;
  EXPECT_NE(status.find("other.example.org/w2 cosigned "), std::string::npos) << status;
  const std::string proof = server.command({"ledger", "proof", "0"}).output;
  EXPECT_NE(proof.find("— witness.example.com/w1 "), std::string::npos) << proof;
  EXPECT_NE(proof.find("— other.example.org/w2 "), std::string::npos) << proof;
}

// What is served lags behind what the first audit remembered, for a moment.
TEST_F(Witnessed, one_audit_after_another_finds_that_the_log_only_grows) {
  for (int i = 0; i < 2; ++i) {
    const net::Finished audit = server.command({"audit", "--only", "ledger.consistency"});
    EXPECT_EQ(audit.exit_code, 0) << audit.output << audit.errors;
  }
}

TEST_F(Witnessed, a_witness_that_is_killed_goes_on_where_it_was) {
  ASSERT_TRUE(is_cosigned_by(2)) << server.log();
  for (int round = 0; round < 5; ++round) {
    add_entry(server);
    second.kill(SIGKILL);
    second.start();
    add_entry(server);
    const auto size = status_of(server).at("ledger").at("size").to_number<std::uint64_t>();
    ASSERT_TRUE(is_cosigned_by(2, size)) << server.log();
  }
  EXPECT_EQ(server.log().find("CONTRADICTS"), std::string::npos) << server.log();
}

TEST_F(Witnessed, the_ledger_goes_on_without_a_witness_and_says_so) {
  ASSERT_TRUE(is_cosigned_by(2)) << server.log();
  second.kill(SIGTERM);
  add_entry(server);
  const auto size = status_of(server).at("ledger").at("size").to_number<std::uint64_t>();
  ASSERT_TRUE(is_cosigned_by(1, size)) << server.log();
  const boost::json::value told = status_of(server).at("witnesses");
  EXPECT_NE(told.at("state").as_string(), "witnessed");
  bool is_named = false;
  for (const boost::json::value& witness : told.at("witnesses").as_array())
    if (witness.at("name") == "other.example.org/w2") is_named = witness.at("error").is_string();
  EXPECT_TRUE(is_named) << told;
  second.start();
  ASSERT_TRUE(is_cosigned_by(2, size)) << "without a new entry";
}

TEST_F(Witnessed, a_reload_takes_witnesses_in_and_out) {
  ASSERT_TRUE(is_cosigned_by(2)) << server.log();
  server.edit("art32.toml", second.key(), WitnessProcess("stranger", log_key(server)).key());
  server.signal(SIGHUP);
  ASSERT_TRUE(is_cosigned_by(1)) << server.log();
  EXPECT_EQ(server.stop(SIGTERM), 0);
}

}  // namespace
}  // namespace art32::test
