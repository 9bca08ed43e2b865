#include "gateway/handed_client.h"

#include <gtest/gtest.h>

namespace art32::gateway {
namespace {

HandedClient example() {
  HandedClient client;
  client.is_local = true;
  client.database = "app";
  client.principal = "erika";
  client.cancel_id = 0x12345678;
  client.cancel_key = {1, 2, 3, 4};
  client.connected = std::chrono::steady_clock::time_point(std::chrono::nanoseconds(123'456'789'012));
  client.startup_settings = {{"timezone", "SELECT set_config('timezone', 'UTC', false)", true}};
  client.settings = {client.startup_settings.front(), {"search_path", "SET search_path = a", false}};
  client.statements = {{"", std::string("select 1\0\0\0", 11), ""}, {"by_id", "select $1", "SET role x;"}};
  client.keys = pgwire::ScramKeys{base::Secret("client"), base::Secret("server")};
  client.received = base::to_bytes("Q");
  client.unsent = base::to_bytes("Z");
  return client;
}

TEST(HandedClient, arrives_as_it_left) {
  const HandedClient client = example();
  const auto arrived = decode_client(encode(client));
  ASSERT_TRUE(arrived.has_value());
  EXPECT_EQ(encode(*arrived), encode(client));
  EXPECT_TRUE(arrived->is_local);
  EXPECT_EQ(arrived->principal, "erika");
  EXPECT_EQ(arrived->cancel_id, 0x12345678U);
  EXPECT_EQ(arrived->connected, client.connected);
  EXPECT_EQ(arrived->settings, client.settings);
  ASSERT_EQ(arrived->statements.size(), 2U);
  EXPECT_EQ(arrived->statements[0].content.size(), 11U);
  EXPECT_EQ(arrived->statements[1].view, "SET role x;");
  EXPECT_EQ(arrived->keys->server_key.text(), "server");
  EXPECT_EQ(base::to_text(arrived->received), "Q");
}

TEST(HandedClient, is_refused_when_an_octet_is_missing_or_too_many) {
  base::Bytes octets = encode(example());
  for (std::size_t size = 0; size < octets.size(); ++size)
    EXPECT_FALSE(decode_client(base::ByteView(octets).first(size)).has_value()) << size;
  octets.push_back(0);
  EXPECT_FALSE(decode_client(octets).has_value());
}

TEST(HandedClient, is_refused_when_it_announces_more_than_there_is) {
  base::Bytes octets = encode(example());
  for (std::size_t at = 0; at + 4 <= octets.size(); ++at) {
    base::Bytes changed = octets;
    std::fill_n(changed.begin() + static_cast<std::ptrdiff_t>(at), 4, 0xff);
    (void)decode_client(changed);  // whatever it says, it comes back
  }
  std::fill_n(octets.begin() + 1, 4, 0xff);
  EXPECT_FALSE(decode_client(octets).has_value());
}

}  // namespace
}  // namespace art32::gateway
