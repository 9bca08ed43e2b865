#include "identity/api/token_reports.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/limits.h"
#include "base/log.h"
#include "identity/api/problem.h"
#include "identity/api/strict_json.h"
#include "identity/token_report.h"

namespace art32::identity {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::failure;

constexpr std::string_view identifier_header = "Github-Public-Key-Identifier";
constexpr std::string_view signature_header = "Github-Public-Key-Signature";

std::optional<net::HttpResponse> refuse_sender(const ScannerKeys& keys, const net::HttpRequest& request) {
  const auto identifier = net::find_header(request.headers, identifier_header);
  const auto signature = net::find_header(request.headers, signature_header);
  if (!identifier || !signature)
    return api::problem(403, "unsigned", "the report isn't signed",
                        fmt::format("send {} and {}", identifier_header, signature_header));
  const crypto::EcdsaPublicKey* const key = keys.find(*identifier);
  if (key == nullptr)
    return api::problem(403, "unknown-key", "the report is signed by a key that isn't known here",
                        "let the operator fetch the scanner's keys anew, then send it again");
  const auto octets = base::from_base64(*signature);
  if (!octets || !key->verify(base::as_bytes(request.body), *octets))
    return api::problem(403, "wrong-signature", "the report's signature is wrong",
                        "sign the body as it is sent: ECDSA on P-256 with SHA-256, DER, in base64");
  return std::nullopt;
}

// A text of the row, empty where it may be left out; nothing where it is something else.
std::optional<std::string> text_of(const json::object& row, json::string_view member, bool is_needed) {
  const json::value* const value = row.if_contains(member);
  if (value == nullptr && !is_needed) return std::string();
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

base::Result<std::vector<ReportedToken>> parse_report(std::string_view body) {
  ART32_ASSIGN(const json::value report, api::parse_strict_json(body, base::limits::api_body_depth));
  if (!report.is_array())
    return failure(ErrorCode::invalid_argument, "the report isn't a JSON array", "send a list of objects");
  std::vector<ReportedToken> reported;
  for (const json::value& row : report.get_array()) {
    const json::object* const object = row.if_object();
    const json::object nothing;
    const json::object& members = object == nullptr ? nothing : *object;
    const auto token = text_of(members, "token", true), type = text_of(members, "type", true),
               url = text_of(members, "url", false), source = text_of(members, "source", false);
    if (!token || !type || !url || !source)
      return failure(
          ErrorCode::invalid_argument,
          fmt::format("row {} of the report isn't an object with the texts of a report", reported.size() + 1),
          "send \"token\" and \"type\", and \"url\" and \"source\" where they are known");
    reported.push_back({*token, *type, *url, *source});
  }
  return reported;
}

void log_findings(std::span<const TokenFinding> findings) {
  const auto count = [findings](FoundToken found) {
    return std::to_string(std::ranges::count(findings, found, &TokenFinding::found));
  };
  base::log_warning("API tokens were reported as public", {{"revoked_live", count(FoundToken::live)},
                                                           {"revoked_ended", count(FoundToken::ended)},
                                                           {"unknown", count(FoundToken::unknown)}});
}

base::Result<net::HttpResponse> revoke(PersonalTokens& tokens, std::string_view body) {
  ART32_ASSIGN(const std::vector<ReportedToken> reported, parse_report(body));
  ART32_ASSIGN(const std::vector<TokenFinding> findings, revoke_reported(tokens, reported));
  log_findings(findings);
  json::array answer;
  for (const TokenFinding& finding : findings) {
    const std::string_view label = finding.label();
    answer.push_back(json::object{{"token_hash", finding.token_hash},
                                  {"token_type", finding.type},
                                  {"label", json::string_view(label.data(), label.size())}});
  }
  net::HttpResponse response = net::HttpResponse::text(200, json::serialize(answer), api::json_type);
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

}  // namespace

TokenReports::TokenReports(PersonalTokens& tokens, ScannerKeys keys)
    : tokens_(tokens), keys_(std::make_shared<const ScannerKeys>(std::move(keys))) {}

bool TokenReports::is_own(std::string_view path) {
  return path == "/token-reports";
}

void TokenReports::replace_keys(ScannerKeys keys) {
  auto fresh = std::make_shared<const ScannerKeys>(std::move(keys));
  const std::lock_guard lock(mutex_);
  keys_.swap(fresh);
}

std::shared_ptr<const ScannerKeys> TokenReports::keys() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

net::HttpResponse TokenReports::answer(const net::HttpRequest& request) {
  if (request.method != "POST") {
    net::HttpResponse response =
        api::problem(405, "method-not-allowed", "reports are sent here, not fetched", "use POST");
    response.headers.push_back({"Allow", "POST"});
    return response;
  }
  if (std::optional<net::HttpResponse> refusal = refuse_sender(*keys(), request)) return *std::move(refusal);
  const base::Result<net::HttpResponse> response = revoke(tokens_, request.body);
  return response ? *response : api::problem(response.error());
}

net::Blocking TokenReports::blocking_of(const net::HttpRequest& request) const {
  return request.method == "POST" && net::find_header(request.headers, signature_header) ? net::Blocking::yes
                                                                                         : net::Blocking::no;
}

}  // namespace art32::identity
