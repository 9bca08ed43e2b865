#include "trail/transaction_reader.h"

#include <fmt/core.h>

namespace art32::trail {
namespace {

using pgwire::LogicalOld;

auto broken(std::string_view what) {
  return base::failure(base::ErrorCode::corrupt, fmt::format("the stream of changes {}", what),
                       "connect anew: it goes on behind the last transaction that was confirmed");
}

// Of the ids with these lower 32 bits the nearest one: ids of both sides of a wrap meet in one log.
std::uint64_t with_epoch(std::uint32_t id, std::uint64_t near) {
  constexpr std::uint64_t epoch = std::uint64_t{1} << 32;
  const std::uint64_t same = (near & ~(epoch - 1)) | id;
  if (same > near && same - near > epoch / 2 && same >= epoch) return same - epoch;
  if (same < near && near - same > epoch / 2) return same + epoch;
  return same;
}

}  // namespace

base::Status TransactionReader::put(const pgwire::LogicalMessage& message) {
  return std::visit([this](const auto& each) { return take(each); }, message);
}

base::Status TransactionReader::take(const pgwire::LogicalBegin& begin) {
  if (is_open_) return broken("begins a transaction within another one");
  is_open_ = true;
  origin_.clear();
  near_ = with_epoch(begin.xid, near_);
  return sink_.begin({begin.commit, begin.at, near_});
}

base::Status TransactionReader::take(const pgwire::LogicalCommit& commit) {
  if (!is_open_) return broken("commits without a transaction");
  is_open_ = false;
  return sink_.commit({commit.end, origin_});
}

base::Status TransactionReader::take(const pgwire::LogicalOrigin& origin) {
  origin_ = origin.name;
  return {};
}

base::Status TransactionReader::take(const pgwire::LogicalRelation& relation) {
  auto table = std::make_shared<Table>();
  table->id = relation.id;
  table->schema = relation.schema;
  table->name = relation.name;
  table->replica_identity = relation.replica_identity;
  for (const pgwire::LogicalColumn& column : relation.columns)
    table->columns.push_back({std::string(column.name), column.type, column.modifier, column.is_key});
  tables_[relation.id] = std::move(table);
  return {};
}

base::Status TransactionReader::take(const pgwire::LogicalType&) {
  return {};
}

base::Result<std::shared_ptr<const Table>> TransactionReader::table_of(
    std::uint32_t id, std::initializer_list<std::size_t> widths) const {
  if (!is_open_) return broken("changes rows outside of a transaction");
  const auto found = tables_.find(id);
  if (found == tables_.end()) return broken("changes a table that it hasn't described");
  for (const std::size_t width : widths)
    if (width != found->second->columns.size()) return broken("has a row that isn't of its table");
  return found->second;
}

base::Status TransactionReader::take(const pgwire::LogicalInsert& insert) {
  ART32_ASSIGN(const auto table, table_of(insert.relation, {insert.row.size()}));
  return sink_.change({Operation::insert, table, LogicalOld::none, {}, insert.row});
}

base::Status TransactionReader::take(const pgwire::LogicalUpdate& update) {
  ART32_ASSIGN(const auto table, table_of(update.relation, {update.row.size()}));
  if (update.old == LogicalOld::none)
    return sink_.change({Operation::update, table, LogicalOld::none, {}, update.row});
  ART32_ASSIGN(const auto same, table_of(update.relation, {update.before.size()}));
  std::vector<Value> row = update.row;
  for (std::size_t i = 0; i < row.size(); ++i)
    if (row[i].kind == Value::Kind::unchanged &&
        (update.old == LogicalOld::full || same->columns[i].is_identity))
      row[i] = update.before[i];
  return sink_.change({Operation::update, table, update.old, update.before, row});
}

base::Status TransactionReader::take(const pgwire::LogicalDelete& removed) {
  ART32_ASSIGN(const auto table, table_of(removed.relation, {removed.before.size()}));
  return sink_.change({Operation::remove, table, removed.old, removed.before, {}});
}

base::Status TransactionReader::take(const pgwire::LogicalTruncate& truncate) {
  Truncation truncation{{}, truncate.is_cascade, truncate.restarts_identity};
  for (const std::uint32_t id : truncate.relations) {
    ART32_ASSIGN(auto table, table_of(id, {}));
    truncation.tables.push_back(std::move(table));
  }
  return sink_.truncate(truncation);
}

base::Status TransactionReader::take(const pgwire::LogicalEmitted& emitted) {
  // One that stands between transactions is in the log even if its own was rolled back.
  if (!emitted.is_transactional) return {};
  if (!is_open_) return broken("has a message of a transaction outside of one");
  return sink_.message(emitted.prefix, emitted.content);
}

}  // namespace art32::trail
