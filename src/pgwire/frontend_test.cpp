#include "pgwire/frontend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "pgwire/frame.h"
#include "pgwire/rename.h"

namespace art32::pgwire {
namespace {

base::ByteView body_of(const base::Bytes& message) {
  return base::ByteView(message).subspan(header_octets);
}

Value value(std::string_view text) {
  return base::as_bytes(text);
}

std::vector<std::string> texts_of(const ValueList& list) {
  std::vector<std::string> texts;
  for (ValueReader reader(list); reader.has_next();) {
    const Value next = reader.next();
    texts.push_back(next ? base::to_text(*next) : "NULL");
  }
  return texts;
}

TEST(Frontend, reads_a_query) {
  base::Bytes message;
  put_query(message, "select 1");
  EXPECT_EQ(base::hex(message), "510000000d73656c656374203100");
  EXPECT_EQ(parse_query(body_of(message))->text, "select 1");
}

TEST(Frontend, reads_a_parse_with_its_types) {
  const base::Bytes types = *base::from_hex("00000017ffffffff");
  base::Bytes message;
  put_parse(message, {"s1", "select $1, $2", types});
  const auto parse = parse_parse(body_of(message));
  ASSERT_TRUE(parse);
  EXPECT_EQ(parse->name, "s1");
  EXPECT_EQ(parse->text, "select $1, $2");
  EXPECT_EQ(base::hex(parse->parameter_types), base::hex(types));
}

TEST(Frontend, reads_a_bind_with_values_and_formats) {
  base::Bytes message;
  const std::vector<Value> values{value("one"), std::nullopt, value("")};
  put_text_bind(message, "portal", "statement", values);
  const auto bind = parse_bind(body_of(message));
  ASSERT_TRUE(bind);
  EXPECT_EQ(bind->portal, "portal");
  EXPECT_EQ(bind->statement, "statement");
  EXPECT_THAT(texts_of(bind->parameters), testing::ElementsAre("one", "NULL", ""));
  EXPECT_EQ(bind->parameter_formats.format_of(2), 0);
}

TEST(Frontend, knows_the_format_of_each_value) {
  const base::Bytes none, one{0, 1}, two{0, 1, 0, 0};
  EXPECT_EQ(FormatList::of(none).format_of(5), 0);
  EXPECT_EQ(FormatList::of(one).format_of(5), 1);
  EXPECT_EQ(FormatList::of(two).format_of(0), 1);
  EXPECT_EQ(FormatList::of(two).format_of(1), 0);
  EXPECT_EQ(FormatList::of(two).format_of(2), 0);
}

TEST(Frontend, reads_describe_close_and_execute) {
  base::Bytes describe, close, execute;
  put_describe(describe, {ObjectKind::statement, "s"});
  put_close(close, {ObjectKind::portal, ""});
  put_execute(execute, {"c", 50});
  EXPECT_EQ(base::hex(describe), "4400000007537300");
  EXPECT_EQ(base::hex(close), "43000000065000");
  EXPECT_EQ(parse_object_name(body_of(describe))->name, "s");
  EXPECT_EQ(parse_object_name(body_of(close))->kind, ObjectKind::portal);
  EXPECT_EQ(parse_execute(body_of(execute))->portal, "c");
  EXPECT_EQ(parse_execute(body_of(execute))->row_limit, 50);
  EXPECT_FALSE(parse_object_name(base::as_bytes(std::string_view("Xs\0", 3))));
}

TEST(Frontend, reads_a_function_call) {
  base::Bytes arguments_body;
  base::put_u16(arguments_body, 1);
  base::put_u32(arguments_body, 2);
  base::append(arguments_body, base::as_bytes("42"));
  BodyReader reader(arguments_body);
  FunctionCall call;
  call.function = 1598;
  call.arguments = ValueList::read(reader);
  base::Bytes message;
  put_function_call(message, call);
  const auto read = parse_function_call(body_of(message));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->function, 1598U);
  EXPECT_THAT(texts_of(read->arguments), testing::ElementsAre("42"));
}

TEST(Frontend, refuses_negative_lengths_other_than_that_of_null) {
  for (const std::string_view length : {"fffffffe", "80000000", "7fffffff", "00000001"}) {
    const base::Bytes body = *base::from_hex(
        "0000"
        "0000"
        "0001" +
        std::string(length) + "0000");
    EXPECT_FALSE(parse_bind(body)) << length;
  }
  EXPECT_TRUE(
      parse_bind(*base::from_hex("0000"
                                 "0000"
                                 "0001"
                                 "ffffffff"
                                 "0000")));
}

// Every message that the builders make, cut anywhere or with an octet more, is refused.
TEST(Frontend, refuses_bodies_that_are_cut_or_too_long) {
  const auto is_accepted = [](std::uint8_t type, base::ByteView body) -> bool {
    switch (type) {
      case frontend_type::query:
        return parse_query(body).has_value();
      case frontend_type::parse:
        return parse_parse(body).has_value();
      case frontend_type::bind:
        return parse_bind(body).has_value();
      case frontend_type::describe:
        return parse_object_name(body).has_value();
      case frontend_type::execute:
        return parse_execute(body).has_value();
      case frontend_type::function_call:
        return parse_function_call(body).has_value();
      default:
        return parse_copy_fail(body).has_value();
    }
  };
  std::vector<base::Bytes> messages(7);
  put_query(messages[0], "q");
  put_parse(messages[1], {"n", "t", *base::from_hex("00000001")});
  put_text_bind(messages[2], "p", "s", std::vector<Value>{value("v"), std::nullopt});
  put_describe(messages[3], {ObjectKind::portal, "p"});
  put_execute(messages[4], {"p", 1});
  put_function_call(messages[5], {});
  put_copy_fail(messages[6], "reason");
  for (base::Bytes& message : messages) {
    const std::uint8_t type = message[0];
    EXPECT_TRUE(is_accepted(type, body_of(message))) << type;
    for (std::size_t size = 0; size < message.size() - header_octets; ++size)
      EXPECT_FALSE(is_accepted(type, body_of(message).first(size))) << type << " " << size;
    message.push_back(0);
    EXPECT_FALSE(is_accepted(type, body_of(message))) << type;
  }
}

RC_GTEST_PROP(Frontend, binds_any_values, (const std::vector<std::pair<bool, base::Bytes>>& parameters)) {
  std::vector<Value> values;
  for (const auto& [is_null, octets] : parameters)
    values.push_back(is_null ? Value() : Value(octets));
  base::Bytes message;
  put_text_bind(message, "", "", values);
  const auto bind = parse_bind(body_of(message));
  RC_ASSERT(bind.has_value());
  ValueReader reader(bind->parameters);
  for (const Value& bound : values) {
    const Value read = reader.next();
    RC_ASSERT(read.has_value() == bound.has_value());
    if (!bound) continue;
    RC_ASSERT(std::ranges::equal(*read, *bound));
  }
  RC_ASSERT(!reader.has_next());
}

TEST(Rename, replaces_the_names_of_a_bind_and_lets_the_rest_pass) {
  base::Bytes message, renamed, expected;
  const std::vector<Value> values{value("secret")};
  put_text_bind(message, "", "client_name", values);
  const auto names = read_bind_names(body_of(message));
  ASSERT_TRUE(names);
  EXPECT_EQ(names->statement, "client_name");
  const base::ByteView rest = body_of(message).subspan(names->end);
  put_bind_front(renamed, names->portal, "s17", rest.size());
  base::append(renamed, rest);
  put_text_bind(expected, "", "s17", values);
  EXPECT_EQ(base::hex(renamed), base::hex(expected));
  EXPECT_EQ(read_frame(Origin::frontend, renamed).octets, renamed.size());
}

TEST(Rename, replaces_the_name_of_a_parse_and_lets_the_text_pass) {
  base::Bytes message, renamed, expected;
  put_parse(message, {"a", "select 1", {}});
  const auto front = read_front_name(body_of(message));
  ASSERT_TRUE(front);
  const base::ByteView rest = body_of(message).subspan(front->end);
  put_named_front(renamed, frontend_type::parse, "s17", rest.size());
  base::append(renamed, rest);
  put_parse(expected, {"s17", "select 1", {}});
  EXPECT_EQ(base::hex(renamed), base::hex(expected));
}

TEST(Rename, waits_for_names_that_are_under_way) {
  base::Bytes message;
  put_text_bind(message, "por", "sta", {});
  for (std::size_t size = 0; size < 8; ++size)
    EXPECT_FALSE(read_bind_names(body_of(message).first(size)));
  EXPECT_EQ(read_bind_names(body_of(message).first(8))->end, 8U);
  EXPECT_FALSE(read_front_name(body_of(message).first(3)));
  EXPECT_EQ(read_front_name(body_of(message).first(4))->name, "por");
}

}  // namespace
}  // namespace art32::pgwire
