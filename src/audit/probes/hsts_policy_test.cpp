#include "audit/probes/hsts_policy.h"

#include <gtest/gtest.h>

namespace art32::audit {
namespace {

using namespace std::chrono_literals;

// The examples of RFC 6797 section 6.2, and the forms section 6.1 allows.
TEST(HstsPolicy, reads_the_examples_of_rfc_6797) {
  EXPECT_EQ(parse_hsts("max-age=31536000")->max_age, 365 * 24h);
  EXPECT_FALSE(parse_hsts("max-age=31536000")->include_subdomains);
  EXPECT_TRUE(parse_hsts("max-age=15768000 ; includeSubDomains")->include_subdomains);
  EXPECT_EQ(parse_hsts("max-age=\"31536000\"")->max_age, 365 * 24h);
  EXPECT_EQ(parse_hsts("max-age=0")->max_age, 0s);
  EXPECT_TRUE(parse_hsts("MAX-AGE=1; INCLUDESUBDOMAINS; preload")->include_subdomains);
  EXPECT_EQ(parse_hsts(" ; ; max-age = 5 ;")->max_age, 5s);
}

TEST(HstsPolicy, is_none_where_a_browser_ignores_the_field) {
  for (const std::string_view wrong :
       {"", "includeSubDomains", "max-age", "max-age=", "max-age=x", "max-age=-1", "max-age=1.5",
        "max-age=\"1", "max-age=1; max-age=31536000",
        "max-age=31536000; includeSubDomains; includesubdomains", "max-age=1 2", "maxage=31536000",
        "max-age=99999999999999999999999"})
    EXPECT_FALSE(parse_hsts(wrong).has_value()) << wrong;
}

TEST(HstsPolicy, survives_an_age_beyond_any_clock) {
  EXPECT_GT(parse_hsts("max-age=18446744073709551615")->max_age, 365 * 24h);
}

}  // namespace
}  // namespace art32::audit
