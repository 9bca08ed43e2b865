#include "tests/gateway/tenants.h"

#include "base/text.h"
#include "crypto/random.h"

namespace art32::test {

std::shared_ptr<gateway::Settings> Tenants::settings(Choice choice) {
  const PrivatePostgres& postgres = database().postgres();
  auto settings = std::make_shared<gateway::Settings>();
  settings->port = 0;
  settings->plain_on_loopback = true;
  settings->mock_secret = crypto::random_secret(32);
  settings->bearers = choice.bearers;
  settings->bearer_check = std::chrono::milliseconds(100);
  const tenancy::KeyRing wrong = tenancy::KeyRing::make("k1");
  const tenancy::KeyRing& entry_keys = choice.with_wrong_keys ? wrong : database().keys();
  const auto entrance = std::make_shared<const tenancy::Entrance>(
      tenancy::KeyRing::parse(claim_keys.text().text()).value(),
      tenancy::KeyRing::parse(entry_keys.text().text()).value(), "test",
      std::make_shared<const base::SystemClock>(), choice.removed);
  for (const auto& [name, mode] : {std::pair{"app", gateway::PoolMode::transaction},
                                   {"session", gateway::PoolMode::session},
                                   {"open", gateway::PoolMode::transaction}}) {
    gateway::Database each;
    each.name = name;
    each.server_name = "app";
    each.address = {"127.0.0.1", postgres.port(), "localhost"};
    each.tls = std::make_shared<net::TlsClientContext>(
        net::TlsClientContext::make(postgres.authority_pem()).value());
    each.mode = mode;
    each.limits.most = choice.pool_size;
    each.limits.wait = std::chrono::seconds(10);
    if (each.name != "open") each.entrance = entrance;
    settings->databases.emplace(name, std::move(each));
  }
  gateway::Principal principal;
  principal.name = principal.server_role = "app";
  principal.verifier = pgwire::parse_scram_verifier(postgres.verifier("app")).value();
  principal.server_password = base::Secret(postgres.password());
  principal.may_choose_team = choice.may_choose_team;
  principal.shows_claim = choice.shows_claim;
  settings->principals.emplace("app", std::move(principal));
  return settings;
}

void Tenants::start(Choice choice) {
  auto started = gateway::Gateway::start(settings(choice));
  ASSERT_TRUE(started.has_value()) << started.error().message();
  gateway = std::move(*started);
}

std::unique_ptr<RawClient> Tenants::client(const std::string& name) {
  return client(RawClient::Login{.password = database().postgres().password(), .database = name});
}

std::unique_ptr<RawClient> Tenants::client(RawClient::Login login) {
  auto client = std::make_unique<RawClient>(gateway->port());
  const Answers answers = client->log_in(login);
  EXPECT_TRUE(answers.types.ends_with("ZI")) << answers.types << testing::PrintToString(answers.errors);
  return client;
}

std::string Tenants::token(const std::string& team, const std::string& actor, std::chrono::seconds life) {
  model::Claim claim = claim_of(team);
  claim.actor.id = actor;
  claim.expires = claim.issued + life;
  return tenancy::sign_claim(claim, claim_keys);
}

std::uint64_t Tenants::count(gateway::Counter gateway::Counters::*counter) const {
  std::uint64_t sum = 0;
  for (const gateway::Counters* counters : gateway->counters())
    sum += (counters->*counter).value();
  return sum;
}

std::string seen(const Answers& answers) {
  if (!answers.errors.empty()) return answers.errors.front();
  return base::join(answers.rows, " ");
}

}  // namespace art32::test
