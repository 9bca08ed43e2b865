#include "portal/testing.h"

#include <gtest/gtest.h>

#include "base/assert.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "crypto/signature.h"
#include "merkle/note.h"

namespace art32::portal::testing {

namespace {

using model::Observation;

constexpr base::Instant start{std::chrono::microseconds{1'795'453'200'000'000}};

template <class T>
T must(base::Result<T> result) {
  if (!result) ADD_FAILURE() << result.error().message();
  ART32_ASSERT(result.has_value());
  return std::move(*result);
}

audit::Probe sample_probe(const std::string& id, const std::string& measure, Observation::Outcome attack,
                          Observation::Outcome control) {
  audit::Probe probe;
  probe.id = id;
  probe.measure = measure;
  probe.title = {"Probe " + std::string(evil), "Probe " + std::string(evil)};
  probe.positive_control = {"Die Gegenprobe gelingt", "The control works"};
  probe.attacks = {{"Ein Angriff", "An attack"}};
  probe.mutations = {{{"Etwas wird zerbrochen", "Something is broken"}, {}}};
  probe.run = [attack, control](const audit::ProbeContext&) {
    return std::vector<Observation>{
        {Observation::Kind::positive_control, "target", {"Gegenprobe", "Control"}, control, "fine"},
        {Observation::Kind::attack,
         std::string(evil),
         {std::string(evil), std::string(evil)},
         attack,
         std::string(evil)}};
  };
  return probe;
}

const std::vector<audit::Probe>& sample_probes() {
  using Outcome = Observation::Outcome;
  static const std::vector<audit::Probe> table{
      sample_probe("sample.good", "encryption.transport", Outcome::refused, Outcome::worked),
      sample_probe("sample.bad", "encryption.secrets", Outcome::worked, Outcome::worked),
      sample_probe("sample.unsure", "availability.backup", Outcome::refused, Outcome::refused)};
  return table;
}

model::Paragraph paragraph(const std::string& id, const std::string& text, std::vector<std::string> controls,
                           std::vector<std::string> probes) {
  return {id,
          {"Deutsch: " + text, "English: " + text},
          model::ProofKind::enforced,
          std::move(controls),
          std::move(probes)};
}

model::Section section(const std::string& id, std::vector<model::Measure> measures) {
  return {id, {"Abschnitt " + id, "Section " + id}, {"Einleitung", "Introduction"}, std::move(measures)};
}

}  // namespace

model::Annex sample_annex(const std::string& version) {
  model::Annex annex;
  annex.document = {.title = {"Maßnahmen", "Measures"},
                    .subtitle = {"Anlage", "Annex"},
                    .version = version,
                    .as_of = start,
                    .effective = start,
                    .binding = model::Language::german,
                    .translation_notice = {"Deutsch gilt.", "German binds."},
                    .preamble = {"Vorwort", "Preamble"},
                    .company = {"Muster & Söhne GmbH",
                                "Musterstraße 1",
                                "12345",
                                "Musterstadt",
                                {"Deutschland", "Germany"},
                                "https://example.com"},
                    .data_protection = {"Datenschutz", "privacy@example.com", ""},
                    .security = {"Sicherheit", "security@example.com", "+49 30 1234567"}};
  const model::Promise hsts{"hsts_max_age", model::PromiseType::duration, std::chrono::hours(24 * 365)};
  annex.sections = {
      section("encryption",
              {{"encryption.transport",
                {"Transport", "Transport"},
                {hsts},
                {paragraph("hsts", "HSTS {hsts_max_age} " + version, {"sample.control"}, {"sample.good"})}},
               {"encryption.secrets",
                {"Geheimnisse", "Secrets"},
                {},
                {paragraph("passwords", "bcrypt", {"sample.control"}, {"sample.bad"}),
                 paragraph("evil", std::string(evil), {}, {})}}}),
      section("availability",
              {{"availability.backup",
                {"Sicherung", "Backup"},
                {},
                {paragraph("daily", "daily", {"sample.control"}, {"sample.unsure"})}},
               {"availability.load", {"Last", "Load"}, {}, {paragraph("workers", "workers", {}, {})}}})};
  return annex;
}

std::span<const model::Control> sample_controls() {
  static const std::vector<model::Control> table{
      {"sample.control",
       {"So wird es gehalten.", "This is how it is kept."},
       {{"encryption.transport", "hsts_max_age",
         model::DurationRange{std::chrono::hours(1), std::chrono::hours(24 * 1095)}}}}};
  return table;
}

struct Stage::Rooms {
  base::ScratchFolder folder;
  std::mutex mutex;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<crypto::Ed25519PrivateKey> key;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<identity::Accounts> accounts;
  std::unique_ptr<annex::Versions> versions;
  std::unique_ptr<audit::Audits> audits;
  std::shared_ptr<const model::Annex> annex;

  void open(const base::Clock& time);
  Facts facts() const;
};

void Stage::Rooms::open(const base::Clock& time) {
  const base::Path root = folder.path();
  database = std::make_unique<store::Database>(must(store::Database::open(root / "state.db")));
  for (const auto& migrations :
       {identity::Accounts::migrations(), annex::Versions::migrations(), audit::Audits::migrations()})
    ART32_ASSERT(database->migrate(migrations).has_value());
  key = std::make_unique<crypto::Ed25519PrivateKey>(crypto::Ed25519PrivateKey::generate());
  const ledger::Options options{root / "ledger", "example.com/ledger", root / "ledger.pem",
                                root / "record.key"};
  ART32_ASSERT(key->save(options.signing_key).has_value());
  ART32_ASSERT(crypto::save_private_file(options.record_key, crypto::random_bytes(32)).has_value());
  ART32_ASSERT(ledger::Ledger::create(options, time).has_value());
  ledger = must(ledger::Ledger::open(options, time));
  accounts = std::make_unique<identity::Accounts>(*database, mutex, *ledger, time, 4);
  versions = std::make_unique<annex::Versions>(*database, mutex, *ledger, time);
  audits = std::make_unique<audit::Audits>(*database, mutex, *ledger, *ledger, time, sample_probes());
}

Facts Stage::Rooms::facts() const {
  return {annex,
          {{"sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "current", start},
           {"sha256/BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB=", "backup", start}},
          "https://example.com",
          sample_controls()};
}

Stage::Stage() : clock(start), rooms_(std::make_unique<Rooms>()) {
  rooms_->open(clock);
  Rooms* rooms = rooms_.get();
  for (const char* version : {"1.0.0", "1.1.0"}) {
    rooms->annex = std::make_shared<const model::Annex>(sample_annex(version));
    must(rooms->versions->publish(*rooms->annex));
  }
  Sources sources{*rooms->audits,
                  *rooms->versions,
                  *rooms->ledger,
                  *rooms->accounts,
                  clock,
                  rooms->folder.path() / "cache",
                  [this, rooms](std::string_view text) -> base::Result<std::string> {
                    if (!can_sign) return base::failure(base::ErrorCode::unavailable, "no key");
                    return merkle::format_note(
                        {std::string(text), {merkle::sign_note(text, "example.com/ledger", *rooms->key)}});
                  },
                  [] {
                    return net::HttpsServerCounters{1, 2, 3, 4};
                  },
                  [this] { return report; },
                  {},
                  [this] { return witnesses; },
                  &trails};
  portal = std::make_unique<Portal>(std::move(sources), rooms->facts());
  handler_ = portal->handler();
  operators_ = portal->operators_handler();
}

Stage::~Stage() = default;

namespace {

net::HttpResponse ask(const net::HttpHandler& handler, const std::string& method, const std::string& target,
                      std::vector<net::HttpHeader> headers) {
  const std::size_t mark = target.find('?');
  net::HttpRequest request;
  request.method = method;
  request.target = target;
  request.path = target.substr(0, mark);
  request.query = mark == target.npos ? "" : target.substr(mark + 1);
  request.headers = std::move(headers);
  handler.blocks(request);
  net::HttpResponse response = handler.answer(request);
  handler.finish(response);
  return response;
}

}  // namespace

net::HttpResponse Stage::request(const std::string& method, const std::string& target,
                                 std::vector<net::HttpHeader> headers) const {
  return ask(handler_, method, target, std::move(headers));
}

net::HttpResponse Stage::operators(const std::string& method, const std::string& target,
                                   std::vector<net::HttpHeader> headers) const {
  return ask(operators_, method, target, std::move(headers));
}

net::HttpResponse Stage::get(const std::string& target, std::vector<net::HttpHeader> headers) const {
  return request("GET", target, std::move(headers));
}

void Stage::run_audit() {
  audit::Target target;
  target.annex = *rooms_->annex;
  must(rooms_->audits->run(target, "command"));
  ART32_ASSERT(rooms_->ledger->flush().has_value());
  portal->refresh();
}

void Stage::publish(const std::string& version, std::optional<base::Instant> effective) {
  model::Annex annex = sample_annex(version);
  if (effective) annex.document.effective = *effective;
  rooms_->annex = std::make_shared<const model::Annex>(std::move(annex));
  must(rooms_->versions->publish(*rooms_->annex));
  portal->replace(rooms_->facts());
}

ledger::Ledger& Stage::ledger() const {
  return *rooms_->ledger;
}
identity::Accounts& Stage::accounts() const {
  return *rooms_->accounts;
}
audit::Audits& Stage::audits() const {
  return *rooms_->audits;
}

std::string_view body_of(const net::HttpResponse& response) {
  return response.body == nullptr ? std::string_view() : std::string_view(*response.body);
}

std::string header_of(const net::HttpResponse& response, std::string_view name) {
  return std::string(net::find_header(response.headers, name).value_or(""));
}

}  // namespace art32::portal::testing
