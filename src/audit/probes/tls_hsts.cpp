// tls.hsts: every kind of answer carries Strict-Transport-Security, long enough.

#include <fmt/core.h>

#include <algorithm>

#include "audit/mutations/rewrite.h"
#include "audit/observe.h"
#include "audit/probes/fetch.h"
#include "audit/probes/hsts_policy.h"
#include "audit/probes/probes.h"
#include "audit/probes/raw_response.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/certificate.h"
#include "merkle/tile.h"
#include "net/careless_proxy.h"
#include "net/tls_client.h"

namespace art32::audit {
namespace {

constexpr std::string_view field_name = "Strict-Transport-Security";

// One kind of answer, and the request that brings it about.
struct Provocation {
  model::Text answer;
  std::string method;  // empty: `octets` are sent as they are
  std::string path;
  std::string octets;
  std::vector<int> statuses;  // any of them shows that this kind of answer came
};

Provocation get_request(model::Text answer, std::string path, std::vector<int> statuses = {200}) {
  return {std::move(answer), "GET", std::move(path), {}, std::move(statuses)};
}

std::vector<Provocation> pages() {
  return {
      get_request({"Seite", "page"}, "/en/"),
      get_request({"Anlage", "annex page"}, "/de/annex"),
      get_request({"Weiterleitung (303)", "redirect (303)"}, "/", {303}),
      get_request({"Feed", "feed"}, "/de/feed.atom"),
      get_request({"Kontakt für Sicherheitsmeldungen", "security contact"}, "/.well-known/security.txt"),
      get_request({"Zustand", "health"}, "/healthz", {200, 503}),
      get_request({"Kopf des Ledgers", "ledger checkpoint"}, "/ledger/checkpoint"),
      get_request({"Kachel, die es nicht gibt (404)", "missing ledger tile (404)"}, "/ledger/tile/0/x999/999",
                  {404}),
      get_request({"Seite, die es nicht gibt (404)", "missing page (404)"}, "/de/no-such-page", {404}),
      get_request({"Adresse ohne Anmeldung (401)", "address without sign-in (401)"}, "/metrics", {401}),
      {{"Unerlaubte Methode (405)", "method not allowed (405)"}, "DELETE", "/de/", {}, {405}},
  };
}

Provocation raw_request(model::Text answer, std::string octets, int status) {
  return {std::move(answer), {}, {}, std::move(octets), {status}};
}

// What the server refuses before any page is asked for, with the status for just that.
std::vector<Provocation> refusals() {
  const auto with = [](std::string_view method, std::string_view fields) {
    return fmt::format("{} /de/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}\r\n\r\n", method,
                       fields);
  };
  const std::string overlong(2 * base::limits::http_header_octets, 'x');
  return {
      raw_request({"Missgestaltete Anfrage (400)", "malformed request (400)"},
                  "GET / HTTP/1.1\r\nthis is no header field\r\n\r\n", 400),
      raw_request({"Rumpf ohne Länge (411)", "body without a length (411)"},
                  with("POST", "Transfer-Encoding: chunked"), 411),
      raw_request({"Zu großer Rumpf (413)", "over-long body (413)"},
                  with("POST", "Content-Length: 1000000000"), 413),
      raw_request({"Zu lange Adresse (414)", "over-long address (414)"}, "GET /" + overlong, 414),
      raw_request({"Unerfüllbare Erwartung (417)", "expectation that can't be met (417)"},
                  with("GET", "Expect: the-unexpected"), 417),
      raw_request({"Zu große Kopfzeilen (431)", "over-long header fields (431)"},
                  with("GET", "X-Long: " + overlong), 431),
      raw_request({"Unbekannte Kodierung (501)", "unknown coding (501)"},
                  with("POST", "Transfer-Encoding: gzip"), 501),
      raw_request({"Fremde Version von HTTP (505)", "foreign version of HTTP (505)"},
                  "GET /de/ HTTP/3.0\r\nHost: localhost\r\n\r\n", 505),
  };
}

// Of the listener where proxies and an application's servers ask.
std::vector<Provocation> identity_answers() {
  return {
      get_request({"Beschreibung der Schnittstelle", "description of the API"}, "/api/openapi.json"),
      get_request({"Anfrage ohne Token (401)", "request without a token (401)"}, "/auth", {401}),
      get_request({"Schnittstelle ohne Anmeldung (401)", "API without sign-in (401)"}, "/api/teams", {401}),
      get_request({"Adresse, die es nicht gibt (404)", "missing address (404)"}, "/no-such-page", {404})};
}

std::vector<Provocation> provocations() {
  std::vector<Provocation> all = pages();
  for (Provocation& one : refusals())
    all.push_back(std::move(one));
  return all;
}

// What follows `before` up to the next quotation mark.
std::optional<std::string> quoted_after(std::string_view text, std::string_view before,
                                        std::string_view ending) {
  for (std::size_t at = text.find(before); at != std::string_view::npos; at = text.find(before, at + 1)) {
    const std::size_t start = at + before.size();
    const std::size_t end = text.find('"', start);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view value = text.substr(start, end - start);
    if (value.substr(0, value.find('?')).ends_with(ending)) return std::string(value);
  }
  return std::nullopt;
}

// Addresses that only the target knows: a style sheet and a tile that exist.
void add_found(const ProbeContext& context, std::vector<Provocation>& list) {
  if (const auto page = get_body(context, "/de/"))
    if (auto style = quoted_after(*page, "href=\"", ".css"))
      list.push_back(get_request({"Stylesheet", "style sheet"}, std::move(*style)));
  if (const auto note = get_body(context, "/ledger/checkpoint")) {
    const auto lines = base::split(*note, '\n');
    const auto size = lines.size() > 1 ? base::parse_number(lines[1]) : std::nullopt;
    if (size && *size > 0 && *size <= merkle::tree_size_maximum)
      list.push_back(get_request(
          {"Kachel des Ledgers", "ledger tile"},
          "/ledger/" + merkle::tile_path({merkle::TileKind::hashes, 0, 0,
                                          merkle::tile_width_at(0, 0, merkle::TreeSize(*size))})));
  }
}

base::Result<net::HttpResponse> provoke(const ProbeContext& context, const model::Listener& listener,
                                        const Provocation& provocation) {
  if (provocation.method.empty()) {
    ART32_ASSIGN(const std::string octets,
                 net::https_raw(endpoint_of(listener), provocation.octets, client_options(context)));
    if (auto response = parse_response_head(octets)) return std::move(*response);
    return base::failure(base::ErrorCode::unavailable, "no answer came back");
  }
  net::HttpRequest request;
  request.method = provocation.method;
  request.target = provocation.path;
  ART32_ASSIGN(net::HttpsExchange exchange,
               net::https_exchange(endpoint_of(listener), request, client_options(context)));
  return std::move(exchange.response);
}

struct Judgement {
  bool is_kept = false;
  std::string seen;
};

// The one place that tells enough from too little.
Judgement judge_answer(const net::HttpResponse& response, std::chrono::milliseconds promised) {
  const auto field = net::find_header(response.headers, field_name);
  const auto policy = field ? parse_hsts(*field) : std::nullopt;
  return {policy && policy->max_age >= promised,
          fmt::format("{} with {}", response.status,
                      field ? fmt::format("{}: {}", field_name, *field) : "no HSTS")};
}

// What a go-between of the probe's own does to an answer, and whether that may pass.
struct Treatment {
  model::Text tried;
  std::string path;
  std::string value;  // of the field; empty: taken away
  bool is_kept = false;
};

std::vector<Treatment> treatments(std::chrono::milliseconds promised) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(promised).count();
  return {{{"Ein eigener Proxy entfernt die Kopfzeile: das fällt auf",
            "A proxy of the probe's own takes the field away: that is noticed"},
           "/en/",
           "",
           false},
          {{"Ein eigener Proxy verkürzt die Dauer um eine Sekunde: das fällt auf",
            "A proxy of the probe's own shortens the duration by a second: that is noticed"},
           "/de/annex",
           fmt::format("max-age={}", seconds - 1),
           false},
          {{"Ein eigener Proxy setzt die zugesagte Dauer: das genügt",
            "A proxy of the probe's own sets the promised duration: that suffices"},
           "/de/",
           fmt::format("max-age={}", seconds),
           true}};
}

struct GoBetween {
  std::unique_ptr<net::CarelessProxy> proxy;
  std::string authority_pem;
};

base::Result<GoBetween> start_go_between(const model::Listener& listener,
                                         const std::vector<Treatment>& treatments) {
  const base::Instant now = base::SystemClock().now();
  const auto authority = crypto::make_authority("go-between", now, std::chrono::days(3));
  ART32_ASSIGN(const auto leaf,
               crypto::issue_certificate(authority, {listener.server_name}, now, std::chrono::days(1)));
  ART32_ASSIGN(auto tls,
               net::TlsServerContext::make_careless(leaf.certificate_pem, leaf.private_key_pem.text()));
  const auto rewrite = [treatments](std::string_view request, std::string answer) {
    const auto found = std::ranges::find(treatments, target_of(request), &Treatment::path);
    if (found == treatments.end()) return answer;
    return found->value.empty() ? without_field(std::move(answer), field_name)
                                : with_field(std::move(answer), field_name, found->value);
  };
  ART32_ASSIGN(auto proxy, net::CarelessProxy::start(endpoint_of(listener), std::move(tls), rewrite));
  return GoBetween{std::move(proxy), authority.certificate_pem};
}

// The target's own answers, made bad on the way, must be called bad by the same code.
void prove_bad_headers_are_noticed(const ProbeContext& context, const model::Listener& listener,
                                   std::chrono::milliseconds promised, Observations& observations) {
  const auto list = treatments(promised);
  const auto between = start_go_between(listener, list);
  for (const Treatment& treatment : list) {
    const auto ask = [&]() -> base::Result<net::HttpsExchange> {
      if (!between) return tl::unexpected<base::Error>(between.error());
      net::HttpsClientOptions options = client_options(context);
      options.authorities_pem = between->authority_pem;
      return net::https_get({"127.0.0.1", between->proxy->port(), listener.server_name}, treatment.path,
                            options);
    };
    const auto exchange = ask();
    if (!exchange) {
      observations.control("go-between", treatment.tried, Outcome::undecided, exchange.error().message());
      continue;
    }
    const Judgement judgement = judge_answer(exchange->response, promised);
    observations.control("go-between", treatment.tried, worked_if(judgement.is_kept == treatment.is_kept),
                         judgement.seen);
  }
}

void attack(const ProbeContext& context, const model::Listener& listener, const Provocation& provocation,
            std::chrono::milliseconds promised, Observations& observations) {
  const model::Text tried{fmt::format("Eine Antwort ohne ausreichendes HSTS: {}", provocation.answer.german),
                          fmt::format("An answer without sufficient HSTS: {}", provocation.answer.english)};
  const auto response = provoke(context, listener, provocation);
  if (!response) {
    observations.attack(listener.name, tried, Outcome::undecided, response.error().message());
    return;
  }
  Judgement judgement = judge_answer(*response, promised);
  const bool as_provoked =
      std::ranges::find(provocation.statuses, response->status) != provocation.statuses.end();
  if (!as_provoked) judgement.seen += "; another answer than the one provoked";
  observations.attack(listener.name, tried,
                      !judgement.is_kept ? Outcome::worked
                      : as_provoked      ? Outcome::refused
                                         : Outcome::undecided,
                      judgement.seen);
}

void attack_listener(const ProbeContext& context, const model::Listener& listener, const std::string& front,
                     const std::vector<Provocation>& list, std::chrono::milliseconds promised,
                     Observations& observations) {
  const auto answer = net::https_get(endpoint_of(listener), front, client_options(context));
  observations.control(listener.name,
                       {fmt::format("{} antwortet mit 200", front), fmt::format("{} answers 200", front)},
                       answer ? worked_if(answer->response.status == 200) : Outcome::undecided,
                       answer ? fmt::format("status {}", answer->response.status) : answer.error().message());
  for (const Provocation& provocation : list)
    attack(context, listener, provocation, promised, observations);
}

}  // namespace

std::vector<model::Observation> probe_tls_hsts(const ProbeContext& context) {
  Observations observations;
  const model::Text page{"Die Startseite antwortet mit 200", "The front page answers 200"};
  const auto promised = promised_max_age(context.target.annex);
  if (!promised) {
    observations.control("annex", page, Outcome::undecided, "the annex promises no hsts_max_age");
    return observations.take();
  }
  if (const model::Listener* portal = portal_of(context.target))
    prove_bad_headers_are_noticed(context, *portal, *promised, observations);
  auto list = provocations();
  add_found(context, list);
  for (const model::Listener& listener : context.target.listeners) {
    if (listener.protocol != model::Protocol::https) continue;
    if (listener.name == "identity") {
      std::vector<Provocation> answers = identity_answers();
      for (Provocation& one : refusals())
        answers.push_back(std::move(one));
      attack_listener(context, listener, "/api/openapi.json", answers, *promised, observations);
    } else {
      attack_listener(context, listener, "/de/", list, *promised, observations);
    }
  }
  // A page without its style sheet, or a ledger without a tile, would leave two
  // kinds of answer untried.
  if (list.size() != provocations().size() + 2)
    observations.control("portal",
                         {"Stylesheet und Kachel sind auffindbar", "Style sheet and tile can be found"},
                         Outcome::undecided, "the page names no style sheet, or the ledger is empty");
  return observations.take();
}

}  // namespace art32::audit
