#include "audit/probe_table.h"

#include <algorithm>

#include "audit/probes/probes.h"

namespace art32::audit {

using model::Severity;
using namespace std::chrono_literals;

namespace {

// Probes run daily by default; half a day of grace keeps a late run from flickering.
constexpr std::chrono::seconds period = std::chrono::hours(36);

std::vector<Probe> transport_probes() {
  return {
      {.id = "tls.versions",
       .measure = "encryption.transport",
       .proves = {"versions"},
       .title = {"TLS 1.3 und nichts Älteres", "TLS 1.3 and nothing older"},
       .severity = Severity::critical,
       .positive_control =
           {"Die Anlage sagt TLS 1.3 zu, und jeder Endpunkt nimmt es an. Derselbe Client spricht mit einer "
            "eigens gestarteten, "
            "nachlässigen Gegenstelle auch TLS 1.2, 1.1 und 1.0; eine Ablehnung liegt also nicht an ihm.",
            "The annex promises TLS 1.3, and every endpoint accepts it. The same client also speaks TLS 1.2, "
            "1.1 and 1.0 with a "
            "careless peer started for the purpose, so a refusal isn't of its own making."},
       .attacks = {{"Handschlag nur mit TLS 1.2", "Handshake with TLS 1.2 only"},
                   {"Handschlag nur mit TLS 1.1", "Handshake with TLS 1.1 only"},
                   {"Handschlag nur mit TLS 1.0", "Handshake with TLS 1.0 only"}},
       .mutations = mutations_of_tls_versions(),
       .limit = 10s,
       .period = period,
       .run = probe_tls_versions},
      {.id = "tls.hsts",
       .measure = "encryption.transport",
       .proves = {"hsts"},
       .title = {"HSTS auf jeder Antwort", "HSTS on every answer"},
       .severity = Severity::high,
       .positive_control =
           {"Die Startseite antwortet mit 200. Ein eigener Proxy nimmt echten Antworten die Kopfzeile oder "
            "eine Sekunde ihrer Dauer: beides fällt auf; die zugesagte Dauer genügt.",
            "The front page answers 200. A proxy of the probe's own takes the header field, or a second of "
            "its duration, from real answers: both are noticed; the promised duration suffices."},
       .attacks =
           {{"Eine Seite, eine Weiterleitung, ein Feed oder eine Datei ohne ausreichendes HSTS",
             "A page, redirect, feed or asset without sufficient HSTS"},
            {"Eine Fehlerseite (400, 401, 404, 405, 411, 413, 414, 417, 431, 501, 505) ohne ausreichendes "
             "HSTS",
             "An error page (400, 401, 404, 405, 411, 413, 414, 417, 431, 501, 505) without sufficient HSTS"},
            {"Eine Antwort des Protokolls ohne ausreichendes HSTS",
             "An answer of the ledger without sufficient HSTS"}},
       .mutations = mutations_of_tls_hsts(),
       .limit = 15s,
       .period = period,
       .run = probe_tls_hsts},
      {.id = "tls.pins",
       .measure = "integrity.transfer",
       .proves = {"pins"},
       .title = {"Veröffentlichte Schlüssel-Pins", "Published key pins"},
       .severity = Severity::high,
       .positive_control =
           {"Die Liste der Pins und ihre Unterschrift sind abrufbar und lesbar, ebenso das Zertifikat "
            "jedes Endpunkts. Erdachte Listen ohne diesen Schlüssel, ohne Ersatz oder mit ihm als Ersatz "
            "fallen auf.",
            "The list of pins and its signature are served and readable, and so is the certificate of "
            "every endpoint. Made-up lists without that key, without a backup, or with it as backup are "
            "noticed."},
       .attacks =
           {{"Ein Endpunkt liefert einen Schlüssel aus, der nicht als aktuell veröffentlicht ist",
             "An endpoint serves a key that isn't published as the current one"},
            {"Die Liste nennt keinen Ersatzschlüssel, oder er ist der aktuelle",
             "The list names no backup key, or it is the current one"},
            {"Die Liste ist nicht vom Schlüssel des Protokolls unterschrieben",
             "The list isn't signed by the ledger's key"},
            {"Die Unterschrift gilt auch für eine Liste mit dem Pin eines Angreifers, oder die eines anderen "
             "Schlüssels gleichen Namens gilt",
             "The signature also holds for a list with an attacker's pin, or that of another key of the same "
             "name holds"}},
       .mutations = mutations_of_tls_pins(),
       .limit = 10s,
       .period = period,
       .run = probe_tls_pins},
  };
}

std::vector<Probe> secret_probes() {
  return {
      {.id = "secrets.passwords",
       .measure = "encryption.secrets",
       .proves = {"passwords"},
       .title = {"Kennwörter nur als bcrypt", "Passwords as bcrypt only"},
       .severity = Severity::critical,
       .positive_control =
           {"Ein eigens angelegtes Konto steht in der Datenbank und meldet sich mit seinem Kennwort an, "
            "vor und nach den Angriffen.",
            "An account made for the purpose is in the database and signs in with its password, before "
            "and after the attacks."},
       .attacks = {{"Ein gespeichertes Kennwort ist kein bcrypt der zugesagten Kosten",
                    "A stored password isn't bcrypt of the promised cost"},
                   {"Anmelden mit falschem oder leerem Kennwort oder mit dem gespeicherten Hash",
                    "Signing in with a wrong or empty password or with the stored hash"},
                   {"Anmelden mit dem, was bcrypt nicht liest: einem 73. Oktett, NUL und Anhang",
                    "Signing in with what bcrypt doesn't read: a 73rd octet, NUL and a suffix"},
                   {"Das Kennwort steht im Klartext in den Dateien der Datenbank",
                    "The password stands in clear in the database's files"}},
       .mutations = mutations_of_passwords(),
       .limit = 20s,
       .period = period,
       .run = probe_passwords},
      {.id = "secrets.tokens",
       .measure = "encryption.secrets",
       .proves = {"tokens"},
       .title = {"API-Tokens nur als SHA-256", "API tokens as SHA-256 only"},
       .severity = Severity::critical,
       .positive_control = {"Die Anlage sagt SHA-256 zu. Ein eigens ausgestelltes Token steht in der "
                            "Datenbank und meldet sich an, vor und nach den "
                            "Angriffen.",
                            "The annex promises SHA-256. A token issued for the purpose is in the database "
                            "and signs in, before and after the "
                            "attacks."},
       .attacks = {{"Ein gespeichertes Token ist kein SHA-256", "A stored token isn't a SHA-256"},
                   {"Anmelden mit dem gespeicherten Hash, mit verändertem, gekürztem oder leerem Token",
                    "Signing in with the stored hash, with an altered, shortened or empty token"},
                   {"Anmelden mit einem Token, dessen Konto entfernt wurde",
                    "Signing in with a token whose account was removed"},
                   {"Das Token steht im Klartext in den Dateien der Datenbank",
                    "The token stands in clear in the database's files"}},
       .mutations = mutations_of_tokens(),
       .limit = 20s,
       .period = period,
       .run = probe_tokens},
      {.id = "files.secret_modes",
       .measure = "access.data",
       .proves = {"keys"},
       .title = {"Schlüsseldateien nur für den Dienst", "Key files for the service only"},
       .severity = Severity::critical,
       .positive_control =
           {"Die Anlage sagt 0600 zu. Eine Probedatei mit Modus 0644 und ein Ordner mit 0777 fallen auf, "
            "eine Datei mit 0600 nicht. Läuft der Dienst als root, so darf ein Prozess eines anderen "
            "Benutzers die eine lesen, die andere nicht.",
            "The annex promises 0600. A scratch file of mode 0644 and a folder of 0777 are noticed, a file "
            "of 0600 isn't. Where the service runs as root, a process of another user may read the one, "
            "not the other."},
       .attacks =
           {{"Modus oder Eigentümer einer Schlüsseldatei, der Datenbank oder einer Datei des Protokolls "
             "lassen "
             "andere Benutzer sie lesen oder schreiben",
             "The mode or owner of a key file, of the database or of a file of the ledger lets other users "
             "read or write it"},
            {"Modus oder Eigentümer lassen andere Benutzer einen Ordner mit Schlüsseln oder Einträgen "
             "betreten",
             "A mode or owner lets other users enter a folder of keys or records"},
            {"Ein Ordner auf dem Weg zu ihnen lässt andere Benutzer dort etwas umbenennen und ersetzen",
             "A folder on the way to them lets other users rename and replace what is in it"},
            {"Läuft der Dienst als root: ein Prozess eines anderen Benutzers darf eine dieser Dateien lesen, "
             "schreiben oder ersetzen",
             "Where the service runs as root: a process of another user may read, write or replace one of "
             "these files"}},
       .mutations = mutations_of_secret_modes(),
       .limit = 5s,
       .period = period,
       .run = probe_secret_modes},
  };
}

std::vector<Probe> document_probes() {
  return {
      {.id = "annex.pairing",
       .measure = "document.annex",
       .proves = {"languages"},
       .title = {"Beide Sprachen sagen dasselbe", "Both languages say the same"},
       .severity = Severity::high,
       .positive_control = {"Ein Absatz steht auf beiden Seiten, mit verschiedenem Wortlaut.",
                            "A paragraph stands on both pages, worded differently."},
       .attacks = {{"Ein Absatz steht nur in einer Sprache da oder in anderer Reihenfolge",
                    "A paragraph stands there in one language only, or in another order"},
                   {"Ein Absatz lautet anders als in der Anlage oder steht doppelt da",
                    "A paragraph differs from the annex's wording or stands there twice"},
                   {"Ein Absatz aus den Dateien der Anlage fehlt auf der Seite",
                    "A paragraph of the annex's files is missing on the page"}},
       .mutations = mutations_of_annex_pairing(),
       .limit = 10s,
       .period = period,
       .run = probe_annex_pairing},
      {.id = "ledger.consistency",
       .measure = "review.evidence",
       .proves = {"ledger"},
       .title = {"Das Protokoll setzt sich unverändert fort", "The ledger continues unaltered"},
       .severity = Severity::critical,
       .positive_control =
           {"Der Prüfpunkt ist vom Schlüssel des Protokolls unterschrieben; ein echter früherer Stand "
            "wird erkannt, ein gefälschter fällt auf.",
            "The log's head is signed by the ledger's key; a genuine earlier state is recognised, a "
            "forged one is noticed."},
       .attacks =
           {{"Ein älterer Prüfpunkt wird ausgegeben, oder einer, der den zuletzt gesehenen nicht fortsetzt",
             "An older head is offered, or one that doesn't continue the one seen last"},
            {"Die Kacheln ergeben eine andere Wurzel als die unterschriebene",
             "The tiles make another root than the signed one"},
            {"Ein Eintrag wurde nachträglich verändert oder vertauscht",
             "An entry was altered or exchanged afterwards"}},
       .mutations = mutations_of_ledger_consistency(),
       .limit = 15s,
       .period = period,
       .run = probe_ledger_consistency},
  };
}

std::vector<Probe> gateway_probes() {
  return {
      {.id = "gateway.transfer",
       .measure = "integrity.transfer",
       .proves = {"gateway"},
       .title = {"Das Datenbank-Gateway nimmt nur TLS 1.3", "The database gateway takes TLS 1.3 only"},
       .severity = Severity::critical,
       .positive_control = {"Die Anlage sagt TLS 1.3 zu, und das Gateway nimmt es an.",
                            "The annex promises TLS 1.3, and the gateway accepts it."},
       .attacks = {{"Handschlag nur mit TLS 1.2, 1.1 oder 1.0", "Handshake with TLS 1.2, 1.1 or 1.0 only"},
                   {"Anmeldung ohne TLS", "Log-in without TLS"},
                   {"Oktette, die ein Dritter im Klartext vor den Handschlag setzt",
                    "Octets that somebody puts in front of the handshake in clear"}},
       .mutations = mutations_of_gateway_transfer(),
       .subject = Subject::gateway,
       .limit = 10s,
       .period = period,
       .run = probe_gateway_transfer},
      {.id = "database.encryption",
       .measure = "encryption.database",
       .proves = {"connections"},
       .title = {"Kein Weg zur Datenbank ohne TLS", "No way to the database without TLS"},
       .severity = Severity::critical,
       .positive_control = {"Der Datenbankserver nimmt TLS an, und das Gateway verbindet sich mit ihm.",
                            "The database server accepts TLS, and the gateway connects to it."},
       .attacks = {{"Anmeldung am Datenbankserver ohne TLS", "Log-in at the database server without TLS"},
                   {"Ein falscher Server, der TLS ablehnt: das Gateway darf nicht weitersprechen",
                    "An impostor that refuses TLS: the gateway must not go on"},
                   {"Ein falscher Server mit dem richtigen Namen und eigenem Zertifikat",
                    "An impostor with the right name and a certificate of its own"}},
       .mutations = mutations_of_database_encryption(),
       .subject = Subject::gateway,
       .limit = 15s,
       .period = period,
       .run = probe_database_encryption},
      {.id = "database.statement_log",
       .measure = "confidentiality.system",
       .proves = {"staff_statements"},
       .title = {"Keine Anweisung von Personal ohne Protokoll", "No statement of staff without the log"},
       .severity = Severity::critical,
       .positive_control =
           {"Ein eigens angelegtes Personalkonto meldet sich am Gateway an und bekommt Antwort. Eine nie "
            "gesendete Anweisung steht nicht im Protokoll.",
            "A staff account made for the purpose signs in at the gateway and is answered. A statement that "
            "was never sent isn't in the log."},
       .attacks = {{"Eine Anweisung, deren Antwort kommt, bevor sie im Protokoll steht",
                    "A statement whose answer comes before it is in the log"},
                   {"Eine fehlschlagende Anweisung, die nicht im Protokoll steht",
                    "A failing statement that isn't in the log"},
                   {"Eine Anweisung, während das Protokoll nichts annimmt",
                    "A statement while the log takes nothing"}},
       .mutations = mutations_of_statement_log(),
       .subject = Subject::gateway,
       .limit = 15s,
       .period = period,
       .run = probe_statement_log},
  };
}

std::vector<Probe> tenant_probes() {
  return {
      {.id = "database.separation",
       .measure = "confidentiality.separation",
       .proves = {"rows", "queries"},
       .title = {"Kein Team liest oder schreibt Zeilen eines anderen",
                 "No team reads or writes another one's rows"},
       .severity = Severity::critical,
       .positive_control =
           {"Zwei Teams, die es sonst nicht gibt, arbeiten über das Gateway mit der Rolle der Anwendung. Das "
            "erste schreibt in jede Tabelle eine Zeile, liest sie und findet sie mit jeder der Anweisungen, "
            "mit "
            "denen das zweite es versucht; danach ist sie wieder entfernt.",
            "Two teams that nobody else has work through the gateway with the application's role. The first "
            "writes a row into each table, reads it, and finds it with each of the statements that the "
            "second "
            "tries; afterwards it is removed again."},
       .attacks =
           {{"Fremde Zeilen lesen: SELECT, WITH, Cursor, COPY, Sichten, Funktionen, dynamisches SQL, "
             "row_security = off, Fehlermeldungen, Statistiken",
             "Reading rows of others: SELECT, WITH, cursors, COPY, views, functions, dynamic SQL, "
             "row_security = off, error messages, statistics"},
            {"Fremde Zeilen sperren, ändern oder löschen: SELECT FOR UPDATE, UPDATE, DELETE, MERGE, "
             "ON CONFLICT, TRUNCATE",
             "Locking, changing or deleting rows of others: SELECT FOR UPDATE, UPDATE, DELETE, MERGE, "
             "ON CONFLICT, TRUNCATE"},
            {"Zeilen für ein anderes Team einfügen oder ihm geben",
             "Inserting rows for another team, or giving it some"},
            {"Mit einem abgelaufenen, fremden oder falsch unterschriebenen Nachweis oder Eintrag lesen, ohne "
             "Nachweis, oder mit einem Team oder einer Rolle, die SQL selbst wählt",
             "Reading with a claim or an entry that has expired, is for somebody else or wrongly signed, "
             "without a claim, or with a team or a role that SQL itself chooses"},
            {"Was ein Team in der Verbindung zurücklässt: Pläne, Cursor, temporäre Tabellen, Sperren, "
             "Einstellungen",
             "What a team leaves in the connection: plans, cursors, temporary tables, locks, settings"}},
       .mutations = mutations_of_separation(),
       .subject = Subject::tenants,
       .limit = 60s,
       .period = period,
       .run = probe_separation},
      {.id = "database.posture",
       .measure = "confidentiality.separation",
       .proves = {"posture"},
       .title = {"Nichts in der Datenbank umgeht die Trennung",
                 "Nothing in the database gets around the separation"},
       .severity = Severity::critical,
       .positive_control = {"Die Prüfung der Kataloge sieht Tabellen mit Teams. Nach dem Superuser des "
                            "Servers gefragt, als wäre er "
                            "die Anwendung, beanstandet sie ihn.",
                            "The check of the catalogs sees tables of teams. Asked about the server's "
                            "superuser, as if it were the "
                            "application, it objects."},
       .attacks =
           {{"Tabellen, deren Zeilen nicht verglichen werden, und Schlüssel über Teams hinweg",
             "Tables whose rows aren't compared, and keys across teams"},
            {"Umwege: Sichten, Regeln und Funktionen, die Richtlinien nicht fragen",
             "Detours: views, rules and functions that ask no policies"},
            {"Rollen und Rechte der Anwendung, die Richtlinien nicht binden",
             "Roles and privileges of the application that no policy binds"},
            {"Funktionen und Schlüssel von art32 in der Datenbank, die andere ändern oder lesen können",
             "Functions and keys of art32 in the database that others can change or read"}},
       .mutations = mutations_of_posture(),
       .subject = Subject::tenants,
       .limit = 50s,
       .period = period,
       .run = probe_posture},
  };
}

std::vector<Probe> trail_probes() {
  return {
      {.id = "database.trail",
       .measure = "integrity.input",
       .proves = {"completeness", "content", "retention"},
       .title = {"Jede Änderung steht versiegelt im Protokoll, mit ihrem Urheber",
                 "Every change is sealed in the trail, with its author"},
       .severity = Severity::critical,
       .positive_control = {"Eine Zeile, die ein eigens gebildetes Team durch das Gateway schreibt, findet "
                            "sich kurz darauf versiegelt "
                            "wieder, mit Team, handelndem Dienst und Anfrage.",
                            "A row that a team made for the purpose writes through the gateway is found "
                            "sealed a moment later, with "
                            "team, acting service and request."},
       .attacks =
           {{"Am Gateway vorbei schreiben, ohne Spur oder unter einem Namen",
             "Writing past the gateway, without a trace or under a name"},
            {"Mit einem gefälschten Urheber schreiben", "Writing with a forged author"},
            {"Eine Änderung vor dem Protokoll verbergen", "Hiding a change from the trail"},
            {"Mit der Rolle der Anwendung die Aufzeichnung abschalten oder ändern",
             "Switching the recording off, or altering it, with the application's role"},
            {"Was die Datenbank dem Protokoll nicht mehr gibt: alte Werte, Tabellen, Änderungen des Schemas",
             "What the database gives the trail no longer: old values, tables, changes of the schema"},
            {"Gespeicherte Aufzeichnungen, die nicht die versiegelten sind",
             "Stored records that aren't those that were sealed"},
            {"Aufzeichnungen, die älter sind als zugesagt", "Records that are older than promised"}},
       .mutations = mutations_of_trail(),
       .subject = Subject::trails,
       .limit = 60s,
       .period = period,
       .run = probe_trail},
  };
}

std::vector<Probe> make_table() {
  std::vector<Probe> table;
  for (auto part : {transport_probes(), secret_probes(), document_probes(), gateway_probes(), tenant_probes(),
                    trail_probes()})
    std::ranges::move(part, std::back_inserter(table));
  return table;
}

}  // namespace

std::span<const Probe> probes() {
  static const std::vector<Probe> table = make_table();
  return table;
}

const Probe* find_probe(std::string_view id) {
  const auto found = std::ranges::find(probes(), id, &Probe::id);
  return found == probes().end() ? nullptr : &*found;
}

}  // namespace art32::audit
