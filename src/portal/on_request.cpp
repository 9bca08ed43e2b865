#include "portal/on_request.h"

#include "base/log.h"
#include "portal/health.h"
#include "portal/languages.h"
#include "portal/pages.h"

namespace art32::portal {

std::optional<std::string_view> below(std::string_view path, std::string_view prefix,
                                      model::Language& language) {
  for (model::Language one : model::languages) {
    const std::string folder = address(one, prefix);
    if (!path.starts_with(folder)) continue;
    language = one;
    return path.substr(folder.size());
  }
  return std::nullopt;
}

net::HttpResponse fresh(const OnRequest& on, std::string_view type, std::string content, Caching caching) {
  return respond(store_page(type, std::make_shared<const std::string>(std::move(content)), caching),
                 on.request);
}

net::HttpResponse refused(const OnRequest& on, const base::Error& error) {
  const int status = base::describe(error.code).http_status;
  if (status >= 500) base::log_error("page failed", {{"path", on.request.path}, {"error", error.message()}});
  return on.snapshot.error(status == 400 ? 404 : status, language_of(on.request));
}

bool is_on_request(const net::HttpRequest& request) {
  const std::string& path = request.path;
  if (path == "/healthz" || path == "/metrics") return true;
  if (path.starts_with("/ledger/") || path.starts_with("/evidence/")) return true;
  model::Language language{};
  if (below(path, "evidence/", language) || below(path, "versions/", language) ||
      below(path, "security-audits/", language) || below(path, "annex.pdf", language))
    return true;
  return !request.query.empty() && below(path, "security-audits", language).has_value();
}

Answer document_answer(const OnRequest& on) {
  model::Language language{};
  const auto rest = below(on.request.path, "annex.pdf", language);
  if (!rest || !rest->empty() || on.snapshot.view == nullptr) return std::nullopt;
  const PdfCache::Found found = on.documents.ask(language);
  if (found.state == PdfCache::State::ready) return respond(*found.page, on.request);
  const bool is_working = found.state == PdfCache::State::working;
  net::HttpResponse response = on.snapshot.error(503, language, {{"Retry-After", is_working ? "5" : "900"}});
  response.body = std::make_shared<const std::string>(
      pages::error(*on.snapshot.view, 503, language,
                   is_working ? pages::ErrorWords{phrases::pdf_working_title, phrases::pdf_working}
                              : pages::ErrorWords{phrases::pdf_failed_title, phrases::pdf_failed}));
  return response;
}

net::HttpResponse not_signed_in(identity::SignIn::Answer answer) {
  const bool is_refused = answer == identity::SignIn::Answer::refused;
  net::HttpResponse response =
      is_refused ? net::HttpResponse::text(401, "credentials of a machine account are needed\n")
                 : net::HttpResponse::text(429, "too many wrong passwords: wait, or use a token\n");
  if (is_refused) {
    response.headers.push_back({"WWW-Authenticate", "Basic realm=\"art32\", charset=\"UTF-8\""});
    response.headers.push_back({"WWW-Authenticate", "Bearer realm=\"art32\""});
  } else {
    response.headers.push_back({"Retry-After", "60"});
  }
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

net::Blocking blocking_of(const identity::Accounts& accounts, const net::HttpRequest& request) {
  if (!is_on_request(request)) return net::Blocking::no;
  if (request.path != "/metrics") return net::Blocking::yes;
  const auto authorization = net::find_header(request.headers, "Authorization");
  switch (accounts.cost(authorization.value_or(""), request.peer)) {
    case identity::CheckCost::none:
      return net::Blocking::no;
    case identity::CheckCost::lookup:
      return net::Blocking::yes;
    case identity::CheckCost::hash:
      return net::Blocking::sign_in;
    case identity::CheckCost::expected_hash:
      return net::Blocking::expected_sign_in;
  }
  return net::Blocking::yes;
}

Answer watch_answer(const OnRequest& on) {
  const View* view = on.snapshot.view.get();
  if (on.request.path == "/healthz") {
    HealthAnswer answer = health(on.sources.ledger.health(), view);
    net::HttpResponse response = net::HttpResponse::text(answer.status, std::move(answer.json), json_type);
    response.headers.push_back({"Cache-Control", "no-store"});
    return response;
  }
  if (on.request.path != "/metrics") return std::nullopt;
  const auto authorization = net::find_header(on.request.headers, "Authorization");
  const identity::SignIn sign_in =
      on.sources.accounts.authenticate(authorization.value_or(""), on.request.peer);
  if (sign_in.answer != identity::SignIn::Answer::accepted) return not_signed_in(sign_in.answer);
  if (sign_in.may != identity::May::metrics) {
    net::HttpResponse response = net::HttpResponse::text(403, "this account may not read metrics\n");
    response.headers.push_back({"Cache-Control", "no-store"});
    return response;
  }
  net::HttpResponse response =
      net::HttpResponse::text(200, metrics(on.sources, view), "text/plain; version=0.0.4; charset=utf-8");
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

}  // namespace art32::portal
