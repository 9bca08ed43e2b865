#include "audit/probes/separation_ground.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/text.h"

namespace art32::audit {
namespace {

// Of the probe's time, kept for taking out what was put in.
constexpr std::chrono::seconds reserve{10};

std::string rows_in(const TenantTable& table, const std::string& condition) {
  return fmt::format("select count(*) from {} where {}", table.name, condition);
}

}  // namespace

Outcome Tally::outcome() const {
  if (!got.empty()) return Outcome::worked;
  return !unknown.empty() ? Outcome::undecided : Outcome::refused;
}

std::string Tally::seen(std::string_view things) const {
  const std::string others = apart.empty() ? "" : "; not to be tried so: " + base::join(apart, ", ");
  if (!got.empty()) return "got at rows of others: " + base::join(got, "; ");
  if (!unknown.empty()) return "not tried everywhere: " + base::join(unknown, "; ") + others;
  return fmt::format("nothing, in {} {}", tried, tried == 1 ? things.substr(0, things.size() - 1) : things) +
         others;
}

void Tally::take(const std::string& where, const TenantAnswer& answer) {
  got.push_back(where + ": " + words_of_found(answer));
}

std::string words_of_found(const TenantAnswer& answer) {
  if (answer.kind == TenantAnswer::Kind::counted) return fmt::format("{} rows", answer.rows);
  return fmt::format("an error told of them ({})", answer.sqlstate);
}

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

void SeparationGround::attack(const model::Text& text, Outcome outcome, std::string seen) {
  observations_.attack(canary_.database, text, outcome, std::move(seen));
}

void SeparationGround::control(const model::Text& text, Outcome outcome, std::string seen) {
  observations_.control(canary_.database, text, outcome, std::move(seen));
}

bool SeparationGround::is_late(Tally& tally) const {
  if (context_.left() >= reserve) return false;
  tally.unknown.emplace_back("no time is left for all tables");
  return true;
}

std::string SeparationGround::own_rows(const TenantTable& table) const {
  return rows_in(table, table.own(owner_team_));
}

base::Result<std::unique_ptr<TenantSession>> SeparationGround::sign_in() const {
  return TenantSession::sign_in(context_, canary_);
}

// The teams are the same in each run, so two at once would meet: art32's own and a command's from
// outside, or those of two nodes. A lock that only who has the seed can name holds one of them back.
base::Status SeparationGround::wait_for_others() {
  constexpr std::chrono::milliseconds pause{100};
  ART32_ASSIGN(guard_, sign_in());
  const std::string lock =
      fmt::format("select case when pg_catalog.pg_try_advisory_lock({}) then 1 else 0 end",
                  canary_team("bigint", canary_.seed + " lock", CanaryTeam::owner));
  while (context_.left() > reserve) {
    const TenantAnswer taken = guard_->ask(lock);
    if (taken.found()) return {};
    if (taken.kind != TenantAnswer::Kind::counted)
      return base::failure(base::ErrorCode::unavailable, words_of(taken));
    std::this_thread::sleep_for(pause);
  }
  return base::failure(base::ErrorCode::timeout, "another run of this probe doesn't end");
}

base::Status SeparationGround::begin() {
  ART32_CHECKED(wait_for_others());
  ART32_ASSIGN(owner_, sign_in());
  ART32_ASSIGN(other_, sign_in());
  ART32_CHECKED(find_tables());
  ART32_ASSIGN(owner_claim_, gateway().sign_claim(owner_team_, ClaimFlaw::none));
  ART32_ASSIGN(other_claim_, gateway().sign_claim(other_team_, ClaimFlaw::none));
  ART32_CHECKED(owner_->act_for(owner_claim_));
  ART32_CHECKED(other_->act_for(other_claim_));
  take_left_rows();
  return found_teams();
}

base::Status SeparationGround::find_tables() {
  ART32_ASSIGN(std::vector<TenantTable> separated, tenant_tables(*owner_, canary_.team_column));
  const auto first = std::find_if(separated.begin(), separated.end(),
                                  [](const TenantTable& table) { return table.takes_rows(); });
  if (first == separated.end())
    return base::failure(
        base::ErrorCode::not_found,
        fmt::format("the application may read no table with a column {}", canary_.team_column),
        "set team_column in [[gateway.database]], or grant what the application needs");
  owner_team_ = canary_team(first->team_type, canary_.seed, CanaryTeam::owner);
  other_team_ = canary_team(first->team_type, canary_.seed, CanaryTeam::other);
  ART32_ASSIGN(tables_, tables_of_teams(*owner_, canary_.team_column));
  std::move(separated.begin(), separated.end(), std::back_inserter(tables_));
  std::vector<TenantTable> parents;
  std::copy_if(tables_.begin(), tables_.end(), std::back_inserter(parents),
               [](const TenantTable& table) { return table.takes_rows(); });
  ART32_ASSIGN(Children children, child_tables(*owner_, canary_.team_column, parents));
  std::move(children.tables.begin(), children.tables.end(), std::back_inserter(tables_));
  unclear_ = std::move(children.unclear);
  if (canary_.leaves_out.empty()) return {};
  std::vector<std::string> names;
  for (const std::string& name : canary_.leaves_out) {
    const auto is = [&](const std::string& each) {
      return base::replace_all(each, "\"", "") == base::replace_all(name, "\"", "");
    };
    const std::size_t gone =
        std::erase_if(tables_, [&](const TenantTable& table) { return is(table.name); }) +
        std::erase_if(unclear_, is);
    names.push_back(name + (gone > 0 ? "" : " (no such table)"));
  }
  control({"Tabellen, die die Konfiguration auslässt (probe_leaves_out): an ihnen wird nichts versucht",
           "Tables that the configuration leaves out (probe_leaves_out): nothing is tried of them"},
          Outcome::worked, base::join(names, ", "));
  return {};
}

// Where a team is a row itself, the canaries' are made first, as the application would.
base::Status SeparationGround::found_teams() {
  for (const TenantTable& table : tables_) {
    if (table.kind != TenantTable::Kind::teams) continue;
    for (const auto& [session, team] : {std::pair{owner_.get(), &owner_team_}, {other_.get(), &other_team_}})
      if (const base::Status made = insert_row(*session, {table, *team, *team}); !made)
        return base::failure(
            base::ErrorCode::unsupported,
            fmt::format("a canary team can't be put into {}: {}", table.name, made.error().what),
            "the application's role must be able to found a team there, and to remove it");
  }
  return {};
}

base::Status SeparationGround::put_row(const TenantTable& table) {
  ART32_ASSIGN(const auto may,
               owner_->query("select pg_catalog.has_table_privilege($1, 'delete')", {table.name}));
  if (may.front().front() != "t")
    return base::failure(base::ErrorCode::permission, "the application may not delete there");
  if (table.kind != TenantTable::Kind::teams) {
    ART32_ASSIGN(const std::string value, team_value(*owner_, table, owner_team_));
    ART32_CHECKED(insert_row(*owner_, {table, value, owner_team_}));
  }
  const TenantAnswer shown = owner_->attempt({own_rows(table)});
  if (!shown.found())
    return base::failure(base::ErrorCode::check_failed, "it isn't seen: " + words_of(shown));
  ART32_ASSIGN(const auto row,
               owner_->query(fmt::format(
                   "select pg_catalog.to_jsonb(art32_row)::text from {} art32_row where {} limit 1",
                   table.name, table.own(owner_team_))));
  if (!row.empty()) rows_[table.name] = row.front().front().value_or("");
  return {};
}

// Each table gets a row, and shows it.
void SeparationGround::put_rows() {
  std::vector<std::string> without;
  std::size_t made = 0;
  for (const TenantTable& table : tables_) {
    if (!table.takes_rows()) continue;
    if (context_.left() < reserve) {
      without.push_back("no time is left for " + table.name);
      break;
    }
    if (const base::Status put = put_row(table))
      ++made;
    else
      without.push_back(table.name + ": " + put.error().what);
  }
  for (const std::string& name : unclear_)
    without.push_back(name + ": refers to its parent by several columns, which isn't tried");
  control({"Ein Team schreibt in jede Tabelle eine Zeile und liest sie",
           "A team writes a row into each table and reads it"},
          without.empty() ? Outcome::worked : Outcome::undecided,
          without.empty() ? fmt::format("in {} tables", made) : base::join(without, "; "));
}

std::unique_ptr<TenantSession> SeparationGround::sign_in_as_owner(const model::Text& text) {
  auto session = sign_in();
  base::Status acts =
      session ? (*session)->act_for(owner_claim_) : tl::unexpected<base::Error>(session.error());
  const auto shown = std::find_if(tables_.begin(), tables_.end(),
                                  [this](const TenantTable& table) { return !row_of(table).empty(); });
  if (acts && (shown == tables_.end() || !(*session)->attempt({own_rows(*shown)}).found()))
    acts = base::failure(base::ErrorCode::check_failed, "it doesn't see its own row to begin with");
  if (acts) return std::move(*session);
  attack(text, Outcome::undecided, acts.error().message());
  return nullptr;
}

// A run that was cut off leaves its rows; the teams are the same in each.
void SeparationGround::take_left_rows() {
  std::vector<std::string> found;
  for (const TenantTable& table : tables_) {
    if (!table.takes_rows()) continue;
    if (owner_->ask(own_rows(table)).found() || (table.kind == TenantTable::Kind::teams &&
                                                 other_->ask(rows_in(table, table.own(other_team_))).found()))
      found.push_back(table.name);
  }
  if (found.empty()) return;
  const std::vector<std::string> left = take_out();
  control({"Was ein abgebrochener Lauf zurückließ, ist entfernt",
           "What a run that was cut off has left is removed"},
          worked_if(left.empty()), base::join(left.empty() ? found : left, "; "));
}

// Children go first, then what they refer to; what triggers or other keys hold, in a round after.
std::vector<std::string> SeparationGround::take_out() {
  std::vector<std::string> left;
  const auto take = [&left](TenantSession& session, const TenantTable& table, const std::string& team) {
    const auto gone = session.query(fmt::format("delete from {} where {}", table.name, table.own(team)));
    const TenantAnswer rest = session.attempt({rows_in(table, table.own(team))});
    if (!gone && (rest.found() || rest.kind != TenantAnswer::Kind::counted))
      left.push_back(table.name + ": " + gone.error().what);
    else if (rest.found() || rest.kind == TenantAnswer::Kind::lost)
      left.push_back(table.name + ": " + words_of(rest));
  };
  for (std::size_t round = 0; round < tables_.size() + 1; ++round) {
    const std::size_t before = left.size();
    left.clear();
    for (auto table = tables_.rbegin(); table != tables_.rend(); ++table) {
      if (!table->takes_rows()) continue;
      take(*owner_, *table, owner_team_);
      if (table->kind == TenantTable::Kind::teams) take(*other_, *table, other_team_);
    }
    if (left.empty() || (round > 2 && left.size() >= before)) break;
  }
  return left;
}

// What broke a session must not keep the rows there.
void SeparationGround::revive(std::unique_ptr<TenantSession>& session, const std::string& claim) {
  (void)session->query("rollback");
  if (session->ask("select 1").found()) return;
  auto fresh = sign_in();
  if (fresh && (*fresh)->act_for(claim)) session = std::move(*fresh);
}

void SeparationGround::take_rows() {
  if (!owner_ || !other_ || owner_claim_.empty()) return;
  revive(owner_, owner_claim_);
  revive(other_, other_claim_);
  const std::vector<std::string> left = take_out();
  control({"Was eingefügt wurde, ist wieder entfernt", "What was put in is removed again"},
          worked_if(left.empty()), left.empty() ? "in every table" : base::join(left, "; "));
}

}  // namespace art32::audit
