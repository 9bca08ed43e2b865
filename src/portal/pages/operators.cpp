// The operators' page: the gateway at a glance, a bar for each pool, and who is connected.
#include <fmt/format.h>

#include <algorithm>

#include "net/http_target.h"
#include "portal/operators.h"
#include "portal/parts.h"
#include "portal/phrases_operators.h"
#include "portal/phrases_tools.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal {
namespace {

using model::Language;

constexpr std::size_t most_rows = 200;
constexpr int bar_width = 600, bar_height = 14, row_height = 46;

std::string number(std::uint64_t value, Language language) {
  return grouped(value, language);
}

std::string decimal(double value, Language language) {
  if (value >= 100) return grouped(static_cast<std::uint64_t>(value + 0.5), language);
  std::string text = fmt::format("{:.1f}", value);
  if (language == Language::german) std::replace(text.begin(), text.end(), '.', ',');
  return text;
}

std::string duration(std::chrono::milliseconds time, Language language) {
  if (time < std::chrono::minutes(2)) return elapsed(time, language);
  const auto minutes = std::chrono::floor<std::chrono::minutes>(time).count();
  if (minutes < 120) return fmt::format("{} min", minutes);
  return fmt::format("{} h", minutes / 60);
}

std::string mode_of(const gateway::PoolReport& pool, Language language) {
  const std::string mode(pool.is_replication ? "replication" : gateway::name(pool.mode));
  return pool.is_paused ? say(phrases::mode_paused, language, {mode}) : mode;
}

std::string state_word(const std::string& state, Language language) {
  if (state == "active") return say(phrases::state_active, language);
  if (state == "waiting") return say(phrases::state_waiting, language);
  if (state == "opening") return say(phrases::state_opening, language);
  return say(phrases::state_idle, language);
}

std::string yes_or_no(bool is_so, Language language) {
  return say(is_so ? phrases::yes : phrases::no, language);
}

Html block(std::string_view kind, double x, int y, double width) {
  return tag::rect(class_(kind), Attribute("x", fmt::format("{:.1f}", x)), Attribute("y", std::to_string(y)),
                   Attribute("width", fmt::format("{:.1f}", width)),
                   Attribute("height", std::to_string(bar_height)));
}

// One row: whose pool it is, its connections as parts of what it may have, who waits.
Html bar(const gateway::PoolReport& pool, int y, Language language) {
  const std::size_t open = pool.servers_active + pool.servers_idle + pool.servers_opening;
  const double unit = bar_width / static_cast<double>(std::max<std::size_t>({pool.servers_most, open, 1}));
  double x = 0;
  Html row = tag::text(Attribute("x", "0"), Attribute("y", std::to_string(y - 7)),
                       pool.database + " · " + pool.principal);
  const auto part = [&](std::string_view kind, std::size_t count) {
    if (count == 0) return;
    row.add(block(kind, x, y, unit * static_cast<double>(count)));
    x += unit * static_cast<double>(count);
  };
  row.add(block("free", 0, y, bar_width));
  part("working", pool.servers_active);
  part("ready", pool.servers_idle);
  part("opening", pool.servers_opening);
  if (pool.clients_waiting > 0)
    row.add(tag::text(class_("waiting"), Attribute("x", std::to_string(bar_width)),
                      Attribute("y", std::to_string(y - 7)), Attribute("text-anchor", "end"),
                      say(phrases::clients_waiting, language,
                          {number(pool.clients_active + pool.clients_waiting, language),
                           number(pool.clients_waiting, language)})));
  return row;
}

Html key(std::string_view kind, const Phrase& meaning, Language language) {
  return tag::li(tag::svg(class_("key"), Attribute("viewBox", "0 0 14 14"), Attribute("aria-hidden", "true"),
                          Attribute("focusable", "false"), block(kind, 0, 0, 14)),
                 " ", say(meaning, language));
}

Html drawing(const std::vector<gateway::PoolReport>& pools, Language language) {
  std::size_t active = 0, most = 0, waiting = 0;
  Html bars;
  int y = 22;
  for (const gateway::PoolReport& pool : pools) {
    active += pool.servers_active;
    most += pool.servers_most;
    waiting += pool.clients_waiting;
    bars.add(bar(pool, y, language));
    y += row_height;
  }
  const int height = y - row_height + bar_height + 4;
  return tag::figure(
      class_("pools"),
      tag::svg(Attribute("role", "img"), Attribute("aria-labelledby", "pools-title"),
               Attribute("viewBox", fmt::format("0 0 {} {}", bar_width, height)),
               tag::svg_title(id("pools-title"), say(phrases::pools_drawing, language,
                                                     {number(active, language), number(most, language),
                                                      number(waiting, language)})),
               bars),
      tag::figcaption(
          class_("aside"),
          tag::ul(class_("legend"), key("working", phrases::pool_working, language),
                  key("ready", phrases::pool_idle, language), key("opening", phrases::pool_opening, language),
                  key("free", phrases::pool_free, language))));
}

const Phrase& posture_word(gateway::PostureState state) {
  switch (state) {
    case gateway::PostureState::kept:
      return phrases::posture_kept;
    case gateway::PostureState::broken:
      return phrases::posture_broken;
    case gateway::PostureState::unknown:
      break;
  }
  return phrases::posture_unknown;
}

Html posture_table(const std::vector<gateway::PostureReport>& postures, Language language) {
  std::vector<Row> rows;
  for (const gateway::PostureReport& posture : postures) {
    const bool is_kept = posture.state == gateway::PostureState::kept;
    const bool is_known = posture.state != gateway::PostureState::unknown;
    rows.push_back(
        Row({posture.database, say(posture_word(posture.state), language), moment(posture.since, language),
             is_known ? number(posture.findings, language) : "",
             posture.checked ? moment(*posture.checked, language) : "",
             say(posture.is_enforced && !is_kept ? phrases::posture_kept_out : phrases::posture_let_in,
                 language)}));
  }
  return table(say(phrases::postures_caption, language),
               {say(phrases::database, language), say(phrases::state, language),
                say(phrases::posture_since, language), say(phrases::posture_findings, language),
                say(phrases::posture_checked, language), say(phrases::posture_applications, language)},
               rows);
}

Html trail_table(const OperatorsView& view, Language language) {
  const auto name = [&](const std::string& database) {
    const std::string target = address(language, "trail/" + net::encoded(database));
    return view.has_trail_pages ? tag::a(href(target), database) : Html(database);
  };
  std::vector<Row> rows;
  for (const gateway::TrailReport& trail : view.report->trails)
    rows.push_back(Row({name(trail.database),
                        say(trail.is_read ? phrases::trail_read : phrases::trail_not_read, language),
                        trail.lag ? elapsed(*trail.lag, language) : "", number(trail.transactions, language),
                        number(trail.unattributed, language), number(trail.gaps, language),
                        number(trail.findings, language)}));
  return table(
      say(phrases::trails_caption, language),
      {say(phrases::database, language), say(phrases::state, language), say(phrases::trail_lag, language),
       say(phrases::trail_transactions, language), say(phrases::trail_unattributed, language),
       say(phrases::trail_gaps, language), say(phrases::posture_findings, language)},
      rows);
}

const Phrase& witness_word(ledger::WitnessState state) {
  switch (state) {
    case ledger::WitnessState::cosigned:
      return phrases::witness_cosigned;
    case ledger::WitnessState::failing:
      return phrases::witness_failing;
    case ledger::WitnessState::contradicts:
      return phrases::witness_contradicts;
    case ledger::WitnessState::waiting:
      break;
  }
  return phrases::witness_waiting;
}

const Phrase& cosigning_words(ledger::CosigningState state) {
  switch (state) {
    case ledger::CosigningState::witnessed:
      return phrases::witnesses_enough;
    case ledger::CosigningState::late:
      return phrases::witnesses_late;
    case ledger::CosigningState::contradicted:
      return phrases::witnesses_contradicted;
    case ledger::CosigningState::pending:
      break;
  }
  return phrases::witnesses_pending;
}

Html witness_part(const ledger::CosigningReport& report, Language language) {
  std::vector<Row> rows;
  for (const ledger::WitnessReport& witness : report.witnesses)
    rows.push_back(Row({witness.name, witness.url, say(witness_word(witness.state), language),
                        witness.size ? number(witness.size->value, language) : "",
                        witness.time ? moment(*witness.time, language) : "",
                        witness.error ? witness.error->message() : ""}));
  return together(tag::h2(say(phrases::witnesses, language)),
                  tag::p(class_(report.state == ledger::CosigningState::witnessed ? "aside" : "notice"),
                         say(cosigning_words(report.state), language,
                             {number(report.cosigned, language), number(report.needed, language),
                              number(report.size.value, language)})),
                  table(say(phrases::witnesses_caption, language),
                        {say(phrases::witness, language), say(phrases::witness_address, language),
                         say(phrases::state, language), say(phrases::witness_entries, language),
                         say(phrases::witness_time, language), say(phrases::witness_error, language)},
                        rows));
}

std::vector<Row> stream_rows(const std::vector<gateway::TrailReport>& trails, Language language) {
  std::vector<Row> rows;
  for (const gateway::TrailReport& trail : trails)
    for (const gateway::TrailStreamReport& stream : trail.streams)
      rows.push_back(Row(
          {trail.database, stream.name,
           say(stream.is_delivering ? phrases::trail_stream_delivers : phrases::trail_stream_fails, language),
           number(stream.waiting, language), stream.waiting > 0 ? elapsed(stream.lag, language) : "",
           stream.trouble}));
  return rows;
}

Html stream_table(const std::vector<Row>& rows, Language language) {
  return table(say(phrases::trail_streams, language),
               {say(phrases::database, language), say(phrases::trail_stream, language),
                say(phrases::state, language), say(phrases::trail_stream_waiting, language),
                say(phrases::trail_lag, language), say(phrases::trail_stream_trouble, language)},
               rows);
}

Html pool_table(const OperatorsView& view, Language language) {
  std::vector<Row> rows;
  for (const gateway::PoolReport& pool : view.report->pools) {
    const auto found = view.rates.find(name_of(pool));
    const PoolRate rate = found != view.rates.end() ? found->second : PoolRate{};
    const std::size_t open = pool.servers_active + pool.servers_idle + pool.servers_opening;
    const std::string clients = number(pool.clients_active + pool.clients_waiting, language);
    rows.push_back(Row(
        {pool.database, pool.principal, std::string(gateway::name(pool.kind)), mode_of(pool, language),
         pool.clients_waiting == 0
             ? clients
             : say(phrases::clients_waiting, language, {clients, number(pool.clients_waiting, language)}),
         say(phrases::servers_of, language, {number(open, language), number(pool.servers_most, language)}),
         elapsed(pool.longest_wait, language), decimal(rate.queries_a_second, language),
         elapsed(rate.mean_query, language)}));
  }
  return table(
      say(phrases::pools_caption, language),
      {say(phrases::database, language), say(phrases::principal, language),
       say(phrases::principal_kind, language), say(phrases::mode, language), say(phrases::clients, language),
       say(phrases::servers, language), say(phrases::longest_wait, language),
       say(phrases::queries_a_second, language), say(phrases::mean_query, language)},
      rows);
}

Html more(std::size_t all, Language language) {
  if (all <= most_rows) return {};
  return tag::p(class_("aside"), say(phrases::and_more, language, {number(all - most_rows, language)}));
}

Html client_table(const std::vector<gateway::ClientReport>& clients, Language language) {
  std::vector<Row> rows;
  for (const gateway::ClientReport& client : clients) {
    if (rows.size() == most_rows) break;
    rows.push_back(
        Row({client.peer, client.database, client.principal, state_word(client.state, language),
             yes_or_no(client.has_tls, language), duration(client.age, language), client.pinned_by}));
  }
  return together(table(say(phrases::clients_caption, language),
                        {say(phrases::from, language), say(phrases::database, language),
                         say(phrases::principal, language), say(phrases::state, language),
                         say(phrases::encrypted, language), say(phrases::since, language),
                         say(phrases::pinned, language)},
                        rows),
                  more(clients.size(), language));
}

Html server_table(const std::vector<gateway::ServerReport>& servers, Language language) {
  std::vector<Row> rows;
  for (const gateway::ServerReport& server : servers) {
    if (rows.size() == most_rows) break;
    rows.push_back(
        Row({server.host + (server.process != 0 ? fmt::format(" · {}", server.process) : ""), server.database,
             server.principal, state_word(server.state, language), yes_or_no(server.has_tls, language),
             duration(server.age, language), number(server.prepared_statements, language)}));
  }
  return together(table(say(phrases::servers_caption, language),
                        {say(phrases::process, language), say(phrases::database, language),
                         say(phrases::principal, language), say(phrases::state, language),
                         say(phrases::encrypted, language), say(phrases::since, language),
                         say(phrases::prepared_statements, language)},
                        rows),
                  more(servers.size(), language));
}

Html figures(const OperatorsView& view, Language language) {
  const gateway::GatewayReport& report = *view.report;
  const auto count = [&](std::uint64_t value) { return Html(number(value, language)); };
  const Html log = view.ledger.trouble
                       ? Html(say(phrases::statement_log_trouble, language, {view.ledger.trouble->message()}))
                       : Html(say(phrases::statement_log_well, language));
  return terms({{say(phrases::clients_now, language), count(report.clients.size())},
                {say(phrases::logging_in, language), count(report.logging_in)},
                {say(phrases::connections_total, language), count(report.connections)},
                {say(phrases::refused_logins, language), count(report.refused_logins)},
                {say(phrases::failed_sessions, language), count(report.failed_sessions)},
                {say(phrases::poisoned_servers, language), count(report.poisoned)},
                {say(phrases::cancelled_queries, language), count(report.cancels)},
                {say(phrases::statement_log, language), log}},
               "facts");
}

Html content(const OperatorsView& view, Language language) {
  if (!view.report) return tag::p(class_("notice"), say(phrases::gateway_none, language));
  Html all = figures(view, language);
  if (!view.report->postures.empty()) {
    all.add(tag::h2(say(phrases::postures, language)));
    all.add(posture_table(view.report->postures, language));
  }
  if (!view.report->trails.empty()) {
    all.add(tag::h2(say(phrases::trails, language)));
    all.add(trail_table(view, language));
    if (const auto rows = stream_rows(view.report->trails, language); !rows.empty())
      all.add(stream_table(rows, language));
  }
  all.add(tag::h2(say(phrases::pools, language)));
  if (view.report->pools.empty())
    return all.add(tag::p(class_("notice"), say(phrases::gateway_nobody, language)));
  all.add(drawing(view.report->pools, language));
  all.add(pool_table(view, language));
  if (!view.report->clients.empty()) {
    all.add(tag::h2(say(phrases::clients, language)));
    all.add(client_table(view.report->clients, language));
  }
  if (!view.report->servers.empty()) {
    all.add(tag::h2(say(phrases::servers, language)));
    all.add(server_table(view.report->servers, language));
  }
  return all;
}

}  // namespace

std::string operators_page(const OperatorsView& view, Language language) {
  const std::string title = say(phrases::gateway_title, language);
  return operators_frame(
      *view.assets, view.now, {language, "", title, OperatorsArea::gateway, view.has_trail_pages},
      together(
          page_title(say(phrases::operators_kicker, language), title, say(phrases::gateway_lead, language)),
          content(view, language), view.witnesses ? witness_part(*view.witnesses, language) : Html(),
          tag::h2(say(phrases::for_programs, language)),
          tag::p(class_("actions"), download("/gateway.json", "gateway.json"),
                 download("/metrics", "metrics"))));
}

}  // namespace art32::portal
