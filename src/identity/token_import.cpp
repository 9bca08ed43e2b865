#include <fmt/core.h>

#include <map>

#include "base/json_text.h"
#include "identity/personal_tokens.h"

namespace art32::identity {
namespace {

using base::ErrorCode;
using base::failure;
using base::Status;

// Ids stand as numbers in JSON, where they are exact below 2^53 (RFC 8785): room for as many to come.
constexpr std::int64_t largest_id = std::int64_t{1} << 52;

Status check_row(const TokenRow& row) {
  const auto refuse = [&row](std::string_view what) {
    return failure(ErrorCode::invalid_argument, fmt::format("token {}: {}", row.id, what),
                   "mend the row, or leave it out");
  };
  if (row.id < 1 || row.id > largest_id) return refuse("its id isn't from 1 to 2^52");
  if (!crypto::is_api_token_hash(row.token))
    return refuse("its token is no SHA-256 in lower-case hexadecimal");
  if (!is_line_of_text(row.name, base::limits::token_name_octets)) return refuse("its name can't be shown");
  const bool has_times = is_storable(row.created) && is_storable(row.updated) &&
                         is_storable(row.last_used.value_or(row.created)) &&
                         is_storable(row.expires.value_or(row.created));
  if (!has_times) return refuse("its times aren't of years with four digits");
  if (row.abilities && !parse_abilities(*row.abilities))
    return refuse("its abilities are no JSON array of texts");
  return {};
}

struct Holder {
  Member member;
  std::int64_t membership = 0;
};

}  // namespace

base::Result<std::size_t> PersonalTokens::import_rows(std::span<const TokenRow> rows,
                                                      const FindMember& find_member) {
  if (rows.empty() || rows.size() > base::limits::token_change_rows)
    return failure(ErrorCode::invalid_argument, fmt::format("{} rows can't be imported at once", rows.size()),
                   fmt::format("import 1 to {}", base::limits::token_change_rows));
  std::map<std::pair<std::string, std::string>, Holder> holders;
  for (const TokenRow& row : rows) {
    ART32_CHECKED(check_row(row));
    Holder& holder = holders[{row.tokenable_type, row.tokenable_id}];
    if (holder.member.user != UserId()) continue;
    const std::optional<Member> member = find_member(row.tokenable_type, row.tokenable_id);
    if (!member)
      return failure(ErrorCode::not_found, fmt::format("token {}: nobody is known for its holder", row.id),
                     "import the users first, or leave the row out");
    holder.member = *member;
  }
  const Status changed = store_.change([&]() -> base::Result<std::string> {
    std::string record = R"({"event":"user-tokens-imported","tokens":[)";
    for (const TokenRow& row : rows) {
      Holder& holder = holders.at({row.tokenable_type, row.tokenable_id});
      const std::string context = fmt::format("token {}", row.id);
      if (holder.membership == 0) {
        const base::Result<std::int64_t> membership = membership_of(holder.member);
        if (!membership) return tl::unexpected(membership.error().within(context));
        holder.membership = *membership;
      }
      const Status inserted = store_.database.run(
          "INSERT INTO personal_access_tokens (id, tokenable_type, tokenable_id, name, token, abilities, "
          "last_used_at, expires_at, created_at, updated_at) VALUES (?, 'membership', ?, ?, ?, ?, ?, ?, ?, "
          "?)",
          {row.id, holder.membership, row.name, row.token,
           row.abilities ? store::Value(*row.abilities) : store::Value(nullptr),
           stored_instant(row.last_used), stored_instant(row.expires), base::rfc3339(row.created),
           base::rfc3339(row.updated)});
      if (!inserted && inserted.error().code == ErrorCode::already_exists)
        return failure(ErrorCode::already_exists, context + ": its id or its token is taken already",
                       "leave the row out; nothing was imported");
      ART32_CHECKED(inserted);
      record += fmt::format(R"({}{{"team":{},"token":{},"user":{}}})", &row == rows.data() ? "" : ",",
                            base::json_string(holder.member.team.value), row.id, holder.member.user.value);
    }
    return record + "]}";
  });
  ART32_CHECKED(changed);
  return rows.size();
}

}  // namespace art32::identity
