#include "app/ledger_configuration.h"

#include <gtest/gtest.h>

#include "app/configuration.h"

namespace art32::app {
namespace {

std::string witness_key(const std::string& name,
                        merkle::SignatureType type = merkle::SignatureType::cosignature_v1) {
  return merkle::format_verifier_key({name, type, crypto::Ed25519PrivateKey::generate().public_key()});
}

std::string witness_table(const std::string& key, const std::string& url) {
  return "[[ledger.witness]]\nkey = \"" + key + "\"\nurl = \"" + url + "\"\n";
}

TEST(WitnessAddress, is_a_place_that_speaks_https) {
  const std::pair<const char*, WitnessAddress> good[] = {
      {"https://w.example.com", {net::Transport::tls, "w.example.com", 443, ""}},
      {"https://w.example.com/", {net::Transport::tls, "w.example.com", 443, ""}},
      {"https://w.example.com:8443/some/where/", {net::Transport::tls, "w.example.com", 8443, "/some/where"}},
      {"https://192.0.2.7", {net::Transport::tls, "192.0.2.7", 443, ""}},
      {"https://[2001:db8::7]:444", {net::Transport::tls, "2001:db8::7", 444, ""}},
      {"http://127.0.0.1:8480", {net::Transport::plain, "127.0.0.1", 8480, ""}},
      {"http://[::1]/w", {net::Transport::plain, "::1", 80, "/w"}}};
  for (const auto& [url, expected] : good) {
    const auto read = parse_witness_address(url);
    ASSERT_TRUE(read) << url;
    EXPECT_EQ(*read, expected) << url;
  }
}

TEST(WitnessAddress, is_refused_where_anybody_could_listen_or_answer) {
  for (const char* url : {"",
                          "w.example.com",
                          "ftp://w.example.com",
                          "http://w.example.com",
                          "http://localhost",
                          "http://192.0.2.7",
                          "http://127.0.0.1.example.com",
                          "https://",
                          "https://:443",
                          "https://w.example.com:",
                          "https://w:0",
                          "https://w:65536",
                          "https://w:4x",
                          "https://user@w",
                          "https://w/a?b",
                          "https://w/a#b",
                          "https://w/a b",
                          "https://w\n",
                          "https://[::1",
                          "https://[w]",
                          "https://[127.0.0.1]",
                          "HTTPS://w"})
    EXPECT_FALSE(parse_witness_address(url)) << url;
}

TEST(LedgerConfiguration, needs_two_witnesses_where_there_are_two) {
  std::string text = "[ledger]\norigin = \"a/ledger\"\n";
  for (const std::size_t needed : {0U, 1U, 2U, 2U}) {
    const auto read = parse_configuration(text, "art32.toml");
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(read->ledger.witnesses_needed(), needed);
    EXPECT_EQ(read->ledger.origin, "a/ledger");
    text += witness_table(witness_key("w" + std::to_string(read->ledger.witnesses.size())), "https://w");
  }
  const auto said =
      parse_configuration("[ledger]\nwitnesses_needed = 1\n" + witness_table(witness_key("a"), "https://a") +
                              witness_table(witness_key("b"), "https://b"),
                          "art32.toml");
  ASSERT_TRUE(said) << said.error().message();
  EXPECT_EQ(said->ledger.witnesses_needed(), 1);
}

TEST(LedgerConfiguration, refuses_what_cant_be_with_line_and_mend) {
  const std::string key = witness_key("a");
  const std::pair<std::string, std::string_view> cases[] = {
      {witness_table(witness_key("a", merkle::SignatureType::ed25519), "https://a"),
       "art32.toml:2: key has a value that can't work (copy the witness's verifier key whole"},
      {witness_table("log+62c2f14d+AQ==", "https://a"), "art32.toml:2: key has a value"},
      {witness_table(key, "http://example.com"),
       "art32.toml:3: url has a value that can't work (write https://HOST"},
      {witness_table(key, "https://a") + "secret = 1\n",
       "art32.toml:4: [[ledger.witness]] doesn't know the key secret"},
      {witness_table(key, "https://a") + witness_table(witness_key("a"), "https://b"),
       "art32.toml:4: there are two witnesses named a"},
      {"[ledger]\nwitnesses_needed = 2\n" + witness_table(key, "https://a"),
       "art32.toml:1: witnesses_needed is 2, and there are 1"},
      {"[ledger]\nwitnesses_needed = 0\n" + witness_table(key, "https://a"),
       "art32.toml:1: witnesses_needed is 0, and there are 1"}};
  for (const auto& [text, expected] : cases) {
    const auto read = parse_configuration(text, "art32.toml");
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().what.substr(0, expected.size()), expected) << read.error().what;
  }
}

}  // namespace
}  // namespace art32::app
