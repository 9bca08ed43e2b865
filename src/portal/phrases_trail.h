// What the pages of the trail say: the fourth part of the table in phrases.h, which explains it.
// Constants; any thread.
#pragma once

#include "portal/phrases.h"

namespace art32::portal::phrases {

inline constexpr Phrase operators_pages{"Seiten des Betriebs", "Pages of operations"};
inline constexpr Phrase trail_title{"Änderungen", "Changes"};
inline constexpr Phrase trail_lead{
    "Wer was in einer Datenbank geändert hat, aus deren eigenem Protokoll. Jeder Blick hierher wird selbst "
    "versiegelt, mit dem Namen Ihres Kontos.",
    "Who changed what in a database, from its own log. Each look at it is sealed itself, with the name of "
    "your "
    "account."};
inline constexpr Phrase trail_databases{"Datenbanken mit Aufzeichnung", "Databases with a trail"};
inline constexpr Phrase trail_none{"Keine Datenbank hat eine Aufzeichnung: art32.toml nennt keine.",
                                   "No database has a trail: art32.toml names none."};
inline constexpr Phrase trail_of{"Änderungen in {0}", "Changes in {0}"};
inline constexpr Phrase trail_search{"Suchen", "Search"};
inline constexpr Phrase trail_form{"Wonach gesucht wird", "What to look for"};
inline constexpr Phrase trail_team{"Team (leer: was keinem gehört)", "Team (empty: what is of no team)"};
inline constexpr Phrase trail_table{"Tabelle", "Table"};
inline constexpr Phrase trail_row{"Zeile (ihre id)", "Row (its id)"};
inline constexpr Phrase trail_actor{"Wer, als art:id", "Who, as kind:id"};
inline constexpr Phrase trail_request{"Anfrage", "Request"};
inline constexpr Phrase trail_from{"Ab (Tag oder Zeit, UTC)", "From (day or time, UTC)"};
inline constexpr Phrase trail_before{"Vor", "Before"};
inline constexpr Phrase trail_column{"Spalte, die sich änderte", "Column that changed"};
inline constexpr Phrase trail_nothing{"Dazu ist nichts aufgezeichnet.", "Nothing is recorded that fits."};
inline constexpr Phrase trail_nothing_yet{
    "Bis hierher wurde nichts gefunden; weiter unten geht die Suche weiter.",
    "Nothing was found so far; the link below goes on searching."};
inline constexpr Phrase trail_no_question{"So kann nicht gesucht werden", "This can't be searched for"};
inline constexpr Phrase trail_busy{
    "Jemand sieht gerade in die Aufzeichnung desselben Teams. Laden Sie die Seite noch einmal.",
    "Somebody else looks at the same team's trail right now. Load the page again."};
inline constexpr Phrase trail_broken{
    "Die Aufzeichnung kann gerade nicht gelesen werden. Das Protokoll des Servers sagt, warum.",
    "The trail can't be read at the moment. The server's log says why."};
inline constexpr Phrase trail_found{"Was gefunden wurde, das Neueste zuerst",
                                    "What was found, the newest first"};
inline constexpr Phrase trail_when{"Wann", "When"};
inline constexpr Phrase trail_who{"Wer", "Who"};
inline constexpr Phrase trail_what{"Was", "What"};
inline constexpr Phrase trail_changed{"Geändert", "Changed"};
inline constexpr Phrase trail_unknown{"ohne Urheber", "unattributed"};
inline constexpr Phrase trail_insert{"angelegt", "inserted"};
inline constexpr Phrase trail_update{"geändert", "updated"};
inline constexpr Phrase trail_delete{"gelöscht", "deleted"};
inline constexpr Phrase trail_truncate{"geleert", "emptied"};
inline constexpr Phrase trail_gap{"Lücke", "gap"};
inline constexpr Phrase trail_gap_reason{"Niemand hat gelesen, was dazwischen geändert wurde: {0}",
                                         "Nobody has read what was changed in between: {0}"};
inline constexpr Phrase trail_emptied{"Alle Zeilen dieser Tabellen wurden entfernt: {0}",
                                      "All rows of these tables were removed: {0}"};
inline constexpr Phrase trail_unreadable{"ein Datensatz, der keiner ist", "a record that isn't one"};
inline constexpr Phrase trail_more{"Ältere Änderungen", "Older changes"};
inline constexpr Phrase trail_back{"Zur Suche", "Back to the search"};
inline constexpr Phrase trail_history{"Zeile {1} in {0}", "Row {1} of {0}"};
inline constexpr Phrase trail_history_lead{
    "Was mit dieser Zeile geschah, das Neueste zuerst. Durchgestrichen steht, was vorher da war, "
    "unterstrichen, "
    "was seither da ist.",
    "What happened to this row, the newest first. Struck through is what was there before, underlined what "
    "is "
    "there since."};
inline constexpr Phrase trail_history_of{"Team {0}", "Team {0}"};
inline constexpr Phrase trail_no_team{"ohne Team", "no team"};
inline constexpr Phrase trail_columns{"Spalten von Nr. {0}", "Columns of no. {0}"};
inline constexpr Phrase trail_column_name{"Spalte", "Column"};
inline constexpr Phrase trail_value{"Wert", "Value"};
inline constexpr Phrase trail_kept_columns{"{0} weitere Spalten blieben, wie sie waren.",
                                           "{0} more columns stayed as they were."};
inline constexpr Phrase trail_kept_column{"Eine weitere Spalte blieb, wie sie war.",
                                          "One more column stayed as it was."};
inline constexpr Phrase trail_in_request{"Anfrage {0}", "request {0}"};
inline constexpr Phrase trail_number{"Nr. {0}", "no. {0}"};
inline constexpr Phrase trail_before_word{"vorher:", "before:"};
inline constexpr Phrase trail_after_word{"seither:", "since:"};

// Values that aren't there as texts.
inline constexpr Phrase value_null{"NULL", "NULL"};
inline constexpr Phrase value_empty{"(leer)", "(empty)"};
inline constexpr Phrase value_secret{"geheim, wird nie aufbewahrt", "secret, never kept"};
inline constexpr Phrase value_unsent{"steht nicht im Protokoll der Datenbank", "not in the database's log"};
inline constexpr Phrase value_digest{"{0} Oktette, nur als Prüfsumme aufbewahrt",
                                     "{0} octets, kept as a digest alone"};
inline constexpr Phrase value_octets{"{0} Oktette, die kein Text sind", "{0} octets that aren't text"};
inline constexpr Phrase value_unkept{"über eine Person, zu lang zum Aufbewahren",
                                     "about a person, too long to be kept"};
inline constexpr Phrase value_erased{"gelöscht: die Person wurde vergessen",
                                     "erased: the person was forgotten"};
inline constexpr Phrase value_missing{"nicht lesbar: der Schlüssel der Person fehlt",
                                      "can't be read: the person's key is missing"};
inline constexpr Phrase value_person{"über eine Person", "about a person"};
inline constexpr Phrase value_whole{"Ganzer Wert ({0} Oktette)", "Whole value ({0} octets)"};
inline constexpr Phrase value_cut{"... und {0} Oktette mehr; art32 trail show zeigt sie.",
                                  "... and {0} more octets; art32 trail show shows them."};

// The drawing of when it happened.
inline constexpr Phrase timeline_title{"Änderungen je {0}", "Changes per {0}"};
inline constexpr Phrase timeline_description{
    "{0} Änderungen vom {1} bis {2}: {3} mit Urheber, {4} ohne. Die meisten, {5}, am {6}.",
    "{0} changes from {1} to {2}: {3} with an author, {4} without. Most of them, {5}, on {6}."};
inline constexpr Phrase timeline_part{"Gezeichnet sind die neuesten {0}, die gefunden wurden.",
                                      "Drawn are the newest {0} that were found."};
inline constexpr Phrase timeline_known{"mit Urheber", "with an author"};
inline constexpr Phrase timeline_most{"höchstens {0}", "at most {0}"};
inline constexpr Phrase timeline_minute{"Minute", "minute"};
inline constexpr Phrase timeline_hour{"Stunde", "hour"};
inline constexpr Phrase timeline_day{"Tag", "day"};
inline constexpr Phrase timeline_week{"Woche", "week"};
inline constexpr Phrase timeline_month{"30 Tage", "30 days"};
inline constexpr Phrase timeline_year{"365 Tage", "365 days"};

}  // namespace art32::portal::phrases
