#include "identity/sealed_change.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/json_text.h"
#include "base/limits.h"
#include "base/text.h"

namespace art32::identity {
namespace {

constexpr std::ptrdiff_t least_password_characters = 12;

}  // namespace

base::Status sealed_change(store::Database& database, std::mutex& mutex, model::EvidenceSink& sink,
                           const std::function<base::Result<std::string>()>& work) {
  const std::lock_guard lock(mutex);
  return database.transaction([&]() -> base::Status {
    ART32_ASSIGN(const std::string record, work());
    ART32_CHECKED(sink.append(model::account_record, base::as_bytes(record)));
    return {};
  });
}

base::Status sealed_changes(store::Database& database, std::mutex& mutex, model::EvidenceSink& sink,
                            const std::function<base::Result<std::vector<std::string>>()>& work) {
  const std::lock_guard lock(mutex);
  return database.transaction([&]() -> base::Status {
    ART32_ASSIGN(const std::vector<std::string> records, work());
    std::vector<base::Bytes> batch;
    for (const std::string& record : records)
      batch.push_back(base::to_bytes(record));
    if (!batch.empty()) ART32_CHECKED(sink.append_batch(model::account_record, batch));
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

bool is_line_of_text(std::string_view text, std::size_t octets) {
  return !text.empty() && text.size() <= octets && base::is_utf8(text) &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

base::Status check_password_length(std::string_view password) {
  const auto characters = std::count_if(password.begin(), password.end(), [](char octet) {
    return (static_cast<unsigned char>(octet) & 0xC0U) != 0x80U;  // all but what continues one in UTF-8
  });
  if (characters >= least_password_characters) return {};
  return base::failure(base::ErrorCode::invalid_argument,
                       fmt::format("the password has {} character{}, fewer than {}", characters,
                                   characters == 1 ? "" : "s", least_password_characters),
                       "choose a longer one, or let a password manager make it");
}

bool is_storable(base::Instant instant) {
  return base::parse_rfc3339(base::rfc3339(instant)) == instant;
}

store::Value stored_instant(std::optional<base::Instant> instant) {
  return instant ? store::Value(base::rfc3339(*instant)) : store::Value(nullptr);
}

std::optional<base::Instant> read_optional_instant(const store::Row& row, int column, base::Status& trouble) {
  if (row.is_null(column)) return std::nullopt;
  return read_instant(row, column, trouble);
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
