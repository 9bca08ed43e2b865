#include "identity/sealed_change.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/json_text.h"
#include "base/limits.h"

namespace art32::identity {

base::Status sealed_change(store::Database& database, std::mutex& mutex, model::EvidenceSink& sink,
                           const std::function<base::Result<std::string>()>& work) {
  const std::lock_guard lock(mutex);
  return database.transaction([&]() -> base::Status {
    ART32_ASSIGN(const std::string record, work());
    ART32_CHECKED(sink.append(model::account_record, base::as_bytes(record)));
    return {};
  });
}

bool is_sign_in_name(std::string_view name) {
  const auto is_letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const auto is_allowed = [&](char c) { return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= base::limits::account_name_octets &&
         is_letter_or_digit(name.front()) && std::ranges::all_of(name, is_allowed);
}

base::Instant read_instant(const store::Row& row, int column, base::Status& trouble) {
  const std::optional<base::Instant> instant = base::parse_rfc3339(row.text(column));
  if (!instant)
    trouble =
        base::failure(base::ErrorCode::corrupt,
                      fmt::format("the database holds {} as a time", base::json_string(row.text(column))),
                      "restore it from a backup");
  return instant.value_or(base::Instant());
}

}  // namespace art32::identity
