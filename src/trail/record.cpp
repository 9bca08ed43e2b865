#include "trail/record.h"

#include <fmt/format.h>

#include "base/json_text.h"
#include "base/limits.h"
#include "crypto/digest.h"
#include "trail/personal_values.h"

namespace art32::trail {
namespace {

using base::json_octets;
using base::json_string;

constexpr std::string_view unsent = R"({"unsent":true})";
constexpr std::string_view secret = R"({"secret":true})";
// Of a row whose record would be too long otherwise: 1,600 columns of it, before and after, are not.
constexpr std::size_t short_value_octets = 1U << 10;
// What is beside a record has its own length, of 4 octets, in a block.
constexpr std::size_t longest_with_values = base::limits::trail_record_octets - 4;

std::string_view name(Operation operation) {
  switch (operation) {
    case Operation::insert:
      return "insert";
    case Operation::update:
      return "update";
    case Operation::remove:
      return "delete";
  }
  return "";
}

// One change's values, as JSON.
class Columns {
 public:
  // Of longer values than that, the digest.
  Columns(const Change& change, const TableRules& rules, const CommitToValue& commit_to, std::size_t longest)
      : change_(change), rules_(rules), commit_to_(commit_to), longest_(longest) {}

  std::string json() {
    std::string list;
    for (std::size_t i = 0; i < change_.table->columns.size(); ++i) {
      list += list.empty() ? "[" : ",[";
      list += json_octets(base::as_bytes(change_.table->columns[i].name));
      append_values(list, i);
      list += ']';
    }
    return list;
  }
  // Of the personal values that will lie beside the record.
  std::size_t octets_beside() const { return octets_beside_; }

 private:
  void append_values(std::string& list, std::size_t column) {
    const std::optional<Value> before = value_before(change_, column);
    if (change_.operation == Operation::insert)
      return append(list, column, RowSide::after, change_.after[column]);
    if (change_.operation == Operation::remove) return append(list, column, RowSide::before, before);
    const Value& after = change_.after[column];
    const bool is_same = after.kind == Value::Kind::unchanged || (before && *before == after);
    if (!is_same) append(list, column, RowSide::before, before);
    append(list, column, RowSide::after, after);
  }

  void append(std::string& list, std::size_t column, RowSide side, const std::optional<Value>& value) {
    list += ',';
    const ColumnClass kept = column < rules_.classes.size() ? rules_.classes[column] : ColumnClass::plain;
    if (kept == ColumnClass::secret)
      list += secret;
    else if (!value || value->kind == Value::Kind::unchanged)
      list += unsent;
    else if (value->kind == Value::Kind::null)
      list += "null";
    else if (kept == ColumnClass::personal)
      append_personal(list, column, side, value->text);
    else if (value->text.size() > longest_)
      list += fmt::format(R"({{"octets":{},"sha256":"{}"}})", value->text.size(),
                          base::hex(crypto::sha256(base::as_bytes(value->text))));
    else
      list += json_octets(base::as_bytes(value->text));
  }

  void append_personal(std::string& list, std::size_t column, RowSide side, std::string_view text) {
    list += fmt::format(R"({{"personal":"{}"}})", commit_to_(column, side, text));
    if (text.size() <= longest_) octets_beside_ += text.size() + personal_value_overhead;
  }

  const Change& change_;
  const TableRules& rules_;
  const CommitToValue& commit_to_;
  const std::size_t longest_;
  std::size_t octets_beside_ = 0;
};

std::string tables_json(const Truncation& truncation) {
  std::string list;
  for (const auto& table : truncation.tables)
    list += fmt::format("{}[{},{}]", list.empty() ? "" : ",", json_string(table->schema),
                        json_string(table->name));
  return list;
}

std::string end_of(const RecordPlace& place) {
  return fmt::format(R"("place":{},"salt":"{}")", place.place, place.salt);
}

}  // namespace

ChangeRecord change_record(const RecordPlace& place, const TransactionBegin& transaction,
                           const Change& change, const TableRules& rules, const CommitToValue& commit_to) {
  std::size_t octets = 0;
  const auto with_values = [&](std::size_t longest) {
    Columns columns(change, rules, commit_to, longest);
    const std::string list = columns.json();
    std::string json = fmt::format(
        R"({{"columns":[{}],"commit":"{}","format":"art32-record/v1","kind":"{}","number":{},{},"schema":{},"table":{},"team":{}}})",
        list, pgwire::format_lsn(transaction.commit), name(change.operation), place.number, end_of(place),
        json_string(change.table->schema), json_string(change.table->name),
        json_octets(base::as_bytes(place.team)));
    octets = json.size() + columns.octets_beside();
    return ChangeRecord{std::move(json), longest};
  };
  ChangeRecord record = with_values(base::limits::trail_value_octets);
  if (octets > longest_with_values) record = with_values(short_value_octets);
  return record;
}

std::optional<Value> value_before(const Change& change, std::size_t column) {
  const bool is_there = change.old == pgwire::LogicalOld::full ||
                        (change.old == pgwire::LogicalOld::key && change.table->columns[column].is_identity);
  if (!is_there) return std::nullopt;
  return change.before[column];
}

std::vector<std::string> teams_of(const Change& change, const TableRules& rules) {
  std::vector<std::string> teams;
  if (!rules.team_column) return teams;
  const auto add = [&](const std::vector<Value>& row) {
    if (*rules.team_column >= row.size()) return;
    const Value& value = row[*rules.team_column];
    if (value.kind != Value::Kind::text) return;
    if (teams.empty() || teams.front() != value.text) teams.emplace_back(value.text);
  };
  add(change.before);
  add(change.after);
  return teams;
}

std::string transaction_record(const RecordPlace& place, const TransactionBegin& transaction,
                               const TransactionSummary& summary) {
  std::string author = "null";
  if (summary.author)
    author = fmt::format(R"({{"id":{},"kind":{},"request":{},"team":{}}})", json_string(summary.author->id),
                         json_string(summary.author->kind), json_string(summary.author->request),
                         json_string(summary.author->team));
  return fmt::format(
      R"({{"at":"{}","author":{},"changes":{},"commit":"{}","format":"art32-record/v1","kind":"transaction","number":{},"origin":{},{},"team":{},"transaction":"{}"}})",
      base::rfc3339(transaction.at), author, summary.changes, pgwire::format_lsn(transaction.commit),
      place.number, json_octets(base::as_bytes(summary.origin)), end_of(place),
      json_octets(base::as_bytes(place.team)), transaction.id);
}

std::string truncation_record(const RecordPlace& place, const TransactionBegin& transaction,
                              const Truncation& truncation) {
  return fmt::format(
      R"({{"cascade":{},"commit":"{}","format":"art32-record/v1","kind":"truncate","number":{},"place":{},"restart_identity":{},"salt":"{}","tables":[{}],"team":{}}})",
      truncation.is_cascade, pgwire::format_lsn(transaction.commit), place.number, place.place,
      truncation.restarts_identity, place.salt, tables_json(truncation),
      json_octets(base::as_bytes(place.team)));
}

std::string gap_record(const RecordPlace& place, const Gap& gap) {
  const auto cluster = [](std::uint64_t system, std::uint32_t timeline, pgwire::Lsn lsn) {
    return fmt::format(R"({{"lsn":"{}","system":"{}","timeline":{}}})", pgwire::format_lsn(lsn), system,
                       timeline);
  };
  return fmt::format(
      R"({{"format":"art32-record/v1","from":{},"kind":"gap","noticed":"{}","number":{},"place":{},"reason":{},"salt":"{}","team":{},"to":{}}})",
      cluster(gap.system_before, gap.timeline_before, gap.from), base::rfc3339(gap.noticed), place.number,
      place.place, json_string(gap.reason), place.salt, json_octets(base::as_bytes(place.team)),
      cluster(gap.system_after, gap.timeline_after, gap.to));
}

}  // namespace art32::trail
