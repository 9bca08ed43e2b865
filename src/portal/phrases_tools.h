// What the pages on keys, verification, evidence and errors say, and the feeds:
// the second half of the table in phrases.h, which explains it.
// Constants; any thread.
#pragma once

#include "portal/phrases.h"

namespace art32::portal::phrases {

// Keys.
inline constexpr Phrase pins_title{"Öffentliche Schlüssel dieses Servers", "Public keys of this server"};
inline constexpr Phrase pins_lead{
    "Programme, die diese Schnittstelle nutzen, können außer dem Zertifikat auch den Schlüssel prüfen. Ein "
    "neuer "
    "Schlüssel steht hier, bevor er benutzt wird.",
    "Programs that use this interface can check the key as well as the certificate. A new key is listed here "
    "before "
    "it is used."};
inline constexpr Phrase pins_caption{"Pins (SHA-256 des SubjectPublicKeyInfo)",
                                     "Pins (SHA-256 of the SubjectPublicKeyInfo)"};
inline constexpr Phrase pin{"Pin", "Pin"};
inline constexpr Phrase role{"Rolle", "Role"};
inline constexpr Phrase role_current{"in Gebrauch", "in use"};
inline constexpr Phrase role_next{"als Nächstes", "next"};
inline constexpr Phrase role_backup{"Reserve", "backup"};
inline constexpr Phrase no_pins{"Es sind keine Pins veröffentlicht.", "No pins are published."};
inline constexpr Phrase pins_check{"Mit curl prüfen", "Check with curl"};
inline constexpr Phrase pins_check_note{
    "curl bricht ab, wenn der Schlüssel des Servers keiner der genannten ist.",
    "curl stops if the server's key is none of those named."};
inline constexpr Phrase pins_machine{"Für Programme", "For programs"};
inline constexpr Phrase pins_machine_note{
    "Die Liste als JSON, und eine signierte Notiz darüber, mit dem Schlüssel des Protokolls unterschrieben:",
    "The list as JSON, and a signed note about it, signed by the ledger's key:"};
inline constexpr Phrase ledger_key{"Schlüssel des Protokolls", "Key of the ledger"};
inline constexpr Phrase ledger_key_note{
    "Mit diesem öffentlichen Schlüssel sind alle Prüfpunkte und die Liste der Pins unterschrieben (C2SP "
    "signed note, "
    "Ed25519).",
    "All checkpoints and the list of pins are signed by this public key (C2SP signed note, Ed25519)."};

// Verify.
inline constexpr Phrase verify_title{"Selbst nachprüfen", "Verify it yourself"};
inline constexpr Phrase verify_lead{
    "Sie müssen uns nichts glauben. Jedes Ergebnis liegt in einem Protokoll, an das nur angehängt werden "
    "kann, in "
    "den offenen Formaten von C2SP. Was Sie dafür brauchen, haben andere geschrieben.",
    "You don't have to believe us. Every result lies in an append-only ledger, in the open formats of C2SP. "
    "The tools "
    "you need were written by others."};
inline constexpr Phrase step_key{"Den Schlüssel merken", "Remember the key"};
inline constexpr Phrase step_key_note{
    "Dieser Schlüssel unterschreibt jeden Prüfpunkt. Bewahren Sie ihn auf, am besten zusammen mit dem "
    "Vertrag: Er "
    "ändert sich nicht, ohne dass Sie es merken.",
    "This key signs every checkpoint. Keep it, ideally together with the contract: it can't change without "
    "your "
    "noticing."};
inline constexpr Phrase own_authority{
    "Lehnt curl das Zertifikat ab, weil der Server zur Erprobung eine eigene Zertifizierungsstelle benutzt, "
    "dann "
    "geben Sie jedem Aufruf deren Zertifikat mit: --cacert authority.crt. Der Betreiber findet es unter "
    "keys/authority.crt.",
    "If curl refuses the certificate because the server uses a certificate authority of its own, for "
    "development, "
    "then name that authority's certificate in every call: --cacert authority.crt. The operator finds it at "
    "keys/authority.crt."};
inline constexpr Phrase step_checkpoint{"Den Prüfpunkt holen", "Fetch the checkpoint"};
inline constexpr Phrase step_checkpoint_note{
    "Drei Zeilen und eine Unterschrift: der Name des Protokolls, die Zahl seiner Einträge, die Wurzel des "
    "Merkle-Baums. Zwei Prüfpunkte, die nicht zueinander passen, wären der Beweis einer Fälschung.",
    "Three lines and a signature: the ledger's name, the number of its entries, the root of its Merkle tree. "
    "Two "
    "checkpoints that don't fit together would be proof of a forgery."};
inline constexpr Phrase step_proof{"Einen Nachweis herunterladen", "Download a piece of evidence"};
inline constexpr Phrase step_proof_note{
    "Die Datei enthält den Eintrag, den Datensatz, den Schlüssel seines Commitments und den Beweis, dass "
    "der Eintrag "
    "unter dem Prüfpunkt liegt.",
    "The file has the entry, the record, the key of its commitment, and the proof that the entry is under "
    "the "
    "checkpoint."};
inline constexpr Phrase step_recompute{"Nachrechnen", "Recompute it"};
inline constexpr Phrase step_recompute_note{
    "Dieses Go-Programm benutzt nur Go und golang.org/x/mod/sumdb, die Bibliothek, mit der auch Go selbst "
    "seine Module "
    "prüft. Es prüft die Unterschrift des Prüfpunkts und rechnet den Weg vom Eintrag zur Wurzel nach.",
    "This Go program uses nothing but Go and golang.org/x/mod/sumdb, the library that Go itself uses to "
    "check its "
    "modules. It checks the checkpoint's signature and recomputes the way from the entry to the root."};
inline constexpr Phrase step_commitment{"Vom Eintrag zum Datensatz", "From the entry to the record"};
inline constexpr Phrase step_commitment_note{
    "Ein Eintrag enthält nicht den Datensatz, sondern eine kryptografische Festlegung auf ihn, ein "
    "Commitment "
    "(HMAC-SHA-256 mit einem eigenen, zufälligen Schlüssel). So lässt sich ein Datensatz löschen, ohne dass "
    "ein "
    "Beweis ungültig wird. Mit dem Schlüssel aus der Datei („opening“) rechnen Sie das Commitment nach: Das "
    "Ergebnis muss im Eintrag stehen.",
    "An entry doesn't contain the record but a commitment to it (HMAC-SHA-256 with a random key of its own). "
    "That way "
    "a record can be erased without any proof becoming invalid. With the key in the file (“opening”) you can "
    "recompute "
    "the commitment: the result must stand in the entry."};
inline constexpr Phrase step_all{"Alles nachrechnen", "Recompute everything"};
inline constexpr Phrase step_all_note{
    "Alle Kacheln des Baums und alle Einträge sind öffentlich (C2SP tlog-tiles). Ein Monitor kann jeden "
    "Eintrag lesen "
    "und prüfen, dass der Baum nur wächst.",
    "All tiles of the tree and all entries are public (C2SP tlog-tiles). A monitor can read every entry and "
    "check that "
    "the tree only ever grows."};
inline constexpr Phrase what_public{"Was öffentlich ist und was nicht", "What is public and what isn't"};
inline constexpr Phrase what_public_note{
    "Offengelegt werden Datensätze über Urteile, Prüfungen und Fassungen der Anlage. Andere Einträge, etwa "
    "über Konten, "
    "stehen im selben Baum und werden mitbewiesen, aber ihr Inhalt bleibt verschlossen.",
    "Records about verdicts, audits and versions of the annex are disclosed. Other entries, such as those "
    "about "
    "accounts, stand in the same tree and are proven with it, but their content stays closed."};
inline constexpr Phrase tile_addresses{"Adressen des Protokolls", "Addresses of the ledger"};
inline constexpr Phrase address{"Adresse", "Address"};
inline constexpr Phrase content{"Inhalt", "Content"};
inline constexpr Phrase tile_key{"Öffentlicher Schlüssel (vkey)", "Public key (vkey)"};
inline constexpr Phrase tile_checkpoint{"Neuester Prüfpunkt", "Newest checkpoint"};
inline constexpr Phrase tile_hashes{"Kacheln des Baums (Ebene L, Nummer N)",
                                    "Tiles of the tree (level L, number N)"};
inline constexpr Phrase tile_entries{"Einträge, 256 je Bündel", "Entries, 256 to a bundle"};
inline constexpr Phrase example_leaf_note{"Beispiel: der neueste öffentliche Nachweis.",
                                          "Example: the newest public piece of evidence."};

// Evidence.
inline constexpr Phrase evidence_title{"Nachweis {0}", "Evidence {0}"};
inline constexpr Phrase evidence_lead{
    "Ein Blatt des Protokolls: was festgehalten wurde, und womit Sie beweisen, dass es nachträglich nicht "
    "geändert "
    "wurde.",
    "A leaf of the ledger: what was recorded, and what proves that it wasn't changed afterwards."};
inline constexpr Phrase kind{"Art", "Kind"};
inline constexpr Phrase sealed{"Versiegelt", "Sealed"};
inline constexpr Phrase leaf{"Blatt", "Leaf"};
inline constexpr Phrase leaf_of{"Nr. {0} (gezählt ab 0) in einem Baum von {1}",
                                "no. {0} (counted from 0) in a tree of {1}"};
inline constexpr Phrase downloads{"Herunterladen", "Download"};
inline constexpr Phrase download_all{"Alles in einer Datei (JSON)", "Everything in one file (JSON)"};
inline constexpr Phrase download_proof{"Beweis für Offline-Prüfung (tlog-proof)",
                                       "Proof for offline checking (tlog-proof)"};
inline constexpr Phrase download_record{"Der Datensatz, Oktett für Oktett", "The record, octet by octet"};
inline constexpr Phrase record{"Datensatz", "Record"};
inline constexpr Phrase entry{"Eintrag im Baum", "Entry in the tree"};
inline constexpr Phrase entry_octets{"Eintrag, Base64", "Entry, base64"};
inline constexpr Phrase opening{"Schlüssel des Commitments, Base64", "Key of the commitment, base64"};
inline constexpr Phrase leaf_hash{"Hash des Blatts", "Hash of the leaf"};
inline constexpr Phrase proof{"Beweis", "Proof"};
inline constexpr Phrase proof_note{
    "Index, Geschwister auf dem Weg zur Wurzel, und der unterschriebene Prüfpunkt.",
    "Index, the siblings on the way to the root, and the signed checkpoint."};
inline constexpr Phrase previous_leaf{"Blatt {0}", "Leaf {0}"};
inline constexpr Phrase not_yet_integrated{
    "Dieser Eintrag ist gesichert, aber noch unter keinem Prüfpunkt. Das dauert höchstens eine Sekunde: "
    "Laden Sie die "
    "Seite neu.",
    "This entry is safe but not yet under a checkpoint. That takes a second at most: reload the page."};
inline constexpr Phrase kind_verdict{"Urteil einer Probe", "Verdict of a probe"};
inline constexpr Phrase kind_audit{"Prüfung", "Audit"};
inline constexpr Phrase kind_version{"Fassung der Anlage", "Version of the annex"};

// Errors.
inline constexpr Phrase error_400{"Diese Anfrage ist nicht zu verstehen", "This request can't be understood"};
inline constexpr Phrase error_401{"Hier ist eine Anmeldung nötig", "Credentials are needed here"};
inline constexpr Phrase error_403{"Dieser Datensatz ist nicht öffentlich", "This record isn't public"};
inline constexpr Phrase error_404{"Diese Seite gibt es nicht", "There is no such page"};
inline constexpr Phrase error_405{"So geht es hier nicht", "Not this way"};
inline constexpr Phrase error_500{"Da ist uns etwas misslungen", "Something went wrong on our side"};
inline constexpr Phrase error_503{"Gerade nicht verfügbar", "Not available right now"};
inline constexpr Phrase hint_400{"Der Server konnte die Anfrage nicht lesen.",
                                 "The server couldn't read the request."};
inline constexpr Phrase hint_401{"Diese Adresse ist für Maschinenkonten.",
                                 "This address is for machine accounts."};
inline constexpr Phrase hint_403{
    "Der Eintrag steht im Baum und wird mitbewiesen, sein Inhalt aber ist verschlossen: Er betrifft weder "
    "Urteile noch "
    "Prüfungen noch Fassungen der Anlage.",
    "The entry stands in the tree and is proven with it, but its content is closed: it is about neither "
    "verdicts nor "
    "audits nor versions of the annex."};
inline constexpr Phrase hint_404{"Vielleicht finden Sie, was Sie suchen, im Überblick.",
                                 "Perhaps the overview has what you are looking for."};
inline constexpr Phrase hint_405{"Diese Seiten kann man nur lesen (GET und HEAD).",
                                 "These pages can only be read (GET and HEAD)."};
inline constexpr Phrase hint_500{"Der Fehler ist aufgezeichnet. Bitte versuchen Sie es später noch einmal.",
                                 "The error is logged. Please try again later."};
inline constexpr Phrase hint_503{
    "Diese Seite lässt sich im Moment nicht frisch erzeugen, und Veraltetes zeigen wir nicht. Bitte "
    "versuchen Sie es in "
    "einer Minute noch einmal.",
    "This page can't be made afresh at the moment, and we don't show stale ones. Please try again in a "
    "minute."};
inline constexpr Phrase pdf_working_title{"Das PDF wird gerade gesetzt", "The PDF is being typeset"};
inline constexpr Phrase pdf_working{
    "In ein paar Sekunden ist es fertig: Laden Sie diese Seite dann noch einmal.",
    "It is ready in a few seconds: load this page once more then."};
inline constexpr Phrase pdf_failed_title{"Das PDF ließ sich nicht setzen", "The PDF couldn't be typeset"};
inline constexpr Phrase pdf_failed{
    "Das PDF konnte auf diesem Server nicht erzeugt werden (es fehlt WeasyPrint, oder es schlug fehl). Die "
    "Seite der "
    "Anlage lässt sich ebenso drucken.",
    "The PDF couldn't be made on this server (WeasyPrint is missing, or it failed). The page of the annex "
    "prints just "
    "as well."};
inline constexpr Phrase to_overview{"Zum Überblick", "To the overview"};

// Feeds.
inline constexpr Phrase feed_audit{"Prüfung {0}: {1} von {2} Proben bestanden",
                                   "Audit {0}: {1} of {2} probes passed"};
inline constexpr Phrase feed_change{"Probe {0}: {1} statt {2}", "Probe {0}: {1} instead of {2}"};
inline constexpr Phrase feed_version{"Fassung {0} der Anlage", "Version {0} of the annex"};
inline constexpr Phrase feed_version_text{"Veröffentlicht am {0}, gilt ab {1}.",
                                          "Published on {0}, effective from {1}."};

}  // namespace art32::portal::phrases
