// database.trail: whether a committed change is found sealed in the trail, with its author; and whether
// one can be hidden, forged or kept out of it. Rows of canaries, in a table that is there for it.
#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "audit/observe.h"
#include "audit/probes/probes.h"
#include "audit/probes/tenant_session.h"
#include "base/text.h"
#include "crypto/random.h"

namespace art32::audit {
namespace {

using base::Result;

constexpr std::chrono::seconds patience{8};  // from the last commit until it is found
constexpr std::chrono::milliseconds pause{100};
constexpr std::chrono::days deletion_delay{2};  // a segment's span, and a server that was off for a while
constexpr std::string_view actor = "system:probe";
constexpr std::string_view put = "insert into art32_trail.canary (note) values ($1)";

std::string new_note() {
  return "canary-" + base::hex(crypto::random_bytes(12));
}

// Rows that were written, and what the trail has of them once they are sealed.
class Written {
 public:
  Written(const ProbeContext& context, std::string database)
      : context_(context), database_(std::move(database)) {}

  // In one transaction with what comes before. Nobody but the trail's reader can take the row out.
  Result<std::string> write(TenantSession& session, const std::vector<std::string>& before) {
    const std::string note = new_note();
    ART32_CHECKED(session.begin());
    for (const std::string& statement : before)
      ART32_CHECKED(session.query(statement).map([](const auto&) {}));
    ART32_CHECKED(session.query(std::string(put), {note}).map([](const auto&) {}));
    ART32_CHECKED(session.query("commit").map([](const auto&) {}));
    end_ = std::chrono::steady_clock::now() + patience;
    return note;
  }
  Result<std::string> write_past_gateway() {
    const std::string note = new_note();
    ART32_CHECKED(context_.target.gateway->write_past_gateway(database_, note));
    end_ = std::chrono::steady_clock::now() + patience;
    return note;
  }
  // Nothing when it isn't there in time.
  Result<std::optional<TrailHit>> find(const std::string& note) const {
    const auto end = std::min(end_, context_.deadline);
    while (true) {
      ART32_ASSIGN(auto hit, context_.target.gateway->find_in_trail(database_, note));
      if (hit || std::chrono::steady_clock::now() >= end) return hit;
      std::this_thread::sleep_for(pause);
    }
  }

 private:
  const ProbeContext& context_;
  const std::string database_;
  std::chrono::steady_clock::time_point end_;
};

std::string seen(const TrailHit& hit) {
  if (!hit.has_author) return "recorded, by nobody known";
  return fmt::format("recorded, by {} of team {}, request {}", hit.actor, hit.team, hit.request);
}

// What is to be recorded, and under no name: the attack works where it isn't, or has one.
void see_nameless(Observations& observations, const std::string& target, const model::Text& tried,
                  const Written& written, const Result<std::string>& note) {
  if (!note) return observations.attack(target, tried, Outcome::undecided, note.error().message());
  const auto hit = written.find(*note);
  if (!hit) return observations.attack(target, tried, Outcome::undecided, hit.error().message());
  if (!*hit)
    return observations.attack(target, tried, Outcome::worked,
                               fmt::format("after {} s it isn't recorded", patience.count()));
  observations.attack(target, tried, worked_if((*hit)->has_author), seen(**hit));
}

// It may be nobody's then, and nobody else's.
void see_hidden(Observations& observations, const std::string& target, const std::string& team,
                const Written& written, const Result<std::string>& note) {
  const model::Text tried{"Eine Änderung, von der die Datenbank glaubt, ihr Urheber sei schon genannt",
                          "A change of which the database believes that its author was named already"};
  if (!note) {
    const bool is_refused = sqlstate_of(note.error()) == "42501";
    return observations.attack(target, tried, is_refused ? Outcome::refused : Outcome::undecided,
                               note.error().message());
  }
  const auto hit = written.find(*note);
  if (!hit) return observations.attack(target, tried, Outcome::undecided, hit.error().message());
  const bool is_right = *hit && (!(*hit)->has_author || (*hit)->team == team);
  observations.attack(target, tried, worked_if(!is_right), *hit ? seen(**hit) : "it isn't recorded");
}

// As somebody without the key would make one: everything right but the signature.
std::string forge_author(const std::string& team) {
  return fmt::format(
      "select pg_catalog.pg_logical_emit_message(true, 'art32', '\\x01026b31'::bytea || "
      "pg_catalog.int8send((select system_identifier from pg_catalog.pg_control_system())) || "
      "pg_catalog.int8send((select oid from pg_catalog.pg_database where datname = "
      "pg_catalog.current_database())::bigint) || "
      "pg_catalog.int8send(pg_catalog.pg_current_xact_id()::text::bigint) || "
      "pg_catalog.convert_to(pg_catalog.chr({}) || '{}' || pg_catalog.chr(6) || 'system' || "
      "pg_catalog.chr(5) || "
      "'probe' || pg_catalog.chr(1) || 'r', 'UTF8') || "
      "pg_catalog.decode(pg_catalog.repeat('00', 32), 'hex'))",
      team.size(), team);
}

struct Sabotage {
  model::Text tried;
  std::string sql;
};

std::vector<Sabotage> sabotages(const TrailView& view) {
  const std::string publication = '"' + base::replace_all(view.publication, "\"", "\"\"") + '"';
  return {{{"Die Publikation löschen", "Dropping the publication"}, "drop publication " + publication},
          {{"Änderungen aus der Publikation nehmen", "Taking changes out of the publication"},
           fmt::format("alter publication {} set (publish = 'insert')", publication)},
          {{"Den Replikationsslot löschen", "Dropping the replication slot"},
           fmt::format("select pg_catalog.pg_drop_replication_slot('{}')", view.slot)},
          {{"Alte Werte aus dem Schreibprotokoll nehmen", "Taking old values out of the log"},
           "alter table art32_trail.canary replica identity nothing"},
          {{"Den Ereignisauslöser abschalten", "Switching the event trigger off"},
           "alter event trigger art32_schema_change disable"},
          {{"Auslöser für die Sitzung abschalten", "Switching triggers off for the session"},
           "set local session_replication_role = replica"},
          {{"Eine Änderung des Schemas erfinden", "Inventing a change of the schema"},
           "insert into art32_trail.schema_change (command) values ('CREATE TABLE')"},
          {{"Änderungen des Schemas löschen", "Deleting changes of the schema"},
           "delete from art32_trail.schema_change"}};
}

void see_sabotage(Observations& observations, const TrailView& view, TenantSession& session) {
  for (const Sabotage& each : sabotages(view)) {
    const TenantAnswer answer = session.attempt({each.sql});
    if (answer.kind == TenantAnswer::Kind::counted)
      observations.attack(view.database, each.tried, Outcome::worked, "the database did it");
    else
      observations.attack(view.database, each.tried,
                          answer.was_forbidden() ? Outcome::refused : Outcome::undecided, answer.message);
  }
}

void see_database(Observations& observations, const TrailView& view) {
  const model::Text tried{"Was die Datenbank dem Protokoll nicht gibt",
                          "What the database doesn't give the trail"};
  if (!view.error.empty()) return observations.attack(view.database, tried, Outcome::undecided, view.error);
  observations.attack(view.database, tried, worked_if(!view.findings.empty() || !view.is_connected),
                      !view.findings.empty() ? base::join(view.findings, "; ")
                      : view.is_connected    ? "nothing is missing, and the log is read"
                                             : "the log isn't read");
}

// Sealed and stored are two things: somebody may have altered what is stored, or left some out.
void see_records(Observations& observations, const ProbeContext& context, const TrailView& view) {
  const model::Text tried{"Gespeicherte Aufzeichnungen, die nicht die versiegelten sind",
                          "Stored records that aren't those that were sealed"};
  const auto problem = context.target.gateway->check_records(view.database);
  if (!problem)
    return observations.attack(view.database, tried, Outcome::undecided, problem.error().message());
  observations.attack(view.database, tried, worked_if(!problem->empty()),
                      problem->empty() ? "the newest ones give the sealed roots" : *problem);
}

void see_age(Observations& observations, const TrailView& view) {
  const model::Text tried{"Aufzeichnungen, die älter sind als zugesagt",
                          "Records that are older than promised"};
  if (!view.oldest)
    return observations.attack(view.database, tried, Outcome::undecided, "their age isn't known yet");
  const auto age = std::chrono::floor<std::chrono::days>(base::SystemClock().now() - *view.oldest);
  observations.attack(view.database, tried, worked_if(age > view.retention + deletion_delay),
                      fmt::format("the oldest ones are {} days old", age.count()));
}

void see_own_change(Observations& observations, const std::string& target, const std::string& team,
                    const Written& written, const Result<std::string>& note) {
  const model::Text tried{"Eine Zeile durch das Gateway schreiben und versiegelt wiederfinden",
                          "Writing a row through the gateway, and finding it sealed"};
  if (!note) return observations.control(target, tried, Outcome::undecided, note.error().message());
  const auto hit = written.find(*note);
  if (!hit) return observations.control(target, tried, Outcome::undecided, hit.error().message());
  if (!*hit)
    return observations.attack(target, tried, Outcome::worked,
                               fmt::format("after {} s the row isn't recorded", patience.count()));
  const TrailHit& found = **hit;
  // A record without its author breaks the promise: that is no fault of the probe's.
  const bool is_right =
      found.has_author && found.team == team && found.actor == actor && !found.request.empty();
  if (is_right) return observations.control(target, tried, Outcome::worked, seen(found));
  observations.attack(target, tried, Outcome::worked, seen(found));
}

void attack_database(const ProbeContext& context, const TrailView& view, const ApplicationCanary& canary,
                     Observations& observations) {
  Written written(context, view.database);
  const std::string target = fmt::format("{}, {}", view.database, canary.principal);
  const std::string team = canary.teams.empty() ? "900001" : canary.teams.front();
  const model::Text signing_in{"Durch das Gateway anmelden", "Signing in through the gateway"};
  const auto claim = context.target.gateway->sign_claim(team, ClaimFlaw::none);
  const auto acting = TenantSession::sign_in(context, canary);
  const auto nobody = TenantSession::sign_in(context, canary);
  for (const base::Error* const error : {claim ? nullptr : &claim.error(), acting ? nullptr : &acting.error(),
                                         nobody ? nullptr : &nobody.error()})
    if (error != nullptr)
      return observations.control(target, signing_in, Outcome::undecided, error->message());
  if (const base::Status acts = (*acting)->act_for(*claim); !acts)
    return observations.control(target, signing_in, Outcome::undecided, acts.error().message());

  const auto own = written.write(**acting, {});
  const auto hidden = written.write(
      **acting,
      {"select pg_catalog.set_config('art32.attributed', pg_catalog.pg_current_xact_id()::text, true)"});
  const auto forged = written.write(**nobody, {forge_author(team)});
  const auto past = written.write_past_gateway();
  see_own_change(observations, target, team, written, own);
  see_nameless(observations, target,
               {"Am Gateway vorbei schreiben, ohne Spur oder unter einem Namen",
                "Writing past the gateway, without a trace or under a name"},
               written, past);
  see_nameless(observations, target,
               {"Mit einem gefälschten Urheber schreiben", "Writing with a forged author"}, written, forged);
  see_hidden(observations, target, team, written, hidden);
  see_sabotage(observations, view, **nobody);
}

bool is_read(const TrailView& view) {
  return view.is_connected &&
         std::none_of(view.findings.begin(), view.findings.end(),
                      [](const std::string& finding) { return finding.starts_with("slot-"); });
}

// A server that has only begun makes the slot first; one that reads no more is believed after a while.
Result<std::vector<TrailView>> look(const ProbeContext& context) {
  const auto end = std::min(std::chrono::steady_clock::now() + patience, context.deadline);
  while (true) {
    ART32_ASSIGN(auto views, context.target.gateway->look_at_trails());
    if (std::all_of(views.begin(), views.end(), is_read) || std::chrono::steady_clock::now() >= end)
      return views;
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

std::vector<model::Observation> probe_trail(const ProbeContext& context) {
  Observations observations;
  const GatewayTarget& gateway = *context.target.gateway;
  const model::Text tried{"Die Protokolle der Datenbanken ansehen", "Looking at the databases' trails"};
  const auto views = look(context);
  if (!views) {
    observations.control("gateway", tried, Outcome::undecided, views.error().message());
    return observations.take();
  }
  const auto canaries = gateway.make_applications();
  if (!canaries) {
    observations.control("gateway", tried, Outcome::undecided, canaries.error().message());
    return observations.take();
  }
  for (const TrailView& view : *views) {
    see_database(observations, view);
    bool is_tried = false;
    for (const ApplicationCanary& canary : *canaries) {
      if (canary.database != view.database) continue;
      is_tried = true;
      attack_database(context, view, canary, observations);
    }
    if (!is_tried)
      observations.control(view.database, tried, Outcome::undecided,
                           "it isn't separated by team, so nobody vouches for who writes there");
    see_records(observations, context, view);
  }
  // By now something is sealed in each.
  if (const auto later = gateway.look_at_trails())
    for (const TrailView& view : *later)
      see_age(observations, view);
  for (const ApplicationCanary& canary : *canaries)
    gateway.remove_application(canary);
  if (views->empty()) observations.control("gateway", tried, Outcome::undecided, "there is none");
  return observations.take();
}

}  // namespace art32::audit
