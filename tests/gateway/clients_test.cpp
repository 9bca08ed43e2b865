// Suites of real clients, in transaction mode through the gateway with two server connections, on
// both back ends, and directly: with the same results. Each suite is a program of the client's
// own language that prints "ok NAME" or "not ok NAME: why" for each of its cases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/scratch_folder.h"
#include "base/text.h"
#include "net/subprocess.h"
#include "tests/gateway/prepared_postgres.h"

namespace art32::test {
namespace {

PrivatePostgres& postgres() {
  return prepared_postgres();
}

constexpr std::string_view folder = ART32_SOURCE_FOLDER "/tests/gateway/clients";

// Compiled once, for three runs.
const std::string& java_classes() {
  static const base::ScratchFolder* const scratch = new base::ScratchFolder;
  static const std::string path = [] {
    net::Command command;
    command.arguments = {"javac",
                         "-cp",
                         "/usr/share/java/postgresql.jar",
                         "-d",
                         scratch->path().string(),
                         std::string(folder) + "/PgjdbcSuite.java"};
    const auto compiled = net::run(command, std::chrono::minutes(2));
    EXPECT_TRUE(compiled.has_value() && compiled->exit_code == 0)
        << "the suite of pgjdbc doesn't compile; it needs openjdk-17-jdk-headless and "
           "libpostgresql-jdbc-java\n"
        << (compiled.has_value() ? compiled->errors : compiled.error().message());
    return scratch->path().string();
  }();
  return path;
}

struct Suite {
  std::string name;
  std::vector<std::string> words;
  std::string needs;  // for people, when it can't be run
};

void PrintTo(const Suite& suite, std::ostream* out) {
  *out << suite.name;
}

std::vector<Suite> suites() {
  const std::string here(folder);
  return {
      {"psycopg3", {"/usr/bin/python3", here + "/psycopg3_suite.py"}, "python3-psycopg"},
      {"node_postgres", {"node", here + "/node_postgres_suite.mjs"}, "npm ci --prefix tests/gateway/clients"},
      {"pgjdbc",
       {"java", "-XX:TieredStopAtLevel=1", "-cp", "/usr/share/java/postgresql.jar",
        here + "/PgjdbcSuite.java"},
       "openjdk-17-jdk-headless and libpostgresql-jdbc-java"},
      {"php_pdo", {"php", here + "/pdo_suite.php"}, "php-cli and php-pgsql"},
      {"libpq_pipeline", {ART32_LIBPQ_PIPELINE}, "libpq-dev"}};
}

// Its output; what failed of it is a failure of the test.
std::string run(const Suite& suite, std::uint16_t port) {
  std::vector<std::string> words = suite.words;
  for (std::string& word : words)
    if (word.ends_with("CLASSES")) word = base::replace_all(word, "CLASSES", java_classes());
  const net::Finished finished = run_client(words, "", port, postgres().password());
  EXPECT_EQ(finished.exit_code, 0) << suite.name << " failed; it needs " << suite.needs << "\n"
                                   << finished.output << finished.errors;
  return finished.output;
}

class Clients : public testing::TestWithParam<Suite> {};

TEST_P(Clients, get_directly_what_they_get_through_the_gateway) {
  const std::string directly = run(GetParam(), postgres().port());
  EXPECT_GE(base::split(directly, '\n').size(), 10U) << directly;
  for (const net::LoopBackend backend : {net::LoopBackend::epoll, net::LoopBackend::io_uring}) {
    SCOPED_TRACE(net::name(backend));
    auto gateway = gateway::Gateway::start(gateway_settings(
        postgres(), {.backend = backend, .pool_size = 2, .wait = std::chrono::milliseconds(20'000)}));
    ASSERT_TRUE(gateway.has_value()) << gateway.error().message();
    EXPECT_EQ(run(GetParam(), (*gateway)->port()), directly);
    EXPECT_EQ((*gateway)->counters()[0]->poisoned.value(), 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(, Clients, testing::ValuesIn(suites()),
                         [](const auto& tried) { return tried.param.name; });

}  // namespace
}  // namespace art32::test
