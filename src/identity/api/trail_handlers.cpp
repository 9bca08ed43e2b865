// The trail of changes, by the JSON API. Whose it is comes first, and from nobody but the claim where there
// is one: everything behind asks for that team's records alone, so no answer and no error tells of another's.
#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "base/log.h"
#include "base/text.h"
#include "identity/api/handlers.h"
#include "identity/api/problem.h"

namespace art32::identity::api {
namespace {

using base::ErrorCode;
using base::failure;

struct Whose {
  std::string team;
  model::TrailLooker looker;
};
using WhoseOrRefusal = tl::expected<Whose, net::HttpResponse>;

std::optional<std::string> parameter(const Call& call, std::string_view name) {
  const auto found = call.query.find(name);
  return found == call.query.end() ? std::nullopt : std::optional(found->second);
}

// RFC 6750 section 3.1.
net::HttpResponse not_believed(const base::Error& error) {
  net::HttpResponse response = problem(401, "claim-refused", error.what, error.mend);
  response.headers.push_back({"WWW-Authenticate", "Bearer realm=\"art32\", error=\"invalid_token\""});
  return response;
}

WhoseOrRefusal whose_claim(const Call& call) {
  const auto claim = call.trails->believe(call.caller.claim);
  if (!claim) return tl::unexpected(not_believed(claim.error()));
  const std::string team = claim->team.value;
  if (parameter(call, "team").value_or(team) != team)
    return tl::unexpected(problem(403, "permission", "the claim is for another team",
                                  "leave \"team\" out: a claim reads its own team's trail"));
  return Whose{
      team, {"claim", fmt::format("{}:{}", model::name(claim->actor.kind), claim->actor.id), claim->request}};
}

WhoseOrRefusal whose_account(const Call& call) {
  const std::optional<std::string> team = parameter(call, "team");
  if (team) return Whose{*team, {"account", call.caller.account, ""}};
  return tl::unexpected(problem(400, "invalid-argument", "the parameter \"team\" is missing",
                                "name the team; an empty one asks for what is of no team"));
}

// Whoever asks isn't told where this system keeps what.
net::HttpResponse refused(const base::Error& error) {
  const base::ErrorCodeRow& row = base::describe(error.code);
  if (row.http_status < 500) return problem(error);
  base::log_error("a look into the trail failed", {{"error", error.message()}});
  return problem(row.http_status, row.name, "the trail can't be read at the moment",
                 "try again later; the server's log says what is wrong");
}

base::Result<model::TrailQuestion> question_of(const Call& call) {
  model::TrailQuestion question;
  const std::pair<std::string_view, std::optional<std::string>*> texts[] = {
      {"table", &question.table},     {"row", &question.row},       {"actor", &question.actor},
      {"request", &question.request}, {"from", &question.from},     {"before", &question.before},
      {"column", &question.column},   {"old", &question.old_value}, {"new", &question.new_value}};
  for (const auto& [name, text] : texts)
    *text = parameter(call, name);
  const std::string order = parameter(call, "order").value_or("newest-first");
  question.is_oldest_first = order == "oldest-first";
  if (!question.is_oldest_first && order != "newest-first")
    return failure(ErrorCode::invalid_argument, "\"order\" is neither newest-first nor oldest-first");
  if (const auto behind = parameter(call, "behind")) question.behind = base::parse_number(*behind);
  if (const auto limit = parameter(call, "limit")) question.limit = base::parse_number(*limit).value_or(0);
  return question;
}

std::string text_of(const model::TrailChange& change) {
  return fmt::format(R"({{"number":{},"record":{},"transaction":{}}})", change.number, change.record,
                     change.transaction.empty() ? "null" : change.transaction);
}

// Who may ask, then whose and what.
Answer look(const Call& call, std::string_view purpose, model::TrailQuestion question,
            const std::function<net::HttpResponse(const model::TrailChanges&)>& shown) {
  if (call.trails == nullptr) return problem(404, "not-found", "there is no trail here");
  const bool is_claim = !call.caller.claim.empty();
  WhoseOrRefusal whose = is_claim ? whose_claim(call) : whose_account(call);
  if (!whose) return std::move(whose.error());
  question.database = call.names.at(0);
  question.team = whose->team;
  const auto databases = call.trails->databases();
  const auto database = std::ranges::find(databases, question.database, &model::TrailDatabase::name);
  // Where no gateway takes claims, the rows' teams are nobody's word.
  if (database == databases.end() || (is_claim && !database->is_separated))
    return problem(404, "not-found", "there is no trail of such a database",
                   "name it as art32.toml does; claims count where it is separated by team");
  const auto changes = call.trails->search(whose->looker, purpose, question);
  return changes ? shown(*changes) : refused(changes.error());
}

}  // namespace

Answer search_trail(const Call& call) {
  ART32_ASSIGN(const model::TrailQuestion question, question_of(call));
  return look(call, "api-search", question, [](const model::TrailChanges& changes) {
    std::vector<std::string> texts;
    for (const model::TrailChange& change : changes.changes)
      texts.push_back(text_of(change));
    return answer(200, fmt::format(R"({{"changes":[{}],"next":{}}})", base::join(texts, ","),
                                   changes.next ? std::to_string(*changes.next) : "null"));
  });
}

// The search that begins there, and the first thing that it finds.
Answer show_change(const Call& call) {
  const std::optional<std::uint64_t> number = base::parse_number(call.names.at(1));
  constexpr std::uint64_t greatest = std::numeric_limits<std::int64_t>::max();
  model::TrailQuestion question;
  question.behind = std::min(number.value_or(greatest), greatest) + 1;
  question.limit = 1;
  return look(call, "api-show", question, [&](const model::TrailChanges& changes) {
    if (changes.changes.empty() || changes.changes.front().number != number)
      return problem(404, "not-found", "the team has no change of this number",
                     "records of transactions have numbers, too, and are shown with their changes");
    return answer(200, text_of(changes.changes.front()));
  });
}

}  // namespace art32::identity::api
