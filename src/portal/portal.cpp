#include "portal/portal.h"

#include <atomic>
#include <mutex>

#include "base/log.h"
#include "base/text.h"
#include "portal/languages.h"
#include "portal/layout.h"
#include "portal/on_request.h"
#include "portal/operators.h"
#include "portal/pages.h"
#include "portal/pdf_cache.h"
#include "portal/snapshot.h"
#include "portal/trail_pages.h"

namespace art32::portal {

namespace {

bool is_reading(const net::HttpRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

net::HttpResponse redirect(int status, const std::string& target) {
  net::HttpResponse response = net::HttpResponse::text(status, "");
  response.headers = {{"Location", target}, {"Cache-Control", "no-cache"}, {"Vary", "Accept-Language"}};
  return response;
}

// Addresses without a language lead to the visitor's; a folder gets its slash.
Answer redirect_answer(const OnRequest& on) {
  const std::string& path = on.request.path;
  const model::Language language = language_of(on.request);
  const std::string folder = "/" + std::string(model::tag(language));
  if (path == folder) return redirect(308, folder + "/");
  if (path.size() > 4 && path.ends_with("/") && on.snapshot.pages.contains(path.substr(0, path.size() - 1)))
    return redirect(308, path.substr(0, path.size() - 1));
  if (path.starts_with(folder + "/")) return std::nullopt;
  const std::string target = folder + path + (on.request.query.empty() ? "" : "?" + on.request.query);
  if (on.snapshot.pages.contains(folder + path)) return redirect(303, target);
  for (std::string_view prefix : {"/security-audits/", "/versions/", "/evidence/", "/annex.pdf"})
    if (path.starts_with(prefix) && path.find_first_of("\r\n\\") == path.npos &&
        (path.find('.') == path.npos || !path.starts_with("/evidence/")))
      return redirect(303, target);
  return std::nullopt;
}

}  // namespace

class Portal::Implementation {
 public:
  Implementation(Sources sources, Facts facts)
      : sources_(std::move(sources)),
        assets_(std::make_shared<const Assets>()),
        facts_(std::move(facts)),
        documents_(sources_.cache_folder),
        operators_(sources_) {
    refresh();
  }

  void replace(Facts facts) {
    {
      const std::lock_guard lock(mutex_);
      facts_ = std::move(facts);
    }
    refresh();
  }

  void refresh() {
    sources_.accounts.log_refusals();
    const std::lock_guard lock(mutex_);
    base::Result<std::shared_ptr<const View>> view = gather(sources_, facts_, assets_);
    if (!view) {
      base::log_error("pages not rendered", {{"error", view.error().message()}});
      snapshot_.store(render_without_view(facts_, assets_));
      return;
    }
    documents_.want((*view)->facts.annex, (*view)->annex_digest, (*view)->facts.base_url);
    snapshot_.store(render(std::move(*view)));
  }

  net::Blocking blocking(const net::HttpRequest& request) const {
    return blocking_of(sources_.accounts, request);
  }

  net::HttpResponse answer(const net::HttpRequest& request) {
    const std::shared_ptr<const Snapshot> snapshot = snapshot_.load();
    if (!is_reading(request)) return snapshot->error(405, language_of(request), {{"Allow", "GET, HEAD"}});
    const OnRequest on{sources_, *snapshot, documents_, request};
    if (!is_on_request(request)) {
      const auto page = snapshot->pages.find(request.path);
      if (page != snapshot->pages.end()) return respond(page->second, request);
    }
    for (const auto& part : {ledger_answer, evidence_answer, audits_answer, versions_answer, document_answer,
                             watch_answer, redirect_answer})
      if (Answer answer = part(on)) return std::move(*answer);
    // A query that means nothing to a page changes nothing.
    const auto page = snapshot->pages.find(request.path);
    if (page != snapshot->pages.end()) return respond(page->second, request);
    if (snapshot->view == nullptr) return snapshot->error(503, language_of(request), {{"Retry-After", "60"}});
    return snapshot->error(404, language_of(request));
  }

  net::HttpResponse answer_operator(const net::HttpRequest& request) {
    return operators_.answer(*snapshot_.load(), request);
  }

  void finish(net::HttpResponse& response) const {
    const std::shared_ptr<const Snapshot> snapshot = snapshot_.load();
    response.headers.insert(response.headers.end(), snapshot->security_headers.begin(),
                            snapshot->security_headers.end());
  }

  net::HttpResponse error(int status) const {
    net::HttpResponse response =
        net::HttpResponse::text(status, pages::bare_error(*assets_, status), html_type);
    response.headers.push_back({"Cache-Control", "no-store"});
    return response;
  }

 private:
  Sources sources_;
  std::shared_ptr<const Assets> assets_;
  std::mutex mutex_;  // one rendering at a time; guards facts_
  Facts facts_;
  PdfCache documents_;
  Operators operators_;
  std::atomic<std::shared_ptr<const Snapshot>> snapshot_;
};

Portal::Portal(Sources sources, Facts facts)
    : implementation_(std::make_unique<Implementation>(std::move(sources), std::move(facts))) {}

Portal::~Portal() = default;

net::HttpHandler Portal::handler() {
  Implementation* implementation = implementation_.get();
  net::HttpHandler handler;
  handler.answer = [implementation](const net::HttpRequest& request) {
    return implementation->answer(request);
  };
  handler.blocks = [implementation](const net::HttpRequest& request) {
    return implementation->blocking(request);
  };
  handler.finish = [implementation](net::HttpResponse& response) { implementation->finish(response); };
  handler.error = [implementation](int status) { return implementation->error(status); };
  return handler;
}

net::HttpHandler Portal::operators_handler() {
  net::HttpHandler handler = this->handler();
  Implementation* implementation = implementation_.get();
  handler.answer = [implementation](const net::HttpRequest& request) {
    return implementation->answer_operator(request);
  };
  handler.blocks = [](const net::HttpRequest& request) {
    return TrailPages::is_own(request.path) ? net::Blocking::search : net::Blocking::yes;
  };
  // The search there is a form, the only one.
  handler.finish = [implementation](net::HttpResponse& response) {
    implementation->finish(response);
    for (net::HttpHeader& header : response.headers)
      header.value = base::replace_all(header.value, "form-action 'none'", "form-action 'self'");
  };
  return handler;
}

void Portal::replace(Facts facts) {
  implementation_->replace(std::move(facts));
}
void Portal::refresh() {
  implementation_->refresh();
}

}  // namespace art32::portal
