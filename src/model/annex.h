// The annex as plain data: document, sections, measures, paragraphs.
//
// Made and checked by the annex room; read by controls, probes and pages.
// A value of these types that came out of annex::load is complete: every
// paragraph has both languages, every placeholder its promise.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/promise.h"

namespace art32::model {

// How the truth of a paragraph is known.
enum class ProofKind {
  enforced,  // a control makes the opposite impossible, and probes attack it
  probed,    // probes measure it
  attested,  // a person signed, with a document and an expiry
};

std::string_view name(ProofKind kind);
std::string_view name(ProofKind kind, Language language);
std::optional<ProofKind> parse_proof_kind(std::string_view name);

// One sentence or a few that stand or fall together.
struct Paragraph {
  std::string id;  // unique within its measure; the anchor is MEASURE/ID
  Text text;       // with placeholders such as {retention}
  ProofKind proof = ProofKind::probed;
  std::vector<std::string> controls;  // ids of model::Control; empty: not built
  std::vector<std::string> probes;    // ids of model::Probe; empty: not probed
};

struct Measure {
  std::string id;  // "availability.backup"
  Text title;
  std::vector<Promise> promises;
  std::vector<Paragraph> paragraphs;

  const Promise* promise(std::string_view name) const;
};

struct Section {
  std::string id;  // "availability"
  Text title;
  Text introduction;  // may be empty
  std::vector<Measure> measures;
};

struct Company {
  std::string name;
  std::string street, postcode, city;
  Text country;
  std::string website;
};

struct Contact {
  std::string name;  // office or person
  std::string email;
  std::string phone;  // may be empty
};

struct Document {
  Text title;
  Text subtitle;
  std::string version;      // SemVer
  base::Instant as_of;      // "Stand"
  base::Instant effective;  // from when it binds
  Language binding = Language::german;
  Text translation_notice;
  Text preamble;
  Company company;
  Contact data_protection;
  Contact security;
};

struct Annex {
  Document document;
  std::vector<Section> sections;

  const Measure* measure(std::string_view id) const;
  // The promise a control reads; aborts if the annex lacks it (annex::load has
  // checked it against the table of controls).
  const Promise& promise(std::string_view measure_id, std::string_view name) const;
  std::vector<const Measure*> measures() const;
};

// A paragraph's text with its placeholders (text_template.h) filled in for the
// language; aborts on one that has no promise (annex::load has refused those).
std::string fill(const Measure& measure, const Paragraph& paragraph, Language language);

}  // namespace art32::model
