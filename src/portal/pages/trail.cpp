// The pages of the trail: databases, search, and the history of a row.
#include <fmt/format.h>

#include "net/http_target.h"
#include "portal/icons.h"
#include "portal/operators.h"
#include "portal/parts.h"
#include "portal/phrases_operators.h"
#include "portal/phrases_trail.h"
#include "portal/tags.h"
#include "portal/timeline.h"
#include "portal/trail_pages.h"
#include "portal/trail_values.h"
#include "portal/words.h"

namespace art32::portal {
namespace {

using model::Language;
using model::TrailQuestion;

constexpr std::size_t listed_octets = 80;
constexpr std::size_t listed_columns = 4;

std::string slug(std::string_view path, const TrailQuestion& question) {
  std::string text =
      fmt::format("trail/{}{}?team={}", net::encoded(question.database), path, net::encoded(question.team));
  const std::pair<const char*, const std::optional<std::string>*> texts[] = {
      {"table", &question.table},     {"row", &question.row},   {"actor", &question.actor},
      {"request", &question.request}, {"from", &question.from}, {"before", &question.before},
      {"column", &question.column}};
  for (const auto& [name, value] : texts)
    if (*value) text += fmt::format("&{}={}", name, net::encoded(**value));
  if (question.behind) text += fmt::format("&behind={}", *question.behind);
  return text;
}

const Phrase& word_of(TrailEvent::Kind kind) {
  switch (kind) {
    case TrailEvent::Kind::insert:
      return phrases::trail_insert;
    case TrailEvent::Kind::update:
      return phrases::trail_update;
    case TrailEvent::Kind::remove:
      return phrases::trail_delete;
    case TrailEvent::Kind::truncate:
      return phrases::trail_truncate;
    case TrailEvent::Kind::gap:
      break;
  }
  return phrases::trail_gap;
}

std::string_view class_of(TrailEvent::Kind kind) {
  switch (kind) {
    case TrailEvent::Kind::insert:
      return "event is-insert";
    case TrailEvent::Kind::update:
      return "event is-update";
    case TrailEvent::Kind::remove:
      return "event is-delete";
    case TrailEvent::Kind::truncate:
    case TrailEvent::Kind::gap:
      break;
  }
  return "event is-loss";
}

// Of the same team in the same database, and nothing else asked for.
TrailQuestion only(const TrailView& view) {
  TrailQuestion question;
  question.database = view.question.database;
  question.team = view.question.team;
  return question;
}

Html when(const TrailView& view, const TrailEvent& event) {
  if (!event.at) return "–";
  return tag::time(Attribute("datetime", base::rfc3339_seconds(*event.at)),
                   Attribute("title", base::rfc3339(*event.at)), moment(*event.at, view.language));
}

Html who(const TrailView& view, const TrailEvent& event) {
  if (event.kind == TrailEvent::Kind::gap) return "–";
  if (event.actor.empty())
    return tag::span(class_("unattributed"), icon(Symbol::warning), " ",
                     say(phrases::trail_unknown, view.language));
  TrailQuestion same = only(view);
  same.actor = event.actor;
  return tag::a(href(address(view.language, search_slug(same))), shortened(event.actor, listed_octets));
}

Html in_request(const TrailView& view, const TrailEvent& event) {
  if (event.request.empty()) return {};
  TrailQuestion same = only(view);
  same.request = event.request;
  return together(" · ", tag::a(href(address(view.language, search_slug(same))),
                                say(phrases::trail_in_request, view.language,
                                    {shortened(event.request, listed_octets)})));
}

std::string loss(const TrailEvent& event, Language language) {
  return say(event.kind == TrailEvent::Kind::gap ? phrases::trail_gap_reason : phrases::trail_emptied,
             language, {shortened(event.words, 400)});
}

Html what(const TrailView& view, const TrailEvent& event) {
  const Html kind = tag::span(class_(class_of(event.kind)), say(word_of(event.kind), view.language));
  if (event.table.empty()) return together(kind, " ", loss(event, view.language));
  const std::string name =
      shortened(event.table, listed_octets) + (event.row ? " " + shortened(*event.row, listed_octets) : "");
  if (!event.row) return together(kind, " ", tag::code(name));
  TrailQuestion row = only(view);
  row.table = event.table;
  row.row = event.row;
  return together(kind, " ", tag::a(href(address(view.language, history_slug(row))), tag::code(name)));
}

// The names of the first columns that changed.
std::string changed(const TrailEvent& event) {
  if (event.kind != TrailEvent::Kind::update) return "";
  std::string names;
  std::size_t count = 0;
  for (const TrailColumn& column : event.columns) {
    if (!column.has_changed) continue;
    if (count == listed_columns) return names + " …";
    names += (count++ == 0 ? "" : ", ") + shortened(column.name, listed_octets);
  }
  return names;
}

Html input(std::string_view name, const std::optional<std::string>& value, const Phrase& label,
           Language language) {
  return tag::p(tag::label(Attribute("for", name), say(label, language)),
                tag::input(id(name), Attribute("name", name), Attribute("value", value.value_or("")),
                           Attribute("autocomplete", "off"), Attribute("spellcheck", "false")));
}

Html form(const TrailView& view) {
  const TrailQuestion& asked = view.question;
  const Language language = view.language;
  return tag::form(class_("question"), Attribute("method", "get"),
                   Attribute("aria-label", say(phrases::trail_form, language)),
                   Attribute("action", address(language, "trail/" + net::encoded(asked.database))),
                   input("team", asked.team, phrases::trail_team, language),
                   input("table", asked.table, phrases::trail_table, language),
                   input("row", asked.row, phrases::trail_row, language),
                   input("actor", asked.actor, phrases::trail_actor, language),
                   input("request", asked.request, phrases::trail_request, language),
                   input("column", asked.column, phrases::trail_column, language),
                   input("from", asked.from, phrases::trail_from, language),
                   input("before", asked.before, phrases::trail_before, language),
                   tag::p(tag::button(Attribute("type", "submit"), say(phrases::trail_search, language))));
}

Html nothing(const TrailView& view) {
  return tag::p(class_("notice"),
                say(view.found->next ? phrases::trail_nothing_yet : phrases::trail_nothing, view.language));
}

Html more(const TrailView& view, std::string (*of)(const TrailQuestion&)) {
  if (!view.found->next) return {};
  TrailQuestion older = view.question;
  older.behind = view.found->next;
  return tag::p(class_("actions"),
                onward(address(view.language, of(older)), say(phrases::trail_more, view.language)));
}

Html drawing(const TrailView& view) {
  return timeline(view.found->events, view.found->is_part ? Counted::part : Counted::all, view.language);
}

Html trouble(const TrailView& view) {
  return view.trouble.empty()
             ? Html()
             : tag::p(class_("notice is-trouble"), Attribute("role", "status"), visible(view.trouble));
}

Html results(const TrailView& view) {
  if (!view.found) return trouble(view);
  const Language language = view.language;
  if (view.found->events.empty()) return together(nothing(view), more(view, search_slug));
  std::vector<Row> rows;
  for (const TrailEvent& event : view.found->events) {
    if (rows.size() == view.found->shown) break;
    rows.push_back(Row({when(view, event), together(who(view, event), in_request(view, event)),
                        what(view, event), changed(event)}));
  }
  return together(drawing(view),
                  table(say(phrases::trail_found, language),
                        {say(phrases::trail_when, language), say(phrases::trail_who, language),
                         say(phrases::trail_what, language), say(phrases::trail_changed, language)},
                        rows),
                  more(view, search_slug));
}

Html columns(const TrailView& view, const TrailEvent& event, ValueChanges& values) {
  std::vector<Row> rows;
  std::size_t kept = 0;
  for (const TrailColumn& column : event.columns) {
    if (!column.has_changed)
      ++kept;
    else
      rows.push_back(Row({tag::code(visible(column.name)), tag::div(values.html(column))}));
  }
  const Language language = view.language;
  Html all;
  if (!rows.empty())
    all = table(say(phrases::trail_columns, language, {std::to_string(event.number)}),
                {say(phrases::trail_column_name, language), say(phrases::trail_value, language)}, rows);
  if (kept == 1) all.add(tag::p(class_("aside"), say(phrases::trail_kept_column, language)));
  if (kept > 1)
    all.add(tag::p(class_("aside"), say(phrases::trail_kept_columns, language, {grouped(kept, language)})));
  return all;
}

Html happening(const TrailView& view, const TrailEvent& event, ValueChanges& values) {
  return tag::article(
      class_("happening"),
      tag::h2(tag::span(class_(class_of(event.kind)), say(word_of(event.kind), view.language)), " ",
              when(view, event)),
      tag::p(who(view, event), in_request(view, event), " · ",
             tag::span(class_("label"),
                       say(phrases::trail_number, view.language, {std::to_string(event.number)}))),
      event.table.empty() ? tag::p(loss(event, view.language)) : columns(view, event, values));
}

Html history(const TrailView& view) {
  if (!view.found) return trouble(view);
  if (view.found->events.empty()) return together(nothing(view), more(view, history_slug));
  ValueChanges values(view.language);
  std::vector<Html> all;
  for (const TrailEvent& event : view.found->events) {
    if (all.size() == view.found->shown) break;
    all.push_back(happening(view, event, values));
  }
  return together(drawing(view), all, more(view, history_slug));
}

OperatorsFrame frame_of(const TrailView& view, const std::string& slug, const std::string& title) {
  return {view.language, slug, title, OperatorsArea::trail, true};
}

}  // namespace

std::string search_slug(const TrailQuestion& question) {
  return slug("", question);
}

std::string history_slug(const TrailQuestion& question) {
  return slug("/row", question);
}

std::string trail_databases_page(const TrailView& view, const std::vector<model::TrailDatabase>& databases) {
  const std::string title = say(phrases::trail_title, view.language);
  std::vector<Html> links;
  for (const model::TrailDatabase& each : databases)
    links.push_back(tag::li(onward(address(view.language, "trail/" + net::encoded(each.name)), each.name)));
  const Html list = links.empty() ? tag::p(class_("notice"), say(phrases::trail_none, view.language))
                                  : together(tag::h2(say(phrases::trail_databases, view.language)),
                                             tag::ul(class_("databases"), links));
  return operators_frame(*view.assets, view.now, frame_of(view, "trail", title),
                         together(page_title(say(phrases::operators_kicker, view.language), title,
                                             say(phrases::trail_lead, view.language)),
                                  list));
}

std::string trail_search_page(const TrailView& view) {
  const std::string title = say(phrases::trail_of, view.language, {view.question.database});
  const std::string here = view.found || !view.trouble.empty()
                               ? search_slug(view.question)
                               : "trail/" + net::encoded(view.question.database);
  return operators_frame(*view.assets, view.now, frame_of(view, here, title),
                         together(page_title(say(phrases::operators_kicker, view.language), title,
                                             say(phrases::trail_lead, view.language)),
                                  form(view), results(view)));
}

std::string trail_history_page(const TrailView& view) {
  const TrailQuestion& asked = view.question;
  const std::string title =
      say(phrases::trail_history, view.language,
          {shortened(*asked.table, listed_octets), shortened(*asked.row, listed_octets)});
  const std::string team = asked.team.empty() ? say(phrases::trail_no_team, view.language)
                                              : say(phrases::trail_history_of, view.language,
                                                    {shortened(asked.team, listed_octets)});
  return operators_frame(
      *view.assets, view.now, frame_of(view, history_slug(asked), title),
      together(
          page_title(asked.database + " · " + team, title, say(phrases::trail_history_lead, view.language)),
          tag::p(class_("actions"), onward(address(view.language, search_slug(only(view))),
                                           say(phrases::trail_back, view.language))),
          history(view)));
}

}  // namespace art32::portal
