#include "trail/record_writer.h"

#include "trail/personal_values.h"

namespace art32::trail {

base::Status RecordWriter::begin(const TransactionBegin& transaction) {
  transaction_ = transaction;
  is_known_ = store_.position() && transaction.commit < store_.position()->lsn;
  place_ = 0;
  author_.reset();
  changes_.clear();
  return {};
}

const TableRules& RecordWriter::rules_of(const std::shared_ptr<const Table>& table) {
  KnownTable& known = tables_[table->id];
  if (known.table != table) known = {table, rules_.of_table(*table)};
  return known.rules;
}

RecordPlace RecordWriter::next_place(std::string_view team, RecordStore::Next& next) {
  next = store_.next(team);
  return {team, next.number, ++place_, next.salt};
}

base::Status RecordWriter::change(const Change& change) {
  if (is_known_) return {};
  const TableRules& rules = rules_of(change.table);
  if (rules.is_left_out) return {};
  std::vector<std::string> teams = teams_of(change, rules);
  if (teams.empty()) teams.emplace_back();
  for (const std::string& team : teams) {
    RecordStore::Next next;
    const RecordPlace place = next_place(team, next);
    PersonalValues personal(change, rules, rules_.subjects, place.salt);
    const ChangeRecord record =
        change_record(place, transaction_, change, rules,
                      [&personal](std::size_t column, RowSide side, std::string_view value) {
                        return personal.commit(column, side, value);
                      });
    ART32_ASSIGN(const base::Bytes values, personal.seal(record.longest));
    ART32_CHECKED(store_.append(team, base::as_bytes(record.json), values));
    ++changes_[team];
  }
  return {};
}

base::Status RecordWriter::truncate(const Truncation& truncation) {
  if (is_known_) return {};
  Truncation kept = truncation;
  std::erase_if(kept.tables, [&](const auto& table) { return rules_of(table).is_left_out; });
  if (kept.tables.empty()) return {};
  RecordStore::Next next;
  const RecordPlace place = next_place("", next);
  ++changes_[""];
  return store_.append("", base::as_bytes(truncation_record(place, transaction_, kept)));
}

base::Status RecordWriter::message(std::string_view prefix, base::ByteView content) {
  if (is_known_) return {};
  if (auto author = rules_.author(prefix, content, {origin_.system, origin_.database, transaction_.id}))
    author_ = std::move(author);
  return {};
}

base::Status RecordWriter::commit(const TransactionEnd& end) {
  if (is_known_) return {};
  for (const auto& [team, changes] : changes_) {
    RecordStore::Next next;
    const RecordPlace place = next_place(team, next);
    const std::string record = transaction_record(place, transaction_, {author_, changes, end.origin});
    ART32_CHECKED(store_.append(team, base::as_bytes(record)));
  }
  if (!changes_.empty() && !author_) ++unattributed_;
  if (!changes_.empty()) ++transactions_;
  end_ = end.end;
  return {};
}

base::Status RecordWriter::record_gap(const Gap& gap) {
  place_ = 0;
  const RecordStore::Next next = store_.next("");
  return store_.append("", base::as_bytes(gap_record({"", next.number, 0, next.salt}, gap)));
}

base::Status RecordWriter::seal() {
  if (rules_.subjects != nullptr) ART32_CHECKED(rules_.subjects->store_new());
  const pgwire::Lsn lsn = std::max(end_, origin_.from);
  ART32_CHECKED(
      store_.seal({origin_.system, origin_.timeline, origin_.database, lsn}, transactions_, transaction_.at));
  transactions_ = 0;
  return {};
}

}  // namespace art32::trail
