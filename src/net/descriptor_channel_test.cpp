#include "net/descriptor_channel.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace art32::net {
namespace {

using namespace std::chrono_literals;

std::pair<DescriptorChannel, DescriptorChannel> channel() {
  auto made = DescriptorChannel::make_pair();
  EXPECT_TRUE(made.has_value());
  return std::move(*made);
}

TEST(DescriptorChannel, hands_on_octets_and_descriptors_that_work_on_the_other_side) {
  const auto [here, there] = channel();
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Descriptor reads(ends[0]);
  Descriptor writes(ends[1]);
  const int numbers[] = {writes.number()};
  ASSERT_TRUE(here.send(7, base::as_bytes("hello"), numbers, Deadline(5s)).has_value());
  writes.close();
  const auto got = there.receive(Deadline(5s));
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->type, 7);
  EXPECT_EQ(base::to_text(got->body), "hello");
  ASSERT_EQ(got->descriptors.size(), 1U);
  ASSERT_EQ(::write(got->descriptors.front().number(), "x", 1), 1);
  char octet = 0;
  ASSERT_EQ(::read(reads.number(), &octet, 1), 1);
  EXPECT_EQ(octet, 'x');
}

TEST(DescriptorChannel, keeps_descriptors_with_their_message_however_long_it_is) {
  const auto [here, there] = channel();
  const base::Bytes large(8U << 20, 'a');
  std::thread sender([&here = here, &large] {
    for (int i = 0; i < 3; ++i) {
      const int numbers[] = {STDIN_FILENO};
      EXPECT_TRUE(here.send(1, large, numbers, Deadline(30s)).has_value());
      EXPECT_TRUE(here.send(2, {}, {}, Deadline(30s)).has_value());
    }
  });
  for (int i = 0; i < 3; ++i) {
    const auto first = there.receive(Deadline(30s));
    const auto second = there.receive(Deadline(30s));
    EXPECT_TRUE(first && first->body == large && first->descriptors.size() == 1);
    EXPECT_TRUE(second && second->type == 2 && second->body.empty() && second->descriptors.empty());
  }
  sender.join();
}

TEST(DescriptorChannel, says_when_the_other_side_is_gone_or_silent_or_announces_too_much) {
  auto [here, there] = channel();
  EXPECT_EQ(here.receive(Deadline(20ms)).error().code, base::ErrorCode::timeout);
  const std::uint8_t announces[] = {1, 0xff, 0xff, 0xff, 0xff};
  ASSERT_EQ(::send(there.descriptor(), announces, sizeof announces, 0), 5);
  EXPECT_EQ(here.receive(Deadline(5s)).error().code, base::ErrorCode::exhausted);
  there.shutdown();
  here.wait();
  EXPECT_EQ(here.receive(Deadline(5s)).error().code, base::ErrorCode::unavailable);
  EXPECT_EQ(here.send(1, {}, {}, Deadline(5s)).error().code, base::ErrorCode::unavailable);
}

}  // namespace
}  // namespace art32::net
