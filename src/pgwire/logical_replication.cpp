#include "pgwire/logical_replication.h"

#include "pgwire/body_reader.h"
#include "pgwire/replication.h"

namespace art32::pgwire {
namespace {

std::string_view text_of(base::ByteView octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

// TupleData. Binary values come only to who asked for them.
std::optional<LogicalRow> read_row(BodyReader& body) {
  const std::size_t count = body.u16();
  LogicalRow row;
  row.reserve(count);
  for (std::size_t i = 0; i < count && !body.failed(); ++i) {
    switch (body.u8()) {
      case 'n':
        row.push_back({});
        break;
      case 'u':
        row.push_back({LogicalValue::Kind::unchanged, {}});
        break;
      case 't':
        row.push_back({LogicalValue::Kind::text, text_of(body.octets(body.u32()))});
        break;
      default:
        return std::nullopt;
    }
  }
  if (body.failed()) return std::nullopt;
  return row;
}

std::optional<LogicalOld> old_of(std::uint8_t mark) {
  if (mark == 'K') return LogicalOld::key;
  if (mark == 'O') return LogicalOld::full;
  return std::nullopt;
}

// The relations of pg_catalog have no schema there.
std::string_view schema_of(std::string_view name) {
  return name.empty() ? "pg_catalog" : name;
}

std::optional<LogicalMessage> read_begin(BodyReader& body) {
  LogicalBegin begin;
  begin.commit = {body.u64()};
  begin.at = instant_of_postgres(body.i64());
  begin.xid = body.u32();
  return begin;
}

std::optional<LogicalMessage> read_commit(BodyReader& body) {
  if (body.u8() != 0) return std::nullopt;
  LogicalCommit commit;
  commit.commit = {body.u64()};
  commit.end = {body.u64()};
  commit.at = instant_of_postgres(body.i64());
  return commit;
}

std::optional<LogicalMessage> read_origin(BodyReader& body) {
  LogicalOrigin origin;
  origin.commit = {body.u64()};
  origin.name = body.cstring();
  return origin;
}

std::optional<LogicalMessage> read_relation(BodyReader& body) {
  LogicalRelation relation;
  relation.id = body.u32();
  relation.schema = schema_of(body.cstring());
  relation.name = body.cstring();
  relation.replica_identity = static_cast<char>(body.u8());
  const std::size_t count = body.u16();
  for (std::size_t i = 0; i < count && !body.failed(); ++i) {
    LogicalColumn column;
    column.is_key = (body.u8() & 1) != 0;
    column.name = body.cstring();
    column.type = body.u32();
    column.modifier = body.i32();
    relation.columns.push_back(column);
  }
  return relation;
}

std::optional<LogicalMessage> read_type(BodyReader& body) {
  LogicalType type;
  type.id = body.u32();
  type.schema = schema_of(body.cstring());
  type.name = body.cstring();
  return type;
}

std::optional<LogicalMessage> read_insert(BodyReader& body) {
  LogicalInsert insert;
  insert.relation = body.u32();
  if (body.u8() != 'N') return std::nullopt;
  auto row = read_row(body);
  if (!row) return std::nullopt;
  insert.row = std::move(*row);
  return insert;
}

std::optional<LogicalMessage> read_update(BodyReader& body) {
  LogicalUpdate update;
  update.relation = body.u32();
  std::uint8_t mark = body.u8();
  if (const auto old = old_of(mark)) {
    auto before = read_row(body);
    if (!before) return std::nullopt;
    update.old = *old;
    update.before = std::move(*before);
    mark = body.u8();
  }
  if (mark != 'N') return std::nullopt;
  auto row = read_row(body);
  if (!row) return std::nullopt;
  update.row = std::move(*row);
  return update;
}

std::optional<LogicalMessage> read_delete(BodyReader& body) {
  LogicalDelete removed;
  removed.relation = body.u32();
  const auto old = old_of(body.u8());
  auto before = read_row(body);
  if (!old || !before) return std::nullopt;
  removed.old = *old;
  removed.before = std::move(*before);
  return removed;
}

std::optional<LogicalMessage> read_truncate(BodyReader& body) {
  LogicalTruncate truncate;
  const std::uint32_t count = body.u32();
  const std::uint8_t options = body.u8();
  truncate.is_cascade = (options & 1) != 0;
  truncate.restarts_identity = (options & 2) != 0;
  for (std::uint32_t i = 0; i < count && !body.failed(); ++i)
    truncate.relations.push_back(body.u32());
  return truncate;
}

std::optional<LogicalMessage> read_emitted(BodyReader& body) {
  LogicalEmitted emitted;
  const std::uint8_t flags = body.u8();
  emitted.is_transactional = (flags & 1) != 0;
  emitted.at = {body.u64()};
  emitted.prefix = body.cstring();
  emitted.content = body.octets(body.u32());
  return emitted;
}

struct Format {
  char kind;
  std::optional<LogicalMessage> (*read)(BodyReader&);
};

constexpr Format formats[] = {
    {'I', read_insert},   {'U', read_update},  {'D', read_delete},   {'B', read_begin}, {'C', read_commit},
    {'R', read_relation}, {'M', read_emitted}, {'T', read_truncate}, {'Y', read_type},  {'O', read_origin},
};

}  // namespace

std::optional<LogicalMessage> parse_logical_message(base::ByteView data) {
  BodyReader body(data);
  const char kind = static_cast<char>(body.u8());
  for (const Format& format : formats) {
    if (format.kind != kind) continue;
    auto message = format.read(body);
    if (!body.finished()) return std::nullopt;
    return message;
  }
  return std::nullopt;
}

}  // namespace art32::pgwire
