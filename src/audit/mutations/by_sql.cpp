#include "audit/mutations/by_sql.h"

#include "audit/scratch.h"

namespace art32::audit {

Mutation by_sql(model::Text text, std::string sql, std::string undo) {
  return {std::move(text),
          [sql = std::move(sql), undo = std::move(undo)](Scratch& scratch) -> base::Result<Target> {
            const auto run = [&postgres = scratch.postgres()](const std::string& each) {
              return postgres.sql(each, "tenants").map([](const auto&) {});
            };
            ART32_CHECKED(run(sql));
            scratch.undo_by([run, undo] { return run(undo); });
            return scratch.target();
          }};
}

}  // namespace art32::audit
