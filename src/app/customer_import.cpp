#include "app/customer_import.h"

#include <map>

#include "app/command_arguments.h"
#include "base/text.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::Result;
using base::Status;
using Holder = std::pair<std::string, std::string>;  // type and id of the tokenable

Result<std::optional<base::Instant>> optional_time(const json::object& row, std::string_view key) {
  ART32_ASSIGN(const std::optional<std::string> text, optional_text(row, key));
  if (!text) return std::nullopt;
  const std::optional<base::Instant> time = base::parse_rfc3339(*text);
  if (!time) return base::failure(ErrorCode::invalid_argument, fmt::format("\"{}\" is no time", *text));
  return time;
}

Status read_columns(const json::object& row, identity::TokenRow& read) {
  ART32_ASSIGN(read.tokenable_type, text_argument(row, "type"));
  ART32_ASSIGN(read.tokenable_id, text_argument(row, "holder"));
  ART32_ASSIGN(read.name, text_argument(row, "name"));
  ART32_ASSIGN(read.token, text_argument(row, "token"));
  ART32_ASSIGN(read.abilities, optional_text(row, "abilities"));
  ART32_ASSIGN(read.last_used, optional_time(row, "last_used"));
  ART32_ASSIGN(read.expires, optional_time(row, "expires"));
  ART32_ASSIGN(const auto created, optional_time(row, "created"));
  ART32_ASSIGN(const auto updated, optional_time(row, "updated"));
  if (!created || !updated) return base::failure(ErrorCode::invalid_argument, "it has no times");
  read.created = *created;
  read.updated = *updated;
  return {};
}

Result<identity::TokenRow> read_row(const json::object& row) {
  identity::TokenRow read;
  ART32_ASSIGN(const std::string id, text_argument(row, "id"));
  read.id = static_cast<std::int64_t>(base::parse_number(id).value_or(0));
  const Status status = read_columns(row, read);
  if (!status) return tl::unexpected(status.error().within("token " + id));
  return read;
}

const json::array* list_in(const json::object& arguments, std::string_view key) {
  const json::value* value = arguments.if_contains(json::string_view(key.data(), key.size()));
  return value != nullptr ? value->if_array() : nullptr;
}

Result<std::map<Holder, identity::NamedMember>> read_members(const json::array& members) {
  std::map<Holder, identity::NamedMember> holders;
  for (const json::value& member : members) {
    if (!member.is_object()) return base::failure(ErrorCode::invalid_argument, "a member is no object");
    const json::object& described = member.get_object();
    Holder holder;
    identity::NamedMember named;
    ART32_ASSIGN(holder.first, text_argument(described, "type"));
    ART32_ASSIGN(holder.second, text_argument(described, "holder"));
    ART32_ASSIGN(named.team.value, text_argument(described, "team"));
    ART32_ASSIGN(named.login, text_argument(described, "login"));
    if (!holders.try_emplace(holder, std::move(named)).second)
      return base::failure(ErrorCode::invalid_argument,
                           fmt::format("{} {} is a member twice", holder.first, holder.second));
  }
  return holders;
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
  ART32_ASSIGN(const auto holders, read_members(*members));
  const auto find_holder = [&](std::string_view type,
                               std::string_view id) -> std::optional<identity::NamedMember> {
    const auto found = holders.find({std::string(type), std::string(id)});
    if (found == holders.end()) return std::nullopt;
    return found->second;
  };
  const auto mode =
      arguments.contains("only_check") ? identity::ImportMode::check : identity::ImportMode::write;
  ART32_ASSIGN(const identity::Imported imported, system.customers().import_tokens(rows, find_holder, mode));
  return json::object{{"imported", imported.taken}, {"there", imported.there}, {"removed", imported.removed}};
}

}  // namespace art32::app
