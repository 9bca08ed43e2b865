#include "portal/feeds.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "portal/layout.h"
#include "portal/words.h"

namespace art32::portal {

namespace {

constexpr std::size_t entries_maximum = 100;

std::string probe_lines(const audit::AuditRun& run, model::Language language) {
  std::string text;
  for (const audit::ProbeRun& probe : run.probes)
    text += (text.empty() ? "" : "; ") + probe.probe + ": " + std::string(name(probe.verdict, language));
  return text;
}

FeedEntry audit_entry(const View& view, const audit::AuditRun& run, model::Language language) {
  const std::string address = view.facts.base_url + audit_address(language, run.id);
  return {address, address,
          say(phrases::feed_audit, language,
              {std::to_string(run.id), std::to_string(passes(run)), std::to_string(run.probes.size())}),
          probe_lines(run, language), run.started + run.took};
}

// A verdict that differs from the same probe's run before.
void add_changes(const View& view, model::Language language, std::vector<FeedEntry>& entries) {
  for (const auto& history : view.histories) {
    const std::vector<audit::ProbeRun>& runs = history.second;
    for (std::size_t index = 0; index + 1 < runs.size(); ++index) {
      if (runs[index].verdict == runs[index + 1].verdict) continue;
      const std::string page = view.facts.base_url + audit_address(language, runs[index].audit);
      const std::string title = say(phrases::feed_change, language,
                                    {history.first, std::string(name(runs[index].verdict, language)),
                                     std::string(name(runs[index + 1].verdict, language))});
      entries.push_back({page + "#probe-" + history.first, page + "#probe-" + history.first, title, title,
                         runs[index].started + runs[index].took});
    }
  }
}

FeedEntry version_entry(const View& view, const annex::Version& version, model::Language language) {
  const std::string address = view.facts.base_url + portal::address(language, "versions/" + version.version);
  return {address, address, say(phrases::feed_version, language, {version.version}),
          say(phrases::feed_version_text, language,
              {day(version.published, language), day(version.effective, language)}),
          version.published};
}

std::string feed_title(const View& view, model::Language language) {
  return say(phrases::feed_title, language, {view.document().company.name});
}

std::string element(std::string_view name, std::string_view text) {
  return "<" + std::string(name) + ">" + base::escape_html(text) + "</" + std::string(name) + ">";
}

std::string atom_link(std::string_view relation, std::string_view type, const std::string& address) {
  return "<link rel=\"" + std::string(relation) + "\" type=\"" + std::string(type) + "\" href=\"" +
         base::escape_html(address) + "\"/>";
}

}  // namespace

std::vector<FeedEntry> feed_entries(const View& view, model::Language language) {
  std::vector<FeedEntry> entries;
  for (const audit::AuditRun& run : view.audits)
    entries.push_back(audit_entry(view, run, language));
  for (const annex::Version& version : view.versions)
    entries.push_back(version_entry(view, version, language));
  add_changes(view, language, entries);
  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.at > b.at; });
  if (entries.size() > entries_maximum) entries.resize(entries_maximum);
  return entries;
}

std::string atom_feed(const View& view, model::Language language) {
  const std::vector<FeedEntry> entries = feed_entries(view, language);
  const std::string self = view.facts.base_url + address(language, "feed.atom");
  // RFC 4287 section 4.1.1: updated is required, so a feed without entries takes the annex's date.
  const base::Instant updated = entries.empty() ? view.document().as_of : entries.front().at;
  std::string feed =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"" +
      std::string(model::tag(language)) + "\">";
  feed += element("title", feed_title(view, language)) + element("id", self) +
          element("updated", base::rfc3339_seconds(updated)) +
          atom_link("self", "application/atom+xml", self) +
          atom_link("alternate", "text/html", view.facts.base_url + address(language, "")) + "<author>" +
          element("name", view.document().company.name) + "</author>\n";
  for (const FeedEntry& entry : entries)
    feed += "<entry>" + element("title", entry.title) + element("id", entry.id) +
            element("updated", base::rfc3339_seconds(entry.at)) +
            atom_link("alternate", "text/html", entry.address) + element("summary", entry.text) +
            "</entry>\n";
  return feed + "</feed>\n";
}

std::string json_feed(const View& view, model::Language language) {
  boost::json::array items;
  for (const FeedEntry& entry : feed_entries(view, language))
    items.push_back(boost::json::object{{"id", entry.id},
                                        {"url", entry.address},
                                        {"title", entry.title},
                                        {"content_text", entry.text},
                                        {"date_published", base::rfc3339_seconds(entry.at)}});
  return boost::json::serialize(boost::json::object{
      {"version", "https://jsonfeed.org/version/1.1"},
      {"title", feed_title(view, language)},
      {"home_page_url", view.facts.base_url + address(language, "")},
      {"feed_url", view.facts.base_url + address(language, "feed.json")},
      {"language", std::string(model::tag(language))},
      {"authors", boost::json::array{boost::json::object{{"name", view.document().company.name}}}},
      {"items", std::move(items)}});
}

}  // namespace art32::portal
