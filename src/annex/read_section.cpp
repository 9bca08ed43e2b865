#include "annex/read_section.h"

#include <algorithm>

#include <fmt/core.h>

#include "annex/check_controls.h"
#include "annex/check_placeholders.h"
#include "annex/read_promise.h"
#include "annex/table_reader.h"
#include "base/text.h"
#include "model/text_template.h"

namespace art32::annex {
namespace {

using base::limits::annex_text_octets;

bool is_measure_id(std::string_view id, std::string_view section) {
  const auto dot = id.find('.');
  return dot != std::string_view::npos && id.substr(0, dot) == section && model::is_name(id.substr(dot + 1));
}

class SectionReader {
 public:
  SectionReader(std::string id, const Vocabulary& vocabulary, Report& report, Places& places)
      : id_(std::move(id)), vocabulary_(vocabulary), report_(report), places_(places) {}

  model::Section read(const Node& root) {
    model::Section section;
    section.id = id_;
    TableReader reader(root, 1, report_.file(), report_);
    if (const Node* head = reader.get("section", Node::Kind::table)) {
      TableReader inner(*head, reader.line_of("section"), "[section]", report_);
      section.title = inner.both("title");
      section.introduction = inner.both("introduction", annex_text_octets, Need::optional);
      inner.allow_only({"title", "introduction"});
    }
    const Node* measures = reader.get("measure", Node::Kind::list);
    if (measures != nullptr)
      for (const Node& element : measures->elements)
        if (is_table(element, "measure")) section.measures.push_back(read_measure(element));
    // document.toml holds the document's data too (read_document.h).
    if (report_.file() != "document.toml") reader.allow_only({"section", "measure"});
    return section;
  }

 private:
  bool is_table(const Node& node, std::string_view what) {
    if (node.kind == Node::Kind::table) return true;
    report_.add(node.line, fmt::format("a {} is {}", what, name(node.kind)),
                "begin each with its [[...]] line");
    return false;
  }

  model::Measure read_measure(const Node& node) {
    model::Measure measure;
    TableReader head(node, node.line, "a measure", report_);
    measure.id = head.text("id");
    if (!measure.id.empty() && !is_measure_id(measure.id, id_)) {
      report_.add(head.line_of("id"), fmt::format("the measure's id doesn't fit the section {}", id_),
                  fmt::format("write \"{}.name\": a to z, 0 to 9 and _", id_));
      measure.id.clear();
    }
    if (measure.id.empty()) measure.id = id_ + ".?";  // only for messages: there is a finding already
    const int line = head.line_of("id");
    if (!measure.id.ends_with('?') && !places_.emplace(measure.id, Place{report_.file(), line}).second)
      report_.add(line, fmt::format("the measure {} is there twice", measure.id), "rename or remove one");

    TableReader reader(node, node.line, measure.id, report_);
    measure.title = reader.both("title");
    if (const Node* promises = reader.get("promise", Node::Kind::table, Need::optional))
      read_promises(*promises, measure);
    if (const Node* paragraphs = reader.get("paragraph", Node::Kind::list))
      read_paragraphs(*paragraphs, measure);
    reader.allow_only({"id", "title", "promise", "paragraph"});
    return measure;
  }

  void read_promises(const Node& table, model::Measure& measure) {
    for (const Member& member : table.members) {
      places_.emplace(measure.id + "/" + member.key, Place{report_.file(), member.line});
      if (auto promise = read_promise(member, measure.id, report_))
        measure.promises.push_back(std::move(*promise));
    }
  }

  void read_paragraphs(const Node& list, model::Measure& measure) {
    std::vector<LinedParagraph> lined;
    for (const Node& element : list.elements) {
      if (!is_table(element, "paragraph")) continue;
      LinedParagraph entry = read_paragraph(element, measure.id);
      const auto same = [&](const LinedParagraph& other) { return other.paragraph.id == entry.paragraph.id; };
      if (std::any_of(lined.begin(), lined.end(), same) && !entry.paragraph.id.empty())
        report_.add(entry.line,
                    fmt::format("the paragraph {} of {} is there twice", entry.paragraph.id, measure.id),
                    "rename or remove one");
      measure.paragraphs.push_back(entry.paragraph);
      lined.push_back(std::move(entry));
    }
    if (list.elements.empty())
      report_.add(list.line, fmt::format("{} has no paragraph", measure.id),
                  "begin one with [[measure.paragraph]]");
    check_placeholders(measure.id, lined, places_, report_);
    check_keepers(measure.id, lined, vocabulary_.controls, places_, report_);
  }

  LinedParagraph read_paragraph(const Node& node, const std::string& measure) {
    LinedParagraph entry;
    model::Paragraph& paragraph = entry.paragraph;
    TableReader head(node, node.line, "a paragraph of " + measure, report_);
    paragraph.id = head.text("id");
    entry.line = head.line_of("id");
    if (!paragraph.id.empty() && !model::is_name(paragraph.id)) {
      report_.add(entry.line, "the paragraph's id is no name",
                  "write names such as daily: a to z, 0 to 9 and _");
      paragraph.id.clear();
    }
    TableReader reader(node, node.line,
                       paragraph.id.empty() ? "a paragraph of " + measure
                                            : fmt::format("the paragraph {} of {}", paragraph.id, measure),
                       report_);
    paragraph.text = reader.twins(annex_text_octets, Braces::placeholders);
    entry.german_line = reader.line_of("de");
    entry.english_line = reader.line_of("en");
    const std::string proof = reader.text("proof");
    const auto kind = model::parse_proof_kind(proof);
    if (!kind && !proof.empty())
      report_.add(reader.line_of("proof"),
                  fmt::format("proof of {} is no kind of proof", entry.name(measure)),
                  "write enforced, probed or attested");
    paragraph.proof = kind.value_or(model::ProofKind::probed);
    paragraph.controls = reader.texts("controls");
    paragraph.probes = reader.texts("probes");
    check_controls(reader, paragraph, entry.name(measure));
    check_probes(reader, paragraph, measure, entry.name(measure));
    reader.allow_only({"id", "de", "en", "proof", "controls", "probes"});
    return entry;
  }

  void check_controls(const TableReader& reader, const model::Paragraph& paragraph,
                      const std::string& place) {
    const auto is_control = [&](const std::string& id) {
      return std::any_of(vocabulary_.controls.begin(), vocabulary_.controls.end(),
                         [&](const model::Control& control) { return control.id == id; });
    };
    for (const std::string& id : paragraph.controls)
      if (!is_control(id))
        report_.add(reader.line_of("controls"), fmt::format("{} names the unknown control \"{}\"", place, id),
                    "name a built control, or leave the list empty: the paragraph is then shown as unproven");
    if (paragraph.proof == model::ProofKind::enforced && paragraph.controls.empty() &&
        !paragraph.probes.empty())
      report_.add(reader.line_of("proof"),
                  fmt::format("{} is probed, but no control of it enforces anything", place),
                  "name the control that enforces it, or write proof = \"probed\"");
  }

  void check_probes(const TableReader& reader, const model::Paragraph& paragraph, const std::string& measure,
                    const std::string& place) {
    for (const std::string& id : paragraph.probes) {
      const auto use = std::find_if(vocabulary_.probes.begin(), vocabulary_.probes.end(),
                                    [&](const ProbeUse& probe) { return probe.id == id; });
      if (use == vocabulary_.probes.end())
        report_.add(reader.line_of("probes"), fmt::format("{} names the unknown probe \"{}\"", place, id),
                    "name a built probe, or leave the list empty: the paragraph is then shown as unproven");
      else if (!paragraph.id.empty() && !measure.ends_with('?') &&  // those have their finding already
               (use->measure != measure || !names(use->paragraphs, paragraph.id)))
        report_.add(reader.line_of("probes"), fmt::format("the probe {} proves nothing of {}", id, place),
                    fmt::format("it stands for {} of {} alone; leave the list empty until a probe attacks "
                                "what this paragraph says",
                                base::join(use->paragraphs, ", "), use->measure));
    }
  }

  static bool names(const std::vector<std::string>& list, const std::string& id) {
    return std::find(list.begin(), list.end(), id) != list.end();
  }

  std::string id_;
  const Vocabulary& vocabulary_;
  Report& report_;
  Places& places_;
};

}  // namespace

model::Section read_section(const std::string& id, const Node& root, const Vocabulary& vocabulary,
                            Report& report, Places& places) {
  return SectionReader(id, vocabulary, report, places).read(root);
}

}  // namespace art32::annex
