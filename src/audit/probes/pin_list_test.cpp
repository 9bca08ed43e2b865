#include "audit/probes/pin_list.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/file.h"
#include "crypto/digest.h"
#include "merkle/note.h"

namespace art32::audit {
namespace {

constexpr std::string_view example =
    R"({"pins":[{"pin":"sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","role":"current",)"
    R"("published":"2026-11-23T00:00:00Z"},{"pin":"sha256/bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=",)"
    R"("role":"backup","published":"2026-11-23T00:00:00Z"}]})"
    "\n";

// docs/formats/pins.md holds the list and its digest word for word.
TEST(PinNote, has_the_documented_text) {
  const std::string page =
      base::read_text_file(base::Path(__FILE__).parent_path() / "../../../docs/formats/pins.md").value_or("");
  const std::string digest = base::base64(crypto::sha256(base::as_bytes(example)));
  EXPECT_NE(page.find("```json\n" + std::string(example) + "```"), std::string::npos);
  EXPECT_NE(page.find("art32-pins/v1\n" + digest + "\n"), std::string::npos);
}

TEST(PinList, knows_pins_by_role) {
  const auto list = parse_pin_list(example);
  ASSERT_TRUE(list.has_value()) << list.error().message();
  const std::string& current = list->at(0).pin;
  EXPECT_TRUE(accepts(*list, current));
  EXPECT_TRUE(has_role(*list, current, "current"));
  EXPECT_FALSE(has_role(*list, current, "backup"));
  EXPECT_FALSE(accepts(*list, "sha256/AAAAQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="));
}

TEST(PinList, refuses_what_is_no_list_of_pins) {
  for (const std::string_view wrong :
       {"", "{}", "[]", R"({"pins":{}})", R"({"pins":[{"pin":"x"}]})",
        R"({"pins":[{"pin":"sha256/AA==","role":"current"}]})",
        R"({"pins":[{"pin":"sha1/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","role":"current"}]})",
        R"({"pins":[{"pin":"sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","role":1}]})"}) {
    const auto list = parse_pin_list(wrong);
    ASSERT_FALSE(list.has_value()) << wrong;
    EXPECT_EQ(list.error().code, base::ErrorCode::corrupt);
  }
}

TEST(PinNote, stands_for_exactly_one_list_and_one_key) {
  const auto key = crypto::Ed25519PrivateKey::generate();
  const auto other = crypto::Ed25519PrivateKey::generate();
  const auto vkey = [](const crypto::Ed25519PrivateKey& of) {
    return merkle::format_verifier_key(
        {"example.com/ledger", merkle::SignatureType::ed25519, of.public_key()});
  };
  const std::string text =
      fmt::format("art32-pins/v1\n{}\n", base::base64(crypto::sha256(base::as_bytes(example))));
  const std::string note = merkle::format_note({text, {merkle::sign_note(text, "example.com/ledger", key)}});
  EXPECT_TRUE(check_pin_note(example, note, vkey(key)).has_value());
  EXPECT_FALSE(check_pin_note(std::string(example) + " ", note, vkey(key)).has_value());
  EXPECT_FALSE(check_pin_note(example, note, vkey(other)).has_value());
  EXPECT_FALSE(check_pin_note(example, text, vkey(key)).has_value()) << "unsigned";
  EXPECT_FALSE(check_pin_note(example, note, "no key").has_value());
}

TEST(PinList, wants_a_current_key_and_another_one_as_backup) {
  EXPECT_EQ(trouble_with_roles({{"a", "current"}, {"b", "backup"}, {"c", "next"}}), "");
  EXPECT_NE(trouble_with_roles({}), "");
  EXPECT_NE(trouble_with_roles({{"a", "current"}, {"b", "next"}}), "");
  EXPECT_NE(trouble_with_roles({{"b", "backup"}}), "");
  EXPECT_NE(trouble_with_roles({{"a", "current"}, {"a", "backup"}}), "");
}

TEST(PinList, wants_the_served_key_as_current_and_nothing_else) {
  EXPECT_EQ(trouble_with_served_key({{"a", "current"}, {"b", "backup"}}, "a"), "");
  EXPECT_NE(trouble_with_served_key({{"a", "current"}, {"b", "backup"}}, "b"), "");
  EXPECT_NE(trouble_with_served_key({{"a", "current"}, {"b", "backup"}}, "c"), "");
  EXPECT_NE(trouble_with_served_key({{"a", "current"}, {"a", "backup"}}, "a"), "");
}

}  // namespace
}  // namespace art32::audit
