#include "net/deadline.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

namespace art32::net {
namespace {

using namespace std::chrono_literals;

TEST(Deadline, passes_early_once_its_token_is_asked_to_stop) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::stop_source source;
  const Deadline deadline(60s, source.get_token());
  std::jthread stopper([&] {
    std::this_thread::sleep_for(20ms);
    source.request_stop();
  });
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(deadline.wait(ends[0], POLLIN), Deadline::Wait::passed);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
  EXPECT_TRUE(deadline.passed());
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace art32::net
