// Programs of real frameworks that know nothing of tenants but the line that hands over a claim,
// in transaction mode over two server connections: each team sees its own rows.
#include "base/text.h"
#include "net/subprocess.h"
#include "tests/gateway/tenants.h"

namespace art32::test {
namespace {

struct Framework {
  std::string name;
  std::vector<std::string> words;
  std::string needs;
};

std::vector<Framework> frameworks() {
  const std::string folder = ART32_SOURCE_FOLDER "/tests/gateway/clients/";
  return {
      {"Laravel", {"php", folder + "tenants_laravel.php"}, "php-laravel-framework and php-pgsql"},
      {"Django", {"/usr/bin/python3", folder + "tenants_django.py"}, "python3-django and python3-psycopg2"},
      {"Active Record", {"ruby", folder + "tenants_rails.rb"}, "ruby-activerecord and ruby-pg"},
      {"node-postgres",
       {"node", folder + "tenants_node_postgres.mjs"},
       "npm ci --prefix tests/gateway/clients"}};
}

class Frameworks : public Tenants {};

TEST_P(Frameworks, see_only_their_team) {
  start({.pool_size = 2});
  for (const Framework& framework : frameworks()) {
    SCOPED_TRACE(framework.name);
    database().fill();
    net::Command command;
    command.arguments = framework.words;
    command.environment = {"PGHOST=127.0.0.1",
                           "PGPORT=" + std::to_string(gateway->port()),
                           "PGUSER=app",
                           "PGDATABASE=app",
                           "PGSSLMODE=disable",
                           "PGPASSWORD=" + database().postgres().password(),
                           "CLAIM_1=" + token("1"),
                           "CLAIM_2=" + token("2")};
    const auto finished = net::run(command, std::chrono::minutes(2));
    ASSERT_TRUE(finished) << finished.error().message();
    EXPECT_EQ(finished->exit_code, 0) << "it needs " << framework.needs << "\n"
                                      << finished->output << finished->errors;
    EXPECT_GE(base::split(finished->output, '\n').size(), 20U) << finished->output;
  }
  EXPECT_EQ(count(&gateway::Counters::poisoned), 0U);
}

ART32_WITH_BOTH_FUNCTIONS(Frameworks);

}  // namespace
}  // namespace art32::test
