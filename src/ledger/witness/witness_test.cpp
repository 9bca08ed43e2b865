#include "ledger/witness/witness.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "base/file_fault.h"
#include "ledger/witness/testing.h"
#include "merkle/cosignature.h"
#include "merkle/signed_checkpoint.h"

namespace art32::ledger {
namespace {

// Signs whatever it is told to, as a log that lies would.
class LyingLog {
 public:
  std::string key() const {
    return merkle::format_verifier_key({origin, merkle::SignatureType::ed25519, key_.public_key()});
  }
  std::string note(std::uint64_t size, std::uint8_t root) const {
    merkle::Checkpoint checkpoint{origin, merkle::TreeSize(size), {}};
    checkpoint.root.fill(root);
    return merkle::sign_checkpoint(checkpoint, key_);
  }
  std::string origin = "liar.example.com/ledger";

 private:
  crypto::Ed25519PrivateKey key_ = crypto::Ed25519PrivateKey::generate();
};

class WitnessTest : public testing::Test {
 protected:
  WitnessAnswer send(const AddCheckpoint& request) {
    return witness->add_checkpoint(format_add_checkpoint(request));
  }
  void expect_cosigned(const WitnessAnswer& answer, const std::string& note) {
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto signatures = merkle::parse_signature_lines(answer.body);
    ASSERT_TRUE(signatures) << answer.body;
    ASSERT_EQ(signatures->size(), 1);
    const auto time =
        merkle::verify_cosignature(merkle::parse_note(note)->text, signatures->front(), scratch.key());
    ASSERT_TRUE(time) << time.error().message();
    EXPECT_EQ(*time, scratch.clock.now());
  }
  void expect_conflict(const WitnessAnswer& answer, std::uint64_t size) {
    EXPECT_EQ(answer.status, 409) << answer.body;
    EXPECT_EQ(answer.type, "text/x.tlog.size");
    EXPECT_EQ(answer.body, std::to_string(size) + "\n");
  }

  ScratchLedger log;
  std::unique_ptr<Ledger> ledger = log.open();
  ScratchWitness scratch{ledger->verifier_key()};
  std::unique_ptr<Witness> witness = scratch.open();
};

TEST_F(WitnessTest, cosigns_checkpoints_that_continue_one_another) {
  std::uint64_t cosigned = 0;
  for (const std::uint64_t more : {0U, 1U, 1U, 5U, 300U, 513U}) {
    if (more > 0) append_records(*ledger, ledger->health().size, more);
    ASSERT_TRUE(ledger->flush());
    scratch.clock.advance(std::chrono::seconds(7));
    expect_cosigned(send(request_of(*ledger, cosigned)), ledger->checkpoint_note());
    cosigned = ledger->checkpoint().size.value;
  }
  EXPECT_EQ(witness->logs().at(0).size, merkle::TreeSize(820));
}

TEST_F(WitnessTest, cosigns_the_same_checkpoint_again) {
  append_records(*ledger, 0, 3);
  ASSERT_TRUE(ledger->flush());
  EXPECT_EQ(send(request_of(*ledger, 0)).status, 200);
  scratch.clock.advance(std::chrono::hours(1));
  expect_cosigned(send(request_of(*ledger, 3)), ledger->checkpoint_note());
}

TEST_F(WitnessTest, answers_another_old_size_with_its_own) {
  append_records(*ledger, 0, 10);
  ASSERT_TRUE(ledger->flush());
  expect_conflict(send(request_of(*ledger, 4)), 0);
  EXPECT_EQ(send(request_of(*ledger, 0)).status, 200);
  expect_conflict(send(request_of(*ledger, 0)), 10);
  expect_conflict(send(request_of(*ledger, 9)), 10);
}

TEST_F(WitnessTest, refuses_what_isnt_a_request_a_known_log_or_its_signature) {
  append_records(*ledger, 0, 10);
  ASSERT_TRUE(ledger->flush());
  const AddCheckpoint good = request_of(*ledger, 0);
  EXPECT_EQ(witness->add_checkpoint("").status, 400);
  EXPECT_EQ(witness->add_checkpoint("old 0\n\nnot a note\n").status, 400);
  AddCheckpoint request = good;
  request.note = request.note.substr(0, request.note.size() - 1);
  EXPECT_EQ(send(request).status, 400);
  request = good;
  request.old_size = merkle::TreeSize(11);
  EXPECT_EQ(send(request).status, 400);

  const LyingLog stranger;
  request = {merkle::TreeSize(0), {}, stranger.note(3, 1)};
  EXPECT_EQ(send(request).status, 404);
  LyingLog impostor;
  impostor.origin = log.options.origin;
  request.note = impostor.note(3, 1);
  EXPECT_EQ(send(request).status, 403);
  // The signature of another checkpoint.
  merkle::Note forged = merkle::parse_note(good.note).value();
  forged.text.replace(forged.text.find("\n10\n"), 4, "\n11\n");
  request.note = merkle::format_note(forged);
  EXPECT_EQ(send(request).status, 403);
  EXPECT_FALSE(witness->logs().at(0).size.has_value());
}

TEST_F(WitnessTest, ignores_signatures_of_others_beside_the_logs) {
  append_records(*ledger, 0, 10);
  ASSERT_TRUE(ledger->flush());
  merkle::Note note = merkle::parse_note(ledger->checkpoint_note()).value();
  note.signatures.insert(note.signatures.begin(),
                         merkle::sign_note(note.text, "stranger", crypto::Ed25519PrivateKey::generate()));
  EXPECT_EQ(send({merkle::TreeSize(0), {}, merkle::format_note(note)}).status, 200);
}

TEST_F(WitnessTest, refuses_a_proof_that_doesnt_lead_there) {
  append_records(*ledger, 0, 10);
  ASSERT_TRUE(ledger->flush());
  AddCheckpoint first = request_of(*ledger, 0);
  first.proof.resize(1);
  EXPECT_EQ(send(first).status, 422) << "the proof MUST be empty if the old size is zero";
  EXPECT_EQ(send(request_of(*ledger, 0)).status, 200);
  append_records(*ledger, 10, 10);
  ASSERT_TRUE(ledger->flush());
  const AddCheckpoint good = request_of(*ledger, 10);
  AddCheckpoint bad = good;
  bad.proof.pop_back();
  EXPECT_EQ(send(bad).status, 422);
  bad = good;
  bad.proof.front()[0] ^= 1U;
  EXPECT_EQ(send(bad).status, 422);
  bad = good;
  bad.proof.push_back(bad.proof.back());
  EXPECT_EQ(send(bad).status, 422);
  EXPECT_EQ(send(good).status, 200);
}

TEST_F(WitnessTest, never_cosigns_two_trees_of_one_size_and_keeps_the_proof) {
  const LyingLog liar;
  ScratchWitness other(liar.key());
  const auto victim = other.open();
  const auto offer = [&](std::uint64_t old_size, const std::string& note) {
    return victim->add_checkpoint(format_add_checkpoint({merkle::TreeSize(old_size), {}, note}));
  };
  EXPECT_EQ(offer(0, liar.note(5, 1)).status, 200);
  expect_conflict(offer(5, liar.note(5, 2)), 5);
  EXPECT_EQ(offer(5, liar.note(6, 2)).status, 422);
  EXPECT_EQ(offer(4, liar.note(4, 2)).status, 409);
  EXPECT_EQ(offer(5, liar.note(5, 1)).status, 200);
  std::size_t forks = 0;
  for (const auto& file : std::filesystem::directory_iterator(other.options.folder / "logs"))
    if (file.path().extension() == ".fork") {
      ++forks;
      EXPECT_EQ(base::read_text_file(file.path()).value(), liar.note(5, 2));
    }
  EXPECT_EQ(forks, 1);
}

TEST_F(WitnessTest, an_empty_tree_has_the_empty_root_or_isnt_cosigned) {
  const LyingLog liar;
  ScratchWitness other(liar.key());
  const auto victim = other.open();
  EXPECT_EQ(victim->add_checkpoint(format_add_checkpoint({merkle::TreeSize(0), {}, liar.note(0, 1)})).status,
            409);
}

TEST_F(WitnessTest, remembers_over_a_restart) {
  append_records(*ledger, 0, 10);
  ASSERT_TRUE(ledger->flush());
  EXPECT_EQ(send(request_of(*ledger, 0)).status, 200);
  witness.reset();
  witness = scratch.open();
  expect_conflict(send(request_of(*ledger, 0)), 10);
  append_records(*ledger, 10, 10);
  ASSERT_TRUE(ledger->flush());
  expect_cosigned(send(request_of(*ledger, 10)), ledger->checkpoint_note());
}

TEST_F(WitnessTest, doesnt_start_without_its_memory) {
  append_records(*ledger, 0, 10);
  ASSERT_TRUE(ledger->flush());
  EXPECT_EQ(send(request_of(*ledger, 0)).status, 200);
  const auto second = Witness::open(scratch.options, scratch.clock);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::conflict);
  witness.reset();

  const base::Path kept = std::filesystem::directory_iterator(scratch.options.folder / "logs")->path();
  const std::string note = base::read_text_file(kept).value();
  for (const std::string& wrong : {std::string(), note.substr(0, note.size() / 2), LyingLog().note(3, 1)}) {
    ASSERT_TRUE(base::replace_file(kept, base::as_bytes(wrong)));
    const auto opened = Witness::open(scratch.options, scratch.clock);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, base::ErrorCode::corrupt);
  }
  std::filesystem::remove_all(scratch.options.folder / "logs");
  const auto opened = Witness::open(scratch.options, scratch.clock);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, base::ErrorCode::not_found);
  EXPECT_EQ(Witness::create(scratch.options.folder, scratch.options.key).error().code,
            base::ErrorCode::already_exists);
}

TEST_F(WitnessTest, doesnt_sign_what_it_cant_keep) {
  append_records(*ledger, 0, 10);
  ASSERT_TRUE(ledger->flush());
  for (const base::FileStep step : {base::FileStep::write, base::FileStep::sync, base::FileStep::rename}) {
    base::set_file_fault([&](base::FileStep now, const base::Path& path) {
      return now == step && path.string().find("/logs") != std::string::npos ? ENOSPC : 0;
    });
    EXPECT_EQ(send(request_of(*ledger, 0)).status, 500);
    base::set_file_fault({});
    EXPECT_FALSE(witness->logs().at(0).size.has_value());
  }
  EXPECT_EQ(send(request_of(*ledger, 0)).status, 200);
}

TEST_F(WitnessTest, lets_one_of_many_at_once_through) {
  append_records(*ledger, 0, 10);
  ASSERT_TRUE(ledger->flush());
  EXPECT_EQ(send(request_of(*ledger, 0)).status, 200);
  std::vector<std::string> bodies;
  for (int step = 0; step < 8; ++step) {
    append_records(*ledger, ledger->health().size, 3);
    ASSERT_TRUE(ledger->flush());
    bodies.push_back(format_add_checkpoint(request_of(*ledger, 10)));
  }
  std::atomic<int> cosigned{0};
  std::vector<std::thread> threads;
  for (const std::string& body : bodies)
    threads.emplace_back([&] { cosigned += witness->add_checkpoint(body).status == 200 ? 1 : 0; });
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(cosigned, 1) << "all continue 10 entries, so only the first may";
}

TEST_F(WitnessTest, slows_a_log_down_that_asks_without_end) {
  int refused = 0;
  for (int i = 0; i < 300 && refused == 0; ++i)
    refused += send(request_of(*ledger, 0)).status == 429 ? 1 : 0;
  EXPECT_EQ(refused, 1);
}

TEST_F(WitnessTest, survives_requests_with_any_octet_changed) {
  append_records(*ledger, 0, 10);
  ASSERT_TRUE(ledger->flush());
  EXPECT_EQ(send(request_of(*ledger, 0)).status, 200);
  append_records(*ledger, 10, 10);
  ASSERT_TRUE(ledger->flush());
  const std::string good = format_add_checkpoint(request_of(*ledger, 10));
  std::mt19937 random(20'261'130);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(static_cast<unsigned char>(bad[at]) ^ (1U << (random() % 8)));
    EXPECT_NE(witness->add_checkpoint(bad).status, 200) << at;
    EXPECT_NE(witness->add_checkpoint(good.substr(0, at)).status, 200) << at;
  }
  EXPECT_EQ(witness->add_checkpoint(good).status, 200);
}

}  // namespace
}  // namespace art32::ledger
