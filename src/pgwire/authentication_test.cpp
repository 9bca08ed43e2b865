#include "pgwire/authentication.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pgwire/message.h"

namespace art32::pgwire {
namespace {

base::ByteView body_of(const base::Bytes& message) {
  return base::ByteView(message).subspan(header_octets);
}

std::optional<Authentication> read(std::string_view hex) {
  static base::Bytes body;
  body = *base::from_hex(hex);
  return parse_authentication(body);
}

TEST(Authentication, is_read_by_its_kind) {
  EXPECT_EQ(read("00000000")->kind, AuthenticationKind::ok);
  EXPECT_EQ(read("00000003")->kind, AuthenticationKind::cleartext_password);
  EXPECT_EQ(base::hex(read("0000000501020304")->data), "01020304");
  EXPECT_EQ(read("0000000b6162")->kind, AuthenticationKind::sasl_continue);
  EXPECT_EQ(read("0000000c")->kind, AuthenticationKind::sasl_final);
}

TEST(Authentication, of_unknown_kind_or_with_wrong_data_is_refused) {
  for (const std::string_view body :
       {"", "000000", "0000000000", "00000001", "00000004", "00000006", "0000000d", "ffffffff",
        "00000005010203", "000000050102030405", "0000000a", "0000000a00", "0000000a41", "0000000a4100",
        "0000000a41000041"})
    EXPECT_FALSE(read(body)) << body;
}

TEST(Authentication, offers_mechanisms_in_their_order) {
  base::Bytes message;
  put_sasl_request(message, std::vector<std::string_view>{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"});
  const auto offer = parse_authentication(body_of(message));
  ASSERT_TRUE(offer);
  EXPECT_THAT(sasl_mechanisms(*offer), testing::ElementsAre("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"));
}

TEST(Authentication, is_built_as_postgresql_builds_it) {
  base::Bytes message;
  put_authentication(message, {});
  put_authentication(message, {AuthenticationKind::sasl_continue, base::as_bytes("r=")});
  EXPECT_EQ(base::hex(message),
            "5200000008000000005200"
            "00000a0000000b723d");
}

TEST(Password, ends_with_its_zero) {
  base::Bytes message;
  put_password(message, "pass");
  EXPECT_EQ(parse_password(body_of(message)), "pass");
  EXPECT_FALSE(parse_password(base::as_bytes("pass")));
  EXPECT_FALSE(parse_password(base::as_bytes(std::string_view("a\0b\0", 4))));
}

TEST(SaslInitialResponse, may_lack_a_response_but_not_a_mechanism) {
  base::Bytes with, without;
  put_sasl_initial_response(with, {"SCRAM-SHA-256", base::as_bytes("n,,n=,r=x")});
  put_sasl_initial_response(without, {"SCRAM-SHA-256", std::nullopt});
  EXPECT_EQ(base::as_text(*parse_sasl_initial_response(body_of(with))->response), "n,,n=,r=x");
  EXPECT_FALSE(parse_sasl_initial_response(body_of(without))->response);
  EXPECT_FALSE(parse_sasl_initial_response(*base::from_hex("00ffffffff")));
  EXPECT_FALSE(parse_sasl_initial_response(*base::from_hex("4100fffffffe")));
  EXPECT_FALSE(
      parse_sasl_initial_response(*base::from_hex("410000000002"
                                                  "41")));
}

TEST(SaslResponse, is_its_body) {
  base::Bytes message;
  put_sasl_response(message, base::as_bytes("c=biws"));
  EXPECT_EQ(base::as_text(message).substr(5), "c=biws");
}

}  // namespace
}  // namespace art32::pgwire
