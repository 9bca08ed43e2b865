#include "pgwire/replication.h"

#include <gtest/gtest.h>

namespace art32::pgwire {
namespace {

// 2026-11-30T12:00:00Z is 849 355 200 s after 2000-01-01.
const std::string noon = "0003047beafbf000";
const base::Instant at = *base::parse_rfc3339("2026-11-30T12:00:00Z");

base::Bytes octets(std::string_view text) {
  std::string digits;
  for (const char letter : text)
    if (letter != ' ') digits += letter;
  return base::from_hex(digits).value();
}

TEST(Replication, counts_microseconds_since_the_year_2000) {
  EXPECT_EQ(to_postgres(at), 849'355'200'000'000);
  EXPECT_EQ(instant_of_postgres(849'355'200'000'000), at);
  EXPECT_EQ(base::rfc3339_seconds(instant_of_postgres(-1'000'000)), "1999-12-31T23:59:59Z");
}

TEST(Replication, reads_the_log_and_signs_of_life) {
  base::Bytes message =
      octets("77 0000000100000010 0000000100000020" + noon + base::hex(base::as_bytes("log")));
  const auto data = parse_wal_message(message);
  ASSERT_TRUE(data && std::holds_alternative<WalData>(*data));
  EXPECT_EQ(std::get<WalData>(*data).start, Lsn{0x1'0000'0010});
  EXPECT_EQ(std::get<WalData>(*data).end, Lsn{0x1'0000'0020});
  EXPECT_EQ(std::get<WalData>(*data).sent, at);
  EXPECT_EQ(base::as_text(std::get<WalData>(*data).data), "log");

  message = octets("6b 0000000100000020" + noon + "01");
  const auto keepalive = parse_wal_message(message);
  ASSERT_TRUE(keepalive && std::holds_alternative<WalKeepalive>(*keepalive));
  EXPECT_EQ(std::get<WalKeepalive>(*keepalive).end, Lsn{0x1'0000'0020});
  EXPECT_TRUE(std::get<WalKeepalive>(*keepalive).wants_reply);
  for (std::size_t size = 0; size < message.size(); ++size)
    EXPECT_FALSE(parse_wal_message(base::ByteView(message).first(size))) << size;
  message.push_back(0);
  EXPECT_FALSE(parse_wal_message(message));
  EXPECT_FALSE(parse_wal_message(octets("78")));
}

TEST(Replication, says_how_far_the_reader_is) {
  base::Bytes message;
  put_wal_status(message, {{0x30}, {0x20}, {0x10}, at, true});
  EXPECT_EQ(message, octets("72 0000000000000030 0000000000000020 0000000000000010" + noon + "01"));
}

}  // namespace
}  // namespace art32::pgwire
