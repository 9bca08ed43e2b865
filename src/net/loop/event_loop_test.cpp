#include "net/loop/event_loop.h"

#include <gmock/gmock.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <thread>

#include "net/loop/testing.h"

namespace art32::net {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class EventLoopOn : public testing::OnLoop {};
ART32_ON_BOTH_BACKENDS(EventLoopOn);

TEST_P(EventLoopOn, is_what_was_asked_for) {
  EXPECT_EQ(loop().backend(), GetParam());
  EXPECT_EQ(loop().fallback_reason(), "");
}

TEST_P(EventLoopOn, runs_posted_calls_in_order) {
  std::vector<int> seen;
  loop().post([&] { seen.push_back(1); });
  loop().post([&] {
    seen.push_back(2);
    loop().post([&] {
      seen.push_back(4);
      loop().stop();
    });
  });
  loop().post([&] { seen.push_back(3); });
  loop().run();
  EXPECT_THAT(seen, ElementsAre(1, 2, 3, 4));
}

TEST_P(EventLoopOn, stops_at_once_when_stop_came_first) {
  loop().stop();
  loop().run();
  bool has_run = false;
  loop().post([&] {
    has_run = true;
    loop().stop();
  });
  loop().run();
  EXPECT_TRUE(has_run);
}

TEST_P(EventLoopOn, runs_every_call_that_other_threads_post_each_in_its_order) {
  constexpr int threads = 4;
  constexpr int calls = 2'000;
  std::array<int, threads> seen{};
  int total = 0;
  bool in_order = true;
  std::vector<std::jthread> posters;
  for (std::size_t thread = 0; thread < threads; ++thread)
    posters.emplace_back([&, thread] {
      for (int number = 0; number < calls; ++number)
        loop().post([&, thread, number] {
          in_order = in_order && seen[thread]++ == number;
          if (++total == threads * calls) loop().stop();
        });
    });
  loop().run();
  EXPECT_EQ(total, threads * calls);
  EXPECT_TRUE(in_order);
}

TEST_P(EventLoopOn, is_woken_from_its_wait_by_another_thread) {
  for (int round = 0; round < 3; ++round) {
    std::jthread stopper([&] {
      std::this_thread::sleep_for(20ms);
      loop().stop();
    });
    const auto start = std::chrono::steady_clock::now();
    loop().run();
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  }
}

TEST_P(EventLoopOn, drops_calls_that_never_ran) {
  auto held = std::make_shared<int>(1);
  loop().post([held] {});
  drop_loop();
  EXPECT_EQ(held.use_count(), 1);
}

TEST_P(EventLoopOn, may_be_made_on_one_thread_and_run_on_another) {
  testing::SocketPair pair = testing::tcp_pair();
  testing::Recorder recorder;
  std::jthread worker([&] {
    Stream stream(loop(), std::move(pair.one), recorder);
    recorder.then = [&] { loop().stop(); };
    ASSERT_EQ(::send(pair.other.number(), "x", 1, 0), 1);
    loop().run();
  });
  worker.join();
  EXPECT_EQ(recorder.received, "x");
}

TEST_P(EventLoopOn, keeps_its_time_for_a_whole_turn) {
  std::chrono::steady_clock::time_point before;
  std::chrono::steady_clock::time_point after;
  loop().post([&] {
    before = loop().now();
    std::this_thread::sleep_for(5ms);
    after = loop().now();
    loop().stop();
  });
  loop().run();
  EXPECT_EQ(before, after);
  EXPECT_GE(std::chrono::steady_clock::now(), after + 5ms);
}

// Lets every system call pass but io_uring_setup(2).
bool forbid_io_uring() {
  std::array<sock_filter, 4> rules{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  sock_fprog program{static_cast<unsigned short>(rules.size()), rules.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

// On a thread of its own: the filter stays with the thread.
TEST(EventLoop, falls_back_to_epoll_where_io_uring_is_forbidden) {
  std::jthread([] {
    if (!forbid_io_uring()) GTEST_SKIP() << "no seccomp here";
    const auto fallen = EventLoop::make(LoopBackend::automatic);
    ASSERT_TRUE(fallen.has_value()) << fallen.error().what;
    EXPECT_EQ((*fallen)->backend(), LoopBackend::epoll);
    EXPECT_EQ((*fallen)->fallback_reason(), "the kernel doesn't let us use io_uring");
    const auto refused = EventLoop::make(LoopBackend::io_uring);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, base::ErrorCode::unsupported);
    EXPECT_NE(refused.error().mend, "");
  }).join();
}

TEST(LoopBackend, has_a_name_that_leads_back_to_it) {
  for (const LoopBackend backend : {LoopBackend::automatic, LoopBackend::io_uring, LoopBackend::epoll})
    EXPECT_EQ(loop_backend_named(name(backend)), backend);
  EXPECT_EQ(loop_backend_named("kqueue"), std::nullopt);
}

}  // namespace
}  // namespace art32::net
