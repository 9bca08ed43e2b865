#include "net/loop/resolver.h"

#include <atomic>

#include "base/limits.h"

#include "net/loop/testing.h"

namespace art32::net {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;

class NamesOnALoop : public testing::OnLoop {};

TEST_P(NamesOnALoop, a_name_of_this_machine_is_found) {
  Resolver resolver(loop());
  std::optional<base::Result<Resolver::Addresses>> answer;
  const auto lookup = resolver.find("localhost", 5432, [&](auto found) { answer = std::move(found); });
  ASSERT_TRUE(run_until([&] { return answer.has_value(); }));
  ASSERT_TRUE(answer->has_value()) << answer->error().message();
  EXPECT_EQ((*answer)->front().port(), 5432);
}

TEST_P(NamesOnALoop, a_name_that_leads_nowhere_is_said_so) {
  Resolver resolver(loop());
  std::optional<base::Result<Resolver::Addresses>> answer;
  const auto lookup = resolver.find("no such name", 1, [&](auto found) { answer = std::move(found); });
  ASSERT_TRUE(run_until([&] { return answer.has_value(); }));
  ASSERT_FALSE(answer->has_value());
  EXPECT_EQ(answer->error().code, ErrorCode::unavailable);
}

TEST_P(NamesOnALoop, who_gives_up_is_not_called) {
  std::atomic<int> lookups = 0;
  Resolver resolver(loop(), [&](const std::string&, std::uint16_t) {
    ++lookups;
    return base::Result<Resolver::Addresses>(Resolver::Addresses(1));
  });
  bool called = false;
  auto lookup = resolver.find("a", 1, [&](auto) { called = true; });
  ASSERT_TRUE(run_until([&] { return called; }));
  called = false;
  const int before = lookups;
  lookup = resolver.find("b", 1, [&](auto) { called = true; });
  lookup.reset();
  run_for(50ms);
  EXPECT_FALSE(called);
  EXPECT_LE(lookups, before + 1);
}

TEST_P(NamesOnALoop, a_lookup_that_hangs_holds_up_the_end_and_not_the_loop) {
  std::atomic<bool> goes_on = false;
  std::atomic<bool> has_ended = false;
  std::thread helper;
  {
    Resolver resolver(loop(), [&](const std::string&, std::uint16_t) {
      while (!goes_on)
        std::this_thread::sleep_for(1ms);
      has_ended = true;
      return base::Result<Resolver::Addresses>(Resolver::Addresses(1));
    });
    const auto lookup = resolver.find("slow", 1, [](auto) { FAIL() << "nobody waits any more"; });
    run_for(20ms);
    EXPECT_FALSE(has_ended);
    helper = std::thread([&] {
      std::this_thread::sleep_for(50ms);
      goes_on = true;
    });
  }
  EXPECT_TRUE(has_ended);
  helper.join();
}

TEST_P(NamesOnALoop, lookups_beyond_the_bound_are_refused) {
  const auto goes_on = std::make_shared<std::atomic<bool>>(false);
  Resolver resolver(loop(), [=](const std::string&, std::uint16_t) {
    while (!*goes_on)
      std::this_thread::sleep_for(1ms);
    return base::Result<Resolver::Addresses>(Resolver::Addresses(1));
  });
  std::size_t found = 0, refused = 0;
  std::vector<std::shared_ptr<void>> lookups;
  const std::size_t count = base::limits::resolver_waiting + base::limits::resolver_threads + 1;
  for (std::size_t i = 0; i < count; ++i)
    lookups.push_back(resolver.find("name", 1, [&](auto result) { ++(result ? found : refused); }));
  ASSERT_TRUE(run_until([&] { return refused > 0; }));
  *goes_on = true;
  ASSERT_TRUE(run_until([&] { return found + refused == count; }));
  EXPECT_GE(found, base::limits::resolver_waiting);
}

ART32_ON_BOTH_BACKENDS(NamesOnALoop);

}  // namespace
}  // namespace art32::net
