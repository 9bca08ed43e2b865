#include "pgwire/backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pgwire/rebuild.h"
#include "pgwire/rows.h"

namespace art32::pgwire {
namespace {

base::ByteView body_of(const base::Bytes& message) {
  return base::ByteView(message).subspan(header_octets);
}

TEST(Backend, knows_the_three_states_of_a_transaction_and_no_other) {
  for (const auto status :
       {TransactionStatus::idle, TransactionStatus::in_transaction, TransactionStatus::failed}) {
    base::Bytes message;
    put_ready_for_query(message, status);
    EXPECT_EQ(parse_ready_for_query(body_of(message)), status);
  }
  EXPECT_FALSE(parse_ready_for_query(base::as_bytes("X")));
  EXPECT_FALSE(parse_ready_for_query(base::as_bytes("II")));
  EXPECT_FALSE(parse_ready_for_query({}));
}

TEST(Backend, reads_a_parameter_status) {
  base::Bytes message;
  put_parameter_status(message, {"TimeZone", "UTC"});
  EXPECT_EQ(parse_parameter_status(body_of(message))->name, "TimeZone");
  EXPECT_EQ(parse_parameter_status(body_of(message))->value, "UTC");
}

// "cancel keys 4-256 bytes in 3.2, 4 in 3.0" (PostgreSQL e411a8d)
TEST(Backend, takes_cancel_keys_by_the_version_spoken) {
  for (const std::size_t size : {0U, 3U, 4U, 5U, 32U, 256U, 257U}) {
    base::Bytes body(4 + size, 7);
    EXPECT_EQ(parse_backend_key_data(body, protocol_3_0).has_value(), size == 4) << size;
    EXPECT_EQ(parse_backend_key_data(body, protocol_3_2).has_value(), size >= 4 && size <= 256) << size;
  }
  const base::Bytes key(32, 9);
  base::Bytes message;
  put_backend_key_data(message, {4711, key});
  const auto data = parse_backend_key_data(body_of(message), protocol_3_2);
  ASSERT_TRUE(data);
  EXPECT_EQ(data->process_id, 4711U);
  EXPECT_EQ(base::hex(data->key), base::hex(key));
}

TEST(Backend, reads_negotiations_and_refuses_counts_that_lie) {
  base::Bytes message;
  put_negotiate_protocol_version(message, {protocol_3_0, {"_pq_.a", "_pq_.b"}});
  const auto read = parse_negotiate_protocol_version(body_of(message));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->newest, protocol_3_0);
  EXPECT_THAT(read->unknown_options, testing::ElementsAre("_pq_.a", "_pq_.b"));
  for (const std::string_view count : {"ffffffff", "7fffffff", "00000003", "00000001"}) {
    base::Bytes lie(body_of(message).begin(), body_of(message).end());
    std::ranges::copy(*base::from_hex(count), lie.begin() + 4);
    EXPECT_FALSE(parse_negotiate_protocol_version(lie)) << count;
  }
}

TEST(Backend, takes_command_tags_apart) {
  struct Case {
    std::string_view tag, command;
    std::optional<std::uint64_t> rows;
  };
  for (const Case& each :
       {Case{"SELECT 5", "SELECT", 5}, Case{"INSERT 0 7", "INSERT", 7}, Case{"INSERT 16384 1", "INSERT", 1},
        Case{"UPDATE 0", "UPDATE", 0}, Case{"CREATE TABLE", "CREATE TABLE", {}}, Case{"BEGIN", "BEGIN", {}},
        Case{"COPY 18446744073709551615", "COPY", 18'446'744'073'709'551'615U},
        Case{"COPY 18446744073709551616", "COPY 18446744073709551616", {}}, Case{"", "", {}},
        Case{"REFRESH MATERIALIZED VIEW", "REFRESH MATERIALIZED VIEW", {}}}) {
    EXPECT_EQ(read_command_tag(each.tag).command, each.command);
    EXPECT_EQ(read_command_tag(each.tag).rows, each.rows) << each.tag;
  }
}

TEST(Backend, reads_a_notification) {
  base::Bytes message;
  put_notification(message, {12, "channel", "payload"});
  const auto read = parse_notification(body_of(message));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->process_id, 12U);
  EXPECT_EQ(read->channel, "channel");
  EXPECT_EQ(read->payload, "payload");
}

TEST(Backend, reads_the_begin_of_a_copy) {
  const base::Bytes formats{0, 1, 0, 1};
  base::Bytes message;
  put_copy_response(message, backend_type::copy_out_response, {1, FormatList::of(formats)});
  EXPECT_EQ(base::hex(message), "480000000b01000200010001");
  EXPECT_EQ(parse_copy_response(body_of(message))->column_formats.count(), 2);
  EXPECT_FALSE(parse_copy_response(*base::from_hex("020000")));
  EXPECT_FALSE(parse_copy_response(*base::from_hex("00000100")));
}

TEST(Backend, tells_null_from_nothing_read_in_a_function_s_answer) {
  base::Bytes null, empty;
  put_function_call_response(null, std::nullopt);
  put_function_call_response(empty, Value(std::in_place));
  ASSERT_TRUE(parse_function_call_response(body_of(null)));
  EXPECT_FALSE(parse_function_call_response(body_of(null))->has_value());
  EXPECT_TRUE(parse_function_call_response(body_of(empty))->has_value());
  EXPECT_FALSE(parse_function_call_response({}).has_value());
}

TEST(Backend, refuses_octets_behind_any_body) {
  std::vector<base::Bytes> messages(5);
  put_parameter_status(messages[0], {"a", "b"});
  put_command_complete(messages[1], "SELECT 1");
  put_notification(messages[2], {1, "c", ""});
  put_parameter_description(messages[3], base::Bytes(8));
  put_ready_for_query(messages[4], TransactionStatus::idle);
  for (base::Bytes& message : messages) {
    EXPECT_EQ(rebuild(Origin::backend, protocol_3_0, message[0], body_of(message)), message);
    message.push_back(0);
    EXPECT_FALSE(rebuild(Origin::backend, protocol_3_0, message[0], body_of(message))) << message[0];
    message.resize(message.size() - 2);
    EXPECT_FALSE(rebuild(Origin::backend, protocol_3_0, message[0], body_of(message))) << message[0];
  }
}

TEST(Rows, are_read_back_as_written) {
  base::Bytes description, row;
  put_text_columns(description, std::vector<std::string_view>{"database", "cl_active"});
  const auto columns = parse_row_description(body_of(description));
  ASSERT_TRUE(columns);
  ASSERT_EQ(columns->size(), 2U);
  EXPECT_EQ((*columns)[1].name, "cl_active");
  EXPECT_EQ((*columns)[1].type, text_type);
  EXPECT_EQ((*columns)[1].type_octets, -1);

  put_data_row(row, std::vector<Value>{base::as_bytes("shop"), std::nullopt});
  const auto values = parse_data_row(body_of(row));
  ASSERT_TRUE(values);
  ValueReader reader(*values);
  EXPECT_EQ(base::as_text(*reader.next()), "shop");
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.has_next());
}

TEST(Rows, of_which_some_are_missing_are_refused) {
  EXPECT_FALSE(parse_data_row(*base::from_hex("0002ffffffff")));
  EXPECT_FALSE(parse_data_row(*base::from_hex("0001ffffffff00")));
  EXPECT_FALSE(parse_data_row(*base::from_hex("0001fffffffe")));
  EXPECT_FALSE(parse_row_description(*base::from_hex("ffff61000000")));
}

}  // namespace
}  // namespace art32::pgwire
