#include "audit/probes/separation_attacks.h"

#include <fmt/format.h>

#include "base/text.h"

namespace art32::audit {

namespace {

std::vector<SeparationAttack> reading() {
  return {
      {{"Lesen mit SELECT, Unterabfrage, Verbund und WITH", "Reading by SELECT, sub-select, join and WITH"},
       {"select (select count(*) from {t} where {p}) + "
        "(select count(*) from (select * from {t} offset 0) art32_rows where {p}) + "
        "(select count(*) from (select art32_a.* from {t} art32_a cross join (values (1)) art32_b) "
        "art32_rows "
        "where {p})"}},
      {{"Lesen mit äußerem und seitlichem Verbund, Fensterfunktion und UNION",
        "Reading by an outer join, a lateral one, a window function and UNION"},
       {"select (select count(*) from (values (1)) art32_one full join (select 1 as found from {t} where "
        "{p}) "
        "art32_rows on false where found = 1) + "
        "(select count(*) from (values (1)) art32_one, lateral (select 1 from {t} where {p}) art32_rows) + "
        "coalesce((select max(art32_number) from (select row_number() over () as art32_number from {t} where "
        "{p}) art32_rows), 0) + "
        "(select count(*) from (select {c} from {t} where {p} union all select {c} from {t} where {p}) "
        "art32_rows)"}},
      {{"Lesen in einer WITH-Abfrage, die zuerst alles holt",
        "Reading by a WITH that fetches everything first"},
       {"with art32_rows as materialized (select * from {t}) select count(*) from art32_rows where {p}"}},
      {{"Lesen einer Stichprobe mit TABLESAMPLE", "Reading a sample by TABLESAMPLE"},
       {"select count(*) from {t} tablesample system (100) where {p}"},
       true},
      {{"Lesen mit row_security = off", "Reading with row_security = off"},
       {"select pg_catalog.set_config('row_security', 'off', true)", "select count(*) from {t} where {p}"}},
      {{"Lesen in dynamischem SQL: query_to_xml und DO", "Reading in dynamic SQL: query_to_xml and DO"},
       {"do $art32$ begin "
        "if pg_catalog.query_to_xml('select 1 from {tq} where {pq}', true, false, '')::text like '%<row>%' "
        "then raise exception using errcode = 'AR320', message = 'found'; end if; end $art32$"}},
      {{"Lesen in dynamischem SQL der Volltextsuche: ts_stat",
        "Reading in dynamic SQL of the text search: ts_stat"},
       {"select count(*) from pg_catalog.ts_stat('select pg_catalog.to_tsvector(''simple'', ''found'') from "
        "{tq} where {pq}')"}},
      {{"Lesen über einen Cursor", "Reading by a cursor"},
       {"declare art32_cursor cursor for select 1 from {t} where {p}", "fetch next from art32_cursor"}},
  };
}

// By what gives rows away in other ways than as rows.
std::vector<SeparationAttack> telling() {
  return {
      {{"Herauskopieren mit COPY", "Copying out by COPY"}, {"copy (select 1 from {t} where {p}) to stdout"}},
      {{"Herauskopieren der ganzen Tabelle mit COPY", "Copying the whole table out by COPY"},
       {"copy {t} to stdout"},
       true},
      {{"Zählen mit EXPLAIN ANALYZE", "Counting by EXPLAIN ANALYZE"},
       {"do $art32$ declare plan json; begin "
        "execute 'explain (analyze, timing off, summary off, format json) select 1 from {tq} where {pq}' "
        "into "
        "plan; if (plan -> 0 -> 'Plan' ->> 'Actual Rows')::numeric > 0 then "
        "raise exception using errcode = 'AR320', message = 'found'; end if; end $art32$"}},
      {{"Eine Fehlermeldung, die den Wert einer Zeile nennt: Umwandlung in eine Zahl",
        "An error message that tells the value of a row: conversion to a number"},
       {"select count(*) from {t} art32_row where case when {p} then "
        "(pg_catalog.to_jsonb(art32_row)::text)::integer else 0 end = 1"},
       false,
       "22P02"},
      {{"Eine Fehlermeldung, die eine Zeile verrät: Teilung durch null",
        "An error message that gives a row away: division by zero"},
       {"select count(*) from {t} where case when {p} then "
        "1 / (pg_catalog.length({c}::text) - pg_catalog.length({c}::text)) else 0 end = 1"},
       false,
       "22012"},
      {{"Werte in den Statistiken des Planers: pg_stats, pg_stats_ext",
        "Values in the planner's statistics: pg_stats, pg_stats_ext"},
       {"select (select count(*) from pg_catalog.pg_stats where "
        "pg_catalog.format('%I.%I', schemaname, tablename) = '{tq}' and "
        "(most_common_vals is not null or histogram_bounds is not null)) + "
        "(select count(*) from pg_catalog.pg_stats_ext where "
        "pg_catalog.format('%I.%I', schemaname, tablename) = '{tq}' and most_common_vals is not null)"},
       true,
       {},
       true},
      {{"Werte in den Statistiken des Planers: pg_statistic",
        "Values in the planner's statistics: pg_statistic"},
       {"select count(*) from pg_catalog.pg_statistic where starelid = '{tq}'::pg_catalog.regclass and "
        "stavalues1 is not null"},
       true,
       {},
       true},
  };
}

std::vector<SeparationAttack> writing() {
  return {
      {{"Sperren mit SELECT FOR UPDATE", "Locking by SELECT FOR UPDATE"},
       {"select count(*) from (select 1 from {t} where {p} for update) art32_rows"},
       true},
      {{"Ändern mit UPDATE und RETURNING", "Changing by UPDATE and RETURNING"},
       {"with changed as (update {t} set {c} = {c} where {p} returning 1) select count(*) from changed"},
       true},
      // Without a condition and a column that is read, the policies for reading aren't asked.
      {{"Übernehmen mit UPDATE ohne Bedingung", "Taking over by an UPDATE without a condition"},
       {"do $art32$ declare own bigint := {floor}; changed bigint; begin update {t} set {c} = {v}; "
        "get diagnostics changed = row_count; if changed > own then "
        "raise exception using errcode = 'AR320', message = 'found'; end if; end $art32$"},
       true},
      {{"Löschen mit DELETE und RETURNING", "Deleting by DELETE and RETURNING"},
       {"with gone as (delete from {t} where {p} returning 1) select count(*) from gone"},
       true},
      {{"Löschen mit DELETE ohne Bedingung", "Deleting by a DELETE without a condition"},
       {"do $art32$ declare own bigint := {floor}; changed bigint; begin delete from {t}; "
        "get diagnostics changed = row_count; if changed > own then "
        "raise exception using errcode = 'AR320', message = 'found'; end if; end $art32$"},
       true},
      {{"Ändern mit MERGE", "Changing by MERGE"},
       {"do $art32$ declare changed bigint; begin merge into {t} using (values (1)) art32_one on {p} "
        "when matched then update set {c} = {c}; get diagnostics changed = row_count; if changed > 0 then "
        "raise exception using errcode = 'AR320', message = 'found'; end if; end $art32$"},
       true},
      // An inserted row has no xmax, one that was there has.
      {{"Übernehmen mit INSERT ... ON CONFLICT DO UPDATE", "Taking over by INSERT ... ON CONFLICT DO UPDATE"},
       {"with changed as (insert into {t} ({columns}) overriding system value select {columns} from "
        "pg_catalog.jsonb_populate_record(null::{t}, {row}::jsonb || pg_catalog.jsonb_build_object({n}, "
        "({v})::text)) on conflict ({key}) do update set {c} = excluded.{c} returning xmax::text as held) "
        "select count(*) from changed where held <> '0'"},
       true},
  };
}

}  // namespace

const std::vector<SeparationAttack>& separation_attacks() {
  static const std::vector<SeparationAttack> attacks = [] {
    std::vector<SeparationAttack> all = reading();
    for (const auto& more : {telling(), writing()})
      all.insert(all.end(), more.begin(), more.end());
    return all;
  }();
  return attacks;
}

const std::vector<Leftover>& leftovers() {
  static const std::vector<Leftover> all = {
      // First, since what is refused has the team entered anew, which open cursors forbid.
      {{"eine temporäre Tabelle anstelle der richtigen", "a temporary table in place of the real one"},
       "create temporary table art32_left as select * from {t} where {p}",
       "select count(*) from pg_catalog.pg_class where relname = 'art32_left' and relnamespace = "
       "pg_catalog.pg_my_temp_schema()"},
      {{"ein Cursor WITH HOLD", "a cursor WITH HOLD"},
       "declare art32_left cursor with hold for select 1 from {t} where {p}",
       "fetch next from art32_left"},
      {{"eine mit PREPARE vorbereitete Anweisung", "a statement prepared by PREPARE"},
       "prepare art32_left as select count(*) from {t} where {p}",
       "execute art32_left"},
      {{"LISTEN", "LISTEN"},
       "listen art32_left",
       "select count(*) from pg_catalog.pg_listening_channels() channel where channel = 'art32_left'"},
      {{"eine Sperre der Sitzung (pg_advisory_lock)", "a lock of the session (pg_advisory_lock)"},
       "select pg_catalog.pg_advisory_lock(1095914290, 1818584692)",
       "select count(*) from pg_catalog.pg_locks where locktype = 'advisory' and classid = 1095914290 and "
       "objid = 1818584692 and pid = pg_catalog.pg_backend_pid()"},
      {{"ein Suchpfad", "a search_path"},
       "set search_path = art32_left, public",
       "select case when pg_catalog.current_setting('search_path') like '%art32_left%' then 1 else 0 end"},
      {{"ein Wort in einer eigenen Einstellung", "a word in a setting of its own"},
       "select pg_catalog.set_config('art32_left.word', 'left', false)",
       "select case when pg_catalog.current_setting('art32_left.word', true) = 'left' then 1 else 0 end"},
      {{"row_security = off", "row_security = off"},
       "set row_security = off",
       "select case when pg_catalog.current_setting('row_security') = 'off' then 1 else 0 end"},
  };
  return all;
}

std::string fill_in(std::string_view statement, const Filling& filling) {
  const auto within = [](const std::string& text) { return base::replace_all(text, "'", "''"); };
  const TenantTable& table = filling.table;
  const std::pair<std::string_view, std::string> places[] = {
      {"{pq}", within(filling.condition)},
      {"{tq}", within(table.name)},
      {"{p}", filling.condition},
      {"{t}", table.name},
      {"{c}", table.team_column},
      {"{n}", literal(without_quotes(table.team_column))},
      {"{v}", table.value(filling.team)},
      {"{floor}", filling.floor},
      {"{key}", filling.key},
      {"{columns}", filling.columns},
      {"{row}", literal(filling.row)}};
  std::string text(statement);
  for (const auto& [place, what] : places)
    text = base::replace_all(std::move(text), place, what);
  return text;
}

}  // namespace art32::audit
