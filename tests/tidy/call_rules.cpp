#include <algorithm>

#include "tests/tidy/code_text.h"
#include "tests/tidy/rules.h"

namespace art32::tidy {
namespace {

enum class Where {
  everywhere,  // all C++
  rooms,       // src/ without the rooms' tests
  headers,
};

struct BannedWord {
  std::string_view word;  // a word, or words and signs as clang-format writes them
  Where where;
  std::string_view instead;
  std::vector<std::string_view> allowed = {};  // paths, or folders ending in /
};

const std::vector<BannedWord>& banned_words() {
  static const std::vector<BannedWord> rows = {
      {"strcpy", Where::everywhere, "std::string"},
      {"strcat", Where::everywhere, "std::string"},
      {"strncpy", Where::everywhere, "std::string"},
      {"strtok", Where::everywhere, "base::split"},
      {"sprintf", Where::everywhere, "fmt::format"},
      {"vsprintf", Where::everywhere, "fmt::format"},
      {"gets", Where::everywhere, "std::getline"},
      {"system(", Where::everywhere, "net/subprocess.h, which needs no shell"},
      // The crypto room can't use net/, which is below it; its test compares with the openssl program.
      {"popen",
       Where::everywhere,
       "net/subprocess.h, which needs no shell",
       {"src/crypto/certificate_test.cpp"}},
      {"tmpnam", Where::everywhere, "base::ScratchFolder"},
      {"mktemp", Where::everywhere, "base::ScratchFolder"},
      {"atoi", Where::everywhere, "base::parse_number"},
      {"atol", Where::everywhere, "base::parse_number"},
      {"atof", Where::everywhere, "std::from_chars"},
      {"rand(", Where::everywhere, "crypto/random.h"},
      {"srand", Where::everywhere, "crypto/random.h"},
      {"gmtime", Where::everywhere, "base/time.h"},
      {"localtime", Where::everywhere, "base/time.h"},
      {"alloca", Where::everywhere, "std::vector"},
      {"setjmp", Where::everywhere, "a Result"},
      {"goto", Where::everywhere, "a function"},
      {"assert(", Where::everywhere, "ART32_ASSERT, active in release builds"},
      {"std::regex", Where::rooms, "a small parser: its matching time has no bound"},
      {"std::async", Where::everywhere, "std::jthread"},
      {"detach()", Where::everywhere, "std::jthread: every thread is joined"},
      {"co_await", Where::everywhere, "plain calls (docs/adr)"},
      {"co_return", Where::everywhere, "plain calls (docs/adr)"},
      {"co_yield", Where::everywhere, "plain calls (docs/adr)"},
      {"std::views", Where::everywhere, "a loop: clang 14 can't compile it"},
      {"std::format", Where::everywhere, "fmt::format"},
      {"std::expected", Where::everywhere, "base::Result"},
      {"using namespace std;", Where::everywhere, "the full name"},
      {"using namespace", Where::headers, "the full name"},
      // In consteval functions of the portal `throw` is how compilation fails; it never runs.
      // A reader of JSON throws among Boost.JSON's own exceptions; both are caught where it begins.
      {"throw",
       Where::rooms,
       "base::failure: expected errors are values",
       {"src/portal/html.h", "src/portal/phrases.h", "src/audit/evidence_json.cpp"}},
      {"catch (...)", Where::rooms, "the library's own exception type", {"src/base/", "src/app/"}},
      {"std::cout", Where::rooms, "a return value, or base/log.h", {"src/app/"}},
      {"std::cerr", Where::rooms, "a return value, or base/log.h", {"src/app/"}},
  };
  return rows;
}

bool applies(const BannedWord& row, const SourceFile& file) {
  const bool is_allowed = std::any_of(row.allowed.begin(), row.allowed.end(), [&](std::string_view place) {
    return place.ends_with('/') ? file.path.starts_with(place) : file.path == place;
  });
  if (is_allowed) return false;
  switch (row.where) {
    case Where::everywhere:
      return true;
    case Where::rooms:
      return !file.room().empty() && !file.is_room_test();
    case Where::headers:
      return file.extension() == ".h";
  }
  return true;
}

// A member of that name (listener.system(), or one of another namespace) is not meant.
bool is_member(std::string_view code, std::size_t at, std::string_view word) {
  if (!word.ends_with('(')) return false;
  const auto before = code.substr(0, at);
  if (before.ends_with('.') || before.ends_with("->")) return true;
  return before.ends_with("::") && !before.ends_with("std::") && !before.ends_with(" ::");
}

// `int system(...)`, `Pointer<T> system(...)` declare one of our own.
bool is_declared(std::string_view code, std::size_t at, std::string_view word) {
  if (!word.ends_with('(') || at < 2 || code[at - 1] != ' ') return false;
  if (code[at - 2] == '>' || code[at - 2] == '*' || code[at - 2] == '&') return true;
  auto from = at - 1;
  while (from > 0 && is_word_letter(code[from - 1]))
    --from;
  const auto before = code.substr(from, at - 1 - from);
  return !before.empty() && before != "return" && before != "else" && before != "case" && before != "do";
}

// `using namespace std::chrono_literals` brings suffixes only.
bool is_for_literals(std::string_view code, std::size_t at) {
  const auto statement = code.substr(at, code.find(';', at) - at);
  return statement.starts_with("using namespace std::") && statement.ends_with("literals");
}

}  // namespace

Findings check_banned_words(const Repository& repository) {
  Findings findings;
  for (const auto& file : repository.files) {
    if (!file.is_code()) continue;
    const auto code = without_comments_and_literals(file.text);
    for (const auto& row : banned_words()) {
      if (!applies(row, file)) continue;
      for (const auto at : find_word(code, row.word)) {
        if (is_member(code, at, row.word) || is_declared(code, at, row.word) || is_for_literals(code, at))
          continue;
        findings.push_back(
            {file.path, line_at(code, at), std::string(row.word) + ": use " + std::string(row.instead)});
      }
    }
  }
  return findings;
}

}  // namespace art32::tidy
