#include <charconv>

#include "annex/json_cursor.h"
#include "annex/render.h"
#include "base/limits.h"
#include "model/text_template.h"

namespace art32::annex {
namespace {

using base::Result;
using model::PromiseType;

Result<model::Contact> read_contact(const JsonCursor& json) {
  model::Contact contact;
  ART32_ASSIGN(contact.name, json.text("name"));
  ART32_ASSIGN(contact.email, json.text("email"));
  ART32_ASSIGN(contact.phone, json.text("phone"));
  return contact;
}

Result<model::Company> read_company(const JsonCursor& json) {
  model::Company company;
  ART32_ASSIGN(company.name, json.text("name"));
  ART32_ASSIGN(company.street, json.text("street"));
  ART32_ASSIGN(company.postcode, json.text("postcode"));
  ART32_ASSIGN(company.city, json.text("city"));
  ART32_ASSIGN(company.country, json.both("country"));
  ART32_ASSIGN(company.website, json.text("website"));
  return company;
}

Result<model::Document> read_document(const JsonCursor& json) {
  model::Document document;
  ART32_ASSIGN(document.title, json.both("title"));
  ART32_ASSIGN(document.subtitle, json.both("subtitle"));
  ART32_ASSIGN(document.version, json.text("version"));
  ART32_ASSIGN(document.as_of, json.date("as_of"));
  ART32_ASSIGN(document.effective, json.date("effective"));
  ART32_ASSIGN(const std::string binding, json.text("binding"));
  const auto language = model::parse_language(binding);
  if (!language) return tl::unexpected(json.corrupt("binds in no known language"));
  document.binding = *language;
  ART32_ASSIGN(document.translation_notice, json.both("translation_notice"));
  ART32_ASSIGN(document.preamble, json.both("preamble"));
  ART32_ASSIGN(const JsonCursor company, json.at("company"));
  ART32_ASSIGN(document.company, read_company(company));
  ART32_ASSIGN(const JsonCursor data_protection, json.at("data_protection"));
  ART32_ASSIGN(document.data_protection, read_contact(data_protection));
  ART32_ASSIGN(const JsonCursor security, json.at("security"));
  ART32_ASSIGN(document.security, read_contact(security));
  return document;
}

template <class Value>
base::Status keep(model::Promise& promise, const std::optional<Value>& value, const JsonCursor& json) {
  if (!value) return tl::unexpected(json.corrupt("has a value that doesn't fit its type"));
  promise.value = *value;
  return {};
}

std::optional<double> parse_percentage(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= 0 && value <= 100))
    return std::nullopt;
  return value;
}

base::Status read_value(model::Promise& promise, const JsonCursor& json) {
  if (promise.type == PromiseType::words) {
    ART32_ASSIGN(promise.value, json.both("value"));
    return {};
  }
  if (promise.type == PromiseType::count) {
    ART32_ASSIGN(const JsonCursor value, json.at("value"));
    const std::int64_t* number = value.value().if_int64();
    return keep(promise, number == nullptr ? std::nullopt : std::optional(*number), json);
  }
  ART32_ASSIGN(const std::string text, json.text("value"));
  switch (promise.type) {
    case PromiseType::duration:
      return keep(promise, base::parse_duration(text), json);
    case PromiseType::percentage:
      return keep(promise, parse_percentage(text), json);
    case PromiseType::date:
      return keep(promise, base::parse_iso_date(text), json);
    default:
      promise.value = text;
      return {};
  }
}

Result<model::Promise> read_promise(const JsonCursor& json) {
  model::Promise promise;
  ART32_ASSIGN(promise.name, json.text("name"));
  ART32_ASSIGN(const std::string type_name, json.text("type"));
  const auto type = model::parse_promise_type(type_name);
  if (!type) return tl::unexpected(json.corrupt("has an unknown type"));
  promise.type = *type;
  ART32_CHECKED(read_value(promise, json));
  return promise;
}

// What fill() takes for granted.
base::Status check_placeholders(const model::Measure& measure, const model::Paragraph& paragraph,
                                const JsonCursor& json) {
  for (const model::Language language : model::languages) {
    const auto parts = model::parse_template(paragraph.text.in(language));
    if (!parts || parts->empty()) return tl::unexpected(json.corrupt("has no proper text"));
    for (const model::TemplatePart& part : *parts)
      if (!part.name.empty() && measure.promise(part.name) == nullptr)
        return tl::unexpected(json.corrupt("has a placeholder without a promise"));
  }
  return {};
}

Result<model::Paragraph> read_paragraph(const JsonCursor& json, const model::Measure& measure) {
  model::Paragraph paragraph;
  ART32_ASSIGN(paragraph.id, json.text("id"));
  ART32_ASSIGN(paragraph.text, json.both("text"));
  ART32_ASSIGN(const std::string proof, json.text("proof"));
  const auto kind = model::parse_proof_kind(proof);
  if (!kind) return tl::unexpected(json.corrupt("has an unknown kind of proof"));
  paragraph.proof = *kind;
  ART32_ASSIGN(paragraph.controls, json.texts("controls"));
  ART32_ASSIGN(paragraph.probes, json.texts("probes"));
  ART32_CHECKED(check_placeholders(measure, paragraph, json));
  return paragraph;
}

Result<model::Measure> read_measure(const JsonCursor& json) {
  model::Measure measure;
  ART32_ASSIGN(measure.id, json.text("id"));
  ART32_ASSIGN(measure.title, json.both("title"));
  ART32_ASSIGN(const std::vector<JsonCursor> promises, json.list("promises"));
  for (const JsonCursor& item : promises) {
    ART32_ASSIGN(model::Promise promise, read_promise(item));
    measure.promises.push_back(std::move(promise));
  }
  ART32_ASSIGN(const std::vector<JsonCursor> paragraphs, json.list("paragraphs"));
  for (const JsonCursor& item : paragraphs) {
    ART32_ASSIGN(model::Paragraph paragraph, read_paragraph(item, measure));
    measure.paragraphs.push_back(std::move(paragraph));
  }
  return measure;
}

Result<model::Section> read_section(const JsonCursor& json) {
  model::Section section;
  ART32_ASSIGN(section.id, json.text("id"));
  ART32_ASSIGN(section.title, json.both("title"));
  ART32_ASSIGN(section.introduction, json.both("introduction"));
  ART32_ASSIGN(const std::vector<JsonCursor> measures, json.list("measures"));
  for (const JsonCursor& item : measures) {
    ART32_ASSIGN(model::Measure measure, read_measure(item));
    section.measures.push_back(std::move(measure));
  }
  return section;
}

}  // namespace

Result<model::Annex> from_json(std::string_view json) {
  const base::Error unreadable{base::ErrorCode::corrupt, "the annex as JSON can't be read",
                               "it was not written by this program, or was changed since"};
  if (json.size() > base::limits::annex_json_octets) return tl::unexpected(unreadable);
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(json, error);
  if (error) return tl::unexpected(unreadable);
  const JsonCursor root(value);
  ART32_ASSIGN(const std::string format, root.text("format"));
  if (format != json_format) return tl::unexpected(root.corrupt("is of another format"));

  model::Annex annex;
  ART32_ASSIGN(const JsonCursor document, root.at("document"));
  ART32_ASSIGN(annex.document, read_document(document));
  ART32_ASSIGN(const std::vector<JsonCursor> sections, root.list("sections"));
  for (const JsonCursor& item : sections) {
    ART32_ASSIGN(model::Section section, read_section(item));
    annex.sections.push_back(std::move(section));
  }
  if (to_json(annex) != json) return tl::unexpected(root.corrupt("is not in canonical form"));
  return annex;
}

}  // namespace art32::annex
