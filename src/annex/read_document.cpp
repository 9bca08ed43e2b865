#include "annex/read_document.h"

#include <algorithm>

#include <fmt/core.h>

#include "annex/semantic_version.h"
#include "annex/table_reader.h"
#include "model/text_template.h"

namespace art32::annex {
namespace {

using base::limits::annex_text_octets;

void check_dates(const TableReader& reader, const model::Document& document, Report& report) {
  if (document.as_of == base::Instant{} || document.effective == base::Instant{}) return;
  if (document.effective < document.as_of)
    report.add(reader.line_of("effective"), "the document binds before the day it is dated",
               "set effective to as_of or later");
}

model::Language binding(TableReader& reader, Report& report) {
  const std::string tag = reader.text("binding");
  const auto language = model::parse_language(tag);
  if (!language && !tag.empty())
    report.add(reader.line_of("binding"), "binding names no language of this document",
               "write binding = \"de\" or binding = \"en\"");
  return language.value_or(model::Language::german);
}

std::vector<SectionName> sections(TableReader& reader, Report& report) {
  std::vector<SectionName> names;
  const Node* list = reader.get("sections", Node::Kind::list);
  if (list == nullptr) return names;
  if (list->elements.empty())
    report.add(reader.line_of("sections"), "the annex has no sections",
               "list the names of the section files");
  for (const Node& element : list->elements) {
    if (element.kind != Node::Kind::text || !model::is_name(element.text)) {
      report.add(element.line, "sections contains something that is no section's name",
                 "write names such as \"availability\": a to z, 0 to 9 and _");
      continue;
    }
    const auto same = [&](const SectionName& name) { return name.id == element.text; };
    if (std::any_of(names.begin(), names.end(), same))
      report.add(element.line, fmt::format("the section {} is listed twice", element.text), "remove one");
    else
      names.push_back({element.text, element.line});
  }
  return names;
}

DocumentData read_head(const Node& table, int line, Report& report) {
  DocumentData data;
  model::Document& document = data.document;
  TableReader reader(table, line, "[document]", report);
  document.title = reader.both("title");
  document.subtitle = reader.both("subtitle");
  document.version = reader.text("version");
  if (!document.version.empty() && !parse_semantic_version(document.version))
    report.add(reader.line_of("version"), "version is no semantic version",
               "write three numbers such as \"1.0.0\"");
  document.as_of = reader.date("as_of");
  document.effective = reader.date("effective");
  check_dates(reader, document, report);
  document.binding = binding(reader, report);
  document.translation_notice = reader.both("translation_notice", annex_text_octets);
  document.preamble = reader.both("preamble", annex_text_octets);
  data.sections = sections(reader, report);
  reader.allow_only({"title", "subtitle", "version", "as_of", "effective", "binding", "translation_notice",
                     "preamble", "sections"});
  return data;
}

model::Company read_company(const Node& table, int line, Report& report) {
  model::Company company;
  TableReader reader(table, line, "[company]", report);
  company.name = reader.text("name");
  company.street = reader.text("street");
  company.postcode = reader.text("postcode");
  company.city = reader.text("city");
  company.country = reader.both("country");
  company.website = reader.text("website");
  if (!company.website.empty() && !company.website.starts_with("https://"))
    report.add(reader.line_of("website"), "website is no https address", "write \"https://...\"");
  reader.allow_only({"name", "street", "postcode", "city", "country", "website"});
  return company;
}

model::Contact read_contact(const Node& table, int line, const std::string& place, Report& report) {
  model::Contact contact;
  TableReader reader(table, line, place, report);
  contact.name = reader.text("name");
  contact.email = reader.text("email");
  contact.phone = reader.text("phone", base::limits::annex_title_octets, Need::optional);
  const auto at = contact.email.find('@');
  if (!contact.email.empty() && (at == 0 || at == std::string::npos || at + 1 == contact.email.size() ||
                                 contact.email.find_first_of(" @", at + 1) != std::string::npos))
    report.add(reader.line_of("email"), fmt::format("email of {} is no address", place),
               "write name@example.com");
  reader.allow_only({"name", "email", "phone"});
  return contact;
}

}  // namespace

DocumentData read_document(const Node& root, Report& report) {
  DocumentData data;
  TableReader reader(root, 1, "document.toml", report);
  if (const Node* head = reader.get("document", Node::Kind::table))
    data = read_head(*head, reader.line_of("document"), report);
  if (const Node* company = reader.get("company", Node::Kind::table))
    data.document.company = read_company(*company, reader.line_of("company"), report);
  if (const Node* contacts = reader.get("contact", Node::Kind::table)) {
    TableReader inner(*contacts, reader.line_of("contact"), "[contact]", report);
    if (const Node* contact = inner.get("data_protection", Node::Kind::table))
      data.document.data_protection =
          read_contact(*contact, inner.line_of("data_protection"), "[contact.data_protection]", report);
    if (const Node* contact = inner.get("security", Node::Kind::table))
      data.document.security =
          read_contact(*contact, inner.line_of("security"), "[contact.security]", report);
    inner.allow_only({"data_protection", "security"});
  }
  reader.allow_only({"document", "company", "contact", "section", "measure"});
  return data;
}

}  // namespace art32::annex
