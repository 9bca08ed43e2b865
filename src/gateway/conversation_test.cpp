#include "gateway/conversation.h"

#include <gmock/gmock.h>
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
      case Answer::told:
        seen += 'T';
        break;
      case Answer::ours:
        seen += '.';
        break;
      case Answer::refusal:
        seen += 'R';
        break;
      case Answer::farewell:
        seen += 'F';
        break;
      case Answer::poison:
        return seen + "!";
    }
    Request due{};
    while (conversation.take_due(due))
      seen += due == Request::parse ? "<1>" : due == Request::close ? "<3>" : "<?>";
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
  conversation.sent(Request::parse, Owner::client, StatementId{7}, 1);
  conversation.sent(Request::close, Owner::gateway, StatementId{8});
  conversation.sent(Request::parse, Owner::gateway, StatementId{9});
  conversation.answered_here(Request::parse, 2);
  send(conversation, "BES");
  EXPECT_EQ(receive(conversation, "1E"), "1T") << "of a Close of ours";
  const Conversation::Skipped skipped = conversation.take_skipped();
  EXPECT_THAT(skipped.statements, testing::ElementsAre(StatementId{8}, StatementId{9}));
  EXPECT_THAT(skipped.tickets, testing::ElementsAre(2));
  EXPECT_FALSE(conversation.has_skipped());
}

TEST(Conversation, what_comes_behind_an_error_and_before_the_sync_is_owed_nothing) {
  Conversation conversation;
  send(conversation, "PBE");
  EXPECT_EQ(receive(conversation, "E"), "E");
  conversation.sent(Request::parse, Owner::client, StatementId{5}, 1);
  conversation.answered_here(Request::parse, 2);
  send(conversation, "BEQ");
  EXPECT_TRUE(conversation.owes_nothing());
  EXPECT_FALSE(conversation.is_idle());
  EXPECT_THAT(conversation.take_skipped().tickets, testing::ElementsAre(1, 2));
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

TEST(Conversation, copies_go_both_ways_in_replication_only) {
  Conversation usual;
  send(usual, "Q");
  EXPECT_EQ(receive(usual, "W"), "!");
  Conversation replication;
  replication.begin_replication();
  send(replication, "Q");
  EXPECT_EQ(receive(replication, "Wdd"), "Wdd");
  EXPECT_TRUE(replication.is_copying_in());
  send(replication, "c");
  EXPECT_EQ(receive(replication, "dcCZI"), "dcCZ") << "what was under way still comes";
  EXPECT_TRUE(replication.is_idle());
  send(replication, "Q");
  EXPECT_EQ(receive(replication, "WcEZI"), "WcEZ") << "the server ends it";
  EXPECT_TRUE(replication.is_idle());
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

TEST(Conversation, a_copy_ignores_syncs_however_many_went_ahead) {
  Conversation conversation;
  conversation.sent(Request::query, Owner::client);
  for (int i = 0; i < 99'000; ++i)
    conversation.sent(Request::sync, Owner::client);
  EXPECT_EQ(conversation.received('G', '\0'), Answer::to_client);
  EXPECT_TRUE(conversation.is_copying_in());
  EXPECT_EQ(conversation.pending(), 1U);
  conversation.sent(Request::copy_end, Owner::client);
  EXPECT_EQ(conversation.received('C', 'C'), Answer::to_client);
  EXPECT_EQ(conversation.received('Z', 'I'), Answer::to_client);
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

TEST(Conversation, what_was_sent_to_fail_is_answered_by_our_error_and_by_nothing_else) {
  Conversation conversation;
  conversation.sent(Request::query, Owner::refused);
  EXPECT_EQ(receive(conversation, "EZI"), "RZ");
  conversation.sent(Request::describe_statement, Owner::refused);
  send(conversation, "BES");
  EXPECT_EQ(receive(conversation, "EZE"), "RZ");
  EXPECT_FALSE(conversation.is_idle());
  conversation.sent(Request::query, Owner::refused);
  EXPECT_EQ(receive(conversation, "D"), "!");
}

TEST(Conversation, an_error_that_answers_nothing_is_the_connections_last_word) {
  Conversation conversation;
  EXPECT_EQ(receive(conversation, "E"), "F");
}

TEST(Conversation, a_notification_before_the_reset_is_over_is_not_the_next_clients) {
  Conversation conversation;
  conversation.set_resetting(true);
  conversation.sent(Request::query, Owner::gateway);
  send(conversation, "Q");
  EXPECT_EQ(receive(conversation, "ACAZIACZI"), "....ACZ");
}

TEST(Conversation, knows_whether_a_ready_for_query_is_owed) {
  Conversation conversation;
  send(conversation, "PBE");
  EXPECT_FALSE(conversation.owes_ready());
  send(conversation, "S");
  EXPECT_TRUE(conversation.owes_ready());
  EXPECT_EQ(receive(conversation, "12CZI"), "12CZ");
  EXPECT_FALSE(conversation.owes_ready());
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

// An entry of ours, and the client's Query in the same transaction: "reads and discards messages
// until a Sync is reached" holds for the Query too, so it needs one to be answered.
TEST(Conversation, a_query_behind_a_batch_of_ours_needs_a_sync_when_that_fails) {
  const auto enter = [](Conversation& conversation) {
    for (const Request request : {Request::parse, Request::bind, Request::execute})
      conversation.sent(request, Owner::gateway);
  };
  Conversation good;
  enter(good);
  send(good, "Q");
  EXPECT_EQ(receive(good, "12DCTDCZI"), "....TDCZ");
  EXPECT_TRUE(good.is_idle());
  EXPECT_FALSE(good.take_needs_sync());
  Conversation bad;
  enter(bad);
  send(bad, "Q");
  EXPECT_EQ(receive(bad, "12E"), "..T") << "the client is told";
  EXPECT_FALSE(bad.is_idle());
  EXPECT_TRUE(bad.take_needs_sync());
  bad.sent(Request::sync, Owner::client);
  EXPECT_EQ(receive(bad, "ZI"), "Z");
  EXPECT_TRUE(bad.is_idle());
}

TEST(Conversation, a_batch_of_ours_with_its_own_sync_fails_without_the_client) {
  Conversation conversation;
  for (const Request request : {Request::parse, Request::bind, Request::execute, Request::sync})
    conversation.sent(request, Owner::gateway);
  send(conversation, "Q");
  EXPECT_EQ(receive(conversation, "12EZI"), "....");
  EXPECT_FALSE(conversation.take_needs_sync());
  EXPECT_EQ(receive(conversation, "CZT"), "CZ");
}

TEST(Conversation, a_query_ends_the_batch_before_it) {
  Conversation conversation;
  send(conversation, "PBE");
  send(conversation, "Q");
  EXPECT_EQ(receive(conversation, "12C"), "12C");
  EXPECT_EQ(receive(conversation, "CZI"), "CZ");
  EXPECT_TRUE(conversation.is_idle());
  send(conversation, "P");
  send(conversation, "Q");
  EXPECT_EQ(receive(conversation, "E"), "E");
  EXPECT_FALSE(conversation.is_idle()) << "the server waits for a Sync";
  send(conversation, "S");
  EXPECT_EQ(receive(conversation, "ZI"), "Z");
  EXPECT_TRUE(conversation.is_idle());
}

}  // namespace
}  // namespace art32::gateway
