// The description of the JSON API, as a validator that isn't ours reads it.
#include "identity/api/openapi.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "net/subprocess.h"

namespace art32::identity {
namespace {

using namespace std::chrono_literals;

net::Finished validate(const std::string& document) {
  const std::string script = std::string(ART32_SOURCE_FOLDER) + "/tests/openapi/validate.mjs";
  const auto finished = net::run({{"node", script}, {}, document, {}}, 60s);
  EXPECT_TRUE(finished) << finished.error().message();
  return finished.value_or(net::Finished{});
}

TEST(OpenApi, is_a_valid_document_of_version_3_1) {
  const net::Finished finished = validate(api::openapi_document());
  EXPECT_EQ(finished.exit_code, 0) << finished.output << finished.errors;
  EXPECT_EQ(finished.output, "OpenAPI 3.1\n");
}

TEST(OpenApi, would_not_be_valid_with_a_fault_in_it) {
  const std::string document = api::openapi_document();
  for (const auto& [right, wrong] :
       {std::pair<std::string, std::string>{R"("in":"path")", R"("in":"pathway")"},
        std::pair<std::string, std::string>{R"("responses":{"200")", R"("answers":{"200")"},
        std::pair<std::string, std::string>{"#/components/schemas/TeamPage",
                                            "#/components/schemas/Nothing"}}) {
    const std::string broken = base::replace_all(document, right, wrong);
    ASSERT_NE(broken, document);
    EXPECT_NE(validate(broken).exit_code, 0) << wrong;
  }
}

}  // namespace
}  // namespace art32::identity
