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

// What the database says no to, in the next run as in this one: not what was in the way for a moment.
bool is_refusal(const base::Error& error) {
  constexpr std::string_view states[] = {"42501", "P0001", "23001", "23503"};
  return std::ranges::find(states, sqlstate_of(error)) != std::end(states);
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

// Several principals may be tried in one database, and one as the other's role.
std::string SeparationGround::place() const {
  return fmt::format("{}, {}", canary_.database, canary_.principal);
}

void SeparationGround::attack(const model::Text& text, Outcome outcome, std::string seen) {
  observations_.attack(place(), text, outcome, std::move(seen));
}

void SeparationGround::control(const model::Text& text, Outcome outcome, std::string seen) {
  observations_.control(place(), text, outcome, std::move(seen));
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
  owner_team_ =
      are_standing() ? canary_.teams.front() : canary_team(first->team_type, canary_.seed, CanaryTeam::owner);
  other_team_ =
      are_standing() ? canary_.teams.back() : canary_team(first->team_type, canary_.seed, CanaryTeam::other);
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
  if (are_standing()) return find_standing_teams();
  for (const TenantTable& table : tables_) {
    if (table.kind != TenantTable::Kind::teams) continue;
    for (const auto& [session, team] : {std::pair{owner_.get(), &owner_team_}, {other_.get(), &other_team_}})
      if (const base::Status made = insert_row(*session, {table, *team, *team}); !made)
        return base::failure(
            base::ErrorCode::unsupported,
            fmt::format("a canary team can't be put into {}: {}", table.name, made.error().what),
            "make two teams that nobody has, and name them in canary_teams of [[gateway.database]]; or let "
            "the application's role found a team there, and remove it");
  }
  return {};
}

// Where the application may not even read the table of teams, nobody can say, and nobody needs to.
base::Status SeparationGround::find_standing_teams() {
  for (const TenantTable& table : tables_) {
    if (table.kind != TenantTable::Kind::teams) continue;
    for (const auto& [session, team] :
         {std::pair{owner_.get(), &owner_team_}, {other_.get(), &other_team_}}) {
      const TenantAnswer seen = session->attempt({rows_in(table, table.own(*team))});
      if (!seen.found() && !seen.was_forbidden())
        return base::failure(
            base::ErrorCode::not_found,
            fmt::format("the canary team {} isn't seen in {}: {}", *team, table.name, words_of(seen)),
            "put the teams that canary_teams names into it, once, as whoever founds teams");
    }
  }
  return {};
}

base::Result<bool> SeparationGround::may(const TenantTable& table, const char* function,
                                         const char* privilege) const {
  ART32_ASSIGN(
      const auto rows,
      owner_->query(fmt::format("select pg_catalog.{}($1, '{}')", function, privilege), {table.name}));
  return rows.front().front() == "t";
}

// Of a standing team: its row of the run before, or one that the operator put there.
base::Status SeparationGround::put_or_find_row(const TenantTable& table) {
  const TenantAnswer there = owner_->attempt({own_rows(table)});
  if (there.found()) return {};
  const bool has_bare_parent = table.parent && std::ranges::find(bare_, table.parent->name) != bare_.end();
  ART32_ASSIGN(const bool may_insert, may(table, "has_any_column_privilege", "insert"));
  if (table.kind == TenantTable::Kind::teams || has_bare_parent || !may_insert) {
    bare_.push_back(table.name);
    return {};
  }
  ART32_ASSIGN(const std::string value, team_value(*owner_, table, owner_team_));
  return insert_row(*owner_, {table, value, owner_team_});
}

base::Status SeparationGround::put_row(const TenantTable& table) {
  if (are_standing()) {
    ART32_CHECKED(put_or_find_row(table));
    if (!bare_.empty() && bare_.back() == table.name) return {};
  } else {
    ART32_ASSIGN(const bool may_delete, may(table, "has_table_privilege", "delete"));
    if (!may_delete)
      return base::failure(
          base::ErrorCode::permission,
          "the application may not delete there, so the row could only be kept: by two teams "
          "that nobody has, in canary_teams");
    if (table.kind != TenantTable::Kind::teams) {
      ART32_ASSIGN(const std::string value, team_value(*owner_, table, owner_team_));
      ART32_CHECKED(insert_row(*owner_, {table, value, owner_team_}));
    }
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
          without.empty() ? fmt::format("in {} tables", made - bare_.size()) : base::join(without, "; "));
  say_what_is_bare();
}

// Any row that the second team is shown there is another's, so reading is tried without one.
void SeparationGround::say_what_is_bare() {
  if (bare_.empty()) return;
  control({"Tabellen, in die die Anwendung nichts einfügen darf und in denen das Team nichts hat: versucht "
           "wird, ob fremde Zeilen zu sehen sind",
           "Tables that the application may put nothing into and where the team has nothing: it is tried "
           "whether rows of others are seen"},
          Outcome::worked, base::join(bare_, ", "));
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
    const bool is_teams = table.kind == TenantTable::Kind::teams;
    if (!table.takes_rows() || (is_teams && are_standing())) continue;
    if (owner_->ask(own_rows(table)).found() ||
        (is_teams && other_->ask(rows_in(table, table.own(other_team_))).found()))
      found.push_back(table.name);
  }
  if (found.empty()) return;
  const Rest rest = take_out();
  std::erase_if(found, [&rest](const std::string& name) {
    return std::ranges::find(rest.kept, name) != rest.kept.end();
  });
  if (found.empty() && rest.left.empty()) return;
  control({"Was ein abgebrochener Lauf zurückließ, ist entfernt",
           "What a run that was cut off has left is removed"},
          worked_if(rest.left.empty()), base::join(rest.left.empty() ? found : rest.left, "; "));
}

// Children go first, then what they refer to; what triggers or other keys hold, in a round after.
// Standing teams stay, and so does their row where the database refuses to give it up.
SeparationGround::Rest SeparationGround::take_out() {
  Rest rest;
  const auto take = [this, &rest](TenantSession& session, const TenantTable& table, const std::string& team) {
    const auto gone = session.query(fmt::format("delete from {} where {}", table.name, table.own(team)));
    const TenantAnswer there = session.attempt({rows_in(table, table.own(team))});
    const bool is_counted = there.kind == TenantAnswer::Kind::counted;
    if (!there.found() && (is_counted || (gone && there.kind != TenantAnswer::Kind::lost))) return;
    if (are_standing() && is_counted && (gone || is_refusal(gone.error())))
      rest.kept.push_back(table.name);
    else
      rest.left.push_back(table.name + ": " + (gone ? words_of(there) : gone.error().what));
  };
  for (std::size_t round = 0; round < tables_.size() + 1; ++round) {
    const std::size_t before = rest.left.size() + rest.kept.size();
    rest = {};
    for (auto table = tables_.rbegin(); table != tables_.rend(); ++table) {
      const bool is_teams = table->kind == TenantTable::Kind::teams;
      if (!table->takes_rows() || (is_teams && are_standing())) continue;
      take(*owner_, *table, owner_team_);
      if (is_teams) take(*other_, *table, other_team_);
    }
    const std::size_t after = rest.left.size() + rest.kept.size();
    if (after == 0 || (round > 2 && after >= before)) break;
  }
  return rest;
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
  const Rest rest = take_out();
  const std::string seen = rest.kept.empty()
                               ? "in every table"
                               : "in every table but those that keep the team's row for the next "
                                 "run, since the application may not delete it: " +
                                     base::join(rest.kept, ", ");
  control({"Was eingefügt wurde, ist wieder entfernt", "What was put in is removed again"},
          worked_if(rest.left.empty()), rest.left.empty() ? seen : base::join(rest.left, "; "));
}

}  // namespace art32::audit
