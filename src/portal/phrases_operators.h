// What the operators' page says: the third part of the table in phrases.h, which explains it.
// Constants; any thread.
#pragma once

#include "portal/phrases.h"

namespace art32::portal::phrases {

inline constexpr Phrase operators_kicker{"Betrieb", "Operations"};
inline constexpr Phrase gateway_title{"Gateway", "Gateway"};
inline constexpr Phrase gateway_lead{
    "Was zwischen Anwendungen und PostgreSQL gerade geschieht. Die Seite erneuert sich alle zehn Sekunden.",
    "What happens between applications and PostgreSQL right now. The page renews itself every ten seconds."};
inline constexpr Phrase gateway_none{"Hier läuft kein Gateway: art32.toml hat keine Tabelle [gateway].",
                                     "No gateway runs here: art32.toml has no table [gateway]."};
inline constexpr Phrase gateway_nobody{"Noch hat sich niemand angemeldet.", "Nobody has signed in yet."};
inline constexpr Phrase statement_log{"Protokoll der Anweisungen", "Log of statements"};
inline constexpr Phrase statement_log_well{"nimmt auf", "takes records"};
inline constexpr Phrase statement_log_trouble{
    "nimmt nichts auf, Anweisungen von Mitarbeitenden laufen nicht: {0}",
    "takes nothing, statements of staff don't run: {0}"};
inline constexpr Phrase clients_now{"Angemeldete Verbindungen", "Signed-in connections"};
inline constexpr Phrase logging_in{"In der Anmeldung", "Signing in"};
inline constexpr Phrase connections_total{"Verbindungen seit dem Start", "Connections since the start"};
inline constexpr Phrase refused_logins{"Abgewiesene Anmeldungen", "Refused log-ins"};
inline constexpr Phrase failed_sessions{"Mit Fehler beendet", "Ended with an error"};
inline constexpr Phrase poisoned_servers{"Verworfene Serververbindungen", "Discarded server connections"};
inline constexpr Phrase cancelled_queries{"Abbrüche", "Cancels"};
inline constexpr Phrase pools{"Pools", "Pools"};
inline constexpr Phrase pools_caption{"Je Datenbank und Rolle", "For each database and role"};
inline constexpr Phrase clients_caption{"Wer angemeldet ist, und was er gerade tut",
                                        "Who is signed in, and what they are doing"};
inline constexpr Phrase servers_caption{"Zum PostgreSQL-Server", "To the PostgreSQL server"};
inline constexpr Phrase pools_drawing{
    "Belegung der Pools: {0} von {1} Serververbindungen arbeiten, {2} Clients warten",
    "Use of the pools: {0} of {1} server connections work, {2} clients wait"};
inline constexpr Phrase pool_working{"arbeitet für einen Client", "works for a client"};
inline constexpr Phrase pool_idle{"bereit", "ready"};
inline constexpr Phrase pool_opening{"wird geöffnet", "being opened"};
inline constexpr Phrase pool_free{"noch frei", "still free"};
inline constexpr Phrase database{"Datenbank", "Database"};
inline constexpr Phrase principal{"Wer", "Who"};
inline constexpr Phrase principal_kind{"Art", "Kind"};
inline constexpr Phrase mode{"Betriebsart", "Mode"};
inline constexpr Phrase mode_paused{"{0}, angehalten", "{0}, paused"};
inline constexpr Phrase clients{"Clients", "Clients"};
inline constexpr Phrase clients_waiting{"{0}, {1} warten", "{0}, {1} waiting"};
inline constexpr Phrase servers{"Serververbindungen", "Server connections"};
inline constexpr Phrase servers_of{"{0} von {1}", "{0} of {1}"};
inline constexpr Phrase longest_wait{"Längstes Warten", "Longest wait"};
inline constexpr Phrase queries_a_second{"Abfragen je Sekunde", "Queries a second"};
inline constexpr Phrase mean_query{"Dauer im Mittel", "Mean time"};
inline constexpr Phrase state{"Zustand", "State"};
inline constexpr Phrase state_active{"arbeitet", "active"};
inline constexpr Phrase state_idle{"bereit", "idle"};
inline constexpr Phrase state_waiting{"wartet", "waiting"};
inline constexpr Phrase state_opening{"wird geöffnet", "opening"};
inline constexpr Phrase encrypted{"TLS", "TLS"};
inline constexpr Phrase yes{"ja", "yes"};
inline constexpr Phrase no{"nein", "no"};
inline constexpr Phrase since{"Seit", "For"};
inline constexpr Phrase from{"Von", "From"};
inline constexpr Phrase pinned{"Behält ihren Server wegen", "Keeps its server because of"};
inline constexpr Phrase process{"Prozess", "Process"};
inline constexpr Phrase prepared_statements{"Vorbereitete Anweisungen", "Prepared statements"};
inline constexpr Phrase postures{"Trennung der Teams", "Separation of teams"};
inline constexpr Phrase postures_caption{
    "Je getrennter Datenbank, was die letzte Prüfung ihres Aufbaus fand",
    "For each separated database, what the last check of its schema found"};
inline constexpr Phrase posture_kept{"hält", "kept"};
inline constexpr Phrase posture_broken{"gebrochen", "broken"};
inline constexpr Phrase posture_unknown{"unbekannt", "unknown"};
inline constexpr Phrase posture_findings{"Zu beheben", "To mend"};
inline constexpr Phrase posture_checked{"Zuletzt geprüft", "Last checked"};
inline constexpr Phrase posture_since{"Seit", "Since"};
inline constexpr Phrase posture_applications{"Anwendungen", "Applications"};
inline constexpr Phrase posture_let_in{"dürfen sich anmelden", "may sign in"};
inline constexpr Phrase posture_kept_out{"dürfen sich nicht anmelden", "may not sign in"};
inline constexpr Phrase trails{"Protokolle der Änderungen", "Trails of changes"};
inline constexpr Phrase trails_caption{
    "Je Datenbank, wie weit ihre Änderungen aufgezeichnet und versiegelt sind",
    "For each database, how far its changes are recorded and sealed"};
inline constexpr Phrase trail_read{"wird gelesen", "is read"};
inline constexpr Phrase trail_not_read{"wird nicht gelesen", "isn't read"};
inline constexpr Phrase trail_lag{"Rückstand", "Behind by"};
inline constexpr Phrase trail_transactions{"Transaktionen seit dem Start", "Transactions since the start"};
inline constexpr Phrase trail_unattributed{"Davon ohne Urheber", "Of these without an author"};
inline constexpr Phrase trail_gaps{"Lücken", "Gaps"};
inline constexpr Phrase witnesses{"Zeugen des Ledgers", "Witnesses of the ledger"};
inline constexpr Phrase witnesses_caption{"Wer die Prüfpunkte des Ledgers mitunterschrieben hat, und wann",
                                          "Who cosigned the checkpoints of the ledger, and when"};
inline constexpr Phrase witnesses_pending{
    "Bisher haben {0} von nötigen {1} Zeugen den ausgegebenen Prüfpunkt über {2} Einträge mitunterschrieben.",
    "So far {0} of {1} witnesses that are needed have cosigned the checkpoint that is served, of {2} "
    "entries."};
inline constexpr Phrase witnesses_enough{
    "{0} Zeugen haben den ausgegebenen Prüfpunkt über {2} Einträge mitunterschrieben; nötig sind {1}.",
    "{0} witnesses have cosigned the checkpoint that is served, of {2} entries; {1} are needed."};
inline constexpr Phrase witnesses_late{
    "Seit Minuten haben nur {0} von nötigen {1} Zeugen mitunterschrieben: dass der Ledger über {2} Einträge "
    "nicht zurückgesetzt wurde, bezeugt niemand sonst.",
    "For minutes only {0} of {1} witnesses that are needed have cosigned: nobody else testifies that the "
    "ledger "
    "of {2} entries wasn't put back."};
inline constexpr Phrase witnesses_contradicted{
    "EIN ZEUGE WIDERSPRICHT: er hat mitunterschrieben, was nicht der Anfang dieses Ledgers ist. Der Ledger "
    "wurde zurückgesetzt oder ausgetauscht. ({0} von nötigen {1} Zeugen, {2} Einträge)",
    "A WITNESS CONTRADICTS: it has cosigned what isn't the beginning of this ledger. The ledger was put back "
    "or "
    "exchanged. ({0} of {1} witnesses that are needed, {2} entries)"};
inline constexpr Phrase witness{"Zeuge", "Witness"};
inline constexpr Phrase witness_address{"Adresse", "Address"};
inline constexpr Phrase witness_entries{"Einträge", "Entries"};
inline constexpr Phrase witness_time{"Mitunterschrieben", "Cosigned"};
inline constexpr Phrase witness_error{"Was fehlt", "What is wrong"};
inline constexpr Phrase witness_waiting{"noch nicht gefragt", "not asked yet"};
inline constexpr Phrase witness_cosigned{"unterschreibt mit", "cosigns"};
inline constexpr Phrase witness_failing{"unterschreibt nicht", "doesn't cosign"};
inline constexpr Phrase witness_contradicts{"widerspricht", "contradicts"};
inline constexpr Phrase trail_streams{
    "Je Strom, ob sein Empfänger die Änderungen annimmt und was ihm noch fehlt",
    "For each stream, whether its receiver takes the changes, and what it doesn't have yet"};
inline constexpr Phrase trail_stream{"Strom", "Stream"};
inline constexpr Phrase trail_stream_delivers{"liefert", "delivers"};
inline constexpr Phrase trail_stream_fails{"liefert nicht", "doesn't deliver"};
inline constexpr Phrase trail_stream_waiting{"Noch nicht dort", "Not there yet"};
inline constexpr Phrase trail_stream_trouble{"Grund", "Reason"};
inline constexpr Phrase and_more{"Und {0} weitere.", "And {0} more."};
inline constexpr Phrase for_programs{"Für Programme", "For programs"};

}  // namespace art32::portal::phrases
