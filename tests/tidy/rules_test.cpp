#include <gtest/gtest.h>

#include <algorithm>

#include "tests/tidy/code_text.h"
#include "tests/tidy/rules.h"

namespace art32::tidy {
namespace {

// A file, and how often a rule must find something in a repository that holds it.
struct Example {
  std::string rule;
  std::string path;
  std::string text;
  std::size_t findings;
};

constexpr const char* root_list = R"(project(art32 VERSION 1.2.3 LANGUAGES CXX)

art32_room(base      LINK fmt::fmt)
art32_room(net       ROOMS base LINK openssl)
art32_room(model     ROOMS base)
art32_room(ledger    ROOMS base
                     model LINK sqlite)
art32_room(audit     ROOMS base model)
)";

std::string repeated(std::string_view line, int count) {
  std::string text;
  for (int index = 0; index < count; ++index)
    text += line;
  return text;
}

std::string function_of(int lines) {
  return "int long_one(int a) {\n" + repeated("  a += 1;\n", lines - 2) + "}\n";
}

// Marks that the text rules look for are written in two halves.
const std::vector<Example> examples = {
    {"room_includes", "src/ledger/a.cpp", "#include \"audit/engine.h\"\n", 1},
    {"room_includes", "src/base/a.h", "#include \"model/annex.h\"\n", 1},
    {"room_includes", "src/ledger/a.cpp",
     "#include \"model/annex.h\"\n#include \"ledger/b.h\"\n#include <net/if.h>\n", 0},
    {"room_table", "CMakeLists.txt",
     "\nart32_room(base)\nart32_room(ledger ROOMS base)\nart32_room(audit ROOMS ledger)\n", 1},
    {"room_table", "CMakeLists.txt", "\nart32_room(base ROOMS net)\nart32_room(net)\n", 1},
    {"room_table", "CMakeLists.txt", "add_subdirectory(src)\n", 1},
    {"room_table", "CMakeLists.txt", root_list, 0},
    {"library_includes", "src/audit/a.cpp", "#include <openssl/evp.h>\n", 1},
    {"library_includes", "src/net/a.cpp", "#include <openssl/evp.h>\n", 1},
    {"library_includes", "src/net/a.cpp", "#include <openssl/ssl.h>\n#include <sys/socket.h>\n", 0},
    {"library_includes", "src/net/a.cpp", "#include <boost/beast/http.hpp>\n", 1},
    {"library_includes", "src/ledger/a.cpp", "#include <sys/socket.h>\n#include <boost/asio.hpp>\n", 2},
    {"file_length", "src/base/a.cpp", repeated("int a;\n", 501), 1},
    {"file_length", "src/base/a.cpp", repeated("int a;\n", 500), 0},
    {"function_length", "src/base/a.cpp", "namespace a {\n" + function_of(60) + "}\n", 1},
    {"function_length", "src/base/a.cpp", "namespace a {\n" + function_of(59) + function_of(59) + "}\n", 0},
    {"function_length", "src/base/a.cpp", "const int table[] = {\n" + repeated("    f(1),\n", 90) + "};\n",
     0},
    {"function_length", "src/base/a.cpp",
     "Rows f() {\n  return {\n" + repeated("    {1},\n", 90) + "  };\n}\n", 0},
    {"function_length", "src/base/a.cpp",
     "Rows f() {\n  return {[] {\n" + repeated("    g();\n", 90) + "  }()}.h();\n}\n", 1},
    {"banned_words", "src/net/a.cpp", "int f() { return std::system(\"ls\"); }\n", 1},
    {"banned_words", "src/net/a.cpp", "void f() { throw 1; }\n", 1},
    {"banned_words", "src/net/a_test.cpp", "void f() { throw 1; }\n", 0},
    {"banned_words", "src/net/a.cpp", "auto f() { return co_await g(); }\n", 1},
    {"banned_words", "src/net/a.h", "using namespace art32;\n", 1},
    {"banned_words", "src/net/a.h", "using namespace std::chrono_literals;\n", 0},
    {"banned_words", "src/net/a.cpp", "using namespace std;\n", 1},
    {"banned_words", "src/app/a.cpp", "void f() { std::cout << 1; }\n", 0},
    {"banned_words", "src/net/a.cpp",
     "// throw, gets, system(\nstatic_assert(1); a.system(b); Pointer<A> system(new A); const char* t = "
     "\"goto\";\n",
     0},
    {"type_names", "src/base/a.h",
     "namespace a {\nstruct B {\n};\n}  // namespace a\nnamespace a {\nclass B : public C {\n};\n}  // "
     "namespace "
     "a\n",
     1},
    {"type_names", "src/base/a.cpp",
     "namespace a {\nnamespace {\nstruct B {};\n}  // namespace\nstruct B {\n  struct D {};\n};\nstruct E;\n"
     "}  // namespace a\nstruct B {};\nstruct E one() {\n}\n",
     0},
    {"header_openings", "src/base/a.h", "// One line.\n#pragma once\n", 1},
    {"header_openings", "src/base/a.h", "// One.\n// Two.\n#include <map>\n", 1},
    {"header_openings", "src/base/a.h", "// One.\n// Two.\n\n#pragma once\n", 0},
    {"white_space", "docs/a.md", "one \ntwo\tthree\nfour", 3},
    {"white_space", "docs/a.md", "one\ntwo\n", 0},
    {"unfinished_marks", "src/base/a.cpp",
     "// TO"
     "DO: later\n",
     1},
    {"unfinished_marks", "src/base/a.cpp", "// mkstemp(\"aXXXXXX\"), TODOS\n", 0},
    {"forbidden_words", "docs/a.md",
     "see /wo"
     "rk/main\n",
     1},
    {"forbidden_words", "docs/a.md",
     "Made by Chat"
     "GPT\n",
     1},
    {"forbidden_words", "docs/a.md", "AI literacy and framework/x\n", 0},
    {"dead_sources", "src/base/a.h", "// nobody\n", 1},
    {"dead_sources", "src/cellar/a.cpp", "int a;\n", 1},
    {"dead_sources", "src/base/a.cpp", "int a;\n", 0},
    {"dead_scripts", "tools/lost.sh", "true\n", 1},
    {"dead_scripts", "docs/lost.md", "# Lost\n", 1},
    {"dead_scripts", "src/base/a.cpp", "int a;\n", 0},
    {"test_folders", "tests/lost/a_test.cpp", "int a;\n", 1},
    {"test_folders", "tests/found/CMakeLists.txt", "art32_integration_test(found)\n", 0},
    {"licence", "LICENSE", "Apache License\n", 2},
    {"licence", "LICENSE", "Apache License\nVersion 2.0, January 2004\nEND OF TERMS AND CONDITIONS\n", 0},
    {"links", "docs/a.md", "[x](b.md) [y](#none) [z](https://example.org/)\n", 2},
    {"links", "docs/a.md",
     "# Über uns: A\n[x](../CMakeLists.txt) [y](#über-uns-a)\n```\n[z](no)\n```\n`[z](no)`\n", 0},
    {"architecture", "ARCHITECTURE.md", "| `base/` | x |\n| `attic/` | x |\n", 1},
    {"architecture", "ARCHITECTURE.md",
     "| `base/` | |\n| `net/` | |\n| `model/` | |\n| *x* | |\n| `ledger/` | |\n| `audit/` | |\n", 0},
    {"change_log", "CHANGELOG.md", "# Changes\n\n## 1.2.2\n", 1},
    {"change_log", "CHANGELOG.md", "# Changes\n\n## 1.2.3, unreleased\n", 0},
};

Repository repository_with(const Example& example) {
  Repository repository;
  if (example.path != "CMakeLists.txt") repository.files.push_back({"CMakeLists.txt", root_list});
  repository.files.push_back({example.path, example.text});
  return repository;
}

class Rules : public testing::TestWithParam<Rule> {};

TEST_P(Rules, find_what_is_bad_and_nothing_else) {
  int bad = 0, good = 0;
  for (const auto& example : examples) {
    if (example.rule != GetParam().name) continue;
    ++(example.findings > 0 ? bad : good);
    EXPECT_EQ(GetParam().check(repository_with(example)).size(), example.findings) << example.text;
  }
  EXPECT_GT(bad, 0) << "no bad example";
  EXPECT_GT(good, 0) << "no good example";
}

INSTANTIATE_TEST_SUITE_P(Tidy, Rules, testing::ValuesIn(rules().begin(), rules().end()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Examples, name_rules_that_exist) {
  for (const auto& example : examples) {
    const auto all = rules();
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const Rule& rule) {
      return rule.name == example.rule;
    })) << example.rule;
  }
}

TEST(CodeText, blanks_comments_and_literals_but_keeps_lines) {
  EXPECT_EQ(without_comments_and_literals("a // b\nc"), "a     \nc");
  EXPECT_EQ(without_comments_and_literals("a /* b\n */ c"), "a     \n    c");
  EXPECT_EQ(without_comments_and_literals(R"(f("a\"b", 'c', 1'000))"), R"(f("    ", ' ', 1'000))");
  EXPECT_EQ(without_comments_and_literals("R\"x(a\")b)x\" c"), "R\"        \" c");
}

TEST(CodeText, finds_functions_but_no_tables_and_no_lambdas_within) {
  const auto functions = functions_of(R"(
namespace a {
const int t[] = {f(1)};
class C : public B {
 public:
  C(int a, std::vector<int> b = {}) : a_(a), b_{1} { go(); }
  int get() const { return a_; }
};
template <class T, int N>
struct D {
  bool operator==(const D&) const { return true; }
};
#define M(x) \
  if (x) {
TEST(A, b) {
  run([&](int c) {
    return c;
  });
}
}  // namespace a
)");
  std::vector<std::string> heads;
  for (const auto& function : functions)
    heads.push_back(function.head.substr(function.head.find_last_of('\n') + 1));
  ASSERT_EQ(functions.size(), 4U);
  EXPECT_EQ(functions[2].first_line, 11);
  EXPECT_EQ(functions[3].head, "TEST(A, b)");
  EXPECT_EQ(functions[3].last_line - functions[3].first_line, 4);
}

}  // namespace
}  // namespace art32::tidy
