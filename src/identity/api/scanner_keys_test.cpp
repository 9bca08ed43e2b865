#include "identity/api/scanner_keys.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/scratch_folder.h"

namespace art32::identity {
namespace {

constexpr std::string_view key =
    R"(-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYAGMWO8XgCamYKMJS6jc/qgvSlAd\n)"
    R"(AjPuDPRcXU22YxgBrz+zoN19MzuRyW87qEt9/AmtoNP5GrobzUvQSyJFVw==\n-----END PUBLIC KEY-----\n)";

std::string row(std::string_view identifier, std::string_view pem = key) {
  return fmt::format(R"({{"key_identifier":"{}","key":"{}","is_current":false}})", identifier, pem);
}
std::string list(const std::string& rows) {
  return R"({"public_keys":[)" + rows + "]}";
}

TEST(ScannerKeys, reads_the_file_as_github_hands_it_out) {
  const base::ScratchFolder folder;
  const std::string text = list(row("a1") + ",\n" + row("b2"));
  ASSERT_TRUE(base::replace_file(folder.path() / "keys.json", base::as_bytes(text)));
  const auto keys = ScannerKeys::read(folder.path() / "keys.json");
  ASSERT_TRUE(keys) << keys.error().message();
  EXPECT_EQ(keys->size(), 2U);
  EXPECT_NE(keys->find("a1"), nullptr);
  EXPECT_NE(keys->find("b2"), nullptr);
  EXPECT_EQ(keys->find("c3"), nullptr);
  EXPECT_EQ(keys->find(""), nullptr);
  EXPECT_EQ(ScannerKeys::read(folder.path() / "none.json").error().code, base::ErrorCode::not_found);
}

TEST(ScannerKeys, says_what_is_wrong_with_a_file_and_where_to_get_another) {
  const auto what = [](const std::string& text) {
    const auto keys = ScannerKeys::parse(text);
    EXPECT_FALSE(keys) << text;
    if (keys) return std::string();
    EXPECT_EQ(keys.error().code, base::ErrorCode::configuration);
    EXPECT_NE(keys.error().mend.find("api.github.com/meta/public_keys/secret_scanning"), std::string::npos);
    return keys.error().what;
  };
  EXPECT_EQ(what("{}"), "the scanner's keys have no list \"public_keys\"");
  EXPECT_EQ(what("[]"), "the scanner's keys have no list \"public_keys\"");
  EXPECT_EQ(what(R"({"message":"API rate limit exceeded"})"),
            "the scanner's keys have no list \"public_keys\"");
  EXPECT_EQ(what(list("")), "the scanner has 0 keys, not 1 to 32");
  EXPECT_EQ(what(list("1")), "one of the scanner's keys is no object");
  EXPECT_EQ(what(list("{}")), "one of the scanner's keys has no \"key_identifier\"");
  EXPECT_EQ(what(list(row("a", "x"))),
            "the scanner's key \"a\": that isn't a public key on the curve P-256 (PEM)");
  EXPECT_EQ(what(list(row("a") + "," + row("a"))), "the scanner's key \"a\" stands twice");
  EXPECT_NE(what("<html>").find("this isn't JSON"), std::string::npos);
  EXPECT_NE(what(std::string(base::limits::scanner_key_file_octets + 1, ' ')).find("octets"),
            std::string::npos);
  std::string many = row("0");
  for (std::size_t i = 1; i <= base::limits::scanner_keys; ++i)
    many += "," + row(std::to_string(i));
  EXPECT_EQ(what(list(many)), "the scanner has 33 keys, not 1 to 32");
}

}  // namespace
}  // namespace art32::identity
