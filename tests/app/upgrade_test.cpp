// `art32 upgrade`: another process takes over while clients are at work, and none of them
// notices; or it can't, and the old one goes on.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <csignal>
#include <functional>
#include <thread>

#include "base/text.h"
#include "tests/app/program_with_gateway.h"
#include "tests/gateway/raw_client.h"
#include "tests/support/eventually.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

// The number behind `"key": ` in JSON, 0 without.
unsigned long number_in(const std::string& json, const std::string& key, std::size_t from = 0) {
  std::size_t at = json.find("\"" + key + "\":", from);
  if (at == std::string::npos) return 0;
  at = json.find_first_not_of(' ', at + key.size() + 3);
  if (json.compare(at, 4, "null") == 0) return 0;
  return std::stoul(json.substr(at));
}

// What a call returns that runs meanwhile; joined by get(), or at the end.
template <class Value>
class Meanwhile {
 public:
  explicit Meanwhile(std::function<Value()> call)
      : thread_([this, call = std::move(call)] { value_ = call(); }) {}
  Value& get() {
    if (thread_.joinable()) thread_.join();
    return value_;
  }

 private:
  Value value_;
  std::jthread thread_;
};

struct Loops {
  const char* event_loop;
  unsigned workers;
};

class Upgrade : public testing::TestWithParam<Loops>, protected ProgramWithGateway {
 protected:
  void SetUp() override {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // so that the next processes can be waited for
    add_gateway();
    server.edit("art32.toml", "[gateway]\nport = 0\n",
                fmt::format("[gateway]\nplain_on_loopback = true\nsocket_folder = \"run\"\n"
                            "event_loop = \"{}\"\nworkers = {}\nport = 0\n",
                            GetParam().event_loop, GetParam().workers));
    program = scratch.path() / "art32";
    install(ART32_PROGRAM);
    server.start({}, program);
    first = process();
    port = gateway_port();
  }
  void TearDown() override {
    const pid_t last = process();
    if (last <= 0) return;
    ::kill(last, SIGTERM);
    eventually([&] { return !server.running(); });
    if (last == first) return;
    EXPECT_TRUE(eventually([&] { return ::waitpid(last, nullptr, WNOHANG) != 0; }));
  }
  // As a package does: a new file in the old one's place.
  void install(const base::Path& from) const {
    const base::Path fresh = scratch.path() / "fresh";
    std::filesystem::copy_file(from, fresh, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::rename(fresh, program);
  }
  void install_script(const std::string& text) const {
    const base::Path script = scratch.path() / "script";
    ASSERT_TRUE(base::replace_file(script, base::as_bytes("#!/bin/bash\n" + text)).has_value());
    std::filesystem::permissions(script, std::filesystem::perms(0755));
    install(script);
  }
  pid_t process() const {
    return static_cast<pid_t>(number_in(server.command({"status", "--json"}).output, "process"));
  }
  void upgrade() const {
    const pid_t before = process();
    const net::Finished done = server.command({"upgrade"});
    EXPECT_EQ(done.exit_code, 0) << done.output << done.errors << server.log();
    EXPECT_NE(process(), before);
  }
  std::unique_ptr<RawClient> client(const std::string& user = "app", bool with_tls = false) const {
    auto made = std::make_unique<RawClient>(port);
    if (with_tls) {
      EXPECT_TRUE(made->begin_tls("postgresql"));
    }
    RawClient::Login login;
    login.password = postgres->password();
    login.user = user;
    EXPECT_EQ(made->log_in(login).types.back(), 'I') << "signed in as " << user;
    return made;
  }
  std::unique_ptr<Meanwhile<net::Finished>> pgbench(std::vector<std::string> words,
                                                    const std::string& host) const {
    words.insert(words.begin(), "pgbench");
    const std::vector<std::string> environment{
        "PGHOST=" + host, "PGPORT=" + std::to_string(port),     "PGUSER=app",
        "PGDATABASE=app", "PGPASSWORD=" + postgres->password(), "PGSSLMODE=disable"};
    return std::make_unique<Meanwhile<net::Finished>>([words, environment] {
      return net::run({words, environment, {}, {}}, 120s)
          .value_or(net::Finished{-1, "", "pgbench didn't run to its end"});
    });
  }

  pid_t first = 0;
  base::ScratchFolder scratch;
  base::Path program;
  std::uint16_t port = 0;
};

TEST_P(Upgrade, twice_in_a_row_no_query_at_full_speed_fails) {
  ASSERT_EQ(pgbench({"-i", "-q", "-s", "1"}, "127.0.0.1")->get().exit_code, 0);
  auto prepared = pgbench({"-S", "-n", "-c", "4", "-T", "15", "-M", "prepared"}, "127.0.0.1");
  auto local = pgbench({"-S", "-n", "-c", "4", "-T", "15"}, (server.folder() / "run").string());
  auto connecting = pgbench({"-S", "-n", "-c", "1", "-C", "-T", "15"}, "127.0.0.1");
  std::this_thread::sleep_for(2s);
  upgrade();
  std::this_thread::sleep_for(1s);
  upgrade();
  for (auto* each : {&prepared, &local, &connecting}) {
    const net::Finished& run = (*each)->get();
    EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
    EXPECT_NE(run.output.find("number of failed transactions: 0"), std::string::npos) << run.output;
    EXPECT_EQ(run.errors.find("aborted"), std::string::npos) << run.errors;
  }
  EXPECT_TRUE(eventually([&] { return !server.running(); })) << "nobody is left in the first one";
}

TEST_P(Upgrade, sessions_go_on_as_they_were) {
  auto idle = client();
  idle->parse("doubled", "select $1::int * 2, current_setting('work_mem')").sync().go();
  EXPECT_EQ(idle->ready().types, "1ZI");
  EXPECT_EQ(idle->ask("set work_mem = '5MB'").types.back(), 'I');
  auto busy = client();
  busy->ask("begin");
  busy->ask("create table made (n int)");
  idle->octets("Q").go();  // and the first octet of a message
  upgrade();
  base::Bytes rest;
  base::put_u32(rest, 4 + 9);
  base::append(rest, base::as_bytes("select 7"));
  rest.push_back(0);
  idle->octets(rest).go();
  EXPECT_EQ(idle->ready().row(), "7");
  idle->bind("", "doubled", {"21"}).execute().sync().go();
  EXPECT_EQ(idle->ready().row(), "42");
  EXPECT_EQ(idle->ask("show work_mem").row(), "5MB");
  EXPECT_EQ(busy->ask("insert into made values (1)").types.back(), 'T');
  EXPECT_EQ(busy->ask("commit").types.back(), 'I');
  EXPECT_EQ(busy->ask("select count(*) from made").row(), "1");
  EXPECT_TRUE(eventually([&] { return !server.running(); })) << "the transaction was the last thing there";
}

TEST_P(Upgrade, who_has_tls_stays_with_the_old_process_and_works_on) {
  auto secure = client("app", true);
  upgrade();
  EXPECT_EQ(secure->ask("select 'on'").row(), "on");
  EXPECT_EQ(client("app", true)->ask("select 'in'").row(), "in");
  EXPECT_TRUE(server.running()) << server.log();
  secure->hang_up();
  EXPECT_TRUE(eventually([&] { return !server.running(); }));
}

TEST_P(Upgrade, who_stays_beyond_the_limit_is_sent_away_between_transactions) {
  server.edit("art32.toml", "[gateway]\nplain", "[gateway]\nhand_over = \"3s\"\nplain");
  server.signal(SIGHUP);
  ASSERT_TRUE(eventually([&] { return server.log().find("\"reloaded\"") != std::string::npos; }))
      << server.log();
  auto idle = client("app", true);
  auto busy = client("app", true);
  busy->ask("begin");
  upgrade();
  EXPECT_EQ(idle->ask("select 'still'").row(), "still");
  EXPECT_EQ(idle->rest(20s).sqlstate(), "57P01");
  EXPECT_EQ(busy->ask("commit").tags.front(), "COMMIT");
  EXPECT_EQ(busy->rest(20s).sqlstate(), "57P01");
  EXPECT_EQ(client("app", true)->ask("select 'in'").row(), "in");
  EXPECT_TRUE(eventually([&] { return !server.running(); }));  // ends its group: the last thing to see
}

TEST_P(Upgrade, a_cancel_finds_its_query_in_whichever_process_it_runs) {
  auto idle = client();
  auto busy = client();
  busy->query("select pg_sleep(60)").go();
  EXPECT_TRUE(eventually([&] {
    return *postgres->sql(
               "select count(*) from pg_stat_activity where query like '%pg_sleep(60)' and state = "
               "'active'") == "1";
  }));
  upgrade();
  idle->query("select pg_sleep(61)").go();
  std::this_thread::sleep_for(500ms);
  send_cancel(port, busy->process_id, busy->cancel_key);
  EXPECT_EQ(busy->ready(1, 10s).sqlstate(), "57014");
  EXPECT_EQ(idle->ready(1, 500ms).types, "#") << "that one wasn't meant";
  send_cancel(port, idle->process_id, idle->cancel_key);
  EXPECT_EQ(idle->ready(1, 10s).sqlstate(), "57014");
}

TEST_P(Upgrade, staff_end_with_their_transaction) {
  auto staff = client("staff");
  auto working = client("staff");
  working->ask("begin");
  Meanwhile<Answers> commits([&] {
    std::this_thread::sleep_for(1s);
    return working->ask("commit");
  });
  upgrade();
  EXPECT_EQ(staff->rest(5s).sqlstate(), "57P01");
  const Answers& last = commits.get();
  ASSERT_FALSE(last.tags.empty());
  EXPECT_EQ(last.tags.front(), "COMMIT");
  EXPECT_EQ(client("staff")->ask("select 'again'").row(), "again");
}

TEST_P(Upgrade, with_a_configuration_that_cannot_work_nothing_happens_but_the_reason) {
  auto idle = client();
  server.edit("art32.toml", "keys/probe.password", "keys/nowhere.password");
  const net::Finished refused = server.command({"upgrade"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_NE(refused.errors.find("nowhere.password"), std::string::npos) << refused.errors;
  server.edit("art32.toml", "keys/nowhere.password", "keys/probe.password");
  server.edit("art32.toml", "\nport = 0\n\n[[gateway.database]]", "\nport = 1\n\n[[gateway.database]]");
  const net::Finished moved = server.command({"upgrade"});
  EXPECT_NE(moved.exit_code, 0);
  EXPECT_NE(moved.errors.find("gateway.port can't change in an upgrade"), std::string::npos) << moved.errors;
  install_script("exit 3\n");
  const net::Finished silent = server.command({"upgrade"});
  EXPECT_NE(silent.errors.find("ended without a word"), std::string::npos) << silent.errors;
  EXPECT_EQ(idle->ask("select 1").row(), "1");
  EXPECT_TRUE(server.running());
  EXPECT_EQ(server.get("/de/").response.status, 200);
}

// It says that it is prepared, and is gone when the folder has been given up for it.
TEST_P(Upgrade, when_the_new_process_dies_on_its_way_the_old_one_takes_up_again) {
  auto idle = client();
  auto busy = client();
  busy->ask("begin");
  install_script("printf 'P\\0\\0\\0\\0' >&\"$ART32_HAND_OVER\"\nsleep 1\nkill -9 $$\n");
  server.edit("art32.toml", "keys/probe.password", "keys/nowhere.password");  // what held, holds
  const net::Finished failed = server.command({"upgrade"});
  EXPECT_NE(failed.exit_code, 0) << failed.output;
  EXPECT_TRUE(eventually([&] { return process() > 0 && server.log().find("goes on") != std::string::npos; }))
      << server.log();
  EXPECT_EQ(idle->ask("select 1").row(), "1");
  EXPECT_EQ(busy->ask("commit").types.back(), 'I');
  EXPECT_EQ(client("staff")->ask("select 'sealed'").row(), "sealed");
  EXPECT_EQ(server.get("/de/").response.status, 200);
  server.edit("art32.toml", "keys/nowhere.password", "keys/probe.password");
  install(ART32_PROGRAM);
  upgrade();
  EXPECT_EQ(idle->ask("select 2").row(), "2");
}

INSTANTIATE_TEST_SUITE_P(, Upgrade, testing::Values(Loops{"epoll", 1}, Loops{"automatic", 2}),
                         [](const auto& loops) { return std::string(loops.param.event_loop); });

}  // namespace
}  // namespace art32::test
