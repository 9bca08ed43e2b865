#include "pgwire/body_reader.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <memory>

#include "pgwire/message_writer.h"

namespace art32::pgwire {
namespace {

TEST(BodyReader, reads_what_the_writer_wrote) {
  base::Bytes message{0xaa};  // something that stood there before
  MessageWriter(message, 'Q')
      .u8(1)
      .u16(0xfffe)
      .i16(-3)
      .u32(0xffff'fffc)
      .i32(-5)
      .cstring("six")
      .cstring("")
      .octets(base::as_bytes("end"))
      .finish();
  EXPECT_EQ(message[1], 'Q');
  EXPECT_EQ(base::get_u32(base::ByteView(message).subspan(2)), message.size() - 2);
  BodyReader reader(base::ByteView(message).subspan(6));
  EXPECT_EQ(reader.u8(), 1);
  EXPECT_EQ(reader.u16(), 0xfffe);
  EXPECT_EQ(reader.i16(), -3);
  EXPECT_EQ(reader.u32(), 0xffff'fffcU);
  EXPECT_EQ(reader.i32(), -5);
  EXPECT_EQ(reader.cstring(), "six");
  EXPECT_EQ(reader.cstring(), "");
  EXPECT_FALSE(reader.finished());
  EXPECT_EQ(base::as_text(reader.rest()), "end");
  EXPECT_TRUE(reader.finished());
}

TEST(BodyReader, fails_for_good_after_one_read_too_many) {
  const base::Bytes body{1, 2, 0};
  BodyReader reader(body);
  EXPECT_EQ(reader.u32(), 0U);
  EXPECT_TRUE(reader.failed());
  EXPECT_EQ(reader.u8(), 0);
  EXPECT_EQ(reader.cstring(), "");
  EXPECT_TRUE(reader.octets(1).empty());
  EXPECT_TRUE(reader.rest().empty());
  EXPECT_TRUE(reader.failed());
  EXPECT_FALSE(reader.finished());
}

TEST(BodyReader, finds_no_text_without_a_terminator) {
  BodyReader reader(base::as_bytes("abc"));
  EXPECT_EQ(reader.cstring(), "");
  EXPECT_TRUE(reader.failed());
}

TEST(BodyReader, refuses_counts_that_overflow) {
  BodyReader reader(base::as_bytes("abc"));
  (void)reader.u8();
  EXPECT_TRUE(reader.octets(SIZE_MAX).empty());
  EXPECT_TRUE(reader.failed());
}

RC_GTEST_PROP(BodyReader, never_reads_past_its_body,
              (const base::Bytes& body, const std::vector<std::uint8_t>& steps)) {
  const auto exact = std::make_unique<std::uint8_t[]>(body.size());
  std::copy(body.begin(), body.end(), exact.get());
  BodyReader reader(base::ByteView(exact.get(), body.size()));
  for (const std::uint8_t step : steps) {
    switch (step % 5) {
      case 0:
        (void)reader.u8();
        break;
      case 1:
        (void)reader.u16();
        break;
      case 2:
        (void)reader.u32();
        break;
      case 3:
        (void)reader.cstring();
        break;
      default:
        (void)reader.octets(step / 5);
    }
    RC_ASSERT(reader.offset() <= body.size());
  }
}

TEST(MessageWriter, counts_octets_that_others_will_send) {
  base::Bytes message;
  MessageWriter(message, 'B').cstring("p").finish(10);
  EXPECT_EQ(base::hex(message), "42000000107000");
}

TEST(MessageWriterDeathTest, aborts_on_a_text_that_would_become_two) {
  base::Bytes message;
  EXPECT_DEATH(MessageWriter(message, 'Q').cstring(std::string_view("a\0b", 3)).finish(), "npos");
}

}  // namespace
}  // namespace art32::pgwire
