#include "app/check.h"

#include "app/certificate_check.h"
#include "app/controls.h"
#include "app/entrance.h"
#include "app/gateway_settings.h"
#include "app/owner_check.h"
#include "app/published_pins.h"
#include "app/system.h"
#include "app/trail_service.h"
#include "audit/probe_table.h"
#include "crypto/certificate.h"
#include "crypto/private_file.h"
#include "gateway/server_check.h"
#include "merkle/note.h"

namespace art32::app {
namespace {

using base::Result;

constexpr std::chrono::days certificate_warning{14};

Result<std::string> check_annex(const Folder& folder) {
  ART32_ASSIGN(const model::Annex annex, annex::load(folder.annex(), annex_vocabulary()));
  return fmt::format("version {}, {} measures in both languages", annex.document.version,
                     annex.measures().size());
}

Result<std::string> check_certificate(const Folder& folder, const Configuration& configuration,
                                      base::Instant now) {
  ART32_ASSIGN(const std::string chain, base::read_text_file(folder.resolve(configuration.certificate)));
  ART32_ASSIGN(const base::Secret key, crypto::load_private_file(folder.resolve(configuration.key)));
  ART32_CHECKED(check_server_certificate(folder, configuration, chain, key.text()));
  ART32_ASSIGN(const crypto::CertificateFacts facts, crypto::certificate_facts(chain));
  if (now + certificate_warning >= facts.not_after)
    return base::failure(
        base::ErrorCode::configuration,
        fmt::format("the certificate {} on {}", now >= facts.not_after ? "expired" : "expires",
                    base::iso_date(facts.not_after)),
        "renew it, keeping the key, and reload");
  return fmt::format("for {}, until {}", configuration.name, base::iso_date(facts.not_after));
}

Result<std::string> check_secrets(const Folder& folder, const Configuration& configuration) {
  const std::vector<base::Path> paths = private_key_files(folder, configuration);
  for (const base::Path& path : paths)
    ART32_CHECKED(crypto::check_private_file(path));
  return fmt::format("{} files, readable by their owner only", paths.size());
}

Result<std::string> check_schedule(const Configuration& configuration, base::Instant now) {
  ART32_ASSIGN(const workers::Schedule schedule, configuration.schedule());
  const auto next = schedule.next(now);
  if (!next)
    return base::failure(base::ErrorCode::configuration,
                         fmt::format("\"{}\" never comes", configuration.audit_schedule),
                         "mend audit.schedule");
  std::chrono::seconds period = std::chrono::seconds::max();
  for (const audit::Probe& probe : audit::probes())
    period = std::min(period, probe.period);
  // In whole days where there are some: the hour of summer time says nothing here.
  auto gap = schedule.longest_gap(now);
  if (gap && *gap >= std::chrono::days(4)) gap = std::chrono::floor<std::chrono::days>(*gap);
  if (!gap || *gap > period)
    return base::failure(
        base::ErrorCode::configuration,
        fmt::format("\"{}\" leaves up to {} without an audit, but a verdict is stale after {}",
                    configuration.audit_schedule,
                    gap ? model::format_duration(*gap, model::Language::english) : "an unlimited time",
                    model::format_duration(period, model::Language::english)),
        "let audit.schedule come at least once a day, such as \"15 3 * * *\"");
  return fmt::format("the next audit is at {}", base::rfc3339_seconds(*next));
}

std::string counted(std::size_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

Result<std::shared_ptr<const gateway::Settings>> settings_of(const Folder& folder,
                                                             const Configuration& configuration) {
  ART32_ASSIGN(const std::string chain, base::read_text_file(folder.resolve(configuration.certificate)));
  ART32_ASSIGN(const base::Secret key, crypto::load_private_file(folder.resolve(configuration.key)));
  ART32_ASSIGN(const auto entrance, load_entrance(folder, configuration));
  gateway::LoginGates gates;
  return make_gateway_settings(folder, *configuration.gateway, {}, chain, key, {gates, entrance});
}

// Each principal that has a password of its own signs in to each database's server: what the
// first client would run into is told now.
Result<std::string> check_gateway(const Folder& folder, const Configuration& configuration) {
  ART32_ASSIGN(const auto settings, settings_of(folder, configuration));
  std::size_t signed_in = 0;
  for (const auto& [name, database] : settings->databases) {
    if (const base::Status reached = gateway::reach_server(database); !reached)
      return tl::unexpected<base::Error>(reached.error().within(fmt::format("database \"{}\"", name)));
    if (database.auth_query)
      if (const auto found = gateway::look_up_role(database, database.auth_query->role); !found)
        return tl::unexpected<base::Error>(
            found.error().within(fmt::format("database \"{}\", auth query", name)));
    for (const auto& [who, principal] : settings->principals) {
      if (principal.server_password.size() == 0) continue;
      const auto facts = gateway::sign_in_to_server(database, principal);
      if (!facts)
        return tl::unexpected<base::Error>(
            facts.error().within(fmt::format("database \"{}\", principal \"{}\"", name, who)));
      ++signed_in;
    }
  }
  return fmt::format("{} reached, {} by {}", counted(settings->databases.size(), "database"),
                     counted(signed_in, "log-in"), counted(settings->principals.size(), "principal"));
}

// Without what is only so while the server doesn't run.
Result<std::string> check_trail(const Folder& folder, const Configuration& configuration) {
  ART32_ASSIGN(const auto settings, settings_of(folder, configuration));
  ART32_ASSIGN(const TrailSubjects subjects, trail_subjects(folder, *configuration.gateway, *settings, {}));
  for (const auto& subject : subjects) {
    auto findings = look_at_source(*subject, {});
    if (!findings)
      return tl::unexpected<base::Error>(
          findings.error().within(fmt::format("database \"{}\"", subject->database.name)));
    std::erase_if(*findings, [](const trail::SourceFinding& finding) {
      return finding.check == "slot-missing" || finding.check == "slot-idle";
    });
    if (!findings->empty())
      return base::failure(
          base::ErrorCode::check_failed,
          fmt::format("database \"{}\": {}, {}: {}", subject->database.name, findings->front().check,
                      findings->front().object, findings->front().risk),
          "art32 trail verify shows all there is to mend, and art32 trail apply mends it");
  }
  return fmt::format("{} gives all that it needs", counted(subjects.size(), "database"));
}

// Without asking them: that is for the running server, whose status shows it.
Result<std::string> check_witnesses(const Folder& folder, const Configuration& configuration) {
  ART32_ASSIGN(const auto witnesses, load_witnesses(folder, configuration.ledger));
  return fmt::format("{} of {} must cosign", configuration.ledger.witnesses_needed(), witnesses.size());
}

bool has_trail(const Configuration& configuration) {
  if (!configuration.gateway) return false;
  const auto& databases = configuration.gateway->databases;
  return std::any_of(databases.begin(), databases.end(),
                     [](const auto& each) { return each.trail.has_value(); });
}

// As an outsider, as the owner who can read the records, and as state.db remembers it:
// which is read first, since the ledger may grow meanwhile.
Result<std::string> check_ledger(const Folder& folder, const Configuration& configuration) {
  ART32_ASSIGN(const auto key, crypto::Ed25519PrivateKey::load(folder.ledger_key()));
  const std::string verifier = merkle::format_verifier_key(
      {configuration.ledger.origin, merkle::SignatureType::ed25519, key.public_key()});
  ART32_ASSIGN(const LedgerTraces traces, read_ledger_traces(folder));
  ART32_ASSIGN(const ledger::Verification verified, ledger::verify_folder(folder.ledger(), verifier));
  ART32_CHECKED(check_agreement(folder, traces, seen_by_reader(folder.ledger(), verifier, verified)));
  ART32_ASSIGN(const std::uint64_t records,
               ledger::verify_records(
                   {folder.ledger(), configuration.ledger.origin, folder.ledger_key(), folder.record_key()}));
  return fmt::format("{} entries: every tile, signature and record agrees ({} readable)", verified.entries,
                     records);
}

// The state database exists only after the first start.
Result<std::string> check_state(const Folder& folder) {
  if (!base::file_facts(folder.state()).has_value()) return std::string("none yet: made at the first start");
  ART32_CHECKED(crypto::check_private_file(folder.state()));
  ART32_ASSIGN(const store::Database database,
               store::Database::open(folder.state(), store::Database::Access::read_only));
  ART32_CHECKED(database.check_integrity());
  return std::string("whole");
}

}  // namespace

std::vector<CheckItem> check_installation(const Folder& folder, const base::Clock& clock) {
  std::vector<CheckItem> items;
  const auto add = [&](std::string subject, const Result<std::string>& found) {
    items.push_back(
        {std::move(subject), found.value_or(""), found ? std::nullopt : std::optional(found.error())});
  };
  if (const base::Status owner = check_owner(folder); !owner) {
    add("folder", tl::unexpected<base::Error>(owner.error()));
    return items;
  }
  const Result<Configuration> configuration = load_configuration(folder);
  add("configuration",
      configuration.map([&](const Configuration&) { return folder.configuration().string(); }));
  if (!configuration) return items;
  const base::Instant now = clock.now();
  add("annex", check_annex(folder));
  add("secret files", check_secrets(folder, *configuration));
  add("certificate", check_certificate(folder, *configuration, now));
  if (configuration->gateway) add("gateway", check_gateway(folder, *configuration));
  if (has_trail(*configuration)) add("trail", check_trail(folder, *configuration));
  if (!configuration->ledger.witnesses.empty()) add("witnesses", check_witnesses(folder, *configuration));
  add("schedule", check_schedule(*configuration, now));
  for (const model::Waiver& waiver : configuration->waivers)
    if (audit::find_probe(waiver.probe) == nullptr)
      add("waiver",
          base::failure(base::ErrorCode::configuration, fmt::format("there is no probe \"{}\"", waiver.probe),
                        "see `art32 audit --list`"));
  add("state", check_state(folder));
  add("ledger", check_ledger(folder, *configuration));
  return items;
}

}  // namespace art32::app
