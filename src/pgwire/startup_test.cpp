#include "pgwire/startup.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "pgwire/rebuild.h"

namespace art32::pgwire {
namespace {

base::Bytes packet_of(std::string_view body, std::uint32_t code = protocol_3_0.code()) {
  base::Bytes packet;
  base::put_u32(packet, static_cast<std::uint32_t>(8 + body.size()));
  base::put_u32(packet, code);
  base::append(packet, base::as_bytes(body));
  return packet;
}

// With "\0" in it, which a plain literal would end at.
template <std::size_t size>
std::string text(const char (&literal)[size]) {
  return std::string(literal, size - 1);
}

std::string refused_with(const base::Bytes& packet) {
  const auto parsed = parse_first_packet(packet);
  return parsed ? "accepted" : std::string(parsed.error().sqlstate.code);
}

TEST(Startup, reads_parameters_and_protocol_options_apart) {
  const base::Bytes packet =
      packet_of(text("user\0anna\0_pq_.extra\0on\0database\0shop\0\0"), protocol_3_2.code());
  const auto parsed = parse_first_packet(packet);
  ASSERT_TRUE(parsed);
  const auto& message = std::get<StartupMessage>(*parsed);
  EXPECT_EQ(message.version, protocol_3_2);
  EXPECT_EQ(message.user(), "anna");
  EXPECT_EQ(message.database(), "shop");
  ASSERT_EQ(message.parameters.size(), 2U);
  ASSERT_EQ(message.protocol_options.size(), 1U);
  EXPECT_EQ(message.protocol_options[0].name, "_pq_.extra");
}

TEST(Startup, takes_the_user_s_name_for_a_database_that_is_not_named) {
  for (const std::string& body : {text("user\0anna\0\0"), text("user\0anna\0database\0\0\0")}) {
    const base::Bytes packet = packet_of(body);
    const auto parsed = parse_first_packet(packet);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(std::get<StartupMessage>(*parsed).database(), "anna");
  }
}

TEST(Startup, refuses_what_two_readers_could_understand_differently) {
  EXPECT_EQ(refused_with(packet_of(text("user\0anna\0"))), "08P01") << "no terminator";
  EXPECT_EQ(refused_with(packet_of(text("user\0anna"))), "08P01") << "no end of a value";
  EXPECT_EQ(refused_with(packet_of(text("user\0"))), "08P01") << "no value";
  EXPECT_EQ(refused_with(packet_of(text("user\0anna\0\0x"))), "08P01") << "octets behind";
  EXPECT_EQ(refused_with(packet_of(text("user\0anna\0\0\0"))), "08P01") << "a second terminator";
  EXPECT_EQ(refused_with(packet_of(text("user\0anna\0user\0root\0\0"))), "08P01") << "twice";
  EXPECT_EQ(refused_with(packet_of(text("user\0anna\0_pq_.a\0\0_pq_.a\0\0\0"))), "08P01") << "option twice";
  EXPECT_EQ(refused_with(packet_of("")), "08P01");
}

TEST(Startup, refuses_a_packet_without_a_user) {
  EXPECT_EQ(refused_with(packet_of(text("\0"))), "28000");
  EXPECT_EQ(refused_with(packet_of(text("user\0\0\0"))), "28000");
  EXPECT_EQ(refused_with(packet_of(text("database\0shop\0\0"))), "28000");
}

TEST(Startup, refuses_other_major_versions) {
  EXPECT_EQ(refused_with(packet_of(text("user\0anna\0\0"), 2U << 16)), "0A000");
  EXPECT_EQ(refused_with(packet_of(text("user\0anna\0\0"), 4U << 16)), "0A000");
  EXPECT_EQ(refused_with(packet_of("", 80'877'105)), "0A000");
  EXPECT_EQ(refused_with(packet_of(text("user\0anna\0\0"), 3U << 16 | 9'999)), "accepted");
}

TEST(Startup, reads_replication_as_postgresql_reads_it) {
  struct Case {
    std::string_view value;
    std::optional<Replication> meaning;
  };
  for (const Case& each :
       {Case{"database", Replication::logical}, Case{"true", Replication::physical},
        Case{"T", Replication::physical}, Case{"YES", Replication::physical},
        Case{"on", Replication::physical}, Case{"1", Replication::physical}, Case{"off", Replication::none},
        Case{"of", Replication::none}, Case{"f", Replication::none}, Case{"0", Replication::none},
        Case{"n", Replication::none}, Case{"o", std::nullopt}, Case{"", std::nullopt},
        Case{"truely", std::nullopt}, Case{"DATABASE", std::nullopt}, Case{"2", std::nullopt}}) {
    const base::Bytes packet =
        packet_of(text("user\0a\0replication\0") + std::string(each.value) + text("\0\0"));
    const auto parsed = parse_first_packet(packet);
    ASSERT_EQ(parsed.has_value(), each.meaning.has_value()) << each.value;
    if (parsed) {
      EXPECT_EQ(std::get<StartupMessage>(*parsed).replication, each.meaning) << each.value;
    } else {
      EXPECT_EQ(parsed.error().sqlstate, sqlstate::invalid_parameter_value);
    }
  }
}

TEST(Startup, reads_requests_for_encryption) {
  base::Bytes ssl, gss;
  put_ssl_request(ssl);
  put_gssenc_request(gss);
  EXPECT_EQ(base::hex(ssl), "0000000804d2162f");
  EXPECT_EQ(base::hex(gss), "0000000804d21630");
  EXPECT_TRUE(std::holds_alternative<SslRequest>(*parse_first_packet(ssl)));
  EXPECT_TRUE(std::holds_alternative<GssEncRequest>(*parse_first_packet(gss)));
  EXPECT_EQ(refused_with(packet_of("x", 80'877'103)), "08P01");
  EXPECT_EQ(refused_with(packet_of("x", 80'877'104)), "08P01");
}

TEST(Startup, reads_cancel_requests_with_keys_of_4_to_256_octets) {
  for (const std::size_t size : {0U, 3U, 4U, 32U, 256U, 257U}) {
    base::Bytes body(4 + size, 5);
    const base::Bytes packet = packet_of(base::as_text(body), 80'877'102);
    EXPECT_EQ(refused_with(packet), size >= 4 && size <= 256 ? "accepted" : "08P01") << size;
  }
  const base::Bytes key(256, 8);
  base::Bytes packet;
  put_cancel_request(packet, {77, key});
  EXPECT_EQ(std::get<CancelRequest>(*parse_first_packet(packet)).process_id, 77U);
  EXPECT_EQ(read_startup_frame(packet).octets, packet.size());
}

TEST(StartupFrame, knows_packets_tls_and_what_is_neither) {
  const auto status_of = [](std::string_view hex) { return read_startup_frame(*base::from_hex(hex)).status; };
  EXPECT_EQ(status_of(""), StartupStatus::incomplete);
  EXPECT_EQ(status_of("000000"), StartupStatus::incomplete);
  EXPECT_EQ(status_of("00000008"), StartupStatus::packet);
  EXPECT_EQ(status_of("00002714"), StartupStatus::packet);
  EXPECT_EQ(status_of("00002715"), StartupStatus::invalid);
  EXPECT_EQ(status_of("00000007"), StartupStatus::invalid);
  EXPECT_EQ(status_of("00000000"), StartupStatus::invalid);
  EXPECT_EQ(status_of("16"), StartupStatus::direct_tls);
  EXPECT_EQ(status_of("160301"), StartupStatus::direct_tls);
  EXPECT_EQ(status_of("47"), StartupStatus::invalid) << "GET of somebody's HTTP client";
  EXPECT_EQ(status_of("ffffffff"), StartupStatus::invalid);
}

TEST(StartupFrame, takes_the_longest_packet_and_no_longer_one) {
  const std::string filler(startup_packet_octets - 8 - text("user\0a\0b\0\0\0").size(), 'x');
  const base::Bytes longest = packet_of(text("user\0a\0b\0") + filler + text("\0\0"));
  ASSERT_EQ(longest.size(), startup_packet_octets);
  EXPECT_EQ(read_startup_frame(longest).status, StartupStatus::packet);
  EXPECT_EQ(refused_with(longest), "accepted");
  const base::Bytes longer = packet_of(text("user\0a\0b\0") + filler + text("x\0\0"));
  EXPECT_EQ(read_startup_frame(longer).status, StartupStatus::invalid);
  EXPECT_EQ(refused_with(longer), "08P01");
}

TEST(Startup, with_thousands_of_parameters_is_judged_quickly) {
  std::string body = text("user\0a\0");
  for (int number = 0; body.size() < startup_body_octets - 20; ++number)
    body += std::to_string(number) + text("\0\0");
  EXPECT_EQ(refused_with(packet_of(body + text("\0"))), "accepted");
  EXPECT_EQ(refused_with(packet_of(body + text("7\0\0\0"))), "08P01");
}

RC_GTEST_PROP(Startup, is_rebuilt_octet_by_octet, (const std::vector<std::uint8_t>& lengths)) {
  std::vector<std::string> texts;
  for (std::size_t index = 0; index < lengths.size(); ++index)
    texts.push_back(std::to_string(index) + std::string(lengths[index] % 60, 'x'));
  std::vector<StartupParameter> parameters{{"user", "anna"}};
  for (const std::string& each : texts)
    parameters.push_back({each, each});
  base::Bytes packet;
  put_startup_message(packet, protocol_3_2, parameters);
  RC_ASSERT(rebuild_first_packet(packet) == packet);
}

}  // namespace
}  // namespace art32::pgwire
