#include "pgwire/logical_replication.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace art32::pgwire {
namespace {

using testing::ElementsAre;
using Kind = LogicalValue::Kind;

// Messages as a server sends them, put together by hand.
class Written {
 public:
  explicit Written(char kind) { octets_.push_back(static_cast<std::uint8_t>(kind)); }
  Written& u8(std::uint8_t value) { return octets_.push_back(value), *this; }
  Written& u16(std::uint16_t value) { return base::put_u16(octets_, value), *this; }
  Written& u32(std::uint32_t value) { return base::put_u32(octets_, value), *this; }
  Written& u64(std::uint64_t value) { return base::put_u64(octets_, value), *this; }
  Written& name(std::string_view text) { return raw(text).u8(0); }
  Written& raw(std::string_view text) { return base::append(octets_, base::as_bytes(text)), *this; }
  Written& text(std::string_view value) {
    return u8('t').u32(static_cast<std::uint32_t>(value.size())).raw(value);
  }
  operator base::ByteView() const { return octets_; }
  const base::Bytes& octets() const { return octets_; }

 private:
  base::Bytes octets_;
};

// Its views live as long as the octets.
template <class Message>
Message parse(const Written& message) {
  const base::ByteView octets = message;
  const auto parsed = parse_logical_message(octets);
  if (parsed && std::holds_alternative<Message>(*parsed)) return std::get<Message>(*parsed);
  ADD_FAILURE() << base::hex(octets);
  return {};
}

TEST(LogicalReplication, begins_and_commits) {
  const auto begin = parse<LogicalBegin>(Written('B').u64(0x20).u64(1'000'000).u32(745));
  EXPECT_EQ(begin.commit, Lsn{0x20});
  EXPECT_EQ(base::rfc3339_seconds(begin.at), "2000-01-01T00:00:01Z");
  EXPECT_EQ(begin.xid, 745U);
  const auto commit = parse<LogicalCommit>(Written('C').u8(0).u64(0x20).u64(0x30).u64(1'000'000));
  EXPECT_EQ(commit.commit, Lsn{0x20});
  EXPECT_EQ(commit.end, Lsn{0x30});
  EXPECT_FALSE(parse_logical_message(Written('C').u8(1).u64(0x20).u64(0x30).u64(0)));
  const Written origin = Written('O').u64(0x7).name("elsewhere");
  EXPECT_EQ(parse<LogicalOrigin>(origin).name, "elsewhere");
}

TEST(LogicalReplication, describes_relations_and_types) {
  const Written message = Written('R')
                              .u32(16'385)
                              .name("")
                              .name("odd \"name\"")
                              .u8('f')
                              .u16(2)
                              .u8(1)
                              .name("id")
                              .u32(20)
                              .u32(0xffffffff)
                              .u8(0)
                              .name("note")
                              .u32(1043)
                              .u32(104);
  const auto relation = parse<LogicalRelation>(message);
  EXPECT_EQ(relation.id, 16'385U);
  EXPECT_EQ(relation.schema, "pg_catalog");
  EXPECT_EQ(relation.name, "odd \"name\"");
  EXPECT_EQ(relation.replica_identity, 'f');
  EXPECT_THAT(relation.columns,
              ElementsAre(LogicalColumn{true, "id", 20, -1}, LogicalColumn{false, "note", 1043, 104}));
  const Written other = Written('Y').u32(16'400).name("public").name("mood");
  const auto type = parse<LogicalType>(other);
  EXPECT_EQ(type.id, 16'400U);
  EXPECT_EQ(type.schema, "public");
}

TEST(LogicalReplication, tells_null_empty_unchanged_and_text_apart) {
  const Written message = Written('I').u32(7).u8('N').u16(4).u8('n').u8('u').text("").text("ein Wert");
  const auto insert = parse<LogicalInsert>(message);
  EXPECT_EQ(insert.relation, 7U);
  EXPECT_THAT(insert.row, ElementsAre(LogicalValue{}, LogicalValue{Kind::unchanged, ""},
                                      LogicalValue{Kind::text, ""}, LogicalValue{Kind::text, "ein Wert"}));
}

TEST(LogicalReplication, gives_updates_with_the_row_of_before_its_key_or_nothing) {
  const auto silent = parse<LogicalUpdate>(Written('U').u32(7).u8('N').u16(1).text("2"));
  EXPECT_EQ(silent.old, LogicalOld::none);
  EXPECT_TRUE(silent.before.empty());
  const Written with_key = Written('U').u32(7).u8('K').u16(1).text("1").u8('N').u16(1).text("2");
  const auto key = parse<LogicalUpdate>(with_key);
  EXPECT_EQ(key.old, LogicalOld::key);
  EXPECT_EQ(key.before[0].text, "1");
  EXPECT_EQ(key.row[0].text, "2");
  const auto full =
      parse<LogicalUpdate>(Written('U').u32(7).u8('O').u16(1).text("1").u8('N').u16(1).text("2"));
  EXPECT_EQ(full.old, LogicalOld::full);
  EXPECT_EQ(parse<LogicalDelete>(Written('D').u32(7).u8('O').u16(1).text("1")).old, LogicalOld::full);
  EXPECT_FALSE(parse_logical_message(Written('D').u32(7).u8('N').u16(1).text("1")));
}

TEST(LogicalReplication, names_all_relations_of_a_truncate) {
  const auto truncate = parse<LogicalTruncate>(Written('T').u32(2).u8(3).u32(7).u32(8));
  EXPECT_THAT(truncate.relations, ElementsAre(7U, 8U));
  EXPECT_TRUE(truncate.is_cascade && truncate.restarts_identity);
}

TEST(LogicalReplication, hands_over_what_programs_put_into_the_log) {
  const Written message = Written('M').u8(1).u64(0x40).name("art32").u32(3).raw(std::string_view("a\0b", 3));
  const auto emitted = parse<LogicalEmitted>(message);
  EXPECT_TRUE(emitted.is_transactional);
  EXPECT_EQ(emitted.at, Lsn{0x40});
  EXPECT_EQ(emitted.prefix, "art32");
  EXPECT_EQ(emitted.content.size(), 3U);
}

TEST(LogicalReplication, refuses_what_is_cut_off_or_goes_on) {
  const Written whole[] = {
      Written('B').u64(0x20).u64(1).u32(7),
      Written('C').u8(0).u64(1).u64(2).u64(3),
      Written('R').u32(1).name("s").name("t").u8('d').u16(1).u8(1).name("id").u32(20).u32(0),
      Written('I').u32(7).u8('N').u16(1).text("x"),
      Written('U').u32(7).u8('O').u16(1).text("x").u8('N').u16(1).text("y"),
      Written('D').u32(7).u8('K').u16(1).text("x"),
      Written('T').u32(1).u8(0).u32(7),
      Written('M').u8(0).u64(1).name("p").u32(1).raw("x"),
      Written('Y').u32(1).name("s").name("t"),
      Written('O').u64(1).name("o")};
  for (const Written& message : whole) {
    EXPECT_TRUE(parse_logical_message(message)) << base::hex(message);
    for (std::size_t size = 0; size < message.octets().size(); ++size)
      EXPECT_FALSE(parse_logical_message(base::ByteView(message).first(size))) << base::hex(message) << size;
    base::Bytes longer = message.octets();
    longer.push_back(0);
    EXPECT_FALSE(parse_logical_message(longer)) << base::hex(message);
  }
  EXPECT_FALSE(parse_logical_message(Written('S').u32(1).u8(1)));  // of version 2
  EXPECT_FALSE(parse_logical_message(Written('I').u32(7).u8('N').u16(0xffff)));
  EXPECT_FALSE(parse_logical_message(Written('I').u32(7).u8('N').u16(1).u8('t').u32(0xffffffff).raw("x")));
  EXPECT_FALSE(parse_logical_message(Written('I').u32(7).u8('N').u16(1).u8('b').u32(1).raw("x")));
}

}  // namespace
}  // namespace art32::pgwire
