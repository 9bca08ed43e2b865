// A ScramClient against a ScramServer: what both accept, and that nobody between
// them can change a single octet.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "pgwire/scram_client.h"
#include "pgwire/scram_server.h"

namespace art32::pgwire {
namespace {

const base::Bytes no_tls;
const base::Bytes end_point(32, 9);
const base::Bytes salt = base::to_bytes("0123456789abcdef");

// Sees each of the four messages on its way and may change it.
using Meddler = std::function<std::string(std::size_t number, std::string message)>;

struct Outcome {
  bool server = false;
  bool client = false;
};

Outcome exchange(ScramClient& client, ScramServer& server, const Meddler& meddle) {
  const auto outcome = [&] { return Outcome{server.is_finished(), client.is_finished()}; };
  const auto start = client.start(server.mechanisms());
  if (!start) return outcome();
  const auto first = server.answer_first(start->mechanism, meddle(0, start->message));
  if (!first) return outcome();
  const auto proof = client.answer(meddle(1, *first));
  if (!proof) return outcome();
  const auto last = server.answer_final(meddle(2, *proof));
  if (!last) return outcome();
  (void)client.finish(meddle(3, *last));
  return outcome();
}

std::string unchanged(std::size_t, std::string message) {
  return message;
}

ScramVerifier verifier_of(std::string_view password) {
  return std::move(*make_scram_verifier(password, salt, 2));
}

rc::Gen<std::string> any_password() {
  return rc::gen::nonEmpty(
      rc::gen::container<std::string>(rc::gen::distinctFrom(rc::gen::arbitrary<char>(), '\0')));
}

RC_GTEST_PROP(ScramExchange, succeeds_with_any_password_with_and_without_tls, ()) {
  const auto password = *any_password();
  const base::Bytes binding = *rc::gen::element(no_tls, end_point);
  ScramClient client(base::Secret(password), ChannelBinding::preferred, binding, make_scram_nonce());
  ScramServer server(verifier_of(password), binding, make_scram_nonce());
  const Outcome outcome = exchange(client, server, unchanged);
  RC_ASSERT(outcome.client && outcome.server);
  RC_ASSERT(client.is_channel_bound() == !binding.empty());
  RC_ASSERT(server.is_channel_bound() == !binding.empty());
}

RC_GTEST_PROP(ScramExchange, gives_keys_that_log_in_to_a_server_with_the_same_verifier, ()) {
  const auto password = *any_password();
  ScramClient client(base::Secret(password), ChannelBinding::preferred, no_tls, make_scram_nonce());
  ScramServer between(verifier_of(password), no_tls, make_scram_nonce());
  RC_ASSERT(exchange(client, between, unchanged).client);
  ScramClient onward(between.keys().clone(), ChannelBinding::required, end_point, make_scram_nonce());
  ScramServer server(verifier_of(password), end_point, make_scram_nonce());
  RC_ASSERT(exchange(onward, server, unchanged).client && server.is_channel_bound());
}

RC_GTEST_PROP(ScramExchange, fails_with_any_other_password, ()) {
  const auto password = *any_password();
  ScramClient client(base::Secret(password + "1"), ChannelBinding::preferred, no_tls, make_scram_nonce());
  ScramServer server(verifier_of(password), no_tls, make_scram_nonce());
  const Outcome outcome = exchange(client, server, unchanged);
  RC_ASSERT(!outcome.client && !outcome.server);
}

// One octet of one message replaced, inserted or removed.
RC_GTEST_PROP(ScramExchange, fails_when_any_octet_is_changed_on_the_way, ()) {
  const auto target = *rc::gen::inRange<std::size_t>(0, 4);
  const auto kind = *rc::gen::element('r', 'i', 'd');
  const auto letter = *rc::gen::arbitrary<char>();
  const base::Bytes binding = *rc::gen::element(no_tls, end_point);
  ScramClient client(base::Secret(std::string_view("secret")), ChannelBinding::preferred, binding,
                     make_scram_nonce());
  ScramServer server(verifier_of("secret"), binding, make_scram_nonce());
  const Outcome outcome = exchange(client, server, [&](std::size_t number, std::string message) {
    if (number != target) return message;
    const auto at = *rc::gen::inRange<std::size_t>(0, message.size());
    RC_PRE(message[at] != letter);
    if (kind == 'r') message[at] = letter;
    if (kind == 'i') message.insert(at, 1, letter);
    if (kind == 'd') message.erase(at, 1);
    return message;
  });
  RC_ASSERT(!outcome.client);
  RC_ASSERT(!outcome.server || target == 3);
}

// Every cut of every message.
TEST(ScramExchange, fails_when_a_message_is_cut) {
  for (std::size_t target = 0; target < 4; ++target) {
    bool was_long_enough = true;
    for (std::size_t octets = 0; was_long_enough; ++octets) {
      ScramClient client(base::Secret(std::string_view("secret")), ChannelBinding::preferred, end_point,
                         make_scram_nonce());
      ScramServer server(verifier_of("secret"), end_point, make_scram_nonce());
      const Outcome outcome = exchange(client, server, [&](std::size_t number, const std::string& message) {
        if (number == target) was_long_enough = octets < message.size();
        return number == target ? message.substr(0, octets) : message;
      });
      EXPECT_EQ(outcome.client, !was_long_enough) << target << " cut to " << octets;
    }
  }
}

TEST(ScramExchange, fails_through_somebody_elses_tls) {
  ScramClient client(base::Secret(std::string_view("secret")), ChannelBinding::preferred, base::Bytes(32, 1),
                     make_scram_nonce());
  ScramServer server(verifier_of("secret"), end_point, make_scram_nonce());
  const Outcome outcome = exchange(client, server, unchanged);
  EXPECT_FALSE(outcome.client || outcome.server);
}

TEST(ScramExchange, fails_when_the_answer_of_another_exchange_is_played_again) {
  std::string old_proof;
  for (const bool is_replay : {false, true}) {
    ScramClient client(base::Secret(std::string_view("secret")), ChannelBinding::preferred, no_tls,
                       "theSameNonceEachTime");
    ScramServer server(verifier_of("secret"), no_tls, make_scram_nonce());
    const Outcome outcome = exchange(client, server, [&](std::size_t number, std::string message) {
      if (number == 2) std::swap(old_proof, message);
      return number == 2 && !is_replay ? old_proof : message;
    });
    EXPECT_EQ(outcome.server, !is_replay);
  }
}

}  // namespace
}  // namespace art32::pgwire
