#include "trail/evidence_document.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <functional>

#include "base/embedded_file.h"
#include "base/json_text.h"
#include "base/text.h"

namespace art32::trail {

extern const base::EmbeddedFile embedded_files[];
extern const unsigned long embedded_file_count;

namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::Result;
using merkle::Hash;

constexpr std::string_view evidence_format = "art32-evidence/v1";

std::string list_of(const std::vector<Hash>& hashes) {
  std::vector<std::string> texts;
  for (const Hash& hash : hashes)
    texts.push_back(fmt::format("\"{}\"", base::hex(hash)));
  return "[" + base::join(texts, ",") + "]";
}

auto wrong(std::string_view what) {
  return base::failure(ErrorCode::check_failed, fmt::format("evidence.json {}", what),
                       "ask whoever made the pack for another one");
}

// The members of an object, each of which is taken once.
class Members {
 public:
  explicit Members(json::object object) : object_(std::move(object)) {}

  Result<json::value> take(std::string_view name) {
    json::value* const value = object_.if_contains(name);
    if (value == nullptr) return wrong(fmt::format("has no member \"{}\"", name));
    json::value taken = std::move(*value);
    object_.erase(name);
    return taken;
  }
  Result<std::string> text(std::string_view name) {
    ART32_ASSIGN(const json::value value, take(name));
    if (!value.is_string()) return wrong(fmt::format("has no text as \"{}\"", name));
    return std::string(value.get_string());
  }
  Result<std::uint64_t> number(std::string_view name) {
    ART32_ASSIGN(const json::value value, take(name));
    if (!value.is_int64() || value.get_int64() < 0)
      return wrong(fmt::format("has no number as \"{}\"", name));
    return static_cast<std::uint64_t>(value.get_int64());
  }
  Result<Hash> hash(std::string_view name) {
    ART32_ASSIGN(const json::value value, take(name));
    return hash_in(value);
  }
  Result<std::vector<Hash>> hashes(std::string_view name) {
    ART32_ASSIGN(const json::value value, take(name));
    if (!value.is_array()) return wrong(fmt::format("has no list as \"{}\"", name));
    std::vector<Hash> hashes;
    for (const json::value& each : value.get_array()) {
      ART32_ASSIGN(const Hash hash, hash_in(each));
      hashes.push_back(hash);
    }
    return hashes;
  }
  base::Status end() const {
    if (object_.empty()) return {};
    return wrong(
        fmt::format("has a member \"{}\", which isn't known", std::string_view(object_.begin()->key())));
  }

 private:
  static Result<Hash> hash_in(const json::value& value) {
    Hash hash{};
    const auto octets = value.is_string() ? base::from_hex(value.get_string()) : std::nullopt;
    if (!octets || octets->size() != hash.size() ||
        base::hex(*octets) != std::string_view(value.get_string()))
      return wrong("has a hash that isn't one");
    std::copy(octets->begin(), octets->end(), hash.begin());
    return hash;
  }

  json::object object_;
};

Result<std::optional<merkle::KeyEntry>> other_in(json::value value) {
  if (value.is_null()) return std::nullopt;
  if (!value.is_object()) return wrong("has no leaf as \"other\"");
  Members members(std::move(value.get_object()));
  merkle::KeyEntry entry;
  ART32_ASSIGN(entry.key, members.hash("key"));
  ART32_ASSIGN(entry.value, members.hash("value"));
  ART32_CHECKED(members.end());
  return std::optional(entry);
}

Result<Evidence> evidence_in(Members& members) {
  Evidence evidence;
  ART32_ASSIGN(evidence.team, members.text("team"));
  ART32_ASSIGN(evidence.range.first, members.number("first"));
  ART32_ASSIGN(evidence.range.end, members.number("end"));
  ART32_ASSIGN(const std::uint64_t size, members.number("size"));
  evidence.shown.state.size = merkle::TreeSize(size);
  ART32_ASSIGN(evidence.shown.state.root, members.hash("root"));
  ART32_ASSIGN(evidence.proof.left, members.hashes("left"));
  ART32_ASSIGN(evidence.proof.right, members.hashes("right"));
  ART32_ASSIGN(evidence.shown.proof.siblings, members.hashes("map"));
  ART32_ASSIGN(json::value other, members.take("other"));
  ART32_ASSIGN(evidence.shown.proof.other, other_in(std::move(other)));
  return evidence;
}

}  // namespace

std::string format_evidence(const EvidenceDocument& document) {
  const Evidence& evidence = document.evidence;
  const std::optional<merkle::KeyEntry>& other = evidence.shown.proof.other;
  return fmt::format(
      R"({{"database":{},"end":{},"first":{},"format":"{}","key":{},"left":{},"map":{},"other":{},"right":{},"root":"{}","seal":{},"size":{},"team":{}}})"
      "\n",
      base::json_string(document.database), evidence.range.end, evidence.range.first, evidence_format,
      base::json_string(document.key), list_of(evidence.proof.left), list_of(evidence.shown.proof.siblings),
      other ? fmt::format(R"({{"key":"{}","value":"{}"}})", base::hex(other->key), base::hex(other->value))
            : "null",
      list_of(evidence.proof.right), base::hex(evidence.shown.state.root), document.seal,
      evidence.shown.state.size.value, base::json_string(evidence.team));
}

Result<EvidenceDocument> parse_evidence(std::string_view text) {
  boost::system::error_code trouble;
  json::value parsed = json::parse(text, trouble);
  if (trouble || !parsed.is_object()) return wrong("isn't a JSON object");
  // A member that is there twice wouldn't be there twice here.
  if (json::serialize(parsed) + "\n" != text) return wrong("isn't written as it should be");
  Members members(std::move(parsed.get_object()));
  ART32_ASSIGN(const std::string format, members.text("format"));
  if (format != evidence_format)
    return base::failure(ErrorCode::check_failed,
                         fmt::format("evidence.json is of the format \"{}\"", format),
                         "check it with an art32 that knows this format");
  EvidenceDocument document;
  ART32_ASSIGN(document.database, members.text("database"));
  ART32_ASSIGN(document.key, members.text("key"));
  ART32_ASSIGN(const json::value seal, members.take("seal"));
  document.seal = json::serialize(seal);
  ART32_ASSIGN(document.evidence, evidence_in(members));
  ART32_CHECKED(members.end());
  return document;
}

std::vector<std::pair<std::string, std::string>> evidence_format_pages() {
  std::vector<std::pair<std::string, std::string>> pages;
  for (unsigned long i = 0; i < embedded_file_count; ++i)
    pages.emplace_back(embedded_files[i].path, embedded_files[i].content());
  return pages;
}

}  // namespace art32::trail
