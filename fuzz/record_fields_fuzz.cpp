// Records of the trail as the index and the search read them: whatever comes, what is found lies in
// the record, and parts that were found can be walked over.
#include "base/assert.h"
#include "fuzz/input.h"
#include "trail/record_fields.h"

namespace trail = art32::trail;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const art32::base::ByteView record(data, size);
  const std::string_view whole = art32::base::as_text(record);
  const auto is_within = [&](std::string_view part) {
    return part.empty() ||
           (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
  };
  const auto fields = trail::parse_record(record);
  if (!fields) return 0;
  for (const std::string_view part :
       {fields->columns, fields->schema, fields->table, fields->tables, fields->commit, fields->at,
        fields->noticed, fields->actor_kind, fields->actor_id, fields->request})
    ART32_ASSERT(is_within(part));
  trail::visit_columns(fields->columns, [&](const trail::ColumnField& field) {
    ART32_ASSERT(!field.name.empty() && !field.first.empty());
    ART32_ASSERT(is_within(field.name) && is_within(field.first) && is_within(field.second));
    return true;
  });
  trail::visit_tables(fields->tables, [&](std::string_view schema, std::string_view table) {
    ART32_ASSERT(is_within(schema) && is_within(table));
  });
  if (const auto identity = trail::identity_of(fields->columns)) ART32_ASSERT(is_within(identity->first));
  return 0;
}
