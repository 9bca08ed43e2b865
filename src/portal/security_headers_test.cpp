#include "portal/security_headers.h"

#include <gtest/gtest.h>

namespace art32::portal {
namespace {

using namespace std::chrono_literals;

std::string hsts_for(std::chrono::milliseconds promised) {
  model::Annex annex;
  model::Measure measure;
  measure.id = "encryption.transport";
  measure.promises = {{"hsts_max_age", model::PromiseType::duration, promised}};
  annex.sections = {{"encryption", {}, {}, {measure}}};
  const auto headers = security_headers(annex);
  const auto value = net::find_header(headers, "Strict-Transport-Security");
  const std::string text(value.value_or(""));
  return text.substr(0, text.find(';'));
}

TEST(SecurityHeaders, carry_the_promised_age_in_whole_seconds_and_never_less) {
  EXPECT_EQ(hsts_for(8760h), "max-age=31536000");
  EXPECT_EQ(hsts_for(8760h + 1ms), "max-age=31536001");
  EXPECT_EQ(hsts_for(250ms), "max-age=1");
}

TEST(SecurityHeadersDeathTest, never_tell_browsers_to_forget) {
  EXPECT_DEATH(static_cast<void>(hsts_for(0ms)), "seconds > 0");
}

}  // namespace
}  // namespace art32::portal
