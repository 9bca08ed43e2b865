#include "trail/ocsf_statement.h"

#include <boost/json.hpp>

#include "base/text.h"
#include "trail/canonical_json.h"
#include "trail/exported_record.h"
#include "trail/ocsf.h"
#include "trail/ocsf_parts.h"

namespace art32::trail {
namespace {

namespace json = boost::json;
using base::Result;

Result<json::object> parsed(std::string_view text, std::string_view format) {
  boost::system::error_code trouble;
  json::value value = json::parse(json::string_view(text.data(), text.size()), trouble);
  if (trouble || !value.is_object() || text_member(value.get_object(), "format") != format)
    return base::failure(base::ErrorCode::corrupt, "a record of a statement isn't one",
                         "restore the ledger from a backup");
  return std::move(value.get_object());
}

// "127.0.0.1 port 40312", or "unix socket".
json::object endpoint(const std::string& peer) {
  constexpr std::string_view word = " port ";
  const std::size_t at = peer.find(word);
  const auto port = at == peer.npos ? std::nullopt : base::parse_number(peer.substr(at + word.size()));
  if (!port) return {{"name", peer}};
  return {{"ip", peer.substr(0, at)}, {"port", *port}};
}

OcsfStatus status_of(const std::string& outcome) {
  if (outcome == "completed") return OcsfStatus::success;
  return outcome == "failed" ? OcsfStatus::failure : OcsfStatus::unknown;
}

void add_outcome(const json::object& outcome, json::object& event) {
  if (const std::string state = text_member(outcome, "sqlstate"); !state.empty())
    event["status_code"] = state;
  if (text_member(outcome, "outcome") == "lost")
    event["status_detail"] = "the session ended before the answer";
  if (const json::value* const took = outcome.if_contains("took_us"); took != nullptr && took->is_int64())
    event["duration"] = took->get_int64() / 1000;
}

}  // namespace

Result<std::string> ocsf_statement(const SealedStatement& sealed, std::string_view version) {
  ART32_ASSIGN(const json::object said, parsed(sealed.statement, "art32-statement/v1"));
  json::object outcome;
  if (!sealed.outcome.empty()) {
    ART32_ASSIGN(outcome, parsed(sealed.outcome, "art32-statement-outcome/v1"));
  }
  const auto text = [&](const char* member) { return text_member(said, member); };
  const bool is_prepared = text("way") == "prepare";
  const std::string time = text("time"), person = text("person");
  json::object event = ocsf_frame(
      {ocsf_datastore_activity, is_prepared ? OcsfActivity{ocsf_other, "Prepare"} : OcsfActivity{4, "Query"},
       OcsfSeverity::informational, status_of(text_member(outcome, "outcome")), time});
  event["actor"] = json::object{{"session", {{"uid", text("session")}}},
                                {"user", {{"name", person}, {"type", "staff"}, {"type_id", ocsf_other}}}};
  if (const std::string application = text("application"); !application.empty())
    event["actor"].as_object()["app_name"] = application;
  event["src_endpoint"] = endpoint(text("peer"));
  event["database"] = json::object{{"name", text("database")}, {"type", "Relational"}, {"type_id", 1}};
  event["type"] = "Database";
  event["type_id"] = 1;
  event["query_info"] = json::object{{"query_string", column_name(said.at("text"))}};
  event["message"] =
      person + (is_prepared ? " prepared a statement in " : " ran a statement in ") + text("database");
  json::object metadata = ocsf_metadata(event_id(sealed.entry), version, time);
  metadata["correlation_uid"] = text("session");
  metadata["event_code"] = text("way");
  metadata["log_name"] = "ledger";
  metadata["log_version"] = text("format");
  metadata["sequence"] = sealed.index;
  event["metadata"] = std::move(metadata);
  json::object unmapped;
  for (const char* const member : {"parameters", "role", "settings"})
    if (const json::value* const value = said.if_contains(member)) unmapped[member] = *value;
  for (const char* const member : {"rows", "tags"})
    if (const json::value* const value = outcome.if_contains(member)) unmapped[member] = *value;
  event["unmapped"] = std::move(unmapped);
  add_outcome(outcome, event);
  return canonical_json(event);
}

}  // namespace art32::trail
