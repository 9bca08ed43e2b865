// By statements, of each table: reading and changing rows of others, and writing some for them.
#include <fmt/format.h>

#include <algorithm>

#include "audit/probes/separation_attacks.h"
#include "audit/probes/separation_ground.h"
#include "base/text.h"

namespace art32::audit {
namespace {

// What PostgreSQL can't do to a table of that kind, or a trigger there forbids: nobody can.
bool is_impossible(const TenantAnswer& answer) {
  constexpr std::string_view states[] = {"0A000", "42809", "55000", "P0001"};
  return answer.kind == TenantAnswer::Kind::failed &&
         std::ranges::find(states, answer.sqlstate) != std::end(states);
}

class TableAttack {
 public:
  TableAttack(SeparationGround& ground, const SeparationAttack& attack) : ground_(ground), attack_(attack) {}

  void run() {
    for (const TenantTable& table : ground_.tables()) {
      if (attack_.needs_table && !table.takes_rows()) continue;
      if (ground_.is_broken(table) && attack_.needs_table) continue;
      if (ground_.is_late(tally_)) break;
      for (const std::string& key : keys_of(table))
        if (!try_table(table, key)) break;
    }
    ground_.attack(attack_.text, tally_.outcome(), tally_.seen());
  }

 private:
  bool says(std::string_view place) const {
    return std::ranges::any_of(attack_.statements,
                               [&](std::string_view each) { return each.find(place) != each.npos; });
  }
  // For statements that name a unique key: each of the table's. For the others: once.
  std::vector<std::string> keys_of(const TenantTable& table) {
    if (!says("{key}")) return {""};
    if (ground_.row_of(table).empty()) return {};
    auto keys = unique_keys(ground_.owner(), table);
    auto columns = columns_of(ground_.owner(), table);
    if (keys && columns) {
      columns_ = *columns;
      return *keys;
    }
    tally_.unknown.push_back(table.name + ": its keys can't be read");
    return {};
  }

  TenantAnswer ask(TenantSession& session, Filling filling, const std::string& key) const {
    filling.key = key;
    filling.columns = columns_;
    filling.row = ground_.row_of(filling.table);
    std::vector<std::string> statements;
    for (const std::string_view statement : attack_.statements)
      statements.push_back(fill_in(statement, filling));
    TenantAnswer answer = session.attempt(statements);
    if (answer.kind == TenantAnswer::Kind::failed && answer.sqlstate == attack_.tells &&
        !attack_.tells.empty())
      answer.sqlstate = seen_state;
    if (statements.back().starts_with("copy " + filling.table.name) && answer.found())
      answer.rows -= session.attempt({"select " + filling.floor}).rows;
    return answer;
  }

  // False: rows of others were found.
  bool try_table(const TenantTable& table, const std::string& key) {
    const std::string& team = ground_.other_team();
    const TenantAnswer own =
        ask(ground_.owner(), {table, table.own(ground_.owner_team()), ground_.owner_team(), "0"}, key);
    const TenantAnswer foreign =
        ask(ground_.other(),
            {table, table.foreign(team), team,
             fmt::format("(select count(*) from {} where {})", table.name, table.own(team))},
            key);
    if (foreign.found()) {
      ++tally_.tried;
      tally_.take(table.name, foreign);
      ground_.mark_broken(table);
      return false;
    }
    judge(table, own, foreign);
    return true;
  }

  // First the team itself, with the same statement: what finds nothing of its own proves nothing.
  void judge(const TenantTable& table, const TenantAnswer& own, const TenantAnswer& foreign) {
    if (!own.found() && is_impossible(own) && foreign.kind != TenantAnswer::Kind::lost)
      return tally_.apart.push_back(fmt::format("{} ({})", table.name, own.sqlstate));
    // Of a partitioned table COPY gives what lies in itself, which is nothing.
    if (attack_.statements.back().starts_with("copy {t}") && own.kind == TenantAnswer::Kind::counted &&
        !own.found() && foreign.kind != TenantAnswer::Kind::lost)
      return tally_.apart.push_back(table.name + " (no rows)");
    ++tally_.tried;
    if (foreign.kind == TenantAnswer::Kind::lost ||
        (foreign.kind == TenantAnswer::Kind::failed && !foreign.was_forbidden()))
      tally_.unknown.push_back(table.name + ": " + words_of(foreign));
    else if (!own.found() && !own.was_forbidden() && !attack_.is_for_nobody &&
             !ground_.row_of(table).empty())  // where there is none, the control has said so
      tally_.unknown.push_back(table.name + ": the team's own row isn't found so: " + words_of(own));
  }

  SeparationGround& ground_;
  const SeparationAttack& attack_;
  std::string columns_;
  Tally tally_;
};

// In each table, as a transaction of the second team's that is rolled back. `act` does it; that
// it is forbidden is what is hoped for. Policies are asked before constraints, so what a
// constraint refused had come past them.
enum class Needs { nothing, row };  // of the first team's, which says that one can be put there
template <class Act>
void try_in_tables(SeparationGround& ground, const model::Text& text, Needs needs, Act&& act) {
  Tally tally;
  TenantSession& other = ground.other();
  for (const TenantTable& table : ground.tables()) {
    if (!table.takes_rows() || ground.is_broken(table)) continue;
    if ((table.parent || needs == Needs::row) && ground.row_of(table).empty()) continue;
    if (ground.is_late(tally)) break;
    ++tally.tried;
    if (const base::Status begun = other.begin(); !begun) {
      tally.unknown.push_back(table.name + ": " + begun.error().what);
      continue;
    }
    const base::Status done = act(table);
    const std::string state = done ? std::string() : sqlstate_of(done.error());
    if (const auto ended = other.query("rollback"); !ended)
      tally.unknown.push_back(table.name + ": " + ended.error().what);
    else if (done || state.starts_with("23"))
      tally.got.push_back(table.name);
    else if (state == "0A000")  // COPY FROM, where there are policies
      continue;
    else if (state != "42501")
      tally.unknown.push_back(table.name + ": " + done.error().what);
  }
  ground.attack(text, tally.outcome(), tally.seen());
}

// What the first team's rows have in the column, as that team knows.
base::Result<std::string> owner_value(SeparationGround& ground, const TenantTable& table) {
  return team_value(ground.owner(), table, ground.owner_team());
}

// Of the second team, which stands and may have some.
bool has_row(SeparationGround& ground, const TenantTable& table) {
  TenantSession& other = ground.other();
  return other.uses_rows_again() &&
         other
             .ask(fmt::format("select count(*) from {} where {}", table.name, table.own(ground.other_team())))
             .found();
}

void try_to_give_away(SeparationGround& ground) {
  try_in_tables(
      ground, {"Eine eigene Zeile einem anderen Team geben", "Giving a row of its own to another team"},
      Needs::row, [&ground](const TenantTable& table) -> base::Status {
        TenantSession& other = ground.other();
        ART32_ASSIGN(const std::string target, owner_value(ground, table));
        if (table.kind != TenantTable::Kind::teams && !has_row(ground, table)) {
          auto made = team_value(other, table, ground.other_team());
          base::Status inserted = made ? insert_row(other, {table, *made, ground.other_team()})
                                       : tl::unexpected<base::Error>(made.error());
          // A standing team that may put nothing in has nothing to give.
          if (!inserted && other.uses_rows_again() && sqlstate_of(inserted.error()) == "42501")
            return inserted;
          if (!inserted) return base::failure(base::ErrorCode::unavailable, inserted.error().what);
        }
        // A condition would ask the policies for reading too.
        return other
            .query(fmt::format("update {} set {} = {}", table.name, table.team_column, literal(target)))
            .map([](const auto&) {});
      });
}

void try_to_plant(SeparationGround& ground) {
  const std::pair<Writing, model::Text> ways[] = {
      {Writing::insert, {"Eine Zeile für ein anderes Team einfügen", "Inserting a row for another team"}},
      {Writing::upsert,
       {"Eine Zeile für ein anderes Team einfügen, mit ON CONFLICT",
        "Inserting a row for another team, with ON CONFLICT"}},
      {Writing::merge,
       {"Eine Zeile für ein anderes Team einfügen, mit MERGE", "Inserting a row for another team, by MERGE"}},
      {Writing::copy,
       {"Eine Zeile für ein anderes Team einfügen, mit COPY FROM",
        "Inserting a row for another team, by COPY FROM"}}};
  for (const auto& [writing, text] : ways)
    try_in_tables(ground, text, Needs::nothing,
                  [&ground, way = writing](const TenantTable& table) -> base::Status {
                    ART32_ASSIGN(const std::string target, owner_value(ground, table));
                    return insert_row(ground.other(), {table, target, ground.other_team(), way});
                  });
}

// The right alone: to try it would wait for everybody who uses the table.
void try_to_empty(SeparationGround& ground) {
  try_in_tables(ground, {"Leeren mit TRUNCATE", "Emptying by TRUNCATE"}, Needs::nothing,
                [&ground](const TenantTable& table) -> base::Status {
                  ART32_ASSIGN(const auto may,
                               ground.other().query("select pg_catalog.has_table_privilege($1, 'truncate')",
                                                    {table.name}));
                  if (may.front().front() == "t") return {};
                  return base::failure(base::ErrorCode::check_failed, "permission denied (42501)");
                });
}

}  // namespace

void attack_tables(SeparationGround& ground) {
  for (const SeparationAttack& attack : separation_attacks())
    TableAttack(ground, attack).run();
  try_to_give_away(ground);
  try_to_plant(ground);
  try_to_empty(ground);
}

}  // namespace art32::audit
