// Reads the keys of one TOML table, each with its expected kind, and reports
// what is missing, of another kind, or not known there. Readers get an empty
// value where something was reported and go on.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "annex/report.h"
#include "annex/toml_source.h"
#include "base/limits.h"

namespace art32::annex {

enum class Need { required, optional };
// Only a paragraph's texts are templates; anywhere else a placeholder would be shown as it is written.
enum class Braces { refused, placeholders };

class TableReader {
 public:
  // `place` names the table in messages: "paragraph availability.backup/daily".
  // All outlive it.
  TableReader(const Node& table, int line, std::string place, Report& report);

  int line() const { return line_; }
  int line_of(std::string_view key) const;  // the table's own line where the key is missing

  bool holds(std::string_view key, Node::Kind kind) const;

  // Nothing, with a finding, if it is of another kind or missing though required.
  const Node* get(std::string_view key, Node::Kind kind, Need need = Need::required);
  std::string text(std::string_view key, std::size_t limit = base::limits::annex_title_octets,
                   Need need = Need::required, Braces braces = Braces::refused);
  // A table with `de` and `en`, both filled.
  model::Text both(std::string_view key, std::size_t limit = base::limits::annex_title_octets,
                   Need need = Need::required);
  // The keys de and en of this table itself.
  model::Text twins(std::size_t limit, Braces braces);
  std::vector<std::string> texts(std::string_view key);
  base::Instant date(std::string_view key);

  // Reports every key but these.
  void allow_only(std::initializer_list<std::string_view> keys) {
    allow_only(std::span(keys.begin(), keys.size()));
  }
  void allow_only(std::span<const std::string_view> keys);

 private:
  const Node& table_;
  int line_;
  std::string place_;
  Report& report_;
};

}  // namespace art32::annex
