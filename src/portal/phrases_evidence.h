// What an evidence pack's page says, each phrase in both languages (phrases.h): for somebody who was given
// the folder, and knows nothing of us.
#pragma once

#include "portal/phrases.h"

namespace art32::portal::phrases {

inline constexpr Phrase pack_kicker{"Nachweis von Datenänderungen", "Evidence of data changes"};
inline constexpr Phrase pack_title{"Wer hat was geändert: {0} Aufzeichnungen, vollständig",
                                   "Who changed what: {0} records, complete"};
inline constexpr Phrase pack_lead{
    "Dieser Ordner enthält Aufzeichnungen aus dem Änderungsprotokoll einer Datenbank und alles, was Sie "
    "brauchen, "
    "um sie ohne uns nachzuprüfen: dass keine verändert wurde, und dass keine dazwischen fehlt.",
    "This folder has records of a database's audit trail, and all you need to check them without us: that "
    "none "
    "was altered, and that none between them is missing."};
inline constexpr Phrase pack_team{"Mandant", "Team"};
inline constexpr Phrase pack_of_no_team{"keiner: was zu keinem Mandanten gehört",
                                        "none: what belongs to no team"};
inline constexpr Phrase pack_database{"Datenbank", "Database"};
inline constexpr Phrase pack_records{"Aufzeichnungen", "Records"};
inline constexpr Phrase pack_range{"{0} bis {1}, von {2}, die es damals gab",
                                   "{0} to {1}, of {2} that there were then"};
inline constexpr Phrase pack_nothing{"keine, von {0}, die es damals gab",
                                     "none, of {0} that there were then"};
inline constexpr Phrase pack_sealed{"Versiegelt", "Sealed"};
inline constexpr Phrase pack_ledger{"Protokoll", "Ledger"};
inline constexpr Phrase pack_checkpoint{"{0}, mit {1} Einträgen", "{0}, with {1} entries"};
inline constexpr Phrase pack_key{"Schlüssel", "Key"};
inline constexpr Phrase pack_check{"So prüfen Sie nach", "How to check"};
inline constexpr Phrase pack_check_key{
    "Nehmen Sie den Schlüssel nicht von dieser Seite: Wer Aufzeichnungen fälscht, fälscht auch sie. Er steht "
    "auf der "
    "Website des Anbieters unter /ledger/key, besser aber in Ihrem Vertrag oder bei einem Zeugen. Gleicht er "
    "dem "
    "obigen, prüfen Sie damit:",
    "Don't take the key from this page: who forges records forges it too. The provider's site has it at "
    "/ledger/key; better, your contract has it, or a witness. If it is the one above, check with it:"};
inline constexpr Phrase pack_check_go{"Mit Go, ohne Software von uns", "With Go, without software of ours"};
inline constexpr Phrase pack_check_own{"Oder mit art32", "Or with art32"};
inline constexpr Phrase pack_check_source{
    "Das Programm verify_evidence.go liegt bei und ist kurz genug, um es zu lesen. Wer es selbst schreiben "
    "will, findet im "
    "Ordner formats alles dazu, zuerst in evidence-pack.md.",
    "The program verify_evidence.go is in this folder, and short enough to be read. Who would rather write "
    "their own "
    "finds all about it in the folder formats, first in evidence-pack.md."};
inline constexpr Phrase pack_files{"Was im Ordner liegt", "What is in the folder"};
inline constexpr Phrase pack_file{"Datei", "File"};
inline constexpr Phrase pack_content{"Inhalt", "Content"};
inline constexpr Phrase pack_file_records{
    "die Aufzeichnungen, eine je Zeile: Tabelle, Zeile, alte und neue Werte; danach, wer es wann war",
    "the records, one in each line: table, row, old and new values; behind them who it was, and when"};
inline constexpr Phrase pack_file_evidence{"der Beweis", "the proof"};
inline constexpr Phrase pack_file_values{
    "personenbezogene Werte, falls sie verlangt wurden: In den Aufzeichnungen selbst stehen nur Bindungen an "
    "sie",
    "personal values, if they were asked for: the records themselves have commitments to them"};
inline constexpr Phrase pack_file_program{"ein Programm, das alles nachrechnet",
                                          "a program that computes it all again"};
inline constexpr Phrase pack_file_formats{"wie das alles aufgebaut ist, auf Englisch",
                                          "how all of this is made"};
inline constexpr Phrase pack_shows{"Was damit bewiesen ist", "What this proves"};
inline constexpr Phrase pack_shows_text{
    "Zum Zeitpunkt der Versiegelung waren dies alle Aufzeichnungen dieses Mandanten mit diesen Nummern; jede "
    "steht so in "
    "einem signierten Protokoll, das nur wächst.",
    "When it was sealed, these were all records of this team with these numbers; each stands like that in a "
    "signed "
    "log that only grows."};
inline constexpr Phrase pack_shows_not{
    "Nicht bewiesen ist, was danach geschah, und dass der Server seiner Datenbank die Wahrheit gesagt hat.",
    "It doesn't prove what happened since, nor that the server told its database the truth."};

}  // namespace art32::portal::phrases
