#include "app/witness_program.h"

#include <gtest/gtest.h>

#include "base/scratch_folder.h"

namespace art32::app {
namespace {

std::string log_key() {
  return merkle::format_verifier_key(
      {"log/ledger", merkle::SignatureType::ed25519, crypto::Ed25519PrivateKey::generate().public_key()});
}

TEST(WitnessProgram, reads_the_settings_that_init_writes) {
  const base::ScratchFolder scratch;
  const base::Path folder = scratch.path() / "witness";
  WitnessSettings settings;
  settings.name = "witness.example.com/w1";
  settings.port = 0;
  settings.logs = {merkle::parse_verifier_key(log_key()).value(),
                   merkle::parse_verifier_key(log_key()).value()};
  const base::Status made = make_witness(folder, settings);
  ASSERT_TRUE(made) << made.error().message();
  const auto read = load_witness_settings(folder);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->name, settings.name);
  EXPECT_EQ(read->port, 0);
  EXPECT_EQ(read->logs, settings.logs);
  EXPECT_EQ(make_witness(folder, settings).error().code, base::ErrorCode::already_exists);
  EXPECT_EQ(base::file_facts(folder / "witness.pem")->mode, 0600U);
}

TEST(WitnessProgram, refuses_settings_that_cant_work_with_line_and_mend) {
  const std::pair<std::string, std::string_view> cases[] = {
      {"port = 1\n", "witness.toml:1: the file lacks name"},
      {"name = \"a b\"\n", "witness.toml:1: name has a value"},
      {"name = \"a\"\naddress = \"localhost\"\n", "witness.toml:2: address has a value"},
      {"name = \"a\"\naddress = \"0.0.0.0\"\n", "witness.toml:1: 0.0.0.0 can be reached from elsewhere"},
      {"name = \"a\"\ncertificate = \"tls.crt\"\n", "witness.toml:1: certificate and key belong together"},
      {"name = \"a\"\nlogs = [\"nokey\"]\n", "witness.toml:2: logs has a value"},
      {"name = \"a\"\n\nlog = []\n", "witness.toml:3: the file doesn't know the key log"}};
  for (const auto& [text, expected] : cases) {
    const auto read = parse_witness_settings(text, "witness.toml");
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, base::ErrorCode::configuration);
    EXPECT_EQ(read.error().what.substr(0, expected.size()), expected) << read.error().what;
  }
}

TEST(WitnessProgram, has_two_addresses_and_takes_nothing_else) {
  const base::ScratchFolder scratch;
  WitnessSettings settings;
  settings.name = "w";
  ASSERT_TRUE(make_witness(scratch.path() / "w", settings));
  const base::SystemClock clock;
  const auto witness = ledger::Witness::open(witness_options(scratch.path() / "w", settings), clock).value();
  const net::HttpHandler handler = witness_handler(*witness);
  const auto status = [&](const char* method, const char* path) {
    net::HttpRequest request;
    request.method = method;
    request.path = path;
    return handler.answer(request).status;
  };
  EXPECT_EQ(status("GET", "/key"), 200);
  EXPECT_EQ(status("POST", "/key"), 405);
  EXPECT_EQ(status("GET", "/add-checkpoint"), 405);
  EXPECT_EQ(status("POST", "/add-checkpoint"), 400);
  EXPECT_EQ(status("GET", "/"), 404);
}

}  // namespace
}  // namespace art32::app
