#include "identity/api/strict_json.h"

#include <fmt/core.h>

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <set>
#include <vector>

#include "base/json_text.h"
#include "base/limits.h"

namespace art32::identity::api {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::failure;

// Looks for names that stand twice: Boost's own handler takes the last, other readers the first.
class NameHandler {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  bool found() const { return found_; }
  const std::string& name() const { return key_; }  // that stands twice, if found

  bool on_object_begin(json::error_code&) {
    names_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, json::error_code&) {
    names_.pop_back();
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view last, std::size_t, json::error_code& trouble) {
    key_.append(last.data(), last.size());
    if (!names_.back().insert(key_).second) {
      found_ = true;
      trouble = json::error::extra_data;  // any: it ends the parser
      return false;
    }
    key_.clear();
    return true;
  }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t, json::error_code&) { return true; }
  bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_string(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
  bool on_double(double, json::string_view, json::error_code&) { return true; }
  bool on_bool(bool, json::error_code&) { return true; }
  bool on_null(json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  std::vector<std::set<std::string>> names_;  // of the objects that are open
  std::string key_;
  bool found_ = false;
};

}  // namespace

std::string quoted_name(std::string_view name) {
  if (name.size() <= base::limits::api_shown_name_octets) return base::json_string(name);
  return fmt::format("of {} octets", name.size());
}

base::Result<json::value> parse_strict_json(std::string_view text, std::size_t depth) {
  json::parse_options options;
  options.max_depth = depth;
  json::basic_parser<NameHandler> parser(options);
  json::error_code trouble;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), trouble);
  if (parser.handler().found())
    return failure(
        ErrorCode::invalid_argument,
        fmt::format("the member {} stands twice in an object", quoted_name(parser.handler().name())),
        "name each member once");
  if (trouble == json::error::too_deep)
    return failure(ErrorCode::invalid_argument, "the JSON nests too deep",
                   fmt::format("send JSON of at most {} levels", depth));
  if (trouble || read != text.size())
    return failure(ErrorCode::invalid_argument,
                   fmt::format("this isn't JSON: {} near octet {}",
                               trouble ? trouble.message() : "something follows it", read),
                   "send one JSON value in UTF-8");
  json::value value = json::parse(json::string_view(text.data(), text.size()), trouble, {}, options);
  if (trouble)
    return failure(ErrorCode::invalid_argument, fmt::format("this isn't JSON: {}", trouble.message()),
                   "send one JSON value in UTF-8");
  return value;
}

}  // namespace art32::identity::api
