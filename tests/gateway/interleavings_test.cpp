// Many clients over few servers, at random: no client ever sees another's row, a wrong
// sequence or a foreign setting. Each choice follows from a seed, which is printed.
//
// ART32_INTERLEAVING_SECONDS sets the time of each of the eight runs (1 by default; hours
// are fine), ART32_INTERLEAVING_SEED the seed.
#include <fmt/format.h>

#include <cstdlib>
#include <mutex>

#include "base/text.h"
#include "crypto/random.h"
#include "tests/gateway/fault_fixture.h"
#include "tests/gateway/interleaving_client.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

constexpr unsigned client_count = 14;
constexpr unsigned least_actions = 10;  // of each, however slow the machine

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : base::parse_number(text).value_or(otherwise);
}

std::uint64_t chosen_seed() {
  std::uint64_t random = 0;
  for (const std::uint8_t octet : crypto::random_bytes(4))
    random = random << 8 | octet;
  return number_from_environment("ART32_INTERLEAVING_SEED", random);
}

struct Run {
  net::LoopBackend backend;
  unsigned workers;
  bool servers_are_killed;
};

std::string name_of(const testing::TestParamInfo<Run>& information) {
  return fmt::format("{}_{}_workers{}", net::name(information.param.backend), information.param.workers,
                     information.param.servers_are_killed ? "_servers_killed" : "");
}

struct Outcome {
  std::mutex mutex;
  std::vector<std::string> trouble;
  std::uint64_t actions = 0, rows = 0, losses = 0;

  void add(const InterleavingClient& client) {
    const std::scoped_lock lock(mutex);
    trouble.insert(trouble.end(), client.trouble().begin(), client.trouble().end());
    actions += client.actions();
    rows += client.rows();
    losses += client.losses();
  }
};

class Interleavings : public testing::TestWithParam<Run> {
 protected:
  void SetUp() override {
    GatewayChoice choice{
        .backend = GetParam().backend, .pool_size = 4, .workers = GetParam().workers, .wait = 60'000ms};
    auto started = gateway::Gateway::start(gateway_settings(fault_postgres(), choice));
    ASSERT_TRUE(started.has_value()) << started.error().message();
    gateway_ = std::move(*started);
  }

  void run_client(unsigned number, std::uint64_t seed, std::chrono::steady_clock::time_point end,
                  Outcome& outcome) const {
    InterleavingClient::Choice choice;
    choice.port = gateway_->port();
    choice.login = {"app", fault_postgres().password(), number < 2 ? "session" : "app", {}};
    if (number % 3 == 0) choice.login.parameters = {{"application_name", fmt::format("client {}", number)}};
    choice.number = number + 10;
    choice.seed = seed * 1'000 + number;
    choice.servers_are_killed = GetParam().servers_are_killed;
    InterleavingClient client(choice);
    while ((std::chrono::steady_clock::now() < end || client.actions() < least_actions) &&
           client.trouble().size() < 5)
      client.act();
    outcome.add(client);
  }

  std::unique_ptr<gateway::Gateway> gateway_;
};

TEST_P(Interleavings, nobody_sees_what_is_another_ones) {
  const std::uint64_t seed = chosen_seed();
  const auto time = std::chrono::seconds(number_from_environment("ART32_INTERLEAVING_SECONDS", 1));
  fmt::print("seed {}\n", seed);
  const auto end = std::chrono::steady_clock::now() + time;
  Outcome outcome;
  std::vector<std::thread> threads;
  for (unsigned number = 0; number < client_count; ++number)
    threads.emplace_back([&, number] { run_client(number, seed, end, outcome); });
  if (GetParam().servers_are_killed) {
    while (std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(50ms);
      fault_postgres().sql(
          "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app' order by random() "
          "limit 1");
    }
  }
  for (std::thread& thread : threads)
    thread.join();
  for (const std::string& trouble : outcome.trouble)
    ADD_FAILURE() << "seed " << seed << ": " << trouble;
  EXPECT_GE(outcome.actions, client_count * least_actions);
  EXPECT_GE(outcome.rows, client_count);
  for (const gateway::Counters* counters : gateway_->counters())
    EXPECT_EQ(counters->poisoned.value(), 0U) << "seed " << seed;
  fmt::print("{} actions, {} rows, {} connections lost\n", outcome.actions, outcome.rows, outcome.losses);
}

INSTANTIATE_TEST_SUITE_P(
    , Interleavings,
    testing::Values(Run{net::LoopBackend::epoll, 1, false}, Run{net::LoopBackend::epoll, 2, false},
                    Run{net::LoopBackend::io_uring, 1, false}, Run{net::LoopBackend::io_uring, 2, false},
                    Run{net::LoopBackend::epoll, 1, true}, Run{net::LoopBackend::epoll, 2, true},
                    Run{net::LoopBackend::io_uring, 1, true}, Run{net::LoopBackend::io_uring, 2, true}),
    name_of);

}  // namespace
}  // namespace art32::test
