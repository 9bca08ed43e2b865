#include "trail/search_filter.h"

#include <algorithm>
#include <cstring>

#include "base/json_text.h"
#include "trail/run_builder.h"

namespace art32::trail {
namespace {

using Kind = RecordFields::Kind;

std::optional<std::string> json_of(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return base::json_octets(base::as_bytes(*text));
}

// Whether `text` is what it was looked for, where something was.
bool is_it(const std::optional<std::string>& wanted, std::string_view text) {
  return !wanted || *wanted == text;
}

// Texts begin with quotes, of which there are many: memmem() looks for more than the first octet.
const std::uint8_t* find_in(base::ByteView octets, const std::string& needle) {
  return static_cast<const std::uint8_t*>(
      ::memmem(octets.data(), octets.size(), needle.data(), needle.size()));
}

}  // namespace

bool is_transaction(base::ByteView record) {
  return base::as_text(record).starts_with(R"({"at":)");
}

SearchFilter::SearchFilter(const SearchQuery& query)
    : row_(json_of(query.row)),
      request_(json_of(query.request)),
      column_(json_of(query.column)),
      old_value_(json_of(query.old_value)),
      new_value_(json_of(query.new_value)),
      from_(query.from),
      before_(query.before) {
  if (query.table) {
    schema_ = json_of(query.table->schema);
    table_ = json_of(query.table->table);
  }
  if (query.actor) {
    actor_kind_ = json_of(query.actor->kind);
    actor_id_ = json_of(query.actor->id);
  }
  for (const auto* text : {&row_, &new_value_, &old_value_, &column_, &table_, &schema_})
    if (*text) needles_.push_back(**text);
}

bool SearchFilter::has_needles(base::ByteView record) const {
  return !is_transaction(record) && std::ranges::all_of(needles_, [&](const std::string& needle) {
    return find_in(record, needle) != nullptr;
  });
}

std::vector<std::size_t> SearchFilter::candidates(const BlockRecords& block) const {
  std::vector<std::size_t> found;
  const auto take = [&](std::size_t index) {
    if (has_needles(block.records[index])) found.push_back(index);
  };
  if (needles_.empty())
    for (std::size_t index = 0; index < block.records.size(); ++index)
      take(index);
  if (needles_.empty()) return found;
  // Through the whole block at once, for the rarest octets: so few records are looked at.
  base::ByteView rest = block.plain;
  while (const std::uint8_t* place = find_in(rest, needles_.front())) {
    const std::uint8_t* next = place + 1;
    const auto behind = std::ranges::upper_bound(block.records, place, {}, &base::ByteView::data);
    // Else it is in the length before a record.
    if (behind != block.records.begin() && place < (behind - 1)->data() + (behind - 1)->size()) {
      next = (behind - 1)->data() + (behind - 1)->size();
      take(static_cast<std::size_t>(behind - block.records.begin()) - 1);
    }
    rest = base::ByteView(block.plain).subspan(static_cast<std::size_t>(next - block.plain.data()));
  }
  return found;
}

bool SearchFilter::fits(const RecordFields& record) const {
  if (record.kind == Kind::transaction) return false;
  if (record.kind == Kind::gap)
    return needles_.empty() && !actor_kind_ && !request_ && is_within(record.noticed);
  if (!fits_table(record)) return false;
  if (!row_ && !asks_for_columns()) return true;
  return record.is_row() && fits_columns(record);
}

bool SearchFilter::fits_table(const RecordFields& record) const {
  if (!table_) return true;
  if (record.is_row()) return *schema_ == record.schema && *table_ == record.table;
  bool fits = false;
  visit_tables(record.tables, [&](std::string_view schema, std::string_view table) {
    fits = fits || (*schema_ == schema && *table_ == table);
  });
  return fits;
}

bool SearchFilter::fits_columns(const RecordFields& record) const {
  if (row_) {
    const std::optional<ColumnField> identity = identity_of(record.columns);
    if (!identity || (identity->first != *row_ && identity->second != *row_)) return false;
  }
  if (!asks_for_columns()) return true;
  bool fits = false;
  visit_columns(record.columns, [&](const ColumnField& field) {
    fits = fits_column(field, record.kind);
    return !fits;
  });
  return fits;
}

bool SearchFilter::fits_column(const ColumnField& field, Kind kind) const {
  if (!is_it(column_, field.name)) return false;
  if (kind == Kind::insert) return !old_value_ && is_it(new_value_, field.first);
  if (kind == Kind::remove) return !new_value_ && is_it(old_value_, field.first);
  if (field.second.empty()) return false;
  return is_it(old_value_, field.first) && is_it(new_value_, field.second);
}

bool SearchFilter::fits_transaction(const RecordFields& transaction) const {
  return is_it(actor_kind_, transaction.actor_kind) && is_it(actor_id_, transaction.actor_id) &&
         is_it(request_, transaction.request) && is_within(transaction.at);
}

bool SearchFilter::is_within(std::string_view time) const {
  if (!asks_for_times()) return true;
  const auto at = time.size() < 2 ? std::nullopt : base::parse_rfc3339(time.substr(1, time.size() - 2));
  return at && (!from_ || *at >= *from_) && (!before_ || *at < *before_);
}

bool SearchFilter::may_fit_times(std::uint32_t earliest, std::uint32_t latest) const {
  if (from_ && latest < run_seconds(*from_)) return false;
  return !before_ || earliest <= run_seconds(*before_);
}

SearchFilter::Terms SearchFilter::terms(const TeamTerms& team) const {
  Terms terms;
  terms.open = team.open();
  if (table_)
    terms.of_change.push_back(row_ ? team.row(*schema_, *table_, *row_) : team.table(*schema_, *table_));
  if (actor_kind_) terms.of_transaction.push_back(team.actor(*actor_kind_, *actor_id_));
  if (request_ && request_ != R"("")") terms.of_transaction.push_back(team.request(*request_));
  return terms;
}

}  // namespace art32::trail
