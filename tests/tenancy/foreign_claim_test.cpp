// Claims under somebody else's library: PyJWT reads ours, and we read its.
#include <gtest/gtest.h>

#include "base/text.h"
#include "net/subprocess.h"
#include "tenancy/claim_token.h"
#include "tenancy/testing.h"

namespace art32::test {
namespace {

TEST(ForeignClaim, is_read_both_ways) {
  const tenancy::KeyRing keys = tenancy::vector_keys();
  const std::string token = tenancy::sign_claim(tenancy::vector_claim(), keys);
  net::Command command;
  command.arguments = {"/usr/bin/python3", ART32_SOURCE_FOLDER "/tests/tenancy/foreign_claim.py", token};
  command.input = base::hex(keys.signing().secret.view());
  const auto finished = net::run(command, std::chrono::seconds(30));
  ASSERT_TRUE(finished && finished->exit_code == 0)
      << (finished ? finished->errors : finished.error().message());
  const auto lines = base::split(base::trim(finished->output), '\n');
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(
      lines[0],
      R"({"aud":"example","exp":1764500060,"iat":1764500000,"kind":"user","request":"r-1","sub":"7","team":"42"})");
  const auto read = tenancy::verify_claim(lines[1], keys, "example", tenancy::vector_time());
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, tenancy::vector_claim());
}

}  // namespace
}  // namespace art32::test
