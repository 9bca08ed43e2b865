#include "trail/record_fields.h"

#include <algorithm>
#include <array>

namespace art32::trail {
namespace {

using Kind = RecordFields::Kind;

// Walks over JSON without white space, as a canonical record is.
class JsonWalk {
 public:
  explicit JsonWalk(std::string_view text) : rest_(text) {}

  bool is_at(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool is_done() const { return rest_.empty(); }
  bool take(char c) {
    if (!is_at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // A text with its quotes; empty where there is none.
  std::string_view text() {
    if (!is_at('"')) return {};
    std::size_t end = 1;
    while (end < rest_.size() && rest_[end] != '"')
      end += rest_[end] == '\\' ? 2 : 1;
    return cut(end + 1);
  }
  // Any value; empty where there is none.
  std::string_view value() {
    if (is_at('"')) return text();
    if (is_at('{') || is_at('[')) return nested();
    return cut(std::min(rest_.find_first_of(",]}"), rest_.size()));
  }

 private:
  std::string_view cut(std::size_t size) {
    if (size > rest_.size()) return {};
    const std::string_view found = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return found;
  }
  std::string_view nested() {
    const std::string_view begin = rest_;
    std::size_t depth = 0;
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == '"') {
        if (text().empty()) return {};
        continue;
      }
      rest_.remove_prefix(1);
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return begin.substr(0, begin.size() - rest_.size());
    }
    return {};
  }

  std::string_view rest_;
};

// Calls visit(name, value) with each member's name, without its quotes.
template <class Visit>
bool visit_members(std::string_view object, const Visit& visit) {
  JsonWalk walk(object);
  if (!walk.take('{')) return false;
  if (walk.take('}')) return walk.is_done();
  do {
    const std::string_view name = walk.text();
    if (name.size() < 2 || !walk.take(':')) return false;
    const std::string_view value = walk.value();
    if (value.empty()) return false;
    visit(name.substr(1, name.size() - 2), value);
  } while (walk.take(','));
  return walk.take('}') && walk.is_done();
}

std::optional<Kind> kind_of(std::string_view text) {
  constexpr std::array<std::string_view, 6> names = {R"("insert")",   R"("update")",      R"("delete")",
                                                     R"("truncate")", R"("transaction")", R"("gap")"};
  const auto* const found = std::ranges::find(names, text);
  if (found == names.end()) return std::nullopt;
  return static_cast<Kind>(found - names.begin());
}

bool take_author(std::string_view author, RecordFields& fields) {
  if (author == "null") return true;
  return visit_members(author, [&](std::string_view name, std::string_view value) {
    if (name == "id") fields.actor_id = value;
    if (name == "kind") fields.actor_kind = value;
    if (name == "request") fields.request = value;
  });
}

bool is_whole(const RecordFields& fields) {
  if (fields.kind == Kind::gap) return !fields.noticed.empty();
  if (fields.commit.empty()) return false;
  if (fields.kind == Kind::transaction) return !fields.at.empty();
  if (fields.kind == Kind::truncate) return !fields.tables.empty();
  return !fields.columns.empty() && !fields.schema.empty() && !fields.table.empty();
}

}  // namespace

std::optional<RecordFields> parse_record(base::ByteView record) {
  RecordFields fields;
  std::optional<Kind> kind;
  bool is_good = true;
  const auto take = [&](std::string_view name, std::string_view value) {
    if (name == "kind") kind = kind_of(value);
    if (name == "columns") fields.columns = value;
    if (name == "schema") fields.schema = value;
    if (name == "table") fields.table = value;
    if (name == "tables") fields.tables = value;
    if (name == "commit") fields.commit = value;
    if (name == "at") fields.at = value;
    if (name == "noticed") fields.noticed = value;
    if (name == "author") is_good = is_good && take_author(value, fields);
  };
  if (!visit_members(base::as_text(record), take) || !is_good || !kind) return std::nullopt;
  fields.kind = *kind;
  if (!is_whole(fields)) return std::nullopt;
  return fields;
}

bool visit_columns(std::string_view columns, const std::function<bool(const ColumnField&)>& visit) {
  JsonWalk walk(columns);
  if (!walk.take('[')) return false;
  if (walk.take(']')) return walk.is_done();
  do {
    ColumnField field;
    if (!walk.take('[')) return false;
    field.name = walk.value();
    if (!walk.take(',')) return false;
    field.first = walk.value();
    if (walk.take(',')) field.second = walk.value();
    if (field.name.empty() || field.first.empty() || !walk.take(']')) return false;
    if (!visit(field)) return true;
  } while (walk.take(','));
  return walk.take(']') && walk.is_done();
}

std::optional<ColumnField> identity_of(std::string_view columns) {
  std::optional<ColumnField> identity;
  visit_columns(columns, [&](const ColumnField& field) {
    const bool is_id = field.name == R"("id")";
    if (is_id || !identity) identity = field;
    return !is_id;
  });
  return identity;
}

bool visit_tables(std::string_view tables,
                  const std::function<void(std::string_view, std::string_view)>& visit) {
  JsonWalk walk(tables);
  if (!walk.take('[')) return false;
  if (walk.take(']')) return walk.is_done();
  do {
    if (!walk.take('[')) return false;
    const std::string_view schema = walk.text();
    if (!walk.take(',')) return false;
    const std::string_view table = walk.text();
    if (schema.empty() || table.empty() || !walk.take(']')) return false;
    visit(schema, table);
  } while (walk.take(','));
  return walk.take(']') && walk.is_done();
}

}  // namespace art32::trail
