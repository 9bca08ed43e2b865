// By what one team leaves in a server connection that the next one gets: from a session that ends,
// hidden from the gateway within one that changes its team, and plans of statements that drivers
// prepare. Seen to be the same connection by the number of its process.
#include <fmt/format.h>

#include <thread>

#include "audit/probes/separation_attacks.h"
#include "audit/probes/separation_ground.h"
#include "base/text.h"

namespace art32::audit {
namespace {

constexpr int most_sign_ins = 64;  // until two sessions share a worker of the gateway
constexpr int most_looks = 40;     // for the connection to be given away
constexpr std::chrono::milliseconds between_looks{20};
constexpr std::size_t most_plans = 100;

long long process_of(TenantSession& session) {
  return session.ask("select pg_catalog.pg_backend_pid()").rows;
}

const TenantTable* table_with_a_row(SeparationGround& ground) {
  for (const TenantTable& table : ground.tables())
    if (!ground.row_of(table).empty() && !ground.is_broken(table)) return &table;
  return nullptr;
}

// Whether the session, which is the second team's now, finds what was left.
struct Left {
  const Leftover* leftover;
  bool was_left = false, is_lost = false;
  std::string why;
};

std::string filled(SeparationGround& ground, std::string_view statement, const TenantTable& table) {
  return fill_in(statement, {table, table.own(ground.owner_team()), ground.owner_team(), "0"});
}

std::vector<Left> leave_all(SeparationGround& ground, TenantSession& session, const TenantTable& table,
                            bool hidden) {
  std::vector<Left> all;
  for (const Leftover& leftover : leftovers()) {
    std::string leaves = filled(ground, leftover.leaves, table);
    if (hidden) {
      if (leaves.starts_with("select"))
        leaves.replace(0, 6, "perform");
      else
        leaves = "execute " + literal(leaves);
      leaves = "do $art32$ begin " + leaves + "; end $art32$";
    }
    const TenantAnswer done = session.ask(leaves);
    Left left{&leftover, false, done.kind == TenantAnswer::Kind::lost, words_of(done)};
    if (done.kind == TenantAnswer::Kind::counted) {
      const TenantAnswer own = session.ask(filled(ground, leftover.finds, table));
      left.was_left = own.found();
      left.why = "the team itself doesn't find it: " + words_of(own);
    }
    all.push_back(std::move(left));
  }
  return all;
}

// A cursor gives its rows once, so what a team finds itself may be gone: then the next finds an
// empty one, which is found as well.
bool is_found(const TenantAnswer& answer, const Leftover& leftover) {
  return answer.found() ||
         (answer.kind == TenantAnswer::Kind::counted && leftover.finds.starts_with("fetch"));
}

void report(SeparationGround& ground, const std::vector<Left>& all, TenantSession* next,
            const TenantTable& table, const model::Text& how, const std::string& otherwise) {
  for (const Left& left : all) {
    const Leftover& leftover = *left.leftover;
    const model::Text text{
        fmt::format("Was ein Team in der Verbindung zurücklässt, {}: {}", how.german, leftover.text.german),
        fmt::format("What a team leaves in the connection, {}: {}", how.english, leftover.text.english)};
    if (!left.was_left) {
      ground.attack(text, left.is_lost ? Outcome::undecided : Outcome::refused, "can't be left: " + left.why);
    } else if (next == nullptr) {
      ground.attack(text,
                    otherwise.starts_with("the connection ended") ? Outcome::refused : Outcome::undecided,
                    otherwise);
    } else {
      const TenantAnswer found = next->ask(filled(ground, leftover.finds, table));
      const bool is_lost = found.kind == TenantAnswer::Kind::lost;
      ground.attack(
          text,
          is_found(found, leftover) ? Outcome::worked
          : is_lost                 ? Outcome::undecided
                                    : Outcome::refused,
          is_found(found, leftover) ? "the next team finds it" : "the next team finds: " + words_of(found));
    }
  }
}

// One session of each team on the same worker of the gateway, so that the connection that one gives
// back is the one that the other gets.
base::Status share_a_worker(SeparationGround& ground, std::unique_ptr<TenantSession>& first,
                            std::unique_ptr<TenantSession>& second) {
  ART32_ASSIGN(second, ground.sign_in());
  ART32_CHECKED(second->act_for(ground.other_claim()));
  for (int i = 0; i < most_sign_ins; ++i) {
    ART32_ASSIGN(first, ground.sign_in());
    ART32_CHECKED(first->act_for(ground.owner_claim()));
    if (process_of(*first) == process_of(*second)) return {};
  }
  return base::failure(
      base::ErrorCode::unavailable,
      "no two sessions got the same server connection, so nothing could be left to the next");
}

void try_after_the_session(SeparationGround& ground, const TenantTable& table) {
  const model::Text how{"wenn seine Sitzung endet", "when its session ends"};
  std::unique_ptr<TenantSession> first, second;
  if (const base::Status shared = share_a_worker(ground, first, second); !shared)
    return ground.attack(
        {"Was ein Team in der Verbindung zurücklässt", "What a team leaves in the connection"},
        Outcome::undecided, shared.error().what);
  const std::vector<Left> all = leave_all(ground, *first, table, false);
  const long long process = process_of(*first);
  first.reset();
  TenantSession* next = nullptr;
  std::string otherwise = "the next team never got that connection";
  for (int i = 0; i < most_looks && next == nullptr; ++i) {
    if (process_of(*second) == process) {
      next = second.get();
    } else if (second
                   ->ask(fmt::format(
                       "select case when exists (select from pg_catalog.pg_stat_activity where pid = {}) "
                       "then 0 else 1 end",
                       process))
                   .found()) {
      otherwise = "the connection ended with its session";
      break;
    }
    if (next == nullptr) std::this_thread::sleep_for(between_looks);
  }
  report(ground, all, next, table, how, otherwise);
}

void try_within_the_session(SeparationGround& ground, const TenantTable& table) {
  const model::Text how{"versteckt in DO, wenn die Sitzung das Team wechselt",
                        "hidden in DO, when the session changes its team"};
  const auto session = ground.sign_in_as_owner({"Was ein Team in der Verbindung zurücklässt, " + how.german,
                                                "What a team leaves in the connection, " + how.english});
  if (!session) return;
  const std::vector<Left> all = leave_all(ground, *session, table, true);
  const long long process = process_of(*session);
  const base::Status changed = session->act_for(ground.other_claim());
  const bool is_same = changed && process_of(*session) == process;
  report(ground, all, is_same ? session.get() : nullptr, table, how,
         changed ? "the next team got another connection" : changed.error().what);
}

// The plan that the first team's statements made is generic, and the server connection keeps it.
void try_plans(SeparationGround& ground) {
  const model::Text text{
      "Vorbereitete Anweisungen mit allgemeinem Plan, wenn dieselbe Verbindung das Team wechselt",
      "Prepared statements with a generic plan, when the same connection changes its team"};
  auto session = ground.sign_in();
  if (!session) return ground.attack(text, Outcome::undecided, session.error().what);
  (void)(*session)->query("set plan_cache_mode = force_generic_plan");
  if (const base::Status acts = (*session)->act_for(ground.owner_claim()); !acts)
    return ground.attack(text, Outcome::undecided, acts.error().what);
  Tally tally;
  std::vector<std::pair<std::string, const TenantTable*>> plans;
  for (const TenantTable& table : ground.tables()) {
    if (ground.row_of(table).empty() || ground.is_broken(table) || plans.size() >= most_plans) continue;
    const std::string name = fmt::format("art32_plan_{}", plans.size());
    const base::Status prepared = (*session)->prepare(name, ground.own_rows(table));
    const TenantAnswer own = prepared ? (*session)->run_prepared(name) : TenantAnswer{};
    if (own.found())
      plans.emplace_back(name, &table);
    else
      tally.unknown.push_back(table.name + ": the team's own row isn't found so: " +
                              (prepared ? words_of(own) : prepared.error().what));
  }
  const long long process = process_of(**session);
  const base::Status changed = (*session)->act_for(ground.other_claim());
  if (!changed || process_of(**session) != process)
    tally.unknown.push_back(changed ? "the next team got another connection" : changed.error().what);
  for (const auto& [name, table] : plans) {
    ++tally.tried;
    const TenantAnswer foreign = (*session)->run_prepared(name);
    if (foreign.found()) tally.take(table->name, foreign);
    if (foreign.kind == TenantAnswer::Kind::lost)
      tally.unknown.push_back(table->name + ": " + words_of(foreign));
  }
  ground.attack(text, tally.outcome(), tally.seen());
}

// What a driver prepares stays with the connection, values in its text included.
void try_statement_texts(SeparationGround& ground) {
  const model::Text text{
      "Texte von Anweisungen, die ein anderes Team in der Verbindung vorbereitet hat: pg_prepared_statements",
      "Texts of statements that another team prepared in the connection: pg_prepared_statements"};
  const std::string looks =
      "select count(*) from pg_catalog.pg_prepared_statements where statement like '%art32' || '_told%'";
  auto session = ground.sign_in();
  if (!session) return ground.attack(text, Outcome::undecided, session.error().what);
  base::Status done = (*session)->act_for(ground.owner_claim());
  if (done)  // nothing in it that has the connection reset before the next team comes
    done = (*session)->prepare("art32_text",
                               "select count(*) from (values (1)) art32_rows where 'art32_told' <> ''");
  if (!done) return ground.attack(text, Outcome::undecided, done.error().what);
  (void)(*session)->run_prepared("art32_text");
  const TenantAnswer own = (*session)->ask(looks);
  if (own.was_forbidden()) return ground.attack(text, Outcome::refused, words_of(own));
  if (!own.found())
    return ground.attack(text, Outcome::undecided, "the team itself doesn't find its own: " + words_of(own));
  const long long process = process_of(**session);
  done = (*session)->act_for(ground.other_claim());
  if (!done || process_of(**session) != process)
    return ground.attack(text, Outcome::undecided,
                         done ? "the next team got another connection" : done.error().what);
  const TenantAnswer foreign = (*session)->ask(looks);
  const bool is_lost = foreign.kind == TenantAnswer::Kind::lost;
  ground.attack(text,
                foreign.found() ? Outcome::worked
                : is_lost       ? Outcome::undecided
                                : Outcome::refused,
                foreign.found() ? "the next team reads it" : "the next team finds: " + words_of(foreign));
}

}  // namespace

void attack_pooled_sessions(SeparationGround& ground) {
  const TenantTable* const table = table_with_a_row(ground);
  if (table == nullptr) return;  // the control has said so
  try_plans(ground);
  try_statement_texts(ground);
  try_after_the_session(ground, *table);
  try_within_the_session(ground, *table);
}

}  // namespace art32::audit
