#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "pgwire/authentication.h"
#include "pgwire/backend.h"
#include "pgwire/rebuild.h"
#include "tests/pgwire_golden/session.h"

namespace art32::pgwire {
namespace {

std::vector<Message> messages_of(const Session& session, Origin origin) {
  std::mt19937 random(1);
  const Opened opened = open_session(session);
  return split(origin, origin == Origin::frontend ? opened.frontend : opened.backend, random);
}

int count(const std::vector<Message>& messages, std::string_view types) {
  return static_cast<int>(std::count_if(messages.begin(), messages.end(), [types](const Message& message) {
    return types.find(static_cast<char>(message.type)) != std::string_view::npos;
  }));
}

class Golden : public testing::TestWithParam<Session> {};

TEST_P(Golden, session_is_split_the_same_however_it_is_cut) {
  const Opened opened = open_session(GetParam());
  for (const Origin origin : {Origin::frontend, Origin::backend}) {
    const std::vector<Message> whole = messages_of(GetParam(), origin);
    for (unsigned seed = 2; seed < 60; ++seed) {
      std::mt19937 random(seed);
      const auto stream = origin == Origin::frontend ? opened.frontend : opened.backend;
      EXPECT_EQ(split(origin, stream, random), whole) << seed;
    }
  }
}

TEST_P(Golden, session_is_rebuilt_octet_by_octet) {
  for (const base::Bytes& packet : open_session(GetParam()).packets)
    EXPECT_EQ(rebuild_first_packet(packet), packet);
  for (const Origin origin : {Origin::frontend, Origin::backend})
    for (const Message& message : messages_of(GetParam(), origin)) {
      const auto rebuilt =
          rebuild(origin, protocol_3_0, message.type, base::ByteView(message.octets).subspan(header_octets));
      ASSERT_TRUE(rebuilt) << message.type << " " << base::hex(message.octets);
      EXPECT_EQ(base::hex(*rebuilt), base::hex(message.octets));
    }
}

// Section 55.2: each Query, FunctionCall and Sync gets one, and the start-up too.
TEST_P(Golden, session_has_as_many_ready_for_query_as_its_client_is_owed) {
  if (GetParam().backend.size() < header_octets) return;  // a cancel request, an encryption given up
  if (GetParam().name == "replication_stream") return;    // left in the middle of the stream
  EXPECT_EQ(count(messages_of(GetParam(), Origin::backend), "Z"),
            1 + count(messages_of(GetParam(), Origin::frontend), "QFS"));
}

INSTANTIATE_TEST_SUITE_P(Clients, Golden, testing::ValuesIn(recorded_sessions()),
                         [](const auto& row) { return row.param.name; });

TEST(GoldenSessions, show_every_message_but_these) {
  std::set<std::pair<Origin, std::uint8_t>> seen;
  for (const Session& session : recorded_sessions())
    for (const Origin origin : {Origin::frontend, Origin::backend})
      for (const Message& message : messages_of(session, origin))
        seen.emplace(origin, message.type);
  std::vector<std::string_view> missing;
  for (const MessageRow& row : message_rows)
    if (!seen.contains({row.origin, row.type})) missing.push_back(row.name);
  EXPECT_THAT(missing, testing::ElementsAre("PasswordMessage, SASLInitialResponse, SASLResponse",
                                            "NegotiateProtocolVersion"));
}

}  // namespace
}  // namespace art32::pgwire
