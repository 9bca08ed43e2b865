#include "ledger/witness/cosigning.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "ledger/witness/testing.h"
#include "merkle/cosignature.h"
#include "merkle/signed_checkpoint.h"
#include "merkle/tlog_proof.h"

namespace art32::ledger {
namespace {

using namespace std::chrono_literals;

constexpr Cosigning::Pace quick{2ms, 20ms, 400ms, 10ms, 40ms, 300ms};

bool soon(const std::function<bool()>& condition) {
  for (int i = 0; i < 2'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

base::Result<WitnessAnswer> nobody() {
  return base::failure(base::ErrorCode::unavailable, "connection refused");
}

class CosigningTest : public testing::Test {
 protected:
  void SetUp() override {
    append_records(*ledger, 0, 10);
    ASSERT_TRUE(ledger->flush());
  }
  static SendToWitness to(Witness& witness) {
    return [&witness](const std::string& body, const std::stop_token&) -> base::Result<WitnessAnswer> {
      return witness.add_checkpoint(body);
    };
  }
  static SendToWitness always(WitnessAnswer answer) {
    return [answer](const std::string&, const std::stop_token&) -> base::Result<WitnessAnswer> {
      return answer;
    };
  }
  std::unique_ptr<Cosigning> start(std::vector<SendToWitness> sends, std::size_t needed) {
    const ScratchWitness* scratches[] = {&first_scratch, &second_scratch};
    std::vector<Cosigning::Peer> peers;
    for (std::size_t i = 0; i < sends.size(); ++i)
      peers.push_back({scratches[i]->key(), "https://w" + std::to_string(i), std::move(sends[i])});
    return std::make_unique<Cosigning>(*ledger, log.clock, std::move(peers), needed, quick);
  }
  std::size_t signatures_served() const {
    return merkle::parse_note(ledger->served_note()).value().signatures.size();
  }
  // Under the policy of somebody who wants so many.
  base::Result<merkle::Checkpoint> opened(std::size_t quorum) const {
    return merkle::open_checkpoint(ledger->served_note(), policy(quorum));
  }
  merkle::CheckpointPolicy policy(std::size_t quorum) const {
    return {merkle::parse_verifier_key(ledger->verifier_key()).value(),
            {first_scratch.key(), second_scratch.key()},
            quorum};
  }

  ScratchLedger log;
  std::unique_ptr<Ledger> ledger = log.open();
  ScratchWitness first_scratch{ledger->verifier_key(), "witness.example.com/w1"};
  ScratchWitness second_scratch{ledger->verifier_key(), "other.example.org/w2"};
  std::unique_ptr<Witness> first = first_scratch.open();
  std::unique_ptr<Witness> second = second_scratch.open();
};

TEST_F(CosigningTest, serves_what_two_witnesses_cosigned_and_goes_on_with_the_ledger) {
  const auto cosigning = start({to(*first), to(*second)}, 2);
  for (std::uint64_t size = 10; size < 1'000; size += 250) {
    ASSERT_TRUE(soon([&] {
      const auto checkpoint = opened(2);
      return checkpoint && checkpoint->size.value == size;
    })) << size;
    EXPECT_EQ(ledger->resource("checkpoint").value(), base::to_bytes(ledger->served_note()));
    append_records(*ledger, size, 250);
  }
  const CosigningReport report = cosigning->report();
  EXPECT_EQ(report.state, CosigningState::witnessed);
  EXPECT_EQ(report.witnesses.at(1).name, "other.example.org/w2");
  EXPECT_EQ(report.witnesses.at(1).state, WitnessState::cosigned);
  EXPECT_EQ(report.witnesses.at(1).time, second_scratch.clock.now());
}

TEST_F(CosigningTest, proofs_are_under_the_cosigned_checkpoint_where_it_reaches) {
  const auto cosigning = start({to(*first), to(*second)}, 2);
  ASSERT_TRUE(soon([&] { return opened(2).has_value(); }));
  const auto check = [&](std::uint64_t index, std::size_t quorum) {
    const auto proof = merkle::parse_tlog_proof(ledger->proof(model::LeafIndex(index)).value());
    ASSERT_TRUE(proof) << proof.error().message();
    const auto leaf = merkle::leaf_hash(ledger->disclose(model::LeafIndex(index)).value().entry);
    EXPECT_TRUE(merkle::verify_tlog_proof(*proof, leaf, policy(quorum)));
  };
  check(3, 2);
  append_records(*ledger, 10, 600);
  ASSERT_TRUE(ledger->flush());
  check(3, 2);
  check(609, 0);
  ASSERT_TRUE(soon([&] { return opened(2).has_value() && opened(2)->size.value == 610; }));
  check(609, 2);
}

TEST_F(CosigningTest, learns_from_a_witness_what_it_cosigned_last) {
  EXPECT_EQ(first->add_checkpoint(format_add_checkpoint(request_of(*ledger, 0))).status, 200);
  append_records(*ledger, 10, 7);
  ASSERT_TRUE(ledger->flush());
  std::atomic<int> requests{0};
  const auto cosigning = start({[&](const std::string& body, const std::stop_token& stop) {
                                 ++requests;
                                 return to(*first)(body, stop);
                               }},
                               1);
  ASSERT_TRUE(soon([&] { return opened(1).has_value(); }));
  EXPECT_EQ(requests, 2);
}

TEST_F(CosigningTest, a_witness_that_is_away_or_hangs_holds_nobody_up) {
  std::atomic<bool> is_back{false};
  const auto cosigning = start({to(*first),
                                [&](const std::string& body, const std::stop_token& stop) {
                                  if (is_back) return to(*second)(body, stop);
                                  while (!stop.stop_requested() && !is_back)
                                    std::this_thread::sleep_for(1ms);
                                  return nobody();
                                }},
                               2);
  // One of two: it is served, and said to be too few.
  ASSERT_TRUE(soon([&] { return opened(1).has_value(); }));
  append_records(*ledger, 10, 5);
  ASSERT_TRUE(soon([&] { return opened(1).has_value() && opened(1)->size.value == 15; }));
  ASSERT_TRUE(soon([&] { return cosigning->report().state == CosigningState::late; }));
  EXPECT_FALSE(opened(2));
  is_back = true;
  ASSERT_TRUE(soon([&] { return opened(2).has_value(); })) << "a late cosignature is added";
  ASSERT_TRUE(soon([&] { return cosigning->report().state == CosigningState::witnessed; }));
}

TEST_F(CosigningTest, without_any_answer_it_goes_on_uncosigned) {
  const auto away = [](const std::string&, const std::stop_token&) { return nobody(); };
  const auto cosigning = start({away, away}, 1);
  append_records(*ledger, 10, 5);
  ASSERT_TRUE(soon([&] { return opened(0)->size.value == 15; }));
  EXPECT_EQ(signatures_served(), 1);
  ASSERT_TRUE(soon([&] { return cosigning->report().state == CosigningState::late; }));
  EXPECT_EQ(cosigning->report().witnesses.at(0).error->what, "connection refused");
}

TEST_F(CosigningTest, what_is_served_never_shrinks) {
  std::atomic<int> turn{0};
  const auto cosigning = start({to(*first),
                                [&](const std::string& body, const std::stop_token& stop) {
                                  std::this_thread::sleep_for(std::chrono::milliseconds(turn % 30));
                                  if (++turn % 3 == 0) return nobody();
                                  return to(*second)(body, stop);
                                }},
                               2);
  std::uint64_t before = 0;
  for (std::uint64_t size = 10; size < 400; ++size) {
    append_records(*ledger, size, 1);
    const std::uint64_t now = opened(0).value().size.value;
    ASSERT_GE(now, before);
    before = now;
  }
  EXPECT_GT(before, 10);
}

TEST_F(CosigningTest, takes_no_cosignature_that_doesnt_hold) {
  const auto other_key = crypto::Ed25519PrivateKey::generate();
  const std::string body = merkle::parse_note(ledger->checkpoint_note())->text;
  const auto own_key = crypto::Ed25519PrivateKey::load(first_scratch.options.key).value();
  const auto line = [&](std::string_view text, std::string_view name, const crypto::Ed25519PrivateKey& key,
                        base::Instant time) {
    return merkle::format_signature_line(merkle::cosign(text, name, key, time));
  };
  const std::string& name = first_scratch.options.name;
  const WitnessAnswer lies[] = {
      {200, "", line(body, name, other_key, test_noon)},
      {200, "", line(body, "somebody.else", own_key, test_noon)},
      {200, "", line("log\n1\nanother text\n", name, own_key, test_noon)},
      {200, "", line(body, name, own_key, test_noon + std::chrono::hours(1))},
      {200, "", line(body, name, own_key, test_noon - std::chrono::hours(1))},
      {200, "", merkle::format_signature_line(merkle::sign_note(body, name, own_key))},
      {200, "", ""},
      {200, "text/html", "<html>welcome</html>"},
      {301, "", ""},
      {400, "", ""},
      {403, "", ""},
      {404, "", ""},
      {409, "text/plain", "10\n"},
      {409, "text/x.tlog.size", "ten\n"},
      {409, "text/x.tlog.size", "0\n"},
      {409, "text/x.tlog.size", "5\n"},
      {422, "", ""},
      {500, "", ""}};
  for (const WitnessAnswer& lie : lies) {
    const auto cosigning = start({always(lie)}, 1);
    ASSERT_TRUE(soon([&] { return cosigning->report().witnesses.at(0).error.has_value(); }))
        << lie.status << lie.body;
    const WitnessReport report = cosigning->report().witnesses.at(0);
    EXPECT_EQ(report.state, WitnessState::failing) << lie.status << ' ' << report.error->what;
    EXPECT_FALSE(report.error->mend.empty()) << report.error->what;
    EXPECT_EQ(signatures_served(), 1);
  }
}

// Somebody puts back the whole folder as it was, and the server starts on it.
TEST_F(CosigningTest, a_ledger_that_was_put_back_is_contradicted) {
  const base::Path backup = log.options.folder.parent_path() / "backup";
  std::filesystem::copy(log.options.folder, backup, std::filesystem::copy_options::recursive);
  append_records(*ledger, 10, 30);
  ASSERT_TRUE(ledger->flush());
  {
    const auto cosigning = start({to(*first), to(*second)}, 2);
    ASSERT_TRUE(soon([&] { return cosigning->report().state == CosigningState::witnessed; }));
  }
  ledger.reset();
  std::filesystem::remove_all(log.options.folder);
  std::filesystem::rename(backup, log.options.folder);
  ledger = log.open();
  {
    const auto cosigning = start({to(*first)}, 1);
    ASSERT_TRUE(soon([&] { return cosigning->report().state == CosigningState::contradicted; }));
    const base::Error error = cosigning->report().witnesses.at(0).error.value();
    EXPECT_EQ(error.code, base::ErrorCode::corrupt);
    EXPECT_EQ(error.what, "rollback: the witness has cosigned 40 entries of this ledger, which has 10 now");
    // It grows past what the witness has, with other entries.
    append_records(*ledger, 10, 50);
    ASSERT_TRUE(soon([&] {
      return cosigning->report().witnesses.at(0).error->what ==
             "fork: the witness has cosigned 40 entries that aren't the first of this ledger";
    }));
    EXPECT_EQ(signatures_served(), 1);
  }
}

TEST_F(CosigningTest, another_tree_of_the_same_size_is_a_fork) {
  const base::Path backup = log.options.folder.parent_path() / "backup";
  std::filesystem::copy(log.options.folder, backup, std::filesystem::copy_options::recursive);
  append_records(*ledger, 10, 1);
  ASSERT_TRUE(ledger->flush());
  EXPECT_EQ(first->add_checkpoint(format_add_checkpoint(request_of(*ledger, 0))).status, 200);
  ledger.reset();
  std::filesystem::remove_all(log.options.folder);
  std::filesystem::rename(backup, log.options.folder);
  ledger = log.open();
  append_records(*ledger, 10, 1);
  ASSERT_TRUE(ledger->flush());
  const auto cosigning = start({to(*first)}, 1);
  ASSERT_TRUE(soon([&] { return cosigning->report().state == CosigningState::contradicted; }));
  EXPECT_EQ(cosigning->report().witnesses.at(0).error->what,
            "fork: the witness has cosigned another tree of 11 entries");
}

// Clients who ask for cosignatures needn't miss them while a server starts and a witness is away.
TEST_F(CosigningTest, begins_with_what_was_served_before) {
  const auto away = [](const std::string&, const std::stop_token&) { return nobody(); };
  {
    const auto cosigning = start({to(*first), to(*second)}, 2);
    ASSERT_TRUE(soon([&] { return opened(2).has_value(); }));
  }
  const std::string before = ledger->served_note();
  ledger.reset();
  ledger = log.open();
  append_records(*ledger, 10, 5);
  ASSERT_TRUE(ledger->flush());
  std::atomic<bool> may_answer{false};
  const auto cosigning = start({[&](const std::string&, const std::stop_token&) {
                                  while (!may_answer)
                                    std::this_thread::sleep_for(1ms);
                                  return nobody();
                                },
                                away},
                               2);
  EXPECT_EQ(ledger->served_note(), before);
  may_answer = true;
  ASSERT_TRUE(soon([&] { return opened(0)->size.value == 15; })) << "it goes on without them";
}

TEST_F(CosigningTest, the_cosigned_note_lies_in_the_folder_for_who_verifies_a_copy) {
  {
    const auto cosigning = start({to(*first), to(*second)}, 2);
    ASSERT_TRUE(soon([&] { return cosigning->report().state == CosigningState::witnessed; }));
    ASSERT_TRUE(soon([&] { return opened(2).has_value(); }));
  }
  EXPECT_EQ(folder_cosigned_note(log.options.folder).value(), ledger->served_note());
  ledger->serve_newest();
  EXPECT_EQ(signatures_served(), 1);
}

}  // namespace
}  // namespace art32::ledger
