// Clients of several teams that share few server connections, at random: they change claims,
// fail, roll back, leave things behind, attack the entry, vanish. Nobody ever sees or writes
// another team's rows.
#include <random>
#include <thread>

#include "base/text.h"
#include "tests/gateway/tenants.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

constexpr int teams = 3;
constexpr int clients = 5;

std::chrono::seconds duration() {
  const char* const wanted = std::getenv("ART32_INTERLEAVING_SECONDS");
  return std::chrono::seconds(wanted == nullptr ? 4 : base::parse_number(wanted).value_or(4));
}

// One client, and what it must see.
class Actor {
 public:
  using SignIn = std::function<std::unique_ptr<RawClient>()>;
  using Token = std::function<std::string(const std::string& team)>;
  Actor(SignIn sign_in, Token token, unsigned seed)
      : sign_in_(std::move(sign_in)), token_(std::move(token)), random_(seed) {}

  void act_until(std::chrono::steady_clock::time_point end) {
    connect();
    while (std::chrono::steady_clock::now() < end && fault.empty()) {
      ++actions;
      act();
      if (client_->is_over()) connect();
    }
    client_->hang_up();
  }

  std::string fault;  // the first
  int actions = 0;
  int rows = 0;  // seen of its own team

 private:
  // Asks, and remembers what was said lately.
  Answers tell(const std::string& sql, bool as_batch = false) {
    const Answers answers = as_batch ? said(client_->run(sql).sync()) : client_->ask(sql);
    remember(sql, answers);
    return answers;
  }
  void remember(const std::string& sql, const Answers& answers) {
    told_.push_back((sql.size() > 60 ? sql.substr(0, 30) : sql) + " -> " + answers.types +
                    base::join(answers.errors, ","));
    if (told_.size() > 12) told_.erase(told_.begin());
  }
  int any(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  std::string any_team() { return std::to_string(1 + any(teams)); }

  void connect() {
    client_ = sign_in_();
    team_.clear();
  }

  // Rows are of the team alone; errors are for the server's to have.
  void check(const Answers& answers, const std::string& team, const std::string& what) {
    for (const std::string& row : answers.rows) {
      if (row == team) ++rows;
      if (row != team && fault.empty())
        fault = "as team '" + team + "' " + what + " gave '" + row + "'; before: " + base::join(told_, " | ");
    }
  }
  void look(const std::string& team) {
    if (any(2) == 0)
      check(tell(teams_sql), team, "a query");
    else
      check(tell(teams_sql, true), team, "a batch");
  }
  void write(const std::string& team) {
    const std::string sql = "insert into invoice (note) values ('of " + team + "') returning team_id";
    check(any(2) == 0 ? tell(sql) : tell(sql, true), team, "an insert");
  }
  void set(const std::string& team) {
    const std::string sql = "SET art32.claim = '" + token_(team) + "'";
    const Answers answers = any(2) == 0 ? tell(sql) : tell(sql, true);
    if (answers.errors.empty()) team_ = team;
  }

  void act() {
    switch (any(16)) {
      case 0:
      case 1:
        return set(any_team());
      case 2:
        tell("RESET art32.claim");
        team_.clear();
        return;
      case 3:
        return transaction();
      case 4:
        tell("SET art32.claim = 'rubbish'");
        team_.clear();
        return;
      case 5:
        tell("DISCARD ALL");
        team_.clear();
        return;
      case 6:
        return attack();
      case 7:
        return one_batch();
      case 8:
        if (any(4) == 0) {
          client_->query(teams_sql).go();  // and away
          connect();
        }
        return;
      case 9:
        tell("select 1/0");
        return;
      case 10:
      case 11:
        return write(team_);
      default:
        return look(team_);
    }
  }

  void transaction() {
    const std::string team = any_team();
    const bool is_local = team_.empty() && any(2) == 0;
    const std::string in_it = is_local ? team : team_;
    tell("begin");
    bool is_set = true;
    if (is_local) is_set = tell("SET LOCAL art32.claim = '" + token_(team) + "'").errors.empty();
    const std::string now = is_set ? in_it : std::string();
    look(now);
    if (any(3) == 0) {
      tell("savepoint s");
      if (any(2) == 0) tell("select 1/0");
      write(now);
      tell("rollback to s");
    }
    if (any(3) == 0) write(now);
    if (any(4) == 0)
      client_->query(any(2) == 0 ? "commit" : "rollback").query(teams_sql).go();
    else
      return static_cast<void>(tell(any(2) == 0 ? "commit" : "rollback"));
    const Answers both = client_->ready(2);
    check(both, team_, "what was pipelined behind a transaction");
  }

  // A claim and what it is for, in one batch or one pipeline.
  void one_batch() {
    const std::string team = any_team();
    const std::string sql = "SET art32.claim = '" + token_(team) + "'";
    const bool is_batch = any(2) == 0;
    const Answers answers = is_batch      ? said(client_->run(sql).run(teams_sql).sync())
                            : any(2) == 0 ? said(client_->query(sql).query(teams_sql), 2)
                                          : said(client_->query(sql).query("select 1/0").query(teams_sql), 3);
    remember(is_batch ? "batch of " + team : "pipeline of " + team, answers);
    const bool is_set = !answers.tags.empty() && answers.tags.front() == "SET";
    if (!is_batch || is_set) check(answers, is_set ? team : team_, "a claim with its query");
    team_ = is_set ? team : team_;
    if (!is_set) {  // refused where the session keeps its connection: whose it is now, only a new one says
      tell("DISCARD ALL");
      team_.clear();
    }
  }

  void attack() {
    static const char* const attacks[] = {
        "select art32.leave()",
        "select art32.enter('\\x00')",
        "do $$ begin perform art32.leave(); end $$",
        "do $$ begin perform set_config('search_path', 'pg_catalog', false); end $$",
        "prepare evil as select 9::bigint",
        "set statement_timeout = '5s'",
        "select query_to_xml('select art32.leave()', true, true, '')",
        "set role none",
        "select set_config('art32.claim', 'x', false)",
        "listen x",
    };
    tell(attacks[any(std::size(attacks))]);
  }

  SignIn sign_in_;
  Token token_;
  std::mt19937 random_;
  std::unique_ptr<RawClient> client_;
  std::string team_;  // empty: nobody
  std::vector<std::string> told_;
};

class Crowd : public Tenants {};

TEST_P(Crowd, of_teams_at_random_stays_apart) {
  start({.pool_size = 2});
  database().admin("insert into invoice (team_id, note) values (3, 'of 3')");
  std::vector<std::unique_ptr<Actor>> actors;
  const auto seed = std::random_device{}();
  for (int i = 0; i < clients; ++i)
    actors.push_back(std::make_unique<Actor>([this] { return client(); },
                                             [this](const std::string& team) { return token(team); },
                                             seed + static_cast<unsigned>(i)));
  const auto end = std::chrono::steady_clock::now() + duration();
  std::vector<std::thread> threads;
  for (const auto& actor : actors)
    threads.emplace_back([&actor, end] { actor->act_until(end); });
  for (std::thread& thread : threads)
    thread.join();
  int actions = 0, rows = 0;
  for (const auto& actor : actors) {
    EXPECT_EQ(actor->fault, "") << "seed " << seed;
    actions += actor->actions;
    rows += actor->rows;
  }
  EXPECT_EQ(
      database().admin("select count(*) from invoice where note like 'of %' and note <> 'of ' || team_id"),
      "0");
  EXPECT_EQ(count(&gateway::Counters::poisoned), 0U);
  EXPECT_GT(actions, 100);
  EXPECT_GT(rows, actions / 4) << "most of them were somebody";
  RecordProperty("actions", actions);
}

ART32_WITH_BOTH_FUNCTIONS(Crowd);

}  // namespace
}  // namespace art32::test
