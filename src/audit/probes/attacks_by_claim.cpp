// By who the session says it acts for: claims that must not be believed, none at all, a team or a
// role that SQL itself chooses.
#include <fmt/format.h>

#include "audit/probes/separation_ground.h"
#include "base/text.h"

namespace art32::audit {
namespace {

constexpr std::size_t most_roles = 50;

// A session that acted for the first team: whatever it was told since, it mustn't see its rows.
void sees_nothing(SeparationGround& ground, const model::Text& text, const std::string& said,
                  TenantSession& session, Tally tally = {}) {
  for (const TenantTable& table : ground.tables()) {
    if (ground.is_late(tally)) break;
    ++tally.tried;
    const TenantAnswer all = session.attempt({ground.own_rows(table)});
    if (all.found()) tally.take(table.name, all);
    if (all.kind == TenantAnswer::Kind::lost ||
        (all.kind == TenantAnswer::Kind::failed && !all.was_forbidden()))
      tally.unknown.push_back(table.name + ": " + words_of(all));
  }
  ground.attack(text, tally.outcome(), said.empty() ? tally.seen() : said + "; " + tally.seen());
}

void try_claim(SeparationGround& ground, ClaimFlaw flaw, const model::Text& text) {
  const auto claim = ground.gateway().sign_claim(ground.owner_team(), flaw);
  if (!claim) return ground.attack(text, Outcome::undecided, claim.error().message());
  const auto session = ground.sign_in_as_owner(text);
  if (!session) return;
  const base::Status believed = session->act_for(*claim);
  if (believed) return ground.attack(text, Outcome::worked, "it was believed");
  sees_nothing(ground, text, believed.error().what, *session);
}

void try_without_claim(SeparationGround& ground) {
  const model::Text text{"Gar kein Nachweis", "No claim at all"};
  const auto session = ground.sign_in_as_owner(text);
  if (!session) return;
  const auto reset = session->query("RESET art32.claim");
  sees_nothing(ground, text, reset ? "" : reset.error().what, *session);
}

// By what SQL can say of itself, from a session that acts for nobody.
void try_by_sql(SeparationGround& ground) {
  const model::Text text{"Das Team durch SQL wählen: SET art32.team, set_config, art32.enter, andere Rollen",
                         "Choosing the team by SQL: SET art32.team, set_config, art32.enter, other roles"};
  const auto session = ground.sign_in_as_owner(text);
  if (!session) return;
  Tally tally;
  (void)session->query("RESET art32.claim");
  for (const std::string& sql :
       {fmt::format("SET art32.team = '{}'", ground.owner_team()),
        fmt::format("select pg_catalog.set_config('art32.team', '{}', false)", ground.owner_team()),
        fmt::format("do $art32$ begin perform pg_catalog.set_config('art32.team', '{}', false); end $art32$",
                    ground.owner_team()),
        fmt::format("update pg_catalog.pg_settings set setting = '{}' where name = 'art32.team'",
                    ground.owner_team()),
        std::string("select art32.enter('\\x0102')"), std::string("select art32.enter(null)"),
        std::string("set session authorization postgres"), std::string("set role postgres"),
        std::string("reset role"), std::string("reset session authorization")}) {
    (void)session->query(sql);  // refused or not, it must not help
    for (const TenantTable& table : ground.tables())
      if (!ground.row_of(table).empty()) {
        if (session->attempt({ground.own_rows(table)}).found())
          tally.got.push_back(sql.substr(0, sql.find(" = ")));
        break;
      }
  }
  sees_nothing(ground, text, {}, *session, std::move(tally));
}

// Whom the application's role may become without a password.
void try_roles(SeparationGround& ground) {
  const model::Text text{"Als jede Rolle lesen, die die Anwendung annehmen kann (SET ROLE)",
                         "Reading as each role that the application may become (SET ROLE)"};
  TenantSession& other = ground.other();
  const auto roles = other.query(
      "select pg_catalog.quote_ident(rolname) from pg_catalog.pg_roles "
      "where pg_catalog.pg_has_role(session_user, oid, 'member') and rolname <> session_user order by 1");
  if (!roles) return ground.attack(text, Outcome::undecided, roles.error().what);
  Tally tally;
  if (roles->size() > most_roles) tally.unknown.push_back("there are too many roles to try them all");
  for (std::size_t place = 0; place < std::min(roles->size(), most_roles); ++place) {
    const std::string role = *(*roles)[place].front();
    ++tally.tried;
    for (const TenantTable& table : ground.tables()) {
      if (ground.is_broken(table)) continue;
      if (ground.is_late(tally)) break;
      const TenantAnswer seen =
          other.attempt({"set local role " + role, fmt::format("select count(*) from {} where {}", table.name,
                                                               table.foreign(ground.other_team()))});
      if (seen.found()) tally.take(role + " in " + table.name, seen);
      if (seen.kind == TenantAnswer::Kind::lost) tally.unknown.push_back(role + ": " + words_of(seen));
    }
  }
  ground.attack(text, tally.outcome(), tally.seen("roles"));
}

}  // namespace

void attack_by_claims(SeparationGround& ground) {
  try_claim(ground, ClaimFlaw::expired, {"Ein abgelaufener Nachweis", "A claim that has expired"});
  try_claim(ground, ClaimFlaw::other_audience,
            {"Ein Nachweis für eine andere Installation", "A claim for another installation"});
  try_claim(ground, ClaimFlaw::unknown_key,
            {"Ein Nachweis mit fremdem Schlüssel", "A claim signed with a stranger's key"});
  try_without_claim(ground);
  try_by_sql(ground);
  try_roles(ground);
}

}  // namespace art32::audit
