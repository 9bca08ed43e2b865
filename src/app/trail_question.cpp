#include "app/trail_question.h"

#include <fmt/core.h>

namespace art32::app {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;

std::optional<trail::TableName> table_of(const std::optional<std::string>& name) {
  if (!name) return std::nullopt;
  const std::size_t dot = name->find('.');
  if (dot == name->npos) return trail::TableName{"public", *name};
  return trail::TableName{name->substr(0, dot), name->substr(dot + 1)};
}

// "user:erika".
Result<std::optional<trail::SearchQuery::Actor>> actor_of(const std::optional<std::string>& actor) {
  if (!actor) return std::nullopt;
  const std::size_t colon = actor->find(':');
  if (colon == actor->npos)
    return failure(ErrorCode::invalid_argument, fmt::format("\"{}\" names no kind of actor", *actor),
                   "write kind:id, such as user:erika");
  return trail::SearchQuery::Actor{actor->substr(0, colon), actor->substr(colon + 1)};
}

// A day, or a moment in UTC.
Result<std::optional<base::Instant>> time_of(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  auto time = base::parse_rfc3339(*text);
  if (!time && text->size() == 10) time = base::parse_rfc3339(*text + "T00:00:00Z");
  if (!time)
    return failure(ErrorCode::invalid_argument, fmt::format("\"{}\" is no time", *text),
                   "write 2026-11-30, or 2026-11-30T12:00:00Z");
  return time;
}

}  // namespace

Result<trail::SearchQuery> search_query(const model::TrailQuestion& question) {
  if (question.limit == 0 || question.limit > most_trail_hits)
    return failure(ErrorCode::invalid_argument, fmt::format("{} hits can't be asked for", question.limit),
                   fmt::format("ask for 1 to {}", most_trail_hits));
  trail::SearchQuery query;
  query.team = question.team;
  query.table = table_of(question.table);
  query.row = question.row;
  ART32_ASSIGN(query.actor, actor_of(question.actor));
  query.request = question.request;
  ART32_ASSIGN(query.from, time_of(question.from));
  ART32_ASSIGN(query.before, time_of(question.before));
  query.column = question.column;
  query.old_value = question.old_value;
  query.new_value = question.new_value;
  if (question.is_oldest_first) query.order = trail::SearchQuery::Order::oldest_first;
  query.behind = question.behind;
  query.limit = static_cast<std::size_t>(question.limit);
  return query;
}

}  // namespace art32::app
