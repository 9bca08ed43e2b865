#include "portal/layout.h"

#include "base/version.h"
#include "portal/icons.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal {

namespace {

struct NavigationRow {
  Area area;
  std::string_view slug;
  Phrase label;
};

constexpr NavigationRow navigation_rows[] = {
    {Area::trust, "", phrases::nav_trust},
    {Area::annex, "annex", phrases::nav_annex},
    {Area::audits, "security-audits", phrases::nav_audits},
    {Area::versions, "versions", phrases::nav_versions},
    {Area::pins, "pins", phrases::nav_pins},
    {Area::verify, "verify", phrases::nav_verify},
};

Html named_meta(std::string_view meta_name, std::string_view content) {
  return tag::meta(Attribute("name", meta_name), Attribute("content", content));
}

Html alternate(const View& view, const PageHead& head, std::string_view language, model::Language of) {
  return tag::link(Attribute("rel", "alternate"), Attribute("hreflang", language),
                   href(view.facts.base_url + address(of, head.slug)));
}

Html head_part(const View& view, const PageHead& head) {
  const model::Language language = head.language;
  const std::string& company = view.document().company.name;
  const std::string feed = say(phrases::feed_title, language, {company});
  const auto feed_link = [&](std::string_view type, std::string_view file) {
    return tag::link(Attribute("rel", "alternate"), Attribute("type", type), Attribute("title", feed),
                     href(address(language, file)));
  };
  const Html robots = head.is_indexed ? Html() : named_meta("robots", "noindex");
  return tag::head(
      tag::meta(Attribute("charset", "utf-8")), tag::title(head.title + " · " + company),
      named_meta("viewport", "width=device-width, initial-scale=1"),
      named_meta("description", head.description), named_meta("color-scheme", "light dark"), robots,
      tag::link(Attribute("rel", "preload"), href(view.assets->address("fonts/inter.woff2")),
                Attribute("as", "font"), Attribute("type", "font/woff2"),
                Attribute("crossorigin", "anonymous")),
      tag::link(Attribute("rel", "stylesheet"), href(view.assets->address("style.css"))),
      tag::link(Attribute("rel", "icon"), href(view.assets->address("mark.svg")),
                Attribute("type", "image/svg+xml")),
      tag::link(Attribute("rel", "canonical"), href(view.facts.base_url + address(language, head.slug))),
      alternate(view, head, "de", model::Language::german),
      alternate(view, head, "en", model::Language::english), feed_link("application/atom+xml", "feed.atom"),
      feed_link("application/feed+json", "feed.json"));
}

Html language_switch(const PageHead& head) {
  std::vector<Html> choices;
  for (model::Language language : model::languages) {
    const std::string own_name(phrases::this_language.in(language));
    const bool is_current = language == head.language;
    choices.push_back(
        tag::li(tag::a(href(address(language, head.slug)), lang(model::tag(language)),
                       Attribute("hreflang", model::tag(language)),
                       is_current ? Attribute("aria-current", "true") : Attribute{}, own_name)));
  }
  return tag::nav(class_("languages"), Attribute("aria-label", say(phrases::language_switch, head.language)),
                  tag::ul(choices));
}

Html masthead(const View& view, const PageHead& head) {
  const model::Language language = head.language;
  const std::string& company = view.document().company.name;
  std::vector<Html> links;
  for (const NavigationRow& row : navigation_rows)
    links.push_back(tag::li(tag::a(href(address(language, row.slug)),
                                   row.area == head.area ? Attribute("aria-current", "page") : Attribute{},
                                   say(row.label, language))));
  return tag::header(
      class_("masthead"),
      tag::div(class_("bar"),
               tag::a(class_("brand"), href(address(language, "")),
                      Attribute("aria-label", say(phrases::home_of, language, {company})),
                      icon(Symbol::mark, "mark"), tag::span(company)),
               tag::nav(class_("pages"), Attribute("aria-label", say(phrases::navigation, language)),
                        tag::ul(links)),
               language_switch(head)));
}

Html foot_column(const std::string& title, const std::vector<Html>& lines) {
  std::vector<Html> items;
  for (const Html& line : lines)
    items.push_back(tag::li(line));
  return tag::section(tag::h2(title), tag::ul(items));
}

Html contact_column(const Phrase& title, const model::Contact& contact, model::Language language) {
  std::vector<Html> lines{contact.name, tag::a(href("mailto:" + contact.email), contact.email)};
  if (!contact.phone.empty()) lines.emplace_back(contact.phone);
  return foot_column(say(title, language), lines);
}

Html footer(const View& view, const PageHead& head) {
  const model::Language language = head.language;
  const model::Document& document = view.document();
  const std::uint64_t size = view.checkpoint.size.value;
  const std::string entries = size == 1 ? say(phrases::entries_one, language)
                                        : say(phrases::entries_many, language, {grouped(size, language)});
  const auto link = [&](std::string_view target, std::string_view text) {
    return tag::a(href(target), text);
  };
  return tag::footer(
      class_("foot"),
      tag::div(class_("bar"), contact_column(phrases::foot_protection, document.data_protection, language),
               contact_column(phrases::foot_security, document.security, language),
               foot_column(say(phrases::foot_machines, language),
                           {link("/annex.json", "annex.json"),
                            link(address(language, "feed.atom"), say(phrases::atom_feed, language)),
                            link(address(language, "feed.json"), say(phrases::json_feed, language)),
                            link("/.well-known/security.txt", "security.txt"),
                            link("/.well-known/pins.json", "pins.json")}),
               foot_column(say(phrases::foot_ledger, language),
                           {entries, link("/ledger/checkpoint", "checkpoint"), link("/ledger/key", "vkey"),
                            link(address(language, "verify"), say(phrases::how_to_verify, language))})),
      tag::div(class_("bar imprint"),
               tag::p(document.company.name + ", " + document.company.street + ", " +
                      document.company.postcode + " " + document.company.city),
               tag::p(tag::time(Attribute("datetime", base::rfc3339_seconds(view.now)),
                                say(phrases::foot_rendered, language, {moment(view.now, language)}))),
               tag::p(say(phrases::foot_software, language, {base::version()}))));
}

}  // namespace

std::string address(model::Language language, std::string_view slug) {
  return "/" + std::string(model::tag(language)) + "/" + std::string(slug);
}

std::string measure_address(model::Language language, std::string_view measure) {
  return address(language, "measures/" + std::string(measure));
}

std::string evidence_address(model::Language language, model::LeafIndex leaf) {
  return address(language, "evidence/" + std::to_string(leaf.value));
}

std::string audit_address(model::Language language, std::int64_t audit) {
  return address(language, "security-audits/" + std::to_string(audit));
}

model::Language other(model::Language language) {
  return language == model::Language::german ? model::Language::english : model::Language::german;
}

std::string page(const View& view, const PageHead& head, const Html& main) {
  return document(
      tag::html(lang(model::tag(head.language)), head_part(view, head),
                tag::body(tag::a(class_("skip"), href("#content"), say(phrases::skip, head.language)),
                          masthead(view, head),
                          tag::main_part(id("content"), Attribute("tabindex", "-1"), class_("bar"), main),
                          footer(view, head))));
}

}  // namespace art32::portal
