// A record taken apart (docs/formats/record.md), as far as an index and a search need it: quickly,
// since each record passes here.
//
// Texts stay as they are written: canonical JSON has one spelling of each value, so two are the same
// exactly when their octets are. The views point into the record. Pure; any thread.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace art32::trail {

struct RecordFields {
  enum class Kind { insert, update, remove, truncate, transaction, gap };
  Kind kind = Kind::insert;
  std::string_view columns;                        // of a row's change: a list of lists
  std::string_view schema, table;                  // of a row's change
  std::string_view tables;                         // of a truncation: a list of pairs
  std::string_view commit;                         // none for a gap
  std::string_view at;                             // of a transaction
  std::string_view noticed;                        // of a gap
  std::string_view actor_kind, actor_id, request;  // of a transaction with an author

  bool is_row() const { return kind <= Kind::remove; }
};
// Nothing for what isn't a record.
std::optional<RecordFields> parse_record(base::ByteView record);

struct ColumnField {
  std::string_view name;
  std::string_view first, second;  // `second` is empty where there is one value
};
// Until `visit` has enough; false where they aren't a record's columns.
bool visit_columns(std::string_view columns, const std::function<bool(const ColumnField&)>& visit);
// What names a row within its table: the column `id`, or the first one where there is none.
std::optional<ColumnField> identity_of(std::string_view columns);
bool visit_tables(std::string_view tables,
                  const std::function<void(std::string_view schema, std::string_view table)>& visit);

}  // namespace art32::trail
