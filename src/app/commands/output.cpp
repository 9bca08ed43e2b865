#include "app/commands/output.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/text.h"

namespace art32::app {
namespace {

std::size_t width(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text)
    count += (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  return count;
}

}  // namespace

bool colours_wanted() {
  const char* refused = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (refused == nullptr || *refused == '\0');
}

std::string coloured(std::string_view text, Colour colour, bool wanted) {
  constexpr std::array codes{"", "32", "31", "33", "90", "1"};
  if (!wanted || colour == Colour::none) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(colour)], text);
}

std::string Table::text(bool wanted) const {
  std::vector<std::size_t> widths;
  for (const std::string& heading : headings_)
    widths.push_back(width(heading));
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], width(row[i].text));
  std::string out;
  const auto line = [&](const std::vector<Cell>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += coloured(row[i].text, row[i].colour, wanted);
      if (i + 1 < row.size()) out += std::string(widths[i] - width(row[i].text) + 2, ' ');
    }
    out += '\n';
  };
  std::vector<Cell> head;
  for (const std::string& heading : headings_)
    head.push_back({heading, Colour::bold});
  line(head);
  for (const auto& row : rows_)
    line(row);
  return out;
}

Colour colour_of(model::Verdict verdict) {
  switch (verdict) {
    case model::Verdict::pass:
      return Colour::green;
    case model::Verdict::fail:
      return Colour::red;
    case model::Verdict::error:
    case model::Verdict::stale:
    case model::Verdict::waived:
      return Colour::yellow;
  }
  return Colour::none;
}

Colour colour_of(model::State state) {
  switch (state) {
    case model::State::kept:
      return Colour::green;
    case model::State::broken:
      return Colour::red;
    case model::State::unproven:
      return Colour::grey;
  }
  return Colour::none;
}

Colour colour_of_word(std::string_view word) {
  for (const model::Verdict verdict : {model::Verdict::pass, model::Verdict::fail, model::Verdict::error,
                                       model::Verdict::stale, model::Verdict::waived})
    if (model::name(verdict) == word) return colour_of(verdict);
  for (const model::State state : {model::State::kept, model::State::broken, model::State::unproven})
    if (model::name(state) == word) return colour_of(state);
  return Colour::none;
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

int print_error(const base::Error& error, bool as_json) {
  if (as_json) {
    print(pretty(json::object{{"error", to_json(error)}}));
  } else {
    const bool wanted = ::isatty(STDERR_FILENO) == 1 && colours_wanted();
    const std::string what(base::trim(error.what));
    std::fprintf(stderr, "%s %s\n", coloured("art32:", Colour::red, wanted).c_str(), what.c_str());
    if (!error.mend.empty()) std::fprintf(stderr, "       %s\n", error.mend.c_str());
  }
  return base::describe(error.code).exit_code;
}

}  // namespace art32::app
