#include "annex/sample_test.h"

#include "base/assert.h"
#include "base/text.h"

namespace art32::annex::sample {
namespace {

constexpr std::string_view document = R"([document]
title = { de = "Maßnahmen", en = "Measures" }
subtitle = { de = "Anlage", en = "Annex" }
version = "1.0.0"
as_of = 2026-11-23
effective = 2026-12-07
binding = "de"
translation_notice = { de = "Deutsch gilt.", en = "German binds." }
preamble = { de = "Vorwort", en = "Preamble" }
sections = ["availability"]

[company]
name = "Muster GmbH"
street = "Musterstraße 1"
postcode = "12345"
city = "Musterstadt"
country = { de = "Deutschland", en = "Germany" }
website = "https://example.com"

[contact.data_protection]
name = "Datenschutz"
email = "datenschutz@example.com"

[contact.security]
name = "Sicherheit"
email = "security@example.com"
phone = "+49 30 123456"
)";

constexpr std::string_view availability = R"([section]
title = { de = "Verfügbarkeit", en = "Availability" }

[[measure]]
id = "availability.backup"
title = { de = "Datensicherung", en = "Backup" }

[measure.promise]
retention = { type = "duration", value = "30d" }
copies = { type = "count", value = 3 }

[[measure.paragraph]]
id = "retention"
de = "Nach {retention:dative} gelöscht."
en = "Deleted after {retention}."
proof = "enforced"
controls = ["portal.test"]
probes = ["backup.test"]

[[measure.paragraph]]
id = "copies"
de = "Es gibt {copies} Kopien (Art. 32)."
en = "There are {copies} copies (Art. 32)."
proof = "attested"
controls = []
probes = []
)";

using model::Control;
using model::CountRange;
using model::DurationRange;
using model::TextChoice;
using namespace std::chrono_literals;

const std::vector<Control> test_controls{
    {"portal.test", {}, {{"availability.backup", "retention", DurationRange{24h, 8760h, 24h}}}}};

const std::vector<Control> built_controls{
    {"tls.version", {}, {{"encryption.transport", "protocol", TextChoice{"TLS 1.3"}}}},
    {"portal.hsts", {}, {{"encryption.transport", "hsts_max_age", DurationRange{8760h, 26'280h, 1s}}}},
    {"portal.pins", {}, {}},
    {"identity.password_hash", {}, {{"encryption.secrets", "bcrypt_cost", CountRange{10, 16}}}},
    {"identity.token_hash", {}, {{"encryption.secrets", "token_hash", TextChoice{"SHA-256"}}}},
    {"files.secret_modes", {}, {{"access.data", "key_mode", TextChoice{"0600"}}}},
    {"annex.pairing", {}, {}},
    {"annex.versions", {}, {}},
    {"ledger.append_only", {}, {}},
    {"gateway.tls", {}, {{"integrity.transfer", "protocol", TextChoice{"TLS 1.3"}}}},
    {"gateway.server_tls", {}, {}},
    {"gateway.statement_log", {}, {}},
    {"gateway.entry", {}, {}},
    {"tenancy.posture", {}, {}},
    {"trail.capture", {}, {}},
    {"trail.retention", {}, {{"integrity.input", "retention", DurationRange{168h, 876'600h, 1h}}}}};

}  // namespace

std::vector<SourceFile> files() {
  return {{"document.toml", std::string(document)}, {"availability.toml", std::string(availability)}};
}

std::vector<SourceFile> with(const std::string& file, std::string_view from, std::string_view to) {
  std::vector<SourceFile> bent = files();
  for (SourceFile& candidate : bent) {
    if (candidate.name != file) continue;
    ART32_ASSERT(candidate.content.find(from) != std::string::npos);
    candidate.content = base::replace_all(candidate.content, from, to);
  }
  return bent;
}

Vocabulary vocabulary() {
  return {test_controls, {{"backup.test", "availability.backup", {"retention"}}}};
}

model::Annex annex(const std::vector<SourceFile>& files) {
  Loaded loaded = parse(files, vocabulary());
  ART32_ASSERT(loaded.findings.empty());
  return std::move(loaded.annex);
}

base::Path default_folder() {
  return base::Path(__FILE__).parent_path() / "../../annex";
}

Vocabulary built() {
  return {built_controls,
          {{"tls.versions", "encryption.transport", {"versions"}},
           {"tls.hsts", "encryption.transport", {"hsts"}},
           {"tls.pins", "integrity.transfer", {"pins"}},
           {"secrets.passwords", "encryption.secrets", {"passwords"}},
           {"secrets.tokens", "encryption.secrets", {"tokens"}},
           {"files.secret_modes", "access.data", {"keys"}},
           {"annex.pairing", "document.annex", {"languages"}},
           {"ledger.consistency", "review.evidence", {"ledger"}},
           {"gateway.transfer", "integrity.transfer", {"gateway"}},
           {"database.encryption", "encryption.database", {"connections"}},
           {"database.statement_log", "confidentiality.system", {"staff_statements"}},
           {"database.separation", "confidentiality.separation", {"rows", "queries"}},
           {"database.posture", "confidentiality.separation", {"posture"}},
           {"database.trail", "integrity.input", {"completeness", "content", "retention"}}}};
}

}  // namespace art32::annex::sample
