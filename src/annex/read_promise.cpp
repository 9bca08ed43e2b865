#include "annex/read_promise.h"

#include <cmath>

#include <fmt/core.h>

#include "annex/table_reader.h"
#include "model/text_template.h"

namespace art32::annex {
namespace {

using model::Promise;
using model::PromiseType;

constexpr std::chrono::milliseconds longest_duration = std::chrono::hours{24 * 36'525};  // a hundred years
constexpr std::int64_t greatest_count = 1'000'000'000'000;

class PromiseReader {
 public:
  PromiseReader(TableReader& reader, std::string place, Report& report)
      : reader_(reader), place_(std::move(place)), report_(report) {}

  bool read(Promise& promise) {
    switch (promise.type) {
      case PromiseType::duration:
        return read_duration(promise);
      case PromiseType::count:
        return read_count(promise);
      case PromiseType::percentage:
        return read_percentage(promise);
      case PromiseType::date:
        return read_date(promise);
      case PromiseType::text:
        return read_text(promise);
      case PromiseType::words:
        return read_words(promise);
    }
    return false;
  }

 private:
  bool refuse(std::string_view what, std::string_view mend) {
    report_.add(reader_.line_of("value"), fmt::format("{} {}", place_, what), std::string(mend));
    return false;
  }

  bool read_duration(Promise& promise) {
    constexpr std::string_view mend =
        "write a whole number with its unit: \"30d\", \"72h\", \"15m\", \"45s\" or \"250ms\"";
    if (reader_.holds("value", Node::Kind::integer)) return refuse("is a duration without a unit", mend);
    const Node* node = reader_.get("value", Node::Kind::text);
    if (node == nullptr) return false;
    const auto duration = base::parse_duration(node->text);
    if (!duration) return refuse("is no duration with a unit", mend);
    if (duration->count() == 0 || *duration > longest_duration)
      return refuse("is no duration between 1 ms and a hundred years", mend);
    promise.value = *duration;
    return true;
  }

  bool read_count(Promise& promise) {
    const Node* node = reader_.get("value", Node::Kind::integer);
    if (node == nullptr) return false;
    if (node->integer < 0) return refuse("is a negative count", "write a number from 0");
    if (node->integer > greatest_count) return refuse("is too great a count", "write a number up to 10^12");
    promise.value = node->integer;
    return true;
  }

  bool read_percentage(Promise& promise) {
    const Node* node = reader_.get("value", Node::Kind::real);
    if (node == nullptr) return false;
    if (!std::isfinite(node->real) || std::signbit(node->real) || node->real > 100)
      return refuse("is no percentage", "write a number between 0.0 and 100.0");
    promise.value = node->real;
    return true;
  }

  bool read_date(Promise& promise) {
    const Node* node = reader_.get("value", Node::Kind::date);
    if (node == nullptr) return false;
    promise.value = node->date;
    return true;
  }

  bool read_text(Promise& promise) {
    std::string text = reader_.text("value");
    if (text.empty()) return false;
    promise.value = std::move(text);
    return true;
  }

  bool read_words(Promise& promise) {
    model::Text words = reader_.both("value");
    if (words.german.empty() || words.english.empty()) return false;
    promise.value = std::move(words);
    return true;
  }

  TableReader& reader_;
  std::string place_;
  Report& report_;
};

}  // namespace

std::optional<Promise> read_promise(const Member& member, const std::string& measure, Report& report) {
  if (!model::is_name(member.key)) {
    report.add(member.line, fmt::format("a promise of {} has no proper name", measure),
               "write names such as retention: a to z, 0 to 9 and _");
    return std::nullopt;
  }
  const std::string place = fmt::format("the promise {} of {}", member.key, measure);
  if (member.value.kind != Node::Kind::table) {
    report.add(member.line, fmt::format("{} is {}", place, name(member.value.kind)),
               fmt::format("write {} = {{ type = \"duration\", value = \"30d\" }}", member.key));
    return std::nullopt;
  }
  TableReader reader(member.value, member.line, place, report);
  reader.allow_only({"type", "value"});
  const std::string type_name = reader.text("type");
  const auto type = model::parse_promise_type(type_name);
  if (!type) {
    if (!type_name.empty())
      report.add(reader.line_of("type"), fmt::format("{} has an unknown type", place),
                 "write duration, count, percentage, date, text or words");
    return std::nullopt;
  }
  Promise promise{member.key, *type, {}};
  if (!PromiseReader(reader, place, report).read(promise)) return std::nullopt;
  return promise;
}

}  // namespace art32::annex
