#include "portal/trail_pages.h"

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "net/http_target.h"
#include "portal/languages.h"
#include "portal/layout.h"
#include "portal/on_request.h"
#include "portal/operators.h"
#include "portal/phrases_trail.h"

namespace art32::portal {
namespace {

using model::Language;

constexpr std::string_view folder = "trail";
constexpr std::size_t looked_at = 500;  // hits: the timeline counts them
constexpr std::size_t listed = 50;
constexpr std::size_t in_history = 25;

// The path without its language: "trail/app/row".
std::optional<std::string_view> own_part(std::string_view path) {
  path.remove_prefix(path.starts_with('/') ? 1 : 0);
  for (const Language language : model::languages) {
    const std::string tag = std::string(model::tag(language)) + "/";
    if (path.starts_with(tag)) path.remove_prefix(tag.size());
  }
  if (path != folder && !path.starts_with(std::string(folder) + "/")) return std::nullopt;
  return path;
}

// HTML Living Standard, section 4.10.22.6: a form writes blanks as pluses.
std::optional<std::string> field(const net::HttpRequest& request, std::string_view name) {
  const std::vector<std::string> values =
      net::query_values(base::replace_all(request.query, "+", "%20"), name);
  if (values.empty() || !base::is_utf8(values.front())) return std::nullopt;
  return values.front();
}

model::TrailQuestion question_of(const net::HttpRequest& request, std::string_view database) {
  model::TrailQuestion question;
  question.database = database;
  question.team = field(request, "team").value_or("");
  const std::pair<std::string_view, std::optional<std::string>*> texts[] = {
      {"table", &question.table},     {"row", &question.row},   {"actor", &question.actor},
      {"request", &question.request}, {"from", &question.from}, {"before", &question.before},
      {"column", &question.column}};
  for (const auto& [name, text] : texts)
    if (auto value = field(request, name); value && !value->empty()) *text = std::move(value);
  if (const auto behind = field(request, "behind")) question.behind = base::parse_number(*behind);
  question.limit = looked_at;
  return question;
}

net::HttpResponse shown(int status, std::string page) {
  net::HttpResponse response = net::HttpResponse::text(status, std::move(page), std::string(html_type));
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

net::HttpResponse with_language(const net::HttpRequest& request) {
  net::HttpResponse response = net::HttpResponse::text(303, "");
  response.headers = {{"Location", "/" + std::string(model::tag(language_of(request))) + request.target},
                      {"Cache-Control", "no-store"},
                      {"Vary", "Accept-Language"}};
  return response;
}

// W3C Fetch Metadata, section 2.4. Browsers without it, and programs, send nothing.
bool comes_from_elsewhere(const net::HttpRequest& request) {
  const auto site = net::find_header(request.headers, "Sec-Fetch-Site");
  return site && *site != "same-origin" && *site != "none";
}

TrailFound found_of(const model::TrailChanges& changes, std::size_t most) {
  TrailFound found;
  for (const model::TrailChange& change : changes.changes)
    if (auto event = read_event(change)) found.events.push_back(std::move(*event));
  found.shown = std::min(found.events.size(), most);
  found.next = changes.next;
  found.is_part = changes.next.has_value();
  if (found.shown < found.events.size()) found.next = found.events[found.shown - 1].number;
  return found;
}

// What went wrong, for who reads the page.
std::string words_of(const base::Error& error, Language language) {
  if (error.code == base::ErrorCode::conflict) return say(phrases::trail_busy, language);
  if (base::describe(error.code).http_status >= 500) {
    base::log_error("a look into the trail failed", {{"error", error.message()}});
    return say(phrases::trail_broken, language);
  }
  return say(phrases::trail_no_question, language) + ": " + error.message();
}

}  // namespace

bool TrailPages::is_own(std::string_view path) {
  return own_part(path).has_value();
}

net::HttpResponse TrailPages::answer(const Snapshot& snapshot, const net::HttpRequest& request) const {
  const Language language = language_of(request);
  if (sources_.trails == nullptr) return snapshot.error(404, language);
  if (comes_from_elsewhere(request)) return snapshot.error(403, language);
  const identity::SignIn reader = sources_.accounts.authenticate(
      net::find_header(request.headers, "Authorization").value_or(""), request.peer);
  if (reader.answer != identity::SignIn::Answer::accepted) return not_signed_in(reader.answer);
  if (reader.may != identity::May::trail) return snapshot.error(403, language);
  if (!request.path.starts_with(address(language, ""))) return with_language(request);
  return look(snapshot, request, reader.account);
}

net::HttpResponse TrailPages::look(const Snapshot& snapshot, const net::HttpRequest& request,
                                   const std::string& account) const {
  const std::vector<std::string_view> parts = base::split(*own_part(request.path), '/');
  const bool is_history = parts.size() == 3 && parts[2] == "row";
  TrailView view{language_of(request), sources_.clock.now(), snapshot.assets, {}, {}, {}};
  const auto databases = sources_.trails->databases();
  if (parts.size() == 1) return shown(200, trail_databases_page(view, databases));
  const bool is_known =
      std::ranges::find(databases, parts[1], &model::TrailDatabase::name) != databases.end();
  if (!is_known || (parts.size() > 2 && !is_history)) return snapshot.error(404, view.language);
  view.question = question_of(request, parts[1]);
  const auto page = is_history ? trail_history_page : trail_search_page;
  if (is_history && (!view.question.table || !view.question.row)) return snapshot.error(404, view.language);
  if (request.query.empty()) return shown(200, page(view));
  const auto changes = sources_.trails->search({"account", account, ""},
                                               is_history ? "page-history" : "page-search", view.question);
  if (changes)
    view.found = found_of(*changes, is_history ? in_history : listed);
  else
    view.trouble = words_of(changes.error(), view.language);
  return shown(changes ? 200 : base::describe(changes.error().code).http_status, page(view));
}

}  // namespace art32::portal
