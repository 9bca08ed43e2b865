#include "gateway/statement_record.h"

#include <fmt/format.h>

#include <charconv>

#include "base/json_text.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"

namespace art32::gateway {
namespace {

using base::json_string;

std::string_view name(StatementWay way) {
  switch (way) {
    case StatementWay::query:
      return "query";
    case StatementWay::prepare:
      return "prepare";
    case StatementWay::execute:
      return "execute";
    case StatementWay::call:
      return "call";
  }
  return "";
}

std::string_view name(StatementOutcome::End end) {
  switch (end) {
    case StatementOutcome::End::completed:
      return "completed";
    case StatementOutcome::End::failed:
      return "failed";
    case StatementOutcome::End::lost:
      return "lost";
  }
  return "";
}

std::string value_json(const pgwire::Value& value, bool is_text) {
  if (!value) return "null";
  if (value->size() > base::limits::gateway_logged_value_octets)
    return fmt::format("{{\"octets\":{},\"sha256\":\"{}\"}}", value->size(),
                       base::hex(crypto::sha256(*value)));
  if (is_text) return base::json_octets(*value);
  return fmt::format("{{\"base64\":\"{}\"}}", base::base64(*value));
}

std::string values_json(const StatementSent& sent) {
  std::string list;
  std::size_t index = 0;
  for (pgwire::ValueReader reader(*sent.values); reader.has_next(); ++index) {
    const bool is_text = sent.formats == nullptr || sent.formats->format_of(index) == 0;
    list += (list.empty() ? "" : ",") + value_json(reader.next(), is_text);
  }
  return "[" + list + "]";
}

// The last word of a tag where it is a number: rows read or written.
std::uint64_t rows_of(std::string_view tag) {
  const std::string_view word = tag.substr(tag.rfind(' ') + 1);
  std::uint64_t rows = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), rows);
  return error == std::errc() && end == word.data() + word.size() ? rows : 0;
}

}  // namespace

std::string texts_json(const std::vector<std::string>& texts) {
  std::string json;
  for (const std::string& text : texts)
    json += (json.empty() ? "" : ",") + base::json_octets(base::as_bytes(text));
  return json;
}

std::string statement_json(const StatementAuthor& author, const StatementSent& sent) {
  std::string json = fmt::format(R"({{"application":{},"database":{},"format":"art32-statement/v1",)",
                                 json_string(base::is_utf8(author.application) ? author.application : ""),
                                 json_string(author.database));
  if (sent.values != nullptr) json += fmt::format("\"parameters\":{},", values_json(sent));
  json += fmt::format(R"("peer":{},"person":{},"role":{},"session":{},)", json_string(author.peer),
                      json_string(author.person), json_string(author.role), json_string(author.session));
  if (!author.settings.empty()) json += fmt::format("\"settings\":[{}],", texts_json(author.settings));
  return json + fmt::format(R"("text":{},"time":"{}","way":"{}"}})",
                            base::json_octets(base::as_bytes(sent.text)), base::rfc3339(sent.time),
                            name(sent.way));
}

std::string outcome_json(const StatementAuthor& author, const StatementOutcome& outcome) {
  std::string statements;
  for (const std::uint64_t index : outcome.statements)
    statements += (statements.empty() ? "" : ",") + std::to_string(index);
  std::string tags;
  std::uint64_t rows = 0;
  for (const std::string& tag : outcome.tags) {
    tags += (tags.empty() ? "" : ",") + json_string(tag);
    rows += rows_of(tag);
  }
  std::string json =
      fmt::format(R"({{"format":"art32-statement-outcome/v1","outcome":"{}","rows":{},"session":{},)",
                  name(outcome.end), rows, json_string(author.session));
  if (!outcome.sqlstate.empty()) json += fmt::format("\"sqlstate\":{},", json_string(outcome.sqlstate));
  return json + fmt::format(R"("statements":[{}],"tags":[{}],"took_us":{}}})", statements, tags,
                            outcome.took.count());
}

}  // namespace art32::gateway
