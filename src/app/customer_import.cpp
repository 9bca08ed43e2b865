#include "app/customer_import.h"

#include <map>

#include "app/command_arguments.h"
#include "base/text.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::Result;

// Adding what may be there already.
base::Status unless_there(base::Status added) {
  if (!added && added.error().code == ErrorCode::already_exists) return {};
  return added;
}

Result<identity::Member> make_member(System& system, const json::object& described) {
  identity::Customers& customers = system.customers();
  ART32_ASSIGN(const std::string team, text_argument(described, "team"));
  ART32_ASSIGN(const std::string login, text_argument(described, "login"));
  ART32_CHECKED(unless_there(customers.teams.add({team}, team)));
  ART32_ASSIGN(const auto known, customers.users.find(login));
  identity::UserId user = known ? known->id : identity::UserId();
  if (!known) {
    ART32_ASSIGN(user, customers.users.add(login));
  }
  ART32_CHECKED(unless_there(customers.memberships.add({{team}, user})));
  return identity::Member{{team}, user};
}

Result<std::optional<base::Instant>> optional_time(const json::object& row, std::string_view key) {
  ART32_ASSIGN(const std::optional<std::string> text, optional_text(row, key));
  if (!text) return std::nullopt;
  const std::optional<base::Instant> time = base::parse_rfc3339(*text);
  if (!time) return base::failure(ErrorCode::invalid_argument, fmt::format("\"{}\" is no time", *text));
  return time;
}

Result<identity::TokenRow> read_row(const json::object& row) {
  identity::TokenRow read;
  ART32_ASSIGN(const std::string id, text_argument(row, "id"));
  read.id = static_cast<std::int64_t>(base::parse_number(id).value_or(0));
  ART32_ASSIGN(read.tokenable_type, text_argument(row, "type"));
  ART32_ASSIGN(read.tokenable_id, text_argument(row, "holder"));
  ART32_ASSIGN(read.name, text_argument(row, "name"));
  ART32_ASSIGN(read.token, text_argument(row, "token"));
  ART32_ASSIGN(read.abilities, optional_text(row, "abilities"));
  ART32_ASSIGN(read.last_used, optional_time(row, "last_used"));
  ART32_ASSIGN(read.expires, optional_time(row, "expires"));
  ART32_ASSIGN(const auto created, optional_time(row, "created"));
  ART32_ASSIGN(const auto updated, optional_time(row, "updated"));
  if (!created || !updated)
    return base::failure(ErrorCode::invalid_argument, fmt::format("token {} has no times", id));
  read.created = *created;
  read.updated = *updated;
  return read;
}

const json::array* list_in(const json::object& arguments, std::string_view key) {
  const json::value* value = arguments.if_contains(json::string_view(key.data(), key.size()));
  return value != nullptr ? value->if_array() : nullptr;
}

}  // namespace

Result<json::value> import_tokens(System& system, const json::object& arguments) {
  const json::array* const tokens = list_in(arguments, "tokens");
  const json::array* const members = list_in(arguments, "members");
  if (tokens == nullptr || members == nullptr)
    return base::failure(ErrorCode::invalid_argument, "\"tokens\" and \"members\" must be lists");
  std::vector<identity::TokenRow> rows;
  for (const json::value& token : *tokens) {
    if (!token.is_object()) return base::failure(ErrorCode::invalid_argument, "a token is no object");
    ART32_ASSIGN(rows.emplace_back(), read_row(token.get_object()));
  }
  std::map<std::pair<std::string, std::string>, identity::Member> holders;
  for (const json::value& member : *members) {
    if (!member.is_object()) return base::failure(ErrorCode::invalid_argument, "a member is no object");
    ART32_ASSIGN(const std::string type, text_argument(member.get_object(), "type"));
    ART32_ASSIGN(const std::string holder, text_argument(member.get_object(), "holder"));
    if (holders.contains({type, holder}))
      return base::failure(ErrorCode::invalid_argument, fmt::format("{} {} is a member twice", type, holder));
    ART32_ASSIGN((holders[{type, holder}]), make_member(system, member.get_object()));
  }
  ART32_ASSIGN(
      const std::size_t imported,
      system.customers().tokens.import_rows(
          rows, [&holders](std::string_view type, std::string_view id) -> std::optional<identity::Member> {
            const auto found = holders.find({std::string(type), std::string(id)});
            if (found == holders.end()) return std::nullopt;
            return found->second;
          }));
  return json::object{{"imported", imported}};
}

}  // namespace art32::app
