// database.separation: two teams that nobody has, in the real schema, through the gateway, as the
// application's own role. One of them has a row in each table; the other one tries to get at it,
// and at everybody else's. What was put in is taken out again.
#include <fmt/format.h>

#include <set>

#include "audit/observe.h"
#include "audit/probes/probes.h"
#include "audit/probes/separation_attacks.h"
#include "audit/probes/tenant_table.h"
#include "base/text.h"

namespace art32::audit {
namespace {

// Of the probe's time, kept for taking out what was put in.
constexpr std::chrono::seconds reserve{10};

// What was tried of many tables, as one observation.
struct Tally {
  std::size_t tried = 0;
  std::vector<std::string> got, unknown;

  Outcome outcome() const {
    if (!got.empty()) return Outcome::worked;
    return !unknown.empty() ? Outcome::undecided : Outcome::refused;
  }
  std::string seen() const {
    if (!got.empty()) return "got at rows of others: " + base::join(got, "; ");
    if (!unknown.empty()) return "not tried everywhere: " + base::join(unknown, "; ");
    return fmt::format("nothing, in {} {}", tried, tried == 1 ? "table" : "tables");
  }
};

std::string words_of(const TenantAnswer& answer) {
  switch (answer.kind) {
    case TenantAnswer::Kind::counted:
      return fmt::format("{} rows", answer.rows);
    case TenantAnswer::Kind::failed:
      return answer.message;
    default:
      return "no answer: " + answer.message;
  }
}

class Separation {
 public:
  Separation(const ProbeContext& context, const ApplicationCanary& canary, Observations& observations)
      : context_(context), canary_(canary), observations_(observations) {}

  void run() {
    if (const base::Status begun = begin(); !begun) {
      observations_.control(canary_.database,
                            {"Zwei eigens gebildete Teams arbeiten als die Anwendung",
                             "Two teams made for the purpose work as the application"},
                            Outcome::undecided, begun.error().message());
      return take_rows();
    }
    put_rows();
    for (const SeparationAttack& attack : separation_attacks())
      try_everywhere(attack);
    try_to_give_away();
    try_to_plant();
    try_to_empty();
    for (const ClaimFlaw flaw : {ClaimFlaw::expired, ClaimFlaw::other_audience, ClaimFlaw::unknown_key})
      try_claim(flaw);
    try_without_claim();
    try_by_sql();
    take_rows();
  }

 private:
  base::Status begin() {
    ART32_ASSIGN(owner_, TenantSession::sign_in(context_, canary_));
    ART32_ASSIGN(other_, TenantSession::sign_in(context_, canary_));
    ART32_ASSIGN(tables_, tenant_tables(*owner_, canary_.team_column));
    const auto first = std::find_if(tables_.begin(), tables_.end(),
                                    [](const TenantTable& table) { return table.takes_rows; });
    if (first == tables_.end())
      return base::failure(
          base::ErrorCode::not_found,
          fmt::format("the application may read no table with a column {}", canary_.team_column),
          "set team_column in [[gateway.database]], or grant what the application needs");
    owner_team_ = canary_team(first->team_type);
    other_team_ = canary_team(first->team_type);
    ART32_ASSIGN(owner_claim_, context_.target.gateway->sign_claim(owner_team_, ClaimFlaw::none));
    ART32_ASSIGN(other_claim_, context_.target.gateway->sign_claim(other_team_, ClaimFlaw::none));
    ART32_CHECKED(owner_->act_for(owner_claim_));
    ART32_CHECKED(other_->act_for(other_claim_));
    return found_teams();
  }

  // Where a team is a row itself, the canaries' are made first, as the application would.
  base::Status found_teams() {
    ART32_ASSIGN(teams_, tables_of_teams(*owner_, canary_.team_column));
    for (const TenantTable& table : teams_)
      for (const auto& [session, team] :
           {std::pair{owner_.get(), &owner_team_}, {other_.get(), &other_team_}})
        if (const base::Status made = insert_canary_row(*session, table, *team, *team); !made)
          return base::failure(
              base::ErrorCode::unsupported,
              fmt::format("a canary team can't be put into {}: {}", table.name, made.error().what),
              "the application's role must be able to found a team there, and to remove it");
    return {};
  }

  bool is_late(Tally& tally) const {
    if (context_.left() >= reserve) return false;
    tally.unknown.emplace_back("no time is left for all tables");
    return true;
  }

  std::string own_rows(const TenantTable& table) const {
    return fill_in("select count(*) from {t} where {p}", table.name, table.team_column, "=", owner_team_);
  }

  // Each table gets a row, and shows it.
  void put_rows() {
    std::vector<std::string> without;
    std::size_t made = 0;
    for (const TenantTable& table : tables_) {
      if (!table.takes_rows) continue;
      if (context_.left() < reserve) {
        without.push_back("no time is left for " + table.name);
        break;
      }
      base::Status inserted =
          base::failure(base::ErrorCode::permission, "the application may not delete there");
      const auto may = owner_->query("select pg_catalog.has_table_privilege($1, 'delete')", {table.name});
      if (may && may->front().front() == "t")
        inserted = insert_canary_row(*owner_, table, owner_team_, owner_team_);
      const TenantAnswer shown = owner_->attempt({own_rows(table)});
      if (shown.found())
        ++made;
      else
        without.push_back(table.name + ": " + (inserted ? words_of(shown) : inserted.error().what));
    }
    observations_.control(canary_.database,
                          {"Ein Team schreibt in jede Tabelle eine Zeile und liest sie",
                           "A team writes a row into each table and reads it"},
                          without.empty() ? Outcome::worked : Outcome::undecided,
                          without.empty() ? fmt::format("in {} tables", made) : base::join(without, "; "));
  }

  // First the team itself, with the same statement: what finds nothing of its own proves nothing.
  void try_everywhere(const SeparationAttack& attack) {
    Tally tally;
    for (const TenantTable& table : tables_) {
      if (attack.needs_table && (!table.takes_rows || broken_.contains(table.name))) continue;
      if (is_late(tally)) break;
      const TenantAnswer own = owner_->attempt(filled(attack, table, "=", owner_team_));
      const TenantAnswer foreign = other_->attempt(filled(attack, table, "<>", other_team_));
      ++tally.tried;
      if (foreign.found()) {
        tally.got.push_back(table.name + ": " + words_of(foreign));
        broken_.insert(table.name);
      } else if (foreign.kind == TenantAnswer::Kind::lost ||
                 (foreign.kind == TenantAnswer::Kind::failed && !foreign.was_forbidden())) {
        tally.unknown.push_back(table.name + ": " + words_of(foreign));
      } else if (!own.found() && !own.was_forbidden() && table.takes_rows) {
        tally.unknown.push_back(table.name + ": the team's own row isn't found so: " + words_of(own));
      }
    }
    observations_.attack(canary_.database, attack.text, tally.outcome(), tally.seen());
  }

  static std::vector<std::string> filled(const SeparationAttack& attack, const TenantTable& table,
                                         std::string_view comparison, const std::string& team) {
    std::vector<std::string> statements;
    for (const std::string_view statement : attack.statements)
      statements.push_back(fill_in(statement, table.name, table.team_column, comparison, team));
    return statements;
  }

  // In each table, as a transaction of the second team's that is rolled back. `act` does it; that
  // it is forbidden is what is hoped for. Policies are asked before constraints, so what a
  // constraint refused had come past them.
  template <class Act>
  void try_in_tables(const model::Text& text, Act&& act) {
    Tally tally;
    for (const TenantTable& table : tables_) {
      if (!table.takes_rows || broken_.contains(table.name)) continue;
      if (is_late(tally)) break;
      ++tally.tried;
      if (const base::Status begun = other_->begin(); !begun) {
        tally.unknown.push_back(table.name + ": " + begun.error().what);
        continue;
      }
      const base::Status done = act(table);
      const std::string state = done ? std::string() : sqlstate_of(done.error());
      if (const auto ended = other_->query("rollback"); !ended)
        tally.unknown.push_back(table.name + ": " + ended.error().what);
      else if (done || state.starts_with("23"))
        tally.got.push_back(table.name);
      else if (state != "42501")
        tally.unknown.push_back(table.name + ": " + done.error().what);
    }
    observations_.attack(canary_.database, text, tally.outcome(), tally.seen());
  }

  void try_to_give_away() {
    try_in_tables(
        {"Eine eigene Zeile einem anderen Team geben", "Giving a row of its own to another team"},
        [this](const TenantTable& table) -> base::Status {
          const base::Status made = insert_canary_row(*other_, table, other_team_, other_team_);
          if (!made) return base::failure(base::ErrorCode::unavailable, made.error().what);
          // A condition would ask the policies for reading too.
          return other_
              ->query(fmt::format("update {} set {} = '{}'", table.name, table.team_column, owner_team_))
              .map([](const auto&) {});
        });
  }

  void try_to_plant() {
    try_in_tables({"Eine Zeile für ein anderes Team einfügen", "Inserting a row for another team"},
                  [this](const TenantTable& table) {
                    return insert_canary_row(*other_, table, owner_team_, other_team_);
                  });
  }

  // The right alone: to try it would wait for everybody who uses the table.
  void try_to_empty() {
    try_in_tables({"Leeren mit TRUNCATE", "Emptying by TRUNCATE"},
                  [this](const TenantTable& table) -> base::Status {
                    const auto may =
                        other_->query("select pg_catalog.has_table_privilege($1, 'truncate')", {table.name});
                    if (!may) return tl::unexpected<base::Error>(may.error());
                    if (may->front().front() == "t") return {};
                    return base::failure(base::ErrorCode::check_failed, "permission denied (42501)");
                  });
  }

  // A session that acted for the first team: whatever it was told since, it mustn't see its rows.
  void sees_nothing(const model::Text& text, const std::string& said, TenantSession& session,
                    Tally tally = {}) {
    for (const TenantTable& table : tables_) {
      if (is_late(tally)) break;
      ++tally.tried;
      const TenantAnswer all = session.attempt({own_rows(table)});
      if (all.found()) tally.got.push_back(table.name + ": " + words_of(all));
      if (all.kind == TenantAnswer::Kind::lost ||
          (all.kind == TenantAnswer::Kind::failed && !all.was_forbidden()))
        tally.unknown.push_back(table.name + ": " + words_of(all));
    }
    observations_.attack(canary_.database, text, tally.outcome(),
                         said.empty() ? tally.seen() : said + "; " + tally.seen());
  }

  // Null, and said so, where there is none.
  std::unique_ptr<TenantSession> as_owner(const model::Text& text) {
    auto session = TenantSession::sign_in(context_, canary_);
    base::Status acts =
        session ? (*session)->act_for(owner_claim_) : tl::unexpected<base::Error>(session.error());
    if (acts && !(*session)->attempt({own_rows(tables_.front())}).found() && tables_.front().takes_rows)
      acts = base::failure(base::ErrorCode::check_failed, "it doesn't see its own row to begin with");
    if (acts) return std::move(*session);
    observations_.attack(canary_.database, text, Outcome::undecided, acts.error().message());
    return nullptr;
  }

  void try_claim(ClaimFlaw flaw) {
    const model::Text text =
        flaw == ClaimFlaw::expired ? model::Text{"Ein abgelaufener Nachweis", "A claim that has expired"}
        : flaw == ClaimFlaw::other_audience
            ? model::Text{"Ein Nachweis für eine andere Installation", "A claim for another installation"}
            : model::Text{"Ein Nachweis mit fremdem Schlüssel", "A claim signed with a stranger's key"};
    const auto claim = context_.target.gateway->sign_claim(owner_team_, flaw);
    if (!claim)
      return observations_.attack(canary_.database, text, Outcome::undecided, claim.error().message());
    const auto session = as_owner(text);
    if (!session) return;
    const base::Status believed = session->act_for(*claim);
    if (believed) return observations_.attack(canary_.database, text, Outcome::worked, "it was believed");
    sees_nothing(text, believed.error().what, *session);
  }

  void try_without_claim() {
    const model::Text text{"Gar kein Nachweis", "No claim at all"};
    const auto session = as_owner(text);
    if (!session) return;
    const auto reset = session->query("RESET art32.claim");
    sees_nothing(text, reset ? "" : reset.error().what, *session);
  }

  // By what SQL can say of itself, from a session that acts for nobody.
  void try_by_sql() {
    const model::Text text{
        "Das Team durch SQL wählen: SET art32.team, set_config, art32.enter, andere Rollen",
        "Choosing the team by SQL: SET art32.team, set_config, art32.enter, other roles"};
    const auto session = as_owner(text);
    if (!session) return;
    Tally tally;
    (void)session->query("RESET art32.claim");
    for (const std::string& sql :
         {fmt::format("SET art32.team = '{}'", owner_team_),
          fmt::format("select pg_catalog.set_config('art32.team', '{}', false)", owner_team_),
          std::string("select art32.enter('\\x0102')"), std::string("select art32.enter(null)"),
          std::string("set session authorization postgres"), std::string("set role postgres")}) {
      (void)session->query(sql);  // refused or not, it must not help
      if (session->attempt({own_rows(tables_.front())}).found())
        tally.got.push_back(sql.substr(0, sql.find(" = ")));
    }
    sees_nothing(text, {}, *session, std::move(tally));
  }

  // Parents go last: what still refers to them goes in a round before.
  void take_rows() {
    if (!owner_ || !other_) return;
    std::vector<std::string> left;
    for (std::size_t round = 0; round < tables_.size() + 1; ++round) {
      const std::size_t before = left.size();
      left.clear();
      for (const TenantTable& table : tables_)
        if (table.takes_rows) take_out(*owner_, table, owner_team_, left);
      if (left.empty() || (round > 0 && left.size() >= before)) break;
    }
    for (const TenantTable& table : teams_) {
      take_out(*owner_, table, owner_team_, left);
      take_out(*other_, table, other_team_, left);
    }
    observations_.control(canary_.database,
                          {"Was eingefügt wurde, ist wieder entfernt", "What was put in is removed again"},
                          worked_if(left.empty()), left.empty() ? "in every table" : base::join(left, "; "));
  }

  static void take_out(TenantSession& session, const TenantTable& table, const std::string& team,
                       std::vector<std::string>& left) {
    const auto filled_in = [&](std::string_view statement) {
      return fill_in(statement, table.name, table.team_column, "=", team);
    };
    const auto gone = session.query(filled_in("delete from {t} where {p}"));
    const TenantAnswer rest = session.attempt({filled_in("select count(*) from {t} where {p}")});
    if (!gone)
      left.push_back(table.name + ": " + gone.error().what);
    else if (rest.found() || rest.kind == TenantAnswer::Kind::lost)
      left.push_back(table.name + ": " + words_of(rest));
  }

  const ProbeContext& context_;
  const ApplicationCanary& canary_;
  Observations& observations_;
  std::unique_ptr<TenantSession> owner_, other_;
  std::vector<TenantTable> tables_, teams_;
  std::set<std::string> broken_;  // rows of others were found there: no more is tried of it
  std::string owner_team_, other_team_, owner_claim_, other_claim_;
};

}  // namespace

std::vector<model::Observation> probe_separation(const ProbeContext& context) {
  Observations observations;
  const GatewayTarget& gateway = *context.target.gateway;
  const auto canaries = gateway.make_applications();
  if (!canaries) {
    observations.control("gateway",
                         {"Ein eigens angelegtes Konto meldet sich als die Anwendung an",
                          "An account made for the purpose signs in as the application"},
                         Outcome::undecided, canaries.error().message());
    return observations.take();
  }
  for (const ApplicationCanary& canary : *canaries) {
    Separation(context, canary, observations).run();
    gateway.remove_application(canary);
  }
  return observations.take();
}

}  // namespace art32::audit
