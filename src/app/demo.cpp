#include "app/demo.h"

#include "app/commands/output.h"
#include "app/controls.h"
#include "app/initialize.h"
#include "app/serve.h"
#include "audit/probe_table.h"
#include "base/assert.h"
#include "base/scratch_folder.h"

namespace art32::app {
namespace {

using model::Language;

constexpr std::uint16_t preferred_port = 8443;

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
  print(fmt::format("  {} {:<20} {:>5} ms  {} attacks  {}\n",
                    coloured(fmt::format("{:<6}", model::name(run.verdict)), colour_of(run.verdict), wanted),
                    run.probe, run.took.count() / 1000, attacks,
                    run.evidence ? fmt::format("sealed as leaf {}", run.evidence->value) : "not sealed"));
}

base::Status show_measures(System& system) {
  const auto annex = system.annex();
  ART32_ASSIGN(const auto standings, system.audits().standing(*annex, system.clock().now()));
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
  return {};
}

base::Status verify_ledger(System& system) {
  ART32_CHECKED(system.ledger().flush());
  ART32_ASSIGN(const ledger::Verification verified,
               ledger::verify_folder(system.folder().ledger(), system.ledger().verifier_key()));
  heading("The ledger, read as an outsider reads it");
  print(fmt::format("  {} entries, every tile, leaf and signature agrees\n  root  {}\n  key   {}\n",
                    verified.entries, base::base64(verified.checkpoint.root),
                    system.ledger().verifier_key()));
  return {};
}

void show_addresses(const System& system) {
  const std::string url = system.base_url();
  heading("Look at it");
  for (const std::string_view path :
       {"/de/", "/en/", "/de/annex", "/en/security-audits", "/en/verify", "/ledger/checkpoint"})
    print(fmt::format("  {}{}\n", url, path));
  print(
      fmt::format("  (its certificate is signed by {})\n", system.folder().authority_certificate().string()));
}

base::Result<std::unique_ptr<System>> start(const Folder& folder, const base::Clock& clock) {
  Configuration configuration;
  configuration.audit_at_start = false;
  configuration.port = preferred_port;
  ART32_CHECKED(initialize(folder, configuration, clock));
  ART32_ASSIGN(std::unique_ptr<System> system, System::open(folder));
  const base::Status listening = system->listen();
  if (listening) return system;
  if (listening.error().code != base::ErrorCode::conflict)
    return tl::unexpected<base::Error>(listening.error());
  // The usual port is taken: any free one will do.
  system.reset();
  configuration.port = 0;
  ART32_CHECKED(
      base::replace_file(folder.configuration(), base::as_bytes(configuration_template(configuration))));
  ART32_ASSIGN(system, System::open(folder));
  ART32_CHECKED(system->listen());
  return system;
}

}  // namespace

base::Result<int> run_demo(DemoEnd end) {
  const base::SystemClock clock;
  const base::ScratchFolder scratch;
  const Folder folder{scratch.path() / "art32"};
  base::set_log_level(base::LogLevel::warning);
  ART32_ASSIGN(const std::unique_ptr<System> system, start(folder, clock));
  show_sentence(*system->annex());
  heading("Every probe attacks this server, from outside");
  ART32_ASSIGN(const audit::AuditRun run, system->run_audit("command", {}, show_run));
  ART32_CHECKED(show_measures(*system));
  ART32_CHECKED(verify_ledger(*system));
  const bool all_pass = !run.probes.empty() &&
                        std::all_of(run.probes.begin(), run.probes.end(),
                                    [](const auto& probe) { return probe.verdict == model::Verdict::pass; });
  if (end == DemoEnd::by_signal) {
    show_addresses(*system);
    print("\nRunning in a scratch folder until Ctrl-C; nothing of it stays. For keeps: ./dev run\n");
    ART32_CHECKED(serve(*system));
  }
  if (all_pass) return 0;
  return base::failure(base::ErrorCode::check_failed, "not every probe passed",
                       "the table above names them; a page per measure tells what was seen");
}

}  // namespace art32::app
