// Protocol traps of those who don't read what they asked for: memory must not grow.
#include <unistd.h>

#include <fstream>

#include "tests/gateway/traps.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

class SlowReaders : public Traps {};

std::size_t resident_octets() {
  std::size_t total = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// A grown heap of so much is no sign of a result that was held: buffers, other clients' ones.
constexpr std::size_t some_octets = 24U << 20;

TEST_P(SlowReaders, a_slow_reader_of_a_large_result_does_not_make_memory_grow) {
  for (const bool with_tls : {false, true}) {
    start({.pool_size = 2, .with_tls = with_tls});
    const std::size_t before = resident_octets();
    const auto signed_in = [&](const std::string& database) {
      auto made = std::make_unique<RawClient>(gateway->port());
      if (with_tls) {
        EXPECT_TRUE(made->begin_tls("postgresql"));
      }
      const Answers answers = made->log_in({.password = trap_postgres().password(), .database = database});
      EXPECT_TRUE(answers.types.ends_with("ZI"));
      return made;
    };
    const auto slow = signed_in("app");
    slow->query("select repeat('x', 100000) from generate_series(1, 2000)").go();  // 200 MB
    std::this_thread::sleep_for(1'000ms);
    EXPECT_LT(resident_octets(), before + some_octets) << "with TLS: " << with_tls;
    EXPECT_EQ(signed_in("session")->ask("select 'others go on'").row(), "others go on");
    slow->hang_up();
    gateway.reset();
  }
}

TEST_P(SlowReaders, a_client_that_never_reads_the_gateways_own_answers_does_not_make_memory_grow) {
  start({.pool_size = 1});
  const std::size_t before = resident_octets();
  for (const bool closes : {false, true}) {
    const auto flood = client();
    std::string messages;
    for (int i = 0; i < 20'000; ++i)
      messages += closes ? std::string("C\0\0\0\7Sx\0", 8) : std::string("S\0\0\0\4", 5);
    bool is_taken = true;
    for (int i = 0; i < 400 && is_taken; ++i)  // 40 to 64 MB, none of the answers read
      is_taken = flood->octets(messages).go(300ms);
    EXPECT_FALSE(is_taken) << "the gateway goes on reading";
    EXPECT_LT(resident_octets(), before + some_octets);
    EXPECT_EQ(client()->ask("select 'others go on'").row(), "others go on");
  }
}

// What the gateway answers itself has its turn behind what the server still owes.
TEST_P(SlowReaders, answers_that_wait_for_their_turn_are_bounded) {
  start({.pool_size = 1});
  const std::size_t before = resident_octets();
  const auto flood = client();
  flood->query("select pg_sleep(60)").go();
  std::string messages;
  for (int i = 0; i < 20'000; ++i)
    messages += std::string("C\0\0\0\7Sx\0", 8);
  bool is_taken = true;
  for (int i = 0; i < 400 && is_taken; ++i)
    is_taken = flood->octets(messages).go(300ms);
  EXPECT_FALSE(is_taken) << "the gateway goes on reading";
  EXPECT_LT(resident_octets(), before + some_octets);
  send_cancel(gateway->port(), flood->process_id, flood->cancel_key);  // it sleeps since long ago
  EXPECT_EQ(flood->until('Z').sqlstate(), "57014");
}

TEST_P(SlowReaders, a_slow_reader_gets_everything_in_the_end) {
  start({.pool_size = 1});
  const auto slow = client();
  for (int i = 0; i < 50'000; ++i)
    slow->sync();
  // Not all fits into the buffers in between, so it is written and read in turns.
  std::size_t ready = 0;
  std::thread writer([&] { slow->go(); });
  std::this_thread::sleep_for(300ms);
  while (ready < 50'000) {
    const auto message = slow->read();
    ASSERT_TRUE(message.has_value()) << ready;
    ++ready;
  }
  writer.join();
  EXPECT_EQ(slow->ask("select 'and goes on'").row(), "and goes on");
}

ART32_ON_BOTH_BACK_ENDS(SlowReaders);

}  // namespace
}  // namespace art32::test
