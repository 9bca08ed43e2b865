#include "trail/syslog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "trail/event_senders.h"

namespace art32::trail {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const StreamEvent event{"00ff", "insert", "2026-11-30T12:00:00.500000Z", "shop", "42", 7, "{}"};

// docs/formats/ocsf.md, "Syslog"
TEST(Syslog, message_is_that_of_the_vector) {
  const std::string message = syslog_message(event, "art32.example.com");
  EXPECT_EQ(message,
            "<110>1 2026-11-30T12:00:00.500000Z art32.example.com art32 - insert [art32@32473 uid=\"00ff\" "
            "database=\"shop\" team=\"42\" number=\"7\"] {}");
  const std::string page =
      base::read_text_file(base::Path(__FILE__).parent_path() / "../../docs/formats/ocsf.md").value();
  EXPECT_THAT(page, HasSubstr("\n" + syslog_frame(message) + "\n"));
}

TEST(Syslog, frame_counts_octets) {
  EXPECT_EQ(syslog_frame("a\xC3\xBC\n"), "4 a\xC3\xBC\n");
}

TEST(Syslog, tells_a_gap_as_an_error) {
  StreamEvent gap = event;
  gap.kind = "gap";
  EXPECT_THAT(syslog_message(gap, ""), StartsWith("<107>1 2026-11-30T12:00:00.500000Z - art32 - gap ["));
}

TEST(Syslog, escapes_what_would_end_a_parameter) {
  StreamEvent odd = event;
  odd.team = "a\"]\\b";
  odd.database = "two words";
  const std::string message = syslog_message(odd, "host with\nlines");
  EXPECT_THAT(message, HasSubstr(R"(database="two words" team="a\"\]\\b")"));
  EXPECT_THAT(message, HasSubstr(" host_with_lines art32 "));
}

TEST(StreamTarget, is_https_or_syslog_over_tls) {
  const auto parsed = [](std::string_view url) {
    const auto target = parse_stream_target(url);
    if (!target) return std::string("none");
    return std::string(target->kind == StreamTarget::Kind::https ? "https" : "syslog") + " " + target->host +
           " " + std::to_string(target->port) + " " + target->target;
  };
  EXPECT_EQ(parsed("https://siem.example.com/in?a=1"), "https siem.example.com 443 /in?a=1");
  EXPECT_EQ(parsed("https://siem.example.com"), "https siem.example.com 443 /");
  EXPECT_EQ(parsed("https://siem.example.com?a"), "https siem.example.com 443 /?a");
  EXPECT_EQ(parsed("https://[::1]:8443/x"), "https ::1 8443 /x");
  EXPECT_EQ(parsed("syslog+tls://siem.example.com"), "syslog siem.example.com 6514 /");
  EXPECT_EQ(parsed("syslog+tls://siem.example.com:601"), "syslog siem.example.com 601 /");
  for (const char* const bad :
       {"", "http://siem.example.com", "syslog://siem.example.com", "https://", "https://:443", "https://a:0",
        "https://a:99999", "https://a:x", "https://user:pw@host/", "https://a/b c", "https://a/#b",
        "syslog+tls://a/b", "https://a\r\nb/", "https://[::1/"})
    EXPECT_EQ(parsed(bad), "none") << bad;
}

}  // namespace
}  // namespace art32::trail
