// database.separation: two teams that nobody has, in the real schema, through the gateway, as the
// application's own role. One of them has a row in each table; the other one tries to get at it,
// and at everybody else's. What was put in is taken out again.
#include <fmt/format.h>

#include <set>

#include "audit/observe.h"
#include "audit/probes/probes.h"
#include "audit/probes/separation_attacks.h"
#include "audit/probes/tenant_table.h"
#include "base/log.h"
#include "base/text.h"

namespace art32::audit {
namespace {

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
    if (const base::Status begun = begin(); !begun)
      return observations_.control(canary_.database,
                                   {"Zwei eigens gebildete Teams arbeiten als die Anwendung",
                                    "Two teams made for the purpose work as the application"},
                                   Outcome::undecided, begun.error().message());
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
    ART32_ASSIGN(const std::string claim, context_.target.gateway->sign_claim(other_team_, ClaimFlaw::none));
    ART32_CHECKED(owner_->act_for(owner_claim_));
    return other_->act_for(claim);
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
      const base::Status inserted = insert_canary_row(*owner_, table, owner_team_, owner_team_);
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
      if (attack.needs_table && !table.takes_rows) continue;
      const TenantAnswer own = owner_->attempt(filled(attack, table, "=", owner_team_));
      const TenantAnswer foreign = other_->attempt(filled(attack, table, "<>", other_team_));
      ++tally.tried;
      if (foreign.found()) {
        tally.got.push_back(table.name + ": " + words_of(foreign));
        broken_.insert(table.name);
      } else if (foreign.kind == TenantAnswer::Kind::lost)
        tally.unknown.push_back(table.name + ": " + words_of(foreign));
      else if (!own.found() && !own.was_forbidden() && table.takes_rows)
        tally.unknown.push_back(table.name + ": the team's own row isn't found so: " + words_of(own));
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

  // In each table, as a transaction of the second team's that is rolled back. `act` does it; an
  // error of the database is what is hoped for.
  template <class Act>
  void try_in_tables(const model::Text& text, Act&& act) {
    Tally tally;
    for (const TenantTable& table : tables_) {
      if (!table.takes_rows || broken_.contains(table.name)) continue;
      ++tally.tried;
      if (const auto begun = other_->query("begin"); !begun) {
        tally.unknown.push_back(table.name + ": " + begun.error().what);
        continue;
      }
      const base::Status done = act(table);
      if (const auto ended = other_->query("rollback"); !ended)
        tally.unknown.push_back(table.name + ": " + ended.error().what);
      else if (done)
        tally.got.push_back(table.name);
      else if (done.error().code != base::ErrorCode::check_failed)
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

  void try_to_empty() {
    try_in_tables({"Leeren mit TRUNCATE", "Emptying by TRUNCATE"}, [this](const TenantTable& table) {
      return other_->query("truncate " + table.name).map([](const auto&) {});
    });
  }

  // Whatever it was told before, the session mustn't see a row after it.
  void sees_nothing(const model::Text& text, std::string seen) {
    Tally tally;
    for (const TenantTable& table : tables_) {
      ++tally.tried;
      const TenantAnswer all = other_->attempt({"select count(*) from " + table.name});
      if (all.found()) tally.got.push_back(table.name + ": " + words_of(all));
      if (all.kind == TenantAnswer::Kind::lost) tally.unknown.push_back(table.name + ": " + words_of(all));
    }
    if (!seen.empty()) seen += "; ";
    observations_.attack(canary_.database, text, tally.outcome(), seen + tally.seen());
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
    const base::Status believed = other_->act_for(*claim);
    if (believed) return observations_.attack(canary_.database, text, Outcome::worked, "it was believed");
    sees_nothing(text, believed.error().what);
  }

  void try_without_claim() {
    const auto reset = other_->query("RESET art32.claim");
    sees_nothing({"Gar kein Nachweis", "No claim at all"}, reset ? "" : reset.error().what);
  }

  // Without the gateway's help: by what SQL can say of itself.
  void try_by_sql() {
    for (const std::string& sql :
         {fmt::format("select pg_catalog.set_config('art32.team', '{}', false)", owner_team_),
          std::string("select art32.enter('\\x0102')"), std::string("select art32.enter(null)"),
          std::string("set session authorization postgres"), std::string("set row_security = off"),
          std::string("update pg_catalog.pg_settings set setting = 'off' where name = 'row_security'")})
      (void)other_->query(sql);  // refused or not, it must not help
    sees_nothing({"Das Team durch SQL wählen: set_config, art32.enter, SET SESSION AUTHORIZATION",
                  "Choosing the team by SQL: set_config, art32.enter, SET SESSION AUTHORIZATION"},
                 {});
  }

  // Parents go last: what still refers to them goes in a round before.
  void take_rows() {
    std::vector<std::string> left;
    for (std::size_t round = 0; round <= tables_.size(); ++round) {
      left.clear();
      for (const TenantTable& table : tables_) {
        if (!table.takes_rows) continue;
        const auto gone = owner_->query(
            fill_in("delete from {t} where {p}", table.name, table.team_column, "=", owner_team_));
        if (!gone) left.push_back(table.name + ": " + gone.error().what);
      }
      if (left.empty()) return;
    }
    base::log_warning("rows of a canary team are left",
                      {{"team", owner_team_}, {"tables", base::join(left, "; ")}});
  }

  const ProbeContext& context_;
  const ApplicationCanary& canary_;
  Observations& observations_;
  std::unique_ptr<TenantSession> owner_, other_;
  std::vector<TenantTable> tables_;
  std::set<std::string> broken_;  // rows of others were found there: no more is tried of it
  std::string owner_team_, other_team_, owner_claim_;
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
