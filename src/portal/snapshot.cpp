#include "portal/snapshot.h"

#include "portal/feeds.h"
#include "portal/pages.h"
#include "portal/security_headers.h"

namespace art32::portal {

namespace {

net::SharedBody shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

class Renderer {
 public:
  explicit Renderer(Snapshot& snapshot) : snapshot_(snapshot) {}

  void add_assets() {
    for (const Asset& asset : snapshot_.assets->all())
      snapshot_.pages.emplace(asset.address, store_page(asset.type, asset.body, Caching::forever));
    const Asset& mark = snapshot_.assets->asset("mark.svg");
    const Asset& program = snapshot_.assets->asset("verify.go");
    add("/favicon.ico", mark.type, mark.body);
    add("/verify.go", program.type, program.body);
    add("/robots.txt", text_type, shared("User-agent: *\nAllow: /\nDisallow: /metrics\n"));
  }

  void add_documents(const View& view) {
    add("/annex.json", json_type, shared(view.annex_json));
    add("/.well-known/pins.json", json_type, shared(view.pins_json));
    add("/.well-known/pins.json.note", text_type, shared(view.pins_note));
    add("/.well-known/security.txt", text_type, shared(security_txt(view)));
  }

  void add_pages(const View& view, model::Language language) {
    const auto html = [&](std::string_view slug, std::string text) {
      add(address(language, slug), html_type, shared(std::move(text)));
    };
    html("", pages::trust(view, language));
    html("annex", pages::annex(view, language));
    html("annex/parallel", pages::parallel(view, language));
    html("security-audits", pages::audits(view, {view.audits, true}, language));
    html("versions", pages::versions(view, language));
    html("pins", pages::pins(view, language));
    html("verify", pages::verify(view, language));
    for (const Place& place : view.places)
      html("measures/" + place.measure().id, pages::measure(view, place, language));
    add(address(language, "feed.atom"), "application/atom+xml; charset=utf-8",
        shared(atom_feed(view, language)));
    add(address(language, "feed.json"), "application/feed+json", shared(json_feed(view, language)));
  }

  void add_error(int status, model::Language language, std::string text) {
    StoredPage page = store_page(html_type, shared(std::move(text)), Caching::never);
    page.status = status;
    snapshot_.errors.emplace(std::pair(status, language), std::move(page));
  }

 private:
  void add(const std::string& path, std::string_view type, net::SharedBody body) {
    snapshot_.pages.emplace(path, store_page(type, std::move(body), Caching::revalidate));
  }

  Snapshot& snapshot_;
};

constexpr int prepared_errors[] = {400, 403, 404, 405, 500, 503};

}  // namespace

net::HttpResponse Snapshot::error(int status, model::Language language,
                                  std::vector<net::HttpHeader> more) const {
  auto found = errors.find({status, language});
  if (found == errors.end()) found = errors.find({500, language});
  net::HttpResponse response{status, found->second.headers, found->second.body};
  response.headers.insert(response.headers.end(), more.begin(), more.end());
  return response;
}

std::shared_ptr<const Snapshot> render(std::shared_ptr<const View> view) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->assets = view->assets;
  snapshot->security_headers = security_headers(view->annex());
  Renderer renderer(*snapshot);
  renderer.add_assets();
  renderer.add_documents(*view);
  for (model::Language language : model::languages) {
    renderer.add_pages(*view, language);
    for (int status : prepared_errors)
      renderer.add_error(status, language, pages::error(*view, status, language, pages::words_of(status)));
  }
  snapshot->view = std::move(view);
  return snapshot;
}

std::shared_ptr<const Snapshot> render_without_view(const Facts& facts,
                                                    std::shared_ptr<const Assets> assets) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->assets = std::move(assets);
  snapshot->security_headers = security_headers(*facts.annex);
  Renderer renderer(*snapshot);
  renderer.add_assets();
  for (model::Language language : model::languages)
    for (int status : prepared_errors)
      renderer.add_error(status, language, pages::bare_error(*snapshot->assets, status));
  return snapshot;
}

std::string security_txt(const View& view) {
  const base::Instant expires = std::chrono::floor<std::chrono::days>(view.now) + std::chrono::days(180);
  return "Contact: mailto:" + view.document().security.email +
         "\nExpires: " + base::rfc3339_seconds(expires) +
         "\nPreferred-Languages: de, en\nCanonical: " + view.facts.base_url + "/.well-known/security.txt\n";
}

}  // namespace art32::portal
