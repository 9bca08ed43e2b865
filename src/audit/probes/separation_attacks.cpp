#include "audit/probes/separation_attacks.h"

#include <fmt/format.h>

#include "base/text.h"

namespace art32::audit {

const std::vector<SeparationAttack>& separation_attacks() {
  static const std::vector<SeparationAttack> attacks = {
      {{"Lesen mit SELECT, Unterabfrage, Verbund und WITH", "Reading by SELECT, sub-select, join and WITH"},
       {"select (select count(*) from {t} where {p}) + "
        "(select count(*) from (select * from {t} offset 0) art32_rows where {p}) + "
        "(select count(*) from (select art32_a.* from {t} art32_a cross join (values (1)) art32_b) "
        "art32_rows "
        "where {p})"}},
      {{"Lesen in einer WITH-Abfrage, die zuerst alles holt",
        "Reading by a WITH that fetches everything first"},
       {"with art32_rows as materialized (select * from {t}) select count(*) from art32_rows where {p}"}},
      {{"Lesen mit row_security = off", "Reading with row_security = off"},
       {"select pg_catalog.set_config('row_security', 'off', true)", "select count(*) from {t} where {p}"}},
      {{"Lesen in dynamischem SQL: query_to_xml und DO", "Reading in dynamic SQL: query_to_xml and DO"},
       {"do $art32$ begin "
        "if pg_catalog.query_to_xml('select 1 from {tq} where {pq}', true, false, '')::text like '%<row>%' "
        "then raise exception using errcode = 'AR320', message = 'found'; end if; end $art32$"}},
      {{"Lesen über einen Cursor", "Reading by a cursor"},
       {"declare art32_cursor cursor for select 1 from {t} where {p}", "fetch next from art32_cursor"}},
      {{"Herauskopieren mit COPY", "Copying out by COPY"}, {"copy (select 1 from {t} where {p}) to stdout"}},
      {{"Sperren mit SELECT FOR UPDATE", "Locking by SELECT FOR UPDATE"},
       {"select count(*) from (select 1 from {t} where {p} for update) art32_rows"},
       true},
      {{"Ändern mit UPDATE und RETURNING", "Changing by UPDATE and RETURNING"},
       {"with changed as (update {t} set {c} = {c} where {p} returning 1) select count(*) from changed"},
       true},
      {{"Löschen mit DELETE und RETURNING", "Deleting by DELETE and RETURNING"},
       {"with gone as (delete from {t} where {p} returning 1) select count(*) from gone"},
       true},
      {{"Ändern mit MERGE", "Changing by MERGE"},
       {"do $art32$ declare changed bigint; begin merge into {t} using (values (1)) art32_one on {p} "
        "when matched then update set {c} = {c}; get diagnostics changed = row_count; if changed > 0 then "
        "raise exception using errcode = 'AR320', message = 'found'; end if; end $art32$"},
       true},
  };
  return attacks;
}

std::string fill_in(std::string_view statement, std::string_view table, std::string_view team_column,
                    std::string_view comparison, std::string_view team) {
  const std::string condition = fmt::format("{}::text {} '{}'", team_column, comparison, team);
  std::string text(statement);
  const std::pair<std::string_view, std::string> places[] = {
      {"{pq}", base::replace_all(condition, "'", "''")},
      {"{tq}", base::replace_all(std::string(table), "'", "''")},
      {"{p}", condition},
      {"{t}", std::string(table)},
      {"{c}", std::string(team_column)}};
  for (const auto& [place, what] : places)
    text = base::replace_all(std::move(text), place, what);
  return text;
}

}  // namespace art32::audit
