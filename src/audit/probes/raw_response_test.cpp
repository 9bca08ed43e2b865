#include "audit/probes/raw_response.h"

#include <gtest/gtest.h>

namespace art32::audit {
namespace {

TEST(ResponseHead, gives_status_and_fields) {
  const auto response = parse_response_head(
      "HTTP/1.1 431 Request Header Fields Too Large\r\nServer: a\r\nX-Empty:\r\n\r\nbody: no field");
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 431);
  EXPECT_EQ(net::find_header(response->headers, "server"), "a");
  EXPECT_EQ(net::find_header(response->headers, "X-EMPTY"), "");
  EXPECT_EQ(net::find_header(response->headers, "body"), std::nullopt);
}

TEST(ResponseHead, is_none_for_anything_less_than_a_head) {
  for (const std::string_view wrong :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno field\r\n\r\n", "hello\r\n\r\n"})
    EXPECT_FALSE(parse_response_head(wrong).has_value()) << wrong;
}

}  // namespace
}  // namespace art32::audit
