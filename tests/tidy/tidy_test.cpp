#include <gtest/gtest.h>

#include "tests/tidy/rules.h"

namespace art32::tidy {
namespace {

const Repository& checkout() {
  static const Repository repository = load_repository(ART32_SOURCE_FOLDER);
  return repository;
}

class Checkout : public testing::TestWithParam<Rule> {};

TEST_P(Checkout, keeps) {
  for (const auto& finding : GetParam().check(checkout()))
    ADD_FAILURE() << finding.path << ":" << finding.line << ": " << finding.what
                  << "\n  rule: " << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(Tidy, Checkout, testing::ValuesIn(rules().begin(), rules().end()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Repository, is_read_whole) {
  EXPECT_NE(checkout().find("src/base/result.h"), nullptr);
  EXPECT_NE(checkout().find("dev"), nullptr);
  EXPECT_GE(checkout().rooms().size(), 10U);
}

}  // namespace
}  // namespace art32::tidy
