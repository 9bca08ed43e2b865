#include "pgwire/scram_messages.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace art32::pgwire {
namespace {

using base::ErrorCode;
using namespace std::string_literals;
using namespace std::string_view_literals;

const std::string key = base::base64(base::Bytes(32, 7));
const std::string long_nonce(base::limits::scram_nonce_octets, 'x');

template <class Message>
ErrorCode code_of(const base::Result<Message>& parsed) {
  return parsed ? ErrorCode::internal : parsed.error().code;
}

TEST(ClientFirst, is_read_with_each_kind_of_channel_binding) {
  for (const auto flag :
       {ChannelBindingFlag::unsupported, ChannelBindingFlag::not_offered, ChannelBindingFlag::end_point}) {
    const std::string text = std::string(gs2_header(flag)) + "n=,r=abc";
    const auto message = parse_client_first(text);
    ASSERT_TRUE(message.has_value());
    EXPECT_EQ(message->flag, flag);
    EXPECT_EQ(message->bare, "n=,r=abc");
    EXPECT_EQ(message->nonce, "abc");
  }
}

TEST(ClientFirst, may_name_a_user_and_have_extensions_that_are_signed_but_not_needed) {
  const auto message = parse_client_first("n,,n=a=2Cb=3D\xc3\xa4,r=abc,x=1,Y=a=b");
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->bare, "n=a=2Cb=3D\xc3\xa4,r=abc,x=1,Y=a=b");
  EXPECT_EQ(message->nonce, "abc");
}

TEST(ClientFirst, is_refused_with_an_authorization_identity_or_a_mandatory_extension) {
  EXPECT_EQ(code_of(parse_client_first("n,a=other,n=,r=abc")), ErrorCode::unsupported);
  EXPECT_EQ(code_of(parse_client_first("n,,m=x,n=,r=abc")), ErrorCode::unsupported);
}

TEST(ClientFirst, is_refused_when_malformed) {
  for (const std::string_view text : {""sv,
                                      "n"sv,
                                      "n,"sv,
                                      "n,,"sv,
                                      "n,,n="sv,
                                      "n,,n=,"sv,
                                      "n,,n=,r="sv,
                                      "n,,r=abc"sv,
                                      "n,,n=,r=abc,"sv,
                                      "n,,n=,r=abc,x"sv,
                                      "n,,n=,r=abc,x="sv,
                                      "n,,n=,r=abc,1=a"sv,
                                      "n,,n=,r=abc,r=abd"sv,
                                      "n,,n=,r=abc,m=1"sv,
                                      "n,,n=a=2,r=abc"sv,
                                      "n,,n=a=,r=abc"sv,
                                      "n,,n=,r=a b"sv,
                                      "n,,n=,r=a\xc3\xa4"sv,
                                      "n,,n=,r=a\x7f"sv,
                                      "n,,n=,r=abc\0"sv,
                                      "n,,n=\0,r=abc"sv,
                                      "x,,n=,r=abc"sv,
                                      "N,,n=,r=abc"sv,
                                      "p,,n=,r=abc"sv,
                                      "p=,,n=,r=abc"sv,
                                      "p=tls-unique,,n=,r=abc"sv,
                                      "p=tls-server-end-pointx,,n=,r=abc"sv,
                                      " n,,n=,r=abc"sv,
                                      ",,n=,r=abc"sv})
    EXPECT_EQ(code_of(parse_client_first(text)), ErrorCode::invalid_argument) << text;
}

TEST(ClientFirst, is_refused_past_its_limits) {
  EXPECT_TRUE(parse_client_first("n,,n=,r=" + long_nonce).has_value());
  EXPECT_EQ(code_of(parse_client_first("n,,n=,r=x" + long_nonce)), ErrorCode::invalid_argument);
  const std::string filled = "n,,n=,r=abc,x=" + std::string(base::limits::scram_message_octets - 14, 'x');
  EXPECT_TRUE(parse_client_first(filled).has_value());
  EXPECT_EQ(code_of(parse_client_first(filled + "x")), ErrorCode::invalid_argument);
}

TEST(ServerFirst, is_read_back_as_it_was_written) {
  const std::string text = format_server_first({"abcdef", base::to_bytes("salt"), 4'096});
  EXPECT_EQ(text, "r=abcdef,s=c2FsdA==,i=4096");
  const auto message = parse_server_first(text);
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->nonce, "abcdef");
  EXPECT_EQ(message->salt, base::to_bytes("salt"));
  EXPECT_EQ(message->iterations, 4'096U);
}

TEST(ServerFirst, is_refused_when_malformed) {
  for (const std::string_view text :
       {""sv, "r=abc"sv, "r=abc,s=AAAA"sv, "r=abc,i=1,s=AAAA"sv, "r=abc,s=AAAA,i="sv, "r=abc,s=AAAA,i=0"sv,
        "r=abc,s=AAAA,i=01"sv, "r=abc,s=AAAA,i=-1"sv, "r=abc,s=AAAA,i=1 "sv, "r=abc,s=AAAA,i=1,"sv,
        "r=abc,s=AAAA,i=1,x=1"sv, "r=abc,s=,i=1"sv, "r=abc,s=A,i=1"sv, "r=abc,s=AB==,i=1"sv,
        "r=,s=AAAA,i=1"sv, "s=AAAA,r=abc,i=1"sv, "r=a\tc,s=AAAA,i=1"sv, "e=other-error"sv,
        "r=abc,s=AAAA,i=99999999999999999999999"sv})
    EXPECT_EQ(code_of(parse_server_first(text)), ErrorCode::invalid_argument) << text;
  EXPECT_EQ(code_of(parse_server_first("m=x,r=abc,s=AAAA,i=1")), ErrorCode::unsupported);
}

TEST(ServerFirst, is_refused_past_its_limits) {
  EXPECT_TRUE(parse_server_first("r=abc,s=AAAA,i=1000000").has_value());
  EXPECT_EQ(code_of(parse_server_first("r=abc,s=AAAA,i=1000001")), ErrorCode::exhausted);
  const std::string both = long_nonce + long_nonce;
  EXPECT_TRUE(parse_server_first("r=" + both + ",s=AAAA,i=1").has_value());
  EXPECT_EQ(code_of(parse_server_first("r=x" + both + ",s=AAAA,i=1")), ErrorCode::invalid_argument);
  const base::Bytes salt(base::limits::scram_salt_octets);
  EXPECT_TRUE(parse_server_first(format_server_first({"abc", salt, 1})).has_value());
  EXPECT_EQ(code_of(parse_server_first(format_server_first({"abc", base::Bytes(salt.size() + 1), 1}))),
            ErrorCode::invalid_argument);
}

TEST(ClientFinal, is_read_with_what_its_proof_signs) {
  const std::string text = "c=biws,r=abc,x=1,p=" + key;
  const auto message = parse_client_final(text);
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->without_proof, "c=biws,r=abc,x=1");
  EXPECT_EQ(message->channel_binding, base::to_bytes("n,,"));
  EXPECT_EQ(message->nonce, "abc");
  EXPECT_EQ(base::base64(message->proof.view()), key);
}

TEST(ClientFinal, is_refused_when_malformed) {
  for (const std::string& text :
       {std::string(), "c=biws,r=abc"s, "c=biws,p=" + key, "r=abc,p=" + key, "c=,r=abc,p=" + key,
        "c=biw,r=abc,p=" + key, "c=biws,r=abc,p=" + key + ",", "c=biws,r=abc,p=" + key + ",x=1",
        "c=biws,r=abc,p=" + key + "AAAA", "c=biws,r=abc,p=AAAA"s, "c=biws,r=abc,p="s,
        "c=biws,r=abc,,p=" + key, "c=biws,r=abc,r=abc,p=" + key, "c=biws,r=abc,m=1,p=" + key,
        "c=biws,r=abc,x=,p=" + key, "c=biws,r=a c,p=" + key, ",c=biws,r=abc,p=" + key})
    EXPECT_EQ(code_of(parse_client_final(text)), ErrorCode::invalid_argument) << text;
  EXPECT_EQ(code_of(parse_client_final("m=x,c=biws,r=abc,p=" + key)), ErrorCode::unsupported);
}

TEST(ServerFinal, has_a_signature_or_is_a_refusal) {
  EXPECT_EQ(format_server_final(parse_server_final("v=" + key).value()), "v=" + key);
  EXPECT_EQ(code_of(parse_server_final("e=invalid-proof")), ErrorCode::permission);
  for (const std::string& text :
       {std::string(), "v="s, "v=AAAA"s, "v=" + key + ",", "v=" + key + ",x=1", "x=" + key})
    EXPECT_EQ(code_of(parse_server_final(text)), ErrorCode::invalid_argument) << text;
}

TEST(ScramNonce, is_printable_without_a_comma_and_never_the_same) {
  EXPECT_EQ(make_scram_nonce().size(), 24U);
  EXPECT_TRUE(is_scram_nonce(make_scram_nonce()));
  EXPECT_NE(make_scram_nonce(), make_scram_nonce());
  for (const std::string_view nonce : {""sv, "a,b"sv, " "sv, "a\n"sv, "\x7f"sv, "\xc3\xa4"sv, "\0"sv})
    EXPECT_FALSE(is_scram_nonce(nonce));
}

}  // namespace
}  // namespace art32::pgwire
