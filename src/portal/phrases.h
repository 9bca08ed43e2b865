// Everything the portal says in its own words, each phrase in both languages.
// What the annex says comes from the annex, what probes say from their table.
//
// {0}, {1} ... are filled by say(). A phrase with one side empty doesn't compile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/language.h"

namespace art32::portal {

class Phrase {
 public:
  consteval Phrase(std::string_view german, std::string_view english) : german_(german), english_(english) {
    if (german_.empty() || english_.empty()) throw "a phrase needs both languages";
  }
  constexpr std::string_view in(model::Language language) const {
    return language == model::Language::german ? german_ : english_;
  }

 private:
  std::string_view german_, english_;
};

std::string say(const Phrase& phrase, model::Language language, const std::vector<std::string>& values = {});

namespace phrases {

// Frame of every page.
inline constexpr Phrase this_language{"Deutsch", "English"};
inline constexpr Phrase skip{"Zum Inhalt springen", "Skip to content"};
inline constexpr Phrase navigation{"Hauptnavigation", "Main navigation"};
inline constexpr Phrase nav_trust{"Überblick", "Overview"};
inline constexpr Phrase nav_annex{"Anlage", "Annex"};
inline constexpr Phrase nav_audits{"Prüfungen", "Audits"};
inline constexpr Phrase nav_versions{"Fassungen", "Versions"};
inline constexpr Phrase nav_pins{"Schlüssel", "Keys"};
inline constexpr Phrase nav_verify{"Nachprüfen", "Verify"};
inline constexpr Phrase home_of{"{0}: Überblick der Maßnahmen", "{0}: overview of the measures"};
inline constexpr Phrase language_switch{"Sprache", "Language"};
inline constexpr Phrase breadcrumb{"Sie sind hier", "You are here"};
inline constexpr Phrase foot_protection{"Datenschutz", "Data protection"};
inline constexpr Phrase foot_security{"Sicherheit", "Security"};
inline constexpr Phrase foot_machines{"Für Programme", "For programs"};
inline constexpr Phrase foot_ledger{"Protokoll", "Ledger"};
inline constexpr Phrase foot_rendered{"Stand dieser Seite: {0}", "This page as of {0}"};
inline constexpr Phrase foot_software{
    "Erzeugt von art32 {0}: ohne JavaScript, ohne Cookies, ohne fremde Server.",
    "Made by art32 {0}: no JavaScript, no cookies, no third-party servers."};
inline constexpr Phrase feed_title{"{0}: Prüfungen und Fassungen", "{0}: audits and versions"};
inline constexpr Phrase atom_feed{"Atom-Feed", "Atom feed"};
inline constexpr Phrase json_feed{"JSON-Feed", "JSON feed"};
inline constexpr Phrase entries_many{"{0} Einträge", "{0} entries"};
inline constexpr Phrase entries_one{"1 Eintrag", "1 entry"};

// Time and quantities.
inline constexpr Phrase just_now{"gerade eben", "just now"};
inline constexpr Phrase minute_ago{"vor 1 Minute", "1 minute ago"};
inline constexpr Phrase minutes_ago{"vor {0} Minuten", "{0} minutes ago"};
inline constexpr Phrase hour_ago{"vor 1 Stunde", "1 hour ago"};
inline constexpr Phrase hours_ago{"vor {0} Stunden", "{0} hours ago"};
inline constexpr Phrase day_ago{"vor 1 Tag", "1 day ago"};
inline constexpr Phrase days_ago{"vor {0} Tagen", "{0} days ago"};
inline constexpr Phrase moment{"{0}, {1} UTC", "{0}, {1} UTC"};
inline constexpr Phrase never{"noch nie", "never"};

// States and what they mean.
inline constexpr Phrase measures_many{"{0} Maßnahmen", "{0} measures"};
inline constexpr Phrase measures_one{"1 Maßnahme", "1 measure"};
inline constexpr Phrase state_strip{"{0} eingehalten, {1} verletzt, {2} nicht nachgewiesen",
                                    "{0} kept, {1} broken, {2} unproven"};
inline constexpr Phrase strip_caption{
    "Ein Balken je Maßnahme, gefüllt, soweit ihre Absätze nachgewiesen sind: {0} von {1} Absätzen.",
    "One bar for each measure, filled as far as its paragraphs are proven: {0} of {1} paragraphs."};
inline constexpr Phrase kept_of{"{0} von {1}", "{0} of {1}"};
inline constexpr Phrase contents_state{"eingehalten, Stand des Abschnitts: {0}",
                                       "kept, state of the section: {0}"};
inline constexpr Phrase kept_means{
    "Jeder Satz der Maßnahme wurde angegriffen, und kein Angriff kam durch. Dass der Angriff selbst "
    "funktioniert, "
    "zeigt jedes Mal eine Gegenprobe.",
    "Every sentence of the measure was attacked, and no attack got through. A positive control shows each "
    "time that "
    "the attack itself works."};
inline constexpr Phrase broken_means{
    "Mindestens ein Angriff kam durch: Das Versprechen stimmt im Moment nicht. Das steht hier, sobald es "
    "gemessen ist.",
    "At least one attack got through: the promise doesn't hold at the moment. That is said here as soon as "
    "it is "
    "measured."};
inline constexpr Phrase unproven_means{
    "Versprochen, aber nicht nachgewiesen: Die Technik, die das Versprechen hält, ist in dieses System noch "
    "nicht "
    "eingebaut, oder ihr Nachweis fehlt oder ist veraltet. Das heißt nicht verletzt, aber es ist nie grün.",
    "Promised but not proven: the control that keeps the promise isn't built into this system yet, or its "
    "proof is "
    "missing or too old. Unproven doesn't mean broken, but it is never shown as green."};

// Trust page.
inline constexpr Phrase kicker{"Technische und organisatorische Maßnahmen · Art. 32 DSGVO",
                               "Technical and organisational measures · Art. 32 GDPR"};
inline constexpr Phrase trust_title{"Was {0} verspricht. Und ob es heute stimmt.",
                                    "What {0} promises. And whether it is true today."};
inline constexpr Phrase trust_description{
    "Der heutige Stand aller technischen und organisatorischen Maßnahmen von {0}, mit Nachweisen.",
    "Today's state of every technical and organisational measure of {0}, with evidence."};
inline constexpr Phrase trust_lead{
    "Die Anlage zum Auftragsverarbeitungsvertrag ist hier keine Behauptung, sondern eine Messung. Was dieses "
    "System "
    "prüfen kann, greift es regelmäßig an; das Ergebnis steht hier, auch wenn es nicht schmeichelt. Was es "
    "noch nicht "
    "prüfen kann, steht ebenso hier.",
    "Here, the annex to the data processing agreement isn't a claim but a measurement. What this system can "
    "test, it "
    "attacks at regular intervals; the result is on this page, flattering or not. What it can't test yet, it "
    "says."};
inline constexpr Phrase last_audit{"Letzte Prüfung", "Last audit"};
inline constexpr Phrase passed_of{"{0} von {1} Proben bestanden", "{0} of {1} probes passed"};
inline constexpr Phrase no_audit{"Noch keine Prüfung gelaufen", "No audit has run yet"};
inline constexpr Phrase annex_version{"Fassung der Anlage", "Version of the annex"};
inline constexpr Phrase as_of{"Stand {0}", "as of {0}"};
inline constexpr Phrase ledger_head{"Protokoll", "Ledger"};
inline constexpr Phrase ledger_root{"Wurzel {0}", "root {0}"};
inline constexpr Phrase all_measures{"Alle Maßnahmen", "All measures"};
inline constexpr Phrase sentences_proven{"{0} von {1} Absätzen nachgewiesen", "{0} of {1} paragraphs proven"};
inline constexpr Phrase kind_of_proof{"Nachweisart: {0}", "kind of proof: {0}"};
inline constexpr Phrase checked{"geprüft {0}", "checked {0}"};
inline constexpr Phrase no_control_yet{"noch ohne eingebaute Technik", "no control built in yet"};
inline constexpr Phrase no_attestation_yet{"Bestätigung liegt nicht vor", "no attestation on file"};
inline constexpr Phrase not_attacked_yet{"noch nicht geprüft", "not checked yet"};
inline constexpr Phrase words_mean{"Was die Zeichen bedeuten", "What the signs mean"};
inline constexpr Phrase know_how{"Woher Sie wissen, dass das stimmt", "How you can know that this is true"};
inline constexpr Phrase know_attack_title{"Angegriffen, nicht angekreuzt", "Attacked, not ticked off"};
inline constexpr Phrase know_attack{
    "Hinter jedem grünen Zeichen steht eine Probe, die versucht hat, das Versprechen zu brechen: von außen, "
    "gegen das "
    "laufende System.",
    "Behind each green sign is a probe that tried to break the promise: from outside, against the running "
    "system."};
inline constexpr Phrase know_ledger_title{"Versiegelt, nicht verwahrt", "Sealed, not just stored"};
inline constexpr Phrase know_ledger{
    "Jedes Ergebnis ist ein Blatt in einem signierten Merkle-Baum, an den nur angehängt werden kann. Wer "
    "einen "
    "Prüfpunkt kennt, merkt jede spätere Änderung.",
    "Every result is a leaf of a signed Merkle tree to which one can only append. Whoever knows one "
    "checkpoint "
    "notices any later change."};
inline constexpr Phrase know_verify_title{"Nachprüfbar mit fremdem Werkzeug",
                                          "Verifiable with tools that aren't ours"};
inline constexpr Phrase know_verify{
    "Die Formate sind öffentlich. Mit curl und einer Bibliothek, die nicht von uns ist, rechnen Sie jeden "
    "Nachweis nach.",
    "The formats are public. With curl and a library that isn't ours you can recompute every piece of "
    "evidence."};
inline constexpr Phrase how_to_verify{"So prüfen Sie nach", "How to verify"};
inline constexpr Phrase read_annex{"Die Anlage lesen", "Read the annex"};
inline constexpr Phrase broken_now{"Im Moment verletzt", "Broken at the moment"};

// Annex.
inline constexpr Phrase annex_kicker{"{0} · Fassung {1} · Stand {2}", "{0} · version {1} · as of {2}"};
inline constexpr Phrase annex_of{"Anlage zum Auftragsverarbeitungsvertrag",
                                 "Annex to the data processing agreement"};
inline constexpr Phrase version{"Fassung", "Version"};
inline constexpr Phrase as_of_label{"Stand", "As of"};
inline constexpr Phrase effective{"Gilt ab", "Effective from"};
inline constexpr Phrase in_force{"gilt", "in force"};
inline constexpr Phrase not_yet_in_force{"noch nicht in Kraft", "not yet in force"};
inline constexpr Phrase superseded{"abgelöst", "superseded"};
inline constexpr Phrase applies_today{"Heute gilt Fassung {0}", "Version {0} applies today"};
inline constexpr Phrase none_in_force{"Heute gilt noch keine Fassung", "No version applies yet today"};
inline constexpr Phrase shown_is_future{"Gezeigt und geprüft wird Fassung {0}, die erst ab {1} gilt.",
                                        "Shown and tested is version {0}, which is effective only from {1}."};
inline constexpr Phrase binding_language{"Verbindliche Sprache", "Binding language"};
inline constexpr Phrase german{"Deutsch", "German"};
inline constexpr Phrase english{"Englisch", "English"};
inline constexpr Phrase processor{"Auftragsverarbeiter", "Processor"};
inline constexpr Phrase contact_protection{"Kontakt Datenschutz", "Contact for data protection"};
inline constexpr Phrase contact_security{"Kontakt Sicherheit", "Contact for security"};
inline constexpr Phrase as_pdf{"Als PDF", "As PDF"};
inline constexpr Phrase as_json{"Als JSON", "As JSON"};
inline constexpr Phrase history{"Frühere Fassungen", "Earlier versions"};
inline constexpr Phrase side_by_side{"Beide Sprachen nebeneinander", "Both languages side by side"};
inline constexpr Phrase contents{"Inhalt", "Contents"};
inline constexpr Phrase state_of_paragraph{"Stand von Absatz {0}", "State of paragraph {0}"};
inline constexpr Phrase evidence_link{"Nachweis {0}", "Evidence {0}"};
inline constexpr Phrase measure_details{"Zur Maßnahme: {0}", "Details of the measure: {0}"};
inline constexpr Phrase parallel_lead{
    "Absatz für Absatz, damit jede Abweichung auffällt. Verbindlich ist: {0}.",
    "Paragraph by paragraph, so that any drift is visible. Binding: {0}."};
inline constexpr Phrase documents{"Dokumente", "Documents"};

// Measure.
inline constexpr Phrase promised{"Was versprochen ist", "What is promised"};
inline constexpr Phrase parameters{"Die Zahlen und Werte darin", "The figures and values in it"};
inline constexpr Phrase parameters_caption{"Parameter der Maßnahme", "Parameters of the measure"};
inline constexpr Phrase parameters_note{
    "Nennt die letzte Spalte eine eingebaute Technik, so liest sie genau diesen Wert und setzt ihn durch.",
    "Where the last column names a control, that control reads exactly this value and enforces it."};
inline constexpr Phrase name_{"Name", "Name"};
inline constexpr Phrase value{"Wert", "Value"};
inline constexpr Phrase configured{"In der Konfiguration", "In the configuration"};
inline constexpr Phrase read_by{"Gelesen von", "Read by"};
inline constexpr Phrase nobody_yet{"noch keiner Technik", "no control yet"};
inline constexpr Phrase kept_how{"Wie es gehalten wird", "How it is kept"};
inline constexpr Phrase no_controls{
    "Die Technik, die diese Maßnahme durchsetzt, ist in dieses System noch nicht eingebaut. Das Versprechen "
    "gilt, aber "
    "dieses System kann es weder durchsetzen noch beweisen. Darum steht hier „nicht nachgewiesen“.",
    "The control that enforces this measure isn't built into this system yet. The promise holds as a "
    "promise, but this "
    "system can neither enforce nor prove it. That is why it says “unproven”."};
inline constexpr Phrase attacked_how{"Wie es angegriffen wird", "How it is attacked"};
inline constexpr Phrase no_probes{
    "Für diese Maßnahme gibt es noch keine Probe. Ohne Angriff kein Beweis: Der Stand bleibt „nicht "
    "nachgewiesen“.",
    "There is no probe for this measure yet. Without an attack there is no proof: the state stays "
    "“unproven”."};
inline constexpr Phrase positive_control{"Gegenprobe: muss gelingen", "Positive control: must work"};
inline constexpr Phrase attacks{"Angriffe: müssen scheitern", "Attacks: must fail"};
inline constexpr Phrase mutation{"Beweis, dass die Probe rot werden kann",
                                 "Proof that the probe can turn red"};
inline constexpr Phrase severity{"Schwere", "Severity"};
inline constexpr Phrase period{"Gültig", "Valid for"};
inline constexpr Phrase verdict_now{"Urteil jetzt", "Verdict now"};
inline constexpr Phrase waived_by{"Ausgenommen von {0} bis {1}: {2}", "Waived by {0} until {1}: {2}"};
inline constexpr Phrase last_runs{"Letzte Läufe", "Last runs"};
inline constexpr Phrase runs_of{"Letzte Läufe der Probe {0}, neueste zuerst",
                                "Last runs of the probe {0}, newest first"};
inline constexpr Phrase no_runs{"Noch kein Lauf.", "No run yet."};
inline constexpr Phrase chart_title{"Letzte Läufe von {0}", "Last runs of {0}"};
inline constexpr Phrase chart_description{
    "{0} Läufe, ältester links: {1} bestanden, {2} nicht. Die Höhe ist die Dauer, höchstens {3}.",
    "{0} runs, oldest on the left: {1} passed, {2} did not. The height is the duration, at most {3}."};
inline constexpr Phrase chart_height{"Höhe: Dauer, höchstens {0}", "height: duration, at most {0}"};
inline constexpr Phrase finished{"Zeitpunkt", "Time"};
inline constexpr Phrase verdict{"Urteil", "Verdict"};
inline constexpr Phrase took{"Dauer", "Duration"};
inline constexpr Phrase audit{"Prüfung", "Audit"};
inline constexpr Phrase evidence{"Nachweis", "Evidence"};
inline constexpr Phrase no_evidence{"nicht versiegelt", "not sealed"};
inline constexpr Phrase previous_measure{"Vorige Maßnahme", "Previous measure"};
inline constexpr Phrase next_measure{"Nächste Maßnahme", "Next measure"};
inline constexpr Phrase in_annex{"In der Anlage lesen", "Read in the annex"};

// Audits.
inline constexpr Phrase audits_title{"Sicherheitsprüfungen", "Security audits"};
inline constexpr Phrase audits_lead{
    "Jede Prüfung, die gelaufen ist, mit allem, was fehlschlug, und allem, was hielt. Nichts wird "
    "ausgelassen.",
    "Every audit that has run, with all that failed and all that held. Nothing is left out."};
inline constexpr Phrase audits_caption{"Prüfungen, neueste zuerst", "Audits, newest first"};
inline constexpr Phrase audit_number{"Prüfung {0}", "Audit {0}"};
inline constexpr Phrase trigger{"Anlass", "Trigger"};
inline constexpr Phrase trigger_schedule{"Zeitplan", "schedule"};
inline constexpr Phrase trigger_command{"von Hand", "by hand"};
inline constexpr Phrase trigger_start{"Start des Systems", "start of the system"};
inline constexpr Phrase trigger_publish{"neue Fassung der Anlage", "new version of the annex"};
inline constexpr Phrase result{"Ergebnis", "Result"};
inline constexpr Phrase failed_probes{"Fehlgeschlagen: {0}", "Failed: {0}"};
inline constexpr Phrase undecided_probes{"Ohne Urteil: {0}", "Undecided: {0}"};
inline constexpr Phrase all_passed{"Alle bestanden", "All passed"};
inline constexpr Phrase older_audits{"Ältere Prüfungen", "Older audits"};
inline constexpr Phrase newest_audits{"Neueste Prüfungen", "Newest audits"};
inline constexpr Phrase previous_audit{"Vorige Prüfung", "Previous audit"};
inline constexpr Phrase next_audit{"Nächste Prüfung", "Next audit"};
inline constexpr Phrase probe{"Probe", "Probe"};
inline constexpr Phrase measure{"Maßnahme", "Measure"};
inline constexpr Phrase observations_of{"Beobachtungen der Probe {0}", "Observations of the probe {0}"};
inline constexpr Phrase tried{"Was versucht wurde", "What was tried"};
inline constexpr Phrase target{"Ziel", "Target"};
inline constexpr Phrase outcome{"Ausgang", "Outcome"};
inline constexpr Phrase seen{"Was gesehen wurde (englisch)", "What was seen"};
inline constexpr Phrase kind_control{"Gegenprobe", "Positive control"};
inline constexpr Phrase kind_attack{"Angriff", "Attack"};
inline constexpr Phrase outcome_worked{"gelang", "worked"};
inline constexpr Phrase outcome_refused{"abgewiesen", "refused"};
inline constexpr Phrase outcome_undecided{"unentschieden", "undecided"};
inline constexpr Phrase as_hoped{"wie erwartet", "as expected"};
inline constexpr Phrase not_as_hoped{"nicht wie erwartet", "not as expected"};
inline constexpr Phrase observations{"{0} Beobachtungen, {1} wie erwartet",
                                     "{0} observations, {1} as expected"};
inline constexpr Phrase probes_of_audit{"Proben dieser Prüfung", "Probes of this audit"};
inline constexpr Phrase nothing_observed{"Die Probe hat nichts beobachtet.", "The probe observed nothing."};

// Versions and differences.
inline constexpr Phrase versions_title{"Fassungen der Anlage", "Versions of the annex"};
inline constexpr Phrase versions_lead{
    "Jede veröffentlichte Fassung, unverändert aufbewahrt und im Protokoll versiegelt.",
    "Every published version, kept unchanged and sealed in the ledger."};
inline constexpr Phrase versions_caption{"Veröffentlichte Fassungen, neueste zuerst",
                                         "Published versions, newest first"};
inline constexpr Phrase no_versions{"Es wurde noch keine Fassung veröffentlicht.",
                                    "No version has been published yet."};
inline constexpr Phrase published{"Veröffentlicht", "Published"};
inline constexpr Phrase changes{"Änderungen", "Changes"};
inline constexpr Phrase compare_with{"gegenüber {0}", "against {0}"};
inline constexpr Phrase first_version{"erste Fassung", "first version"};
inline constexpr Phrase version_title{"Fassung {0}", "Version {0}"};
inline constexpr Phrase version_note{
    "Diese Fassung wird so gezeigt, wie sie veröffentlicht wurde. Ob ihre Sätze heute "
    "gehalten werden, steht auf der Seite der Anlage.",
    "This version is shown as it was published. Whether its sentences hold today is "
    "said on the page of the annex."};
inline constexpr Phrase digest{"SHA-256", "SHA-256"};
inline constexpr Phrase difference_title{"Von {0} zu {1}", "From {0} to {1}"};
inline constexpr Phrase no_differences{"Zwischen diesen Fassungen hat sich nichts geändert.",
                                       "Nothing changed between these versions."};
inline constexpr Phrase difference_legend{"Entfallene Wörter sind durchgestrichen, neue unterstrichen.",
                                          "Words that went are struck through, new ones underlined."};
inline constexpr Phrase change_added{"neu", "added"};
inline constexpr Phrase change_removed{"entfallen", "removed"};
inline constexpr Phrase change_changed{"geändert", "changed"};
inline constexpr Phrase whole_document{"Dokument", "Document"};
inline constexpr Phrase removed_before{"Entfallen: ", "Removed: "};
inline constexpr Phrase added_before{"Neu: ", "Added: "};

}  // namespace phrases

}  // namespace art32::portal
