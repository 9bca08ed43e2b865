#include "annex/json_writer.h"
#include "annex/render.h"

namespace art32::annex {
namespace {

using model::Text;

void write(JsonWriter& json, const model::Contact& contact) {
  json.open('{')
      .field("name", contact.name)
      .field("email", contact.email)
      .field("phone", contact.phone)
      .close();
}

void write(JsonWriter& json, const model::Company& company) {
  json.open('{')
      .field("name", company.name)
      .field("street", company.street)
      .field("postcode", company.postcode)
      .field("city", company.city)
      .field("country", company.country)
      .field("website", company.website)
      .close();
}

void write(JsonWriter& json, const model::Document& document) {
  json.open('{')
      .field("title", document.title)
      .field("subtitle", document.subtitle)
      .field("version", document.version)
      .field("as_of", base::iso_date(document.as_of))
      .field("effective", base::iso_date(document.effective))
      .field("binding", model::tag(document.binding))
      .field("translation_notice", document.translation_notice)
      .field("preamble", document.preamble);
  write(json.key("company"), document.company);
  write(json.key("data_protection"), document.data_protection);
  write(json.key("security"), document.security);
  json.close();
}

void write(JsonWriter& json, const model::Promise& promise) {
  json.open('{').field("name", promise.name).field("type", name(promise.type)).key("value");
  // Percentages are text: a JSON number may not come back as the same number.
  if (promise.type == model::PromiseType::count || promise.type == model::PromiseType::words)
    json.literal(canonical(promise));
  else
    json.text(canonical(promise));
  json.close();
}

void write(JsonWriter& json, const model::Paragraph& paragraph) {
  json.open('{')
      .field("id", paragraph.id)
      .field("text", paragraph.text)
      .field("proof", name(paragraph.proof))
      .field("controls", paragraph.controls)
      .field("probes", paragraph.probes)
      .close();
}

void write(JsonWriter& json, const model::Measure& measure) {
  json.open('{').field("id", measure.id).field("title", measure.title).key("promises").open('[');
  for (const model::Promise& promise : measure.promises)
    write(json, promise);
  json.close().key("paragraphs").open('[');
  for (const model::Paragraph& paragraph : measure.paragraphs)
    write(json, paragraph);
  json.close().close();
}

void write(JsonWriter& json, const model::Section& section) {
  json.open('{')
      .field("id", section.id)
      .field("title", section.title)
      .field("introduction", section.introduction);
  json.key("measures").open('[');
  for (const model::Measure& measure : section.measures)
    write(json, measure);
  json.close().close();
}

}  // namespace

std::string to_json(const model::Annex& annex) {
  JsonWriter json;
  json.open('{').field("format", json_format).key("document");
  write(json, annex.document);
  json.key("sections").open('[');
  for (const model::Section& section : annex.sections)
    write(json, section);
  json.close().close();
  return json.take();
}

}  // namespace art32::annex
