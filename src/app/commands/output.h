// What commands print: tables for people, JSON with --json, colours only on a
// terminal that wants them (NO_COLOR is honoured).
#pragma once

#include <string>
#include <vector>

#include "app/json.h"
#include "base/result.h"

namespace art32::app {

enum class Colour { none, green, red, yellow, grey, bold };

struct Cell {
  std::string text;
  Colour colour = Colour::none;
};

// Columns aligned by their widest cell (UTF-8 code points), two spaces between.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  std::string text(bool coloured) const;

 private:
  std::vector<std::string> headings_;
  std::vector<std::vector<Cell>> rows_;
};

bool colours_wanted();
std::string coloured(std::string_view text, Colour colour, bool wanted);
Colour colour_of(model::Verdict verdict);
Colour colour_of(model::State state);
Colour colour_of_word(std::string_view verdict_or_state);

void print(std::string_view text);
// "art32: what" and "      mend", on standard error; returns the exit code.
int print_error(const base::Error& error, bool as_json);

}  // namespace art32::app
