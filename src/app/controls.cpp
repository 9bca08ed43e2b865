#include "app/controls.h"

#include <algorithm>

#include "audit/probe_table.h"
#include "crypto/password.h"
#include "net/tls_client.h"

namespace art32::app {

namespace {

// RFC 6797 names no least age; under a year a browser may well have forgotten it
// by the next visit. More than three years would bind whoever has the name later.
constexpr model::DurationRange hsts_max_age{std::chrono::days(365), std::chrono::days(1095),
                                            std::chrono::seconds(1)};
constexpr model::DurationRange trail_retention{std::chrono::days(7), std::chrono::days(36'525),
                                               std::chrono::hours(1)};
constexpr model::CountRange bcrypt_cost{crypto::bcrypt_cost_minimum, crypto::bcrypt_cost_maximum};

std::vector<model::Control> gateway_controls() {
  using model::TextChoice;
  return {
      {"gateway.tls",
       {"Das Gateway verlangt von jedem Client TLS 1.3, bevor es nach einem Kennwort fragt; Ausnahmen sind "
        "der "
        "Unix-Socket und, wenn die Konfiguration es sagt, derselbe Rechner.",
        "The gateway wants TLS 1.3 of every client before it asks for a password; exceptions are the unix "
        "socket "
        "and, if the configuration says so, the same machine."},
       {{"integrity.transfer", "protocol", TextChoice{net::name(net::TlsVersion::tls_1_3)}}}},
      {"gateway.server_tls",
       {"Das Gateway spricht mit einem Datenbankserver nur über TLS und nur, wenn dessen Zertifikat von der "
        "festgelegten Stelle stammt und seinen Namen trägt.",
        "The gateway talks to a database server only over TLS, and only if its certificate comes from the "
        "configured authority and bears its name."},
       {}},
      {"gateway.statement_log",
       {"Eine Anweisung von Personal geht erst an die Datenbank, wenn ihr Wortlaut mit Person, Zeit und "
        "Parametern im Protokoll versiegelt ist; nimmt das Protokoll nichts an, wird sie nicht ausgeführt.",
        "A statement of staff goes to the database only once its wording is sealed in the ledger with "
        "person, time and parameters; while the ledger takes nothing, it isn't executed."},
       {}},
      {"gateway.entry",
       {"Bevor eine Anweisung eines Clients läuft, trägt das Gateway das Team seines signierten Nachweises "
        "in die "
        "Datenbanksitzung ein; gelingt das nicht, läuft sie nicht. Was ein Team in der Sitzung hinterlässt, "
        "bekommt "
        "das nächste nicht.",
        "Before a statement of a client runs, the gateway enters the team of its signed claim into the "
        "database "
        "session; if that fails, the statement doesn't run. What one team leaves in the session isn't the "
        "next "
        "one's."},
       {}},
      {"tenancy.posture",
       {"Der Server prüft Kataloge, Rollen und Einstellungen jeder getrennten Datenbank beim Start und alle "
        "fünf "
        "Minuten; wo die Konfiguration es sagt, meldet sich keine Anwendung an, solange etwas zu beheben "
        "oder nichts "
        "bekannt ist.",
        "The server checks catalogs, roles and settings of every separated database at start and every five "
        "minutes; "
        "where the configuration says so, no application signs in while something is to mend or nothing is "
        "known."},
       {}}};
}

std::vector<model::Control> trail_controls() {
  return {
      {"trail.capture",
       {"Der Server liest jede Änderung einer Datenbank aus deren Schreibprotokoll, gleich wer sie vornahm, "
        "und "
        "versiegelt sie, bevor die Datenbank ihr Protokoll löschen darf; was niemand lesen konnte, wird als "
        "Lücke "
        "versiegelt.",
        "The server reads every change of a database from its write-ahead log, whoever made it, and seals it "
        "before "
        "the database may delete its log; what nobody could read is sealed as a gap."},
       {}},
      {"trail.retention",
       {"Aufzeichnungen werden gelöscht, sobald die jüngste ihres Abschnitts, der höchstens einen Tag "
        "umfasst, die "
        "zugesagte Dauer erreicht hat; vorher kann der Server sie nicht löschen. Jede Löschung wird "
        "versiegelt.",
        "Records are deleted once the newest one of their section, which spans a day at most, has reached "
        "the "
        "promised age; the server can't delete them before. Each deletion is sealed."},
       {{"integrity.input", "retention", trail_retention}}}};
}

std::vector<model::Control> server_controls() {
  using model::TextChoice;
  return {
      {"tls.version",
       {"Der Server öffnet seine Zugänge ausschließlich mit TLS 1.3; ältere Versionen sind nicht "
        "einschaltbar.",
        "The server opens its listeners with TLS 1.3 only; older versions can't be switched on."},
       {{"encryption.transport", "protocol", TextChoice{net::name(net::TlsVersion::tls_1_3)}}}},
      {"portal.hsts",
       {"Jede Antwort des Servers, auch jede Fehlermeldung, trägt den HSTS-Kopf mit der zugesagten Dauer.",
        "Every response of the server, error answers too, carries the HSTS header with the promised "
        "duration."},
       {{"encryption.transport", "hsts_max_age", hsts_max_age}}},
      {"portal.pins",
       {"Die Prüfsummen der öffentlichen Schlüssel werden signiert veröffentlicht. Ein Schlüssel, dessen "
        "Prüfsumme "
        "noch nicht veröffentlicht war, wird beim Wechsel nicht angenommen.",
        "The pins of the public keys are published with a signature. On a rotation, a key whose pin was not "
        "published before is refused."},
       {}},
      {"identity.password_hash",
       {"Kennwörter werden nur als bcrypt mit dem zugesagten Kostenfaktor gespeichert und bei der Anmeldung "
        "neu "
        "berechnet, wenn der Faktor steigt.",
        "Passwords are stored only as bcrypt at the promised cost, and hashed anew at sign-in when the cost "
        "rises."},
       {{"encryption.secrets", "bcrypt_cost", bcrypt_cost}}},
      {"identity.token_hash",
       {"API-Tokens werden einmal angezeigt und nur als SHA-256-Prüfsumme gespeichert.",
        "API tokens are shown once and stored only as a SHA-256 hash."},
       {{"encryption.secrets", "token_hash", TextChoice{"SHA-256"}}}},
      {"files.secret_modes",
       {"Eine Schlüsseldatei, die andere Konten lesen könnten, wird nicht geladen; der Server startet dann "
        "nicht.",
        "A key file that other accounts could read isn't loaded; the server then doesn't start."},
       {{"access.data", "key_mode", TextChoice{"0600"}}}},
      {"annex.pairing",
       {"Eine Fassung, in der einem Absatz die deutsche oder die englische Seite fehlt oder in der beide "
        "verschiedene Werte nennen, wird nicht veröffentlicht.",
        "A version in which a paragraph lacks its German or English side, or in which the two name "
        "different values, isn't published."},
       {}},
      {"annex.versions",
       {"Jede veröffentlichte Fassung wird mit ihrer Prüfsumme im Protokoll versiegelt und nie geändert.",
        "Every published version is sealed in the ledger with its digest and never changed."},
       {}},
      {"ledger.append_only",
       {"Jedes Prüfergebnis wird in einem signierten, nur anfügbaren Merkle-Protokoll versiegelt, das "
        "Außenstehende "
        "mit fremden Werkzeugen prüfen können.",
        "Every result is sealed in a signed, append-only Merkle log that outsiders can verify with other "
        "tools."},
       {}}};
}

}  // namespace

std::span<const model::Control> controls() {
  static const std::vector<model::Control> all = [] {
    std::vector<model::Control> joined = server_controls();
    for (auto part : {gateway_controls(), trail_controls()})
      std::ranges::move(part, std::back_inserter(joined));
    return joined;
  }();
  return all;
}

annex::Vocabulary annex_vocabulary() {
  annex::Vocabulary vocabulary{controls(), {}};
  for (const audit::Probe& probe : audit::probes())
    vocabulary.probes.push_back({probe.id, probe.measure, probe.proves});
  return vocabulary;
}

}  // namespace art32::app
