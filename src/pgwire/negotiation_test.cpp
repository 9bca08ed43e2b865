#include "pgwire/negotiation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace art32::pgwire {
namespace {

StartupMessage asking(ProtocolVersion version, std::vector<StartupParameter> options = {}) {
  StartupMessage message;
  message.version = version;
  message.parameters = {{"user", "anna"}};
  message.protocol_options = std::move(options);
  return message;
}

struct Case {
  ProtocolVersion asked, newest, spoken;
  bool must_tell;
};

TEST(Negotiation, speaks_the_smaller_version_and_says_so_where_it_differs) {
  for (const Case& each : {
           Case{{3, 0}, {3, 2}, {3, 0}, false},
           Case{{3, 2}, {3, 2}, {3, 2}, false},
           Case{{3, 3}, {3, 2}, {3, 2}, true},
           Case{{3, 9'999}, {3, 2}, {3, 2}, true},
           Case{{3, 2}, {3, 0}, {3, 0}, true},
           Case{{3, 0}, {3, 0}, {3, 0}, false},
       }) {
    const Negotiated result = negotiate(asking(each.asked), each.newest);
    EXPECT_EQ(result.version, each.spoken) << each.asked.minor;
    EXPECT_EQ(result.must_tell, each.must_tell) << each.asked.minor;
  }
}

TEST(Negotiation, never_speaks_3_1) {
  EXPECT_EQ(negotiate(asking(protocol_3_1)).version, protocol_3_0);
  EXPECT_TRUE(negotiate(asking(protocol_3_1)).must_tell);
}

TEST(Negotiation, lists_unknown_options_and_no_known_ones) {
  const StartupMessage message = asking(protocol_3_0, {{"_pq_.known", "1"}, {"_pq_.grease", ""}});
  const std::vector<std::string_view> known{"_pq_.known"};
  const Negotiated result = negotiate(message, newest_protocol, known);
  EXPECT_TRUE(result.must_tell);
  EXPECT_EQ(result.version, protocol_3_0);
  EXPECT_THAT(result.unknown_options, testing::ElementsAre("_pq_.grease"));
  EXPECT_EQ(result.message().newest, protocol_3_0);
}

TEST(Negotiation, is_accepted_by_the_other_side) {
  const StartupMessage message = asking({3, 9'999}, {{"_pq_.grease", ""}});
  const std::vector<std::string_view> sent{"_pq_.grease"};
  EXPECT_EQ(accept_negotiation({3, 9'999}, sent, negotiate(message).message()).value(), protocol_3_2);
  EXPECT_EQ(accept_negotiation(protocol_3_1, {}, negotiate(asking(protocol_3_1)).message()).value(),
            protocol_3_0);
  EXPECT_EQ(accept_negotiation(protocol_3_2, {}, {protocol_3_0, {}}).value(), protocol_3_0);
}

TEST(Negotiation, that_makes_no_sense_is_refused) {
  const std::vector<std::string_view> sent{"_pq_.a"};
  EXPECT_FALSE(accept_negotiation(protocol_3_2, {}, {protocol_3_1, {}})) << "3.1";
  EXPECT_FALSE(accept_negotiation(protocol_3_2, {}, {{3, 3}, {}})) << "newer";
  EXPECT_FALSE(accept_negotiation(protocol_3_2, {}, {{2, 0}, {}})) << "too old";
  EXPECT_FALSE(accept_negotiation(protocol_3_2, sent, {protocol_3_2, {}})) << "nothing to say";
  EXPECT_FALSE(accept_negotiation(protocol_3_2, sent, {protocol_3_2, {"_pq_.b"}})) << "not asked for";
  EXPECT_TRUE(accept_negotiation(protocol_3_2, sent, {protocol_3_2, {"_pq_.a"}}));
}

}  // namespace
}  // namespace art32::pgwire
