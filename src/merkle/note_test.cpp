#include "merkle/note.h"

#include <rapidcheck/gtest.h>

namespace art32::merkle {
namespace {

crypto::Ed25519PrivateKey key_of(std::uint8_t fill) {
  return crypto::Ed25519PrivateKey::from_seed(base::Bytes(32, fill)).value();
}

VerifierKey verifier_of(std::string name, const crypto::Ed25519PrivateKey& key) {
  return {std::move(name), SignatureType::ed25519, key.public_key()};
}

NoteSignature unknown_signature(std::size_t octets = 3) {
  return {"example.com/unknown", {1, 2, 3, 4}, base::Bytes(octets, 9)};
}

constexpr std::string_view text = "first line\n\nlast line with an ümlaut\n";

// The public verifier key of Go's checksum database.
constexpr std::string_view known_key = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

TEST(VerifierKey, of_a_known_log_has_its_key_id) {
  const auto key = parse_verifier_key(known_key);
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(key->name, "sum.golang.org");
  EXPECT_EQ(base::hex(key->id()), "033de0ae");
  EXPECT_EQ(format_verifier_key(*key), known_key);
}

TEST(VerifierKey, is_refused_when_a_character_is_changed) {
  for (std::size_t i = 0; i < known_key.size(); ++i) {
    std::string changed(known_key);
    changed[i] = changed[i] == 'b' ? 'c' : 'b';
    const auto key = parse_verifier_key(changed);
    ASSERT_FALSE(key.has_value()) << changed;
    EXPECT_EQ(key.error().code, base::ErrorCode::invalid_argument);
  }
}

TEST(VerifierKey, is_refused_when_malformed) {
  for (const char* malformed : {"", "+", "++", "name", "name+033de0ae", "+033de0ae+AQ==", "a b+033de0ae+AQ==",
                                "sum.golang.org+033DE0AE+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
                                "sum.golang.org+33de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
                                "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8\n"})
    EXPECT_FALSE(parse_verifier_key(malformed).has_value()) << malformed;
}

TEST(VerifierKey, of_another_type_is_refused) {
  base::Bytes material(33, 7);
  material[0] = 0x06;
  const auto key = parse_verifier_key("name+01020304+" + base::base64(material));
  ASSERT_FALSE(key.has_value());
  EXPECT_THAT(key.error().what, testing::HasSubstr("type 6"));
}

TEST(KeyName, has_no_space_plus_or_control_character) {
  for (const char* name : {"example.com/log", "ä", "a=b", "—"})
    EXPECT_TRUE(is_key_name(name)) << name;
  for (const char* name :
       {"", "a b", "a+b", "a\tb", "a\nb", "a\xC2\xA0z", "a\xE2\x80\xA8", "\xE3\x80\x80", "a\x85", "\xC3"})
    EXPECT_FALSE(is_key_name(name)) << name;
}

TEST(Note, signed_by_a_known_key_reads_back_and_verifies) {
  const auto key = key_of(1);
  const std::string octets = format_note({std::string(text), {sign_note(text, "example.com/log", key)}});
  const auto note = parse_note(octets);
  ASSERT_TRUE(note.has_value());
  EXPECT_EQ(note->text, text);
  const std::vector<VerifierKey> known = {verifier_of("example.com/other", key_of(2)),
                                          verifier_of("example.com/log", key)};
  EXPECT_EQ(verify_note(*note, known).value(), (std::vector<VerifierKey>{known[1]}));
}

RC_GTEST_PROP(Note, reads_back_what_it_wrote, ()) {
  const auto lines = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
      rc::gen::container<std::string>(rc::gen::inRange<char>(0x20, 0x7f))));
  Note note;
  for (const std::string& line : lines)
    note.text += line + "\n";
  const auto signatures = *rc::gen::inRange(1, 20);
  for (int i = 0; i < signatures; ++i) {
    NoteSignature signature;
    signature.name = *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange<char>('0', 'z')));
    signature.key = *rc::gen::arbitrary<KeyId>();
    signature.signature = *rc::gen::nonEmpty<base::Bytes>();
    note.signatures.push_back(signature);
  }
  RC_ASSERT(parse_note(format_note(note)).value() == note);
}

TEST(Note, with_any_octet_changed_is_refused) {
  const auto key = key_of(1);
  const std::vector<VerifierKey> known = {verifier_of("example.com/log", key)};
  const std::string octets = format_note({std::string(text), {sign_note(text, "example.com/log", key)}});
  for (std::size_t i = 0; i < octets.size(); ++i) {
    for (const int bit : {0, 3, 7}) {
      std::string changed = octets;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      const auto note = parse_note(changed);
      EXPECT_FALSE(note && verify_note(*note, known)) << "octet " << i << " bit " << bit;
    }
  }
}

TEST(Note, ignores_signatures_of_unknown_keys) {
  const auto key = key_of(1);
  NoteSignature same_name = sign_note(text, "example.com/log", key_of(2));
  NoteSignature same_id = sign_note(text, "example.com/log", key);
  same_id.name = "example.com/another";
  const Note note{std::string(text),
                  {unknown_signature(), same_name, same_id, sign_note(text, "example.com/log", key)}};
  const std::vector<VerifierKey> known = {verifier_of("example.com/log", key)};
  EXPECT_TRUE(verify_note(note, known).has_value());
}

TEST(Note, signed_by_unknown_keys_only_is_refused) {
  const Note note{std::string(text), {unknown_signature(), sign_note(text, "example.com/log", key_of(2))}};
  const std::vector<VerifierKey> known = {verifier_of("example.com/log", key_of(1))};
  EXPECT_EQ(verify_note(note, known).error().code, base::ErrorCode::check_failed);
  EXPECT_FALSE(verify_note(note, {}).has_value());
}

TEST(Note, with_a_wrong_signature_of_one_known_key_is_refused_whole) {
  NoteSignature wrong = sign_note("another text\n", "example.com/b", key_of(2));
  const Note note{std::string(text), {sign_note(text, "example.com/a", key_of(1)), wrong}};
  const std::vector<VerifierKey> known = {verifier_of("example.com/a", key_of(1)),
                                          verifier_of("example.com/b", key_of(2))};
  const auto result = verify_note(note, known);
  ASSERT_FALSE(result.has_value());
  EXPECT_THAT(result.error().what, testing::HasSubstr("example.com/b"));
}

TEST(Note, signed_twice_by_a_known_key_is_refused) {
  const NoteSignature signature = sign_note(text, "example.com/log", key_of(1));
  const std::vector<VerifierKey> known = {verifier_of("example.com/log", key_of(1))};
  EXPECT_FALSE(verify_note({std::string(text), {signature, signature}}, known).has_value());
  const Note unknown_twice{std::string(text), {unknown_signature(), unknown_signature(), signature}};
  EXPECT_TRUE(verify_note(unknown_twice, known).has_value());
}

TEST(Note, takes_100_signatures_and_not_101) {
  Note note{std::string(text), {}};
  for (std::size_t i = 0; i < 99; ++i)
    note.signatures.push_back(unknown_signature(5'000));
  note.signatures.push_back(sign_note(text, "example.com/log", key_of(1)));
  const auto parsed = parse_note(format_note(note));
  ASSERT_TRUE(parsed.has_value());
  const std::vector<VerifierKey> known = {verifier_of("example.com/log", key_of(1))};
  EXPECT_TRUE(verify_note(*parsed, known).has_value());
  note.signatures.push_back(unknown_signature());
  EXPECT_EQ(parse_note(format_note(note)).error().code, base::ErrorCode::corrupt);
}

TEST(Note, is_refused_when_malformed) {
  const std::string good = format_note({"text\n", {unknown_signature()}});
  ASSERT_TRUE(parse_note(good).has_value());
  const std::string line = format_signature_line(unknown_signature());
  for (const std::string& malformed : {std::string(),
                                       std::string("\n"),
                                       std::string("\n\n"),
                                       std::string("text\n"),
                                       std::string("text\n\n"),
                                       "text\n" + line,
                                       "text\n\n" + line + "\n",
                                       "text\n\n" + line.substr(0, line.size() - 1),
                                       "\n" + line,
                                       "te\txt\n\n" + line,
                                       std::string("te\0xt\n\n", 7) + line,
                                       "text\r\n\n" + line,
                                       "te\xFFxt\n\n" + line,
                                       "text\n\n" + line + "more\n",
                                       std::string("text\n\n- name AQIDBAU=\n"),
                                       std::string("text\n\n— name\n"),
                                       std::string("text\n\n— name AQIDBA==\n"),
                                       std::string("text\n\n— name AQIDBAU\n"),
                                       std::string("text\n\n— name AQIDBAV=\n"),
                                       std::string("text\n\n— na+me AQIDBAU=\n"),
                                       std::string("text\n\n—  AQIDBAU=\n"),
                                       std::string("text\n\n— name  AQIDBAU=\n"),
                                       std::string("text\n\n— name AQIDBAU= \n"),
                                       std::string("text\n\n— na\xC2\xA0xy AQIDBAU=\n")})
    EXPECT_FALSE(parse_note(malformed).has_value()) << malformed;
  EXPECT_TRUE(parse_note("text\n\n— name AQIDBAU=\n").has_value());
  EXPECT_FALSE(parse_note(std::string(note_octets_maximum, 'a') + good).has_value());
}

}  // namespace
}  // namespace art32::merkle
