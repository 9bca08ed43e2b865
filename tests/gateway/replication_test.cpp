// Replication through the gateway, by PostgreSQL's own programs and octet by octet.
#include <fmt/format.h>

#include "base/file.h"
#include "base/scratch_folder.h"
#include "pgwire/frontend.h"
#include "tests/gateway/fault_fixture.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

class Replications : public Faults {
 protected:
  static void SetUpTestSuite() {
    PrivatePostgres& postgres = fault_postgres();
    if (postgres.sql("select 1 from pg_roles where rolname = 'replica'") == "1") return;
    postgres.add_role("replica");
    postgres.sql("alter role replica replication");
  }
  void SetUp() override {
    auto chosen = settings();
    gateway::Principal replica;
    replica.name = replica.server_role = "replica";
    replica.verifier = pgwire::parse_scram_verifier(fault_postgres().verifier("replica")).value();
    replica.may_replicate = true;
    chosen->principals.emplace("replica", std::move(replica));
    start(chosen);
  }

  OctetClient::Login as(const std::string& user, const std::string& kind) const {
    OctetClient::Login chosen = login();
    chosen.user = user;
    chosen.parameters = {{"replication", kind}, {"application_name", "follower"}};
    return chosen;
  }
  net::Finished run(const std::vector<std::string>& words) const {
    return run_client(words, "", port(), fault_postgres().password(), "app", "replica");
  }
  static std::string senders() {
    return fault_postgres().sql(
        "select count(*) from pg_stat_activity where backend_type = 'walsender' and application_name = "
        "'follower'");
  }

  base::ScratchFolder folder_;
};

TEST_P(Replications, a_base_backup_is_whole) {
  const std::string target = (folder_.path() / "copy").string();
  const auto made = run({"pg_basebackup", "--pgdata", target, "--wal-method=stream", "--checkpoint=fast",
                         "--no-sync", "--dbname=dbname=app"});
  ASSERT_EQ(made.exit_code, 0) << made.errors;
  const auto verified = run({"/usr/lib/postgresql/15/bin/pg_verifybackup", target});
  EXPECT_EQ(verified.exit_code, 0) << verified.output << verified.errors;
  expect_sound();
}

TEST_P(Replications, rows_come_out_of_logical_replication) {
  const std::string slot = GetParam() == net::LoopBackend::epoll ? "one" : "two";
  const auto command = [&](const std::vector<std::string>& what) {
    std::vector<std::string> words = {"pg_recvlogical", "--dbname=app", "--slot=" + slot, "--file=-"};
    words.insert(words.end(), what.begin(), what.end());
    return run(words);
  };
  ASSERT_EQ(command({"--create-slot", "--plugin=test_decoding"}).exit_code, 0);
  OctetClient writer = client();
  ASSERT_TRUE(writer.query("insert into item (name) values ('replicated')").ok());
  const std::string end = fault_postgres().sql("select pg_current_wal_lsn()");
  ASSERT_TRUE(writer.query("insert into item (name) values ('more')").ok());
  const auto received = command({"--start", "--endpos=" + end, "--status-interval=1"});
  EXPECT_EQ(received.exit_code, 0) << received.errors;
  EXPECT_NE(received.output.find("name[text]:'replicated'"), std::string::npos) << received.output;
  EXPECT_EQ(command({"--drop-slot"}).exit_code, 0);
  expect_sound();
}

// Both sides stream, the client ends it, and the connection goes on.
TEST_P(Replications, copy_both_ends_from_either_side) {
  OctetClient follower(port());
  ASSERT_EQ(follower.log_in(as("replica", "true")).sqlstate(), "");
  EXPECT_EQ(senders(), "1");
  const OctetResult system = follower.query("IDENTIFY_SYSTEM");
  ASSERT_TRUE(system.ok()) << system.error.field('M');
  base::Bytes start_streaming;
  pgwire::put_query(start_streaming, "START_REPLICATION PHYSICAL " + system.rows.at(0).at(2));
  follower.send(start_streaming);
  ASSERT_EQ(follower.read().type, 'W');
  OctetClient writer = client();
  ASSERT_TRUE(writer.query("insert into item (name) values ('streamed')").ok());
  EXPECT_EQ(follower.read().type, 'd');
  follower.send(pgwire::copy_done_message);
  char last = 0;
  while (last != 'c' && last != '\1')
    if (const OctetMessage message = follower.read())
      last = message.type;
    else
      last = '\1';
  ASSERT_EQ(last, 'c');
  EXPECT_TRUE(follower.result().ok());
  EXPECT_TRUE(follower.query("IDENTIFY_SYSTEM").ok());
  follower.close();
  expect_sound();
}

TEST_P(Replications, who_vanishes_leaves_nothing_behind) {
  {
    OctetClient follower(port());
    ASSERT_EQ(follower.log_in(as("replica", "database")).sqlstate(), "");
    EXPECT_EQ(follower.query("select current_database()").rows.at(0).at(0), "app");
    EXPECT_EQ(senders(), "1");
  }
  EXPECT_TRUE(eventually([] { return senders() == "0"; }));
  EXPECT_TRUE(eventually([this] {
    std::size_t pools = 0;
    gateway_->workers().at(0)->ask([&](gateway::Worker& asked) { pools = asked.pools().size(); });
    return pools == 0;
  }));
}

TEST_P(Replications, only_who_may_replicates) {
  EXPECT_EQ(OctetClient(port()).log_in(as("app", "true")).sqlstate(), "42501");
  EXPECT_EQ(OctetClient(port()).log_in(as("app", "database")).sqlstate(), "42501");
  // The gateway's yes isn't the server's.
  fault_postgres().sql("alter role replica noreplication");
  const OctetMessage refused = OctetClient(port()).log_in(as("replica", "database"));
  EXPECT_NE(refused.sqlstate(), "");
  fault_postgres().sql("alter role replica replication");
}

TEST_P(Replications, a_pause_does_not_wait_for_it) {
  OctetClient follower(port());
  ASSERT_EQ(follower.log_in(as("replica", "database")).sqlstate(), "");
  ASSERT_TRUE(follower.query("select 1").ok());
  gateway_->pause("");
  EXPECT_TRUE(follower.query("select 1").ok());
  OctetClient another(port());
  EXPECT_EQ(another.log_in(as("replica", "database")).sqlstate(), "") << "it has nothing to do with pools";
  gateway_->resume("");
}

ART32_FAULTS_ON_BOTH_BACKENDS(Replications);

}  // namespace
}  // namespace art32::test
