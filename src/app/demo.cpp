#include "app/demo.h"

#include "app/commands/output.h"
#include "app/controls.h"
#include "app/demo_traffic.h"
#include "app/initialize.h"
#include "app/serve.h"
#include "app/sql_connection.h"
#include "app/trail_source.h"
#include "audit/probe_table.h"
#include "audit/scratch_gateway.h"
#include "base/assert.h"
#include "base/scratch_folder.h"
#include "tenancy/plain_functions.h"

namespace art32::app {
namespace {

using model::Language;

constexpr std::uint16_t preferred_port = 8443;
constexpr std::chrono::milliseconds traffic_time{1'500};
using Milliseconds = std::chrono::duration<double, std::milli>;

void heading(std::string_view text) {
  print("\n" + coloured(text, Colour::bold, colours_wanted()) + "\n");
}

// The first half of the chain, on one sentence that has all of it.
void show_sentence(const model::Annex& annex) {
  const model::Measure& measure = *annex.measure("encryption.transport");
  const model::Paragraph* paragraph = nullptr;
  for (const model::Paragraph& candidate : measure.paragraphs)
    if (paragraph == nullptr && !candidate.probes.empty()) paragraph = &candidate;
  ART32_ASSERT(paragraph != nullptr);
  heading("A sentence of the annex, and what stands behind it");
  print(fmt::format("  German   {}\n  English  {}\n", model::fill(measure, *paragraph, Language::german),
                    model::fill(measure, *paragraph, Language::english)));
  for (const model::Promise& promise : measure.promises)
    print(fmt::format("  promise  {} = {}\n", promise.name, model::canonical(promise)));
  for (const model::Control& control : controls())
    if (std::find(paragraph->controls.begin(), paragraph->controls.end(), control.id) !=
        paragraph->controls.end())
      print(fmt::format("  control  {}: {}\n", control.id, control.how.english));
  for (const std::string& id : paragraph->probes)
    print(fmt::format("  probe    {}: {}\n", id, audit::find_probe(id)->title.english));
}

void show_run(const audit::ProbeRun& run) {
  const bool wanted = colours_wanted();
  const auto attacks = std::count_if(
      run.observations.begin(), run.observations.end(),
      [](const auto& observation) { return observation.kind == model::Observation::Kind::attack; });
  print(fmt::format("  {} {:<22} {:>5} ms  {:>2} attacks  {}\n",
                    coloured(fmt::format("{:<6}", model::name(run.verdict)), colour_of(run.verdict), wanted),
                    run.probe, run.took.count() / 1000, attacks,
                    run.evidence ? fmt::format("sealed as leaf {}", run.evidence->value) : "not sealed"));
}

// What the probes found, what that makes of the measures, and the ledger that holds it.
struct Outcome {
  std::shared_ptr<const model::Annex> annex;  // the standings point into it
  audit::AuditRun run;
  std::vector<audit::MeasureStanding> standings;
  ledger::Verification ledger;

  bool passed() const {
    return !run.probes.empty() && std::all_of(run.probes.begin(), run.probes.end(), [](const auto& probe) {
      return probe.verdict == model::Verdict::pass;
    });
  }
};

base::Result<Outcome> attack(System& system, const std::function<void(const audit::ProbeRun&)>& progress) {
  Outcome outcome;
  outcome.annex = system.annex();
  ART32_ASSIGN(outcome.run, system.run_audit("command", {}, progress));
  ART32_ASSIGN(outcome.standings, system.audits().standing(*outcome.annex, system.clock().now()));
  ART32_CHECKED(system.ledger().flush());
  ART32_ASSIGN(outcome.ledger,
               ledger::verify_folder(system.folder().ledger(), system.ledger().verifier_key()));
  return outcome;
}

void show_measures(const std::vector<audit::MeasureStanding>& standings) {
  Table table({"  measure", "state", "title"});
  std::map<model::State, int> counts;
  for (const audit::MeasureStanding& standing : standings) {
    ++counts[standing.state];
    table.add({{"  " + standing.measure->id},
               {std::string(model::name(standing.state)), colour_of(standing.state)},
               {standing.measure->title.english}});
  }
  heading("Every measure of the annex, as the page shows it");
  print(table.text(colours_wanted()));
  print(fmt::format(
      "  {} kept, {} broken, {} unproven: a measure whose control isn't built yet says so in public.\n",
      counts[model::State::kept], counts[model::State::broken], counts[model::State::unproven]));
}

void show_ledger(const ledger::Verification& verified, const std::string& verifier_key) {
  heading("The ledger, read as an outsider reads it");
  print(fmt::format("  {} entries, every tile, leaf and signature agrees\n  root  {}\n  key   {}\n",
                    verified.entries, base::base64(verified.checkpoint.root), verifier_key));
}

void show_traffic(const TrafficSeen& traffic, const StaffSeen& staff) {
  heading("An application at the database gateway");
  print(fmt::format(
      "  {} clients over TLS shared {} connections to a PostgreSQL of this demo's own\n"
      "  {} statements in {} ms, {} failed; half of them took {:.1f} ms at most, one in a hundred more than "
      "{:.1f} ms\n",
      traffic.clients, traffic.server_connections, traffic.statements, traffic.took.count(), traffic.failed,
      Milliseconds(traffic.median).count(), Milliseconds(traffic.p99).count()));
  heading("A staff member at the same gateway");
  print(
      fmt::format("  asks      {}\n  is told   {}\n  and before the database heard it, this was sealed as "
                  "leaf {}\n  {}\n",
                  staff.statement, staff.answer, staff.leaf, staff.record));
}

json::value traffic_json(const TrafficSeen& traffic, const StaffSeen& staff) {
  return {{"clients", traffic.clients},       {"server_connections", traffic.server_connections},
          {"statements", traffic.statements}, {"failed", traffic.failed},
          {"took_ms", traffic.took.count()},  {"median_us", traffic.median.count()},
          {"p99_us", traffic.p99.count()},    {"staff_leaf", staff.leaf}};
}

std::vector<std::string> addresses(const System& system) {
  std::vector<std::string> all;
  for (const char* path :
       {"/de/", "/en/", "/de/annex", "/en/security-audits", "/en/verify", "/ledger/checkpoint"})
    all.push_back(system.base_url() + path);
  return all;
}

void show_addresses(const System& system) {
  heading("Look at it");
  for (const std::string& address : addresses(system))
    print(fmt::format("  {}\n", address));
  print(fmt::format("  {}/   for who operates it, on this machine only\n", system.operators_url()));
  print(
      fmt::format("  (its certificate is signed by {})\n", system.folder().authority_certificate().string()));
}

json::value outcome_json(const Outcome& outcome, System& system) {
  json::array measures;
  for (const audit::MeasureStanding& standing : outcome.standings)
    measures.push_back(to_json(standing));
  json::array urls;
  for (const std::string& address : addresses(system))
    urls.emplace_back(address);
  const json::value run = to_json(outcome.run);
  return {{"passed", outcome.passed()},
          {"probes", run.at("probes")},
          {"measures", std::move(measures)},
          {"ledger",
           {{"entries", outcome.ledger.entries},
            {"root", base::base64(outcome.ledger.checkpoint.root)},
            {"verifier_key", system.ledger().verifier_key()}}},
          {"addresses", std::move(urls)},
          {"authority", system.folder().authority_certificate().string()}};
}

// The configuration of the installation, and what makes the gateway stand before a database.
base::Status write_configuration(const Folder& folder, const Configuration& configuration,
                                 const std::string& gateway_lines) {
  return base::replace_file(
      folder.configuration(),
      base::as_bytes(configuration_template(configuration) + gateway_lines + "\n[operators]\nport = 0\n"));
}

// As an operator does it with `art32 trail apply`.
base::Status prepare_trail(const Folder& folder, const net::ScratchPostgres& postgres) {
  ART32_ASSIGN(const Configuration configuration, load_configuration(folder));
  for (const GatewayDatabase& database : configuration.gateway->databases) {
    if (!database.trail) continue;
    ART32_ASSIGN(const auto session,
                 SqlConnection::open(postgres.connection(database.name), std::chrono::seconds(30)));
    ART32_CHECKED(prepare_source(folder, *database.trail, *session).map([](const PreparedSource&) {}));
  }
  return {};
}

void show_bill(const std::vector<BillChange>& changes) {
  heading("Who changed the bill A-1? The trail of its database tells");
  for (const BillChange& change : changes) {
    const bool is_known = !change.actor.empty();
    print(fmt::format("  German   {} änderte {} von {} auf {}.\n",
                      is_known ? fmt::format("„{}“ von Team {}", change.actor, change.team)
                               : std::string("Jemand, für den niemand bürgt,"),
                      change.column, change.before, change.after));
    print(fmt::format("  English  {} changed {} from {} to {}.\n",
                      is_known ? fmt::format("\"{}\" of team {}", change.actor, change.team)
                               : std::string("Somebody whom nobody vouches for"),
                      change.column, change.before, change.after));
  }
}

base::Result<std::unique_ptr<System>> start(const Folder& folder, const base::Clock& clock,
                                            const net::ScratchPostgres* postgres) {
  Configuration configuration;
  configuration.audit_at_start = false;
  configuration.port = preferred_port;
  configuration.log_level = base::LogLevel::error;  // the probes provoke warnings
  ART32_CHECKED(initialize(folder, configuration, clock));
  std::string gateway_lines;
  if (postgres != nullptr) {
    ART32_ASSIGN(gateway_lines,
                 audit::add_scratch_gateway(*postgres, folder.root, std::string(tenancy::plain_functions())));
  }
  ART32_CHECKED(write_configuration(folder, configuration, gateway_lines));
  if (postgres != nullptr) ART32_CHECKED(prepare_trail(folder, *postgres));
  ART32_ASSIGN(std::unique_ptr<System> system, System::open(folder));
  const base::Status listening = system->listen();
  if (listening) return system;
  if (listening.error().code != base::ErrorCode::conflict)
    return tl::unexpected<base::Error>(listening.error());
  // The usual port is taken: any free one will do.
  system.reset();
  configuration.port = 0;
  ART32_CHECKED(write_configuration(folder, configuration, gateway_lines));
  ART32_ASSIGN(system, System::open(folder));
  ART32_CHECKED(system->listen());
  return system;
}

}  // namespace

base::Result<int> run_demo(DemoEnd end, DemoForm form) {
  const base::SystemClock clock;
  const base::ScratchFolder scratch;
  const Folder folder{scratch.path() / "art32"};
  base::set_log_level(base::LogLevel::error);
  const bool as_text = form == DemoForm::text;
  const auto postgres = net::ScratchPostgres::start({});
  if (!postgres && as_text)
    print(fmt::format("Without a database, so without the gateway: {}\n", postgres.error().message()));
  ART32_ASSIGN(const std::unique_ptr<System> system,
               start(folder, clock, postgres ? postgres->get() : nullptr));
  std::optional<TrafficSeen> traffic;
  std::optional<StaffSeen> staff;
  if (postgres) {
    ART32_ASSIGN(traffic, run_traffic(*system, **postgres, traffic_time));
    ART32_ASSIGN(staff, ask_as_staff(*system, **postgres));
    if (as_text) show_traffic(*traffic, *staff);
    ART32_ASSIGN(const auto bill, change_a_bill(*system, **postgres));
    if (as_text) show_bill(bill);
  }
  if (as_text) {
    show_sentence(*system->annex());
    heading("Every probe attacks this server, from outside");
  }
  const auto progress = as_text ? show_run : std::function<void(const audit::ProbeRun&)>();
  ART32_ASSIGN(const Outcome outcome, attack(*system, progress));
  if (as_text) {
    show_measures(outcome.standings);
    show_ledger(outcome.ledger, system->ledger().verifier_key());
  } else {
    json::value document = outcome_json(outcome, *system);
    document.as_object()["gateway"] = traffic ? traffic_json(*traffic, *staff) : json::value(nullptr);
    print(pretty(document));
  }
  if (end == DemoEnd::by_signal) {
    if (as_text) {
      show_addresses(*system);
      print("\nRunning in a scratch folder until Ctrl-C; nothing of it stays. For keeps: ./dev run\n");
    }
    ART32_CHECKED(serve(*system));
  }
  if (traffic && traffic->failed > 0)
    return base::failure(base::ErrorCode::check_failed,
                         fmt::format("{} statements failed at the gateway", traffic->failed));
  if (outcome.passed()) return 0;
  // The document has said it already.
  if (!as_text) return base::describe(base::ErrorCode::check_failed).exit_code;
  return base::failure(base::ErrorCode::check_failed, "not every probe passed",
                       "the table above names them; a page per measure tells what was seen");
}

}  // namespace art32::app
