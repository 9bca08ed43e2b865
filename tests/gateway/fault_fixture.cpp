#include "tests/gateway/fault_fixture.h"

#include "tests/gateway/prepared_postgres.h"

namespace art32::test {

using namespace std::chrono_literals;

PrivatePostgres& fault_postgres() {
  return prepared_postgres({.settings = {{"wal_level", "logical"}}});
}

Bystander::Bystander(std::uint16_t port, const OctetClient::Login& login) : client_(port) {
  if (const OctetMessage refusal = client_.log_in(login)) trouble_ = "refused: " + refusal.field('M');
  is_troubled_ = !trouble_.empty();
  thread_ = std::thread([this] {
    while (goes_on_ && !is_troubled_) {
      const std::string number = std::to_string(answers_);
      const OctetResult result = client_.query("select " + number);
      if (!result.ok())
        trouble_ = "after " + number + " answers: " + result.error.sqlstate() + " " + result.error.field('M');
      else if (result.rows != std::vector<std::vector<std::string>>{{number}})
        trouble_ = "another answer than " + number;
      else
        ++answers_;
      is_troubled_ = !trouble_.empty();
      std::this_thread::sleep_for(2ms);
    }
  });
  wait_for_answer();
}

void Bystander::wait_for_answer() {
  const unsigned before = answers_;
  const auto end = std::chrono::steady_clock::now() + 30s;
  while (answers_ == before && !is_troubled_ && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(1ms);
  if (answers_ == before) is_silent_ = true;
}

std::string Bystander::stop() {
  if (!thread_.joinable()) return trouble_;
  wait_for_answer();
  goes_on_ = false;
  thread_.join();
  return trouble_.empty() && is_silent_ ? "it got no answer" : trouble_;
}

std::shared_ptr<gateway::Settings> Faults::settings(GatewayChoice choice) const {
  choice.backend = GetParam();
  return gateway_settings(fault_postgres(), choice);
}

void Faults::start(const std::shared_ptr<gateway::Settings>& settings) {
  gateway_.reset();
  auto started = gateway::Gateway::start(settings);
  ASSERT_TRUE(started.has_value()) << started.error().message();
  gateway_ = std::move(*started);
}

OctetClient::Login Faults::login(const std::string& database) const {
  return {"app", fault_postgres().password(), database, {}};
}

OctetClient Faults::client(const std::string& database) const {
  OctetClient made(port());
  const OctetMessage refusal = made.log_in(login(database));
  EXPECT_FALSE(refusal) << refusal.field('M');
  return made;
}

bool Faults::eventually(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + 30s;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

gateway::Pool::Counts Faults::counts() {
  gateway::Pool::Counts all;
  for (const auto& worker : gateway_->workers())
    worker->ask([&](gateway::Worker& asked) {
      for (const auto& [name, pool] : asked.pools()) {
        const auto some = pool->counts(asked.loop().now());
        all.active += some.active;
        all.idle += some.idle;
        all.opening += some.opening;
        all.waiting += some.waiting;
      }
    });
  return all;
}

void Faults::expect_sound() {
  EXPECT_TRUE(eventually([&] { return counts().active == 0; })) << counts().active;
  for (const gateway::Counters* counters : gateway_->counters())
    EXPECT_EQ(counters->poisoned.value(), 0U);
}

}  // namespace art32::test
