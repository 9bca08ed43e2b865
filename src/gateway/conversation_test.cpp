#include "gateway/conversation.h"

#include <gtest/gtest.h>

namespace art32::gateway {
namespace {

using pgwire::TransactionStatus;

// Sends what the letters of frontend messages say, for the client.
void send(Conversation& conversation, std::string_view letters) {
  for (const char letter : letters) {
    const auto request = [&] {
      switch (letter) {
        case 'Q':
          return Request::query;
        case 'P':
          return Request::parse;
        case 'B':
          return Request::bind;
        case 'D':
          return Request::describe_portal;
        case 't':
          return Request::describe_statement;
        case 'E':
          return Request::execute;
        case 'C':
          return Request::close;
        case 'S':
          return Request::sync;
        case 'F':
          return Request::function_call;
        default:
          return Request::copy_end;
      }
    }();
    conversation.sent(request, Owner::client);
  }
}

// Feeds answers, "Z" being followed by its status; stops at the first that isn't the client's.
std::string receive(Conversation& conversation, std::string_view letters) {
  std::string seen;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const char type = letters[i];
    const char body = type == 'Z' ? letters[++i] : '\0';
    switch (conversation.received(type, body)) {
      case Answer::to_client:
        seen += type;
        break;
      case Answer::ours:
        seen += '.';
        break;
      case Answer::poison:
        return seen + "!";
    }
    char due = 0;
    while (conversation.take_due(due))
      seen += due == '1' ? "<1>" : "<3>";
  }
  return seen;
}

TEST(Conversation, a_simple_query_is_over_with_its_ready_for_query) {
  Conversation conversation;
  send(conversation, "Q");
  EXPECT_FALSE(conversation.is_idle());
  EXPECT_EQ(receive(conversation, "TDDC"), "TDDC");
  EXPECT_FALSE(conversation.is_idle());
  EXPECT_EQ(receive(conversation, "ZI"), "Z");
  EXPECT_TRUE(conversation.is_idle());
}

TEST(Conversation, an_open_transaction_keeps_the_connection) {
  Conversation conversation;
  send(conversation, "Q");
  EXPECT_EQ(receive(conversation, "CZT"), "CZ");
  EXPECT_TRUE(conversation.owes_nothing());
  EXPECT_FALSE(conversation.is_idle());
  EXPECT_EQ(conversation.status(), TransactionStatus::in_transaction);
}

TEST(Conversation, a_batch_without_sync_keeps_the_connection) {
  Conversation conversation;
  send(conversation, "PBE");
  EXPECT_EQ(receive(conversation, "12DC"), "12DC");
  EXPECT_TRUE(conversation.owes_nothing());
  EXPECT_FALSE(conversation.is_idle());
  send(conversation, "S");
  EXPECT_EQ(receive(conversation, "ZI"), "Z");
  EXPECT_TRUE(conversation.is_idle());
}

TEST(Conversation, an_error_skips_to_the_sync_and_no_further) {
  Conversation conversation;
  send(conversation, "PBESPBES");
  EXPECT_EQ(receive(conversation, "1E"), "1E");
  EXPECT_EQ(receive(conversation, "ZI"), "Z");
  EXPECT_FALSE(conversation.is_idle());
  EXPECT_EQ(receive(conversation, "12CZI"), "12CZ");
  EXPECT_TRUE(conversation.is_idle());
}

TEST(Conversation, answers_of_ours_come_in_their_turn_and_not_after_an_error) {
  Conversation conversation;
  send(conversation, "E");
  conversation.answered_here(Request::parse);
  send(conversation, "BES");
  EXPECT_EQ(receive(conversation, "C2CZI"), "C<1>2CZ");
  send(conversation, "E");
  conversation.answered_here(Request::close);
  send(conversation, "S");
  EXPECT_EQ(receive(conversation, "EZI"), "EZ");
  EXPECT_TRUE(conversation.is_idle());
}

TEST(Conversation, answers_to_the_gateways_own_requests_are_not_for_the_client) {
  Conversation conversation;
  conversation.sent(Request::query, Owner::gateway);
  send(conversation, "Q");
  EXPECT_EQ(receive(conversation, "CCTDCZI"), "......");
  EXPECT_EQ(receive(conversation, "TDCZI"), "TDCZ");
  EXPECT_TRUE(conversation.is_idle());
}

TEST(Conversation, what_an_error_skipped_of_prepared_statements_is_told) {
  Conversation conversation;
  conversation.sent(Request::parse, Owner::client, 7);
  conversation.sent(Request::close, Owner::gateway, 8);
  conversation.sent(Request::parse, Owner::gateway, 9);
  send(conversation, "BES");
  EXPECT_EQ(receive(conversation, "1E"), "1E");
  const Conversation::Skipped skipped = conversation.take_skipped();
  EXPECT_EQ(skipped.parses, std::vector<std::uint32_t>{9});
  EXPECT_EQ(skipped.closes, std::vector<std::uint32_t>{8});
  EXPECT_TRUE(skipped.client_parses.empty());
  EXPECT_FALSE(conversation.has_skipped());
}

TEST(Conversation, what_comes_behind_an_error_and_before_the_sync_is_owed_nothing) {
  Conversation conversation;
  send(conversation, "PBE");
  EXPECT_EQ(receive(conversation, "E"), "E");
  conversation.sent(Request::parse, Owner::client, 5);
  conversation.answered_here(Request::parse);
  send(conversation, "BEQ");
  EXPECT_TRUE(conversation.owes_nothing());
  EXPECT_FALSE(conversation.is_idle());
  EXPECT_EQ(conversation.take_skipped().client_parses, std::vector<std::uint32_t>{5});
  send(conversation, "S");
  EXPECT_EQ(receive(conversation, "ZI"), "Z");
  EXPECT_TRUE(conversation.is_idle());
}

TEST(Conversation, copy_in_by_a_simple_query) {
  Conversation conversation;
  send(conversation, "Q");
  EXPECT_EQ(receive(conversation, "G"), "G");
  EXPECT_TRUE(conversation.is_copying_in());
  send(conversation, "S");  // ignored by the server
  send(conversation, "c");
  EXPECT_EQ(receive(conversation, "CZI"), "CZ");
  EXPECT_TRUE(conversation.is_idle());
}

TEST(Conversation, copy_in_of_a_batch_whose_sync_went_ahead) {
  Conversation conversation;
  send(conversation, "PBES");
  EXPECT_EQ(receive(conversation, "12G"), "12G");
  send(conversation, "c");
  EXPECT_EQ(receive(conversation, "C"), "C");
  EXPECT_FALSE(conversation.is_idle());  // the first Sync was read during the copy
  send(conversation, "S");
  EXPECT_EQ(receive(conversation, "ZI"), "Z");
  EXPECT_TRUE(conversation.is_idle());
}

TEST(Conversation, a_copy_that_was_sent_whole_ahead) {
  Conversation conversation;
  send(conversation, "QcQ");
  EXPECT_EQ(receive(conversation, "GCZIDCZI"), "GCZDCZ");
  EXPECT_TRUE(conversation.is_idle());
  send(conversation, "PBESc");
  send(conversation, "S");
  EXPECT_EQ(receive(conversation, "12GCZI"), "12GCZ");
  EXPECT_TRUE(conversation.is_idle());
}

TEST(Conversation, a_copy_that_fails_in_a_batch_skips_to_the_sync) {
  Conversation conversation;
  send(conversation, "PBE");
  EXPECT_EQ(receive(conversation, "12G"), "12G");
  send(conversation, "c");
  send(conversation, "S");
  EXPECT_EQ(receive(conversation, "EZI"), "EZ");
  EXPECT_TRUE(conversation.is_idle());
}

TEST(Conversation, copy_out_and_portal_suspension) {
  Conversation conversation;
  send(conversation, "Q");
  EXPECT_EQ(receive(conversation, "HddcCZI"), "HddcCZ");
  send(conversation, "BEES");
  EXPECT_EQ(receive(conversation, "2DsDCZI"), "2DsDCZ");
  EXPECT_TRUE(conversation.is_idle());
}

TEST(Conversation, describing_a_statement_answers_twice) {
  Conversation conversation;
  send(conversation, "tS");
  EXPECT_EQ(receive(conversation, "tTZI"), "tTZ");
  send(conversation, "tS");
  EXPECT_EQ(receive(conversation, "tnZI"), "tnZ");
  EXPECT_TRUE(conversation.is_idle());
}

TEST(Conversation, a_function_call_ends_with_ready_for_query_also_after_an_error) {
  Conversation conversation;
  send(conversation, "F");
  EXPECT_EQ(receive(conversation, "VZI"), "VZ");
  send(conversation, "F");
  EXPECT_EQ(receive(conversation, "EZI"), "EZ");
  EXPECT_TRUE(conversation.is_idle());
}

TEST(Conversation, what_it_can_not_explain_poisons) {
  for (const std::string_view answers :
       {"D", "C", "ZI", "1", "2", "3", "T", "t", "n", "s", "G", "V", "W", "K"}) {
    Conversation conversation;
    EXPECT_EQ(receive(conversation, answers), "!") << answers;
  }
  Conversation early;
  send(early, "PBES");
  EXPECT_EQ(receive(early, "1ZI"), "1!");
  Conversation wrong;
  send(wrong, "BES");
  EXPECT_EQ(receive(wrong, "1"), "!");
  Conversation status;
  send(status, "Q");
  EXPECT_EQ(receive(status, "ZX"), "!");
}

TEST(Conversation, notices_and_settings_come_at_any_time) {
  Conversation conversation;
  EXPECT_EQ(receive(conversation, "NSA"), "NSA");
  send(conversation, "Q");
  EXPECT_EQ(receive(conversation, "NTSDNCZI"), "NTSDNCZ");
}

}  // namespace
}  // namespace art32::gateway
