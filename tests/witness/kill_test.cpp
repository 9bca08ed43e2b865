// A log that forks at every step, and a witness that is killed in the middle: it never cosigns both sides.
#include <gtest/gtest.h>

#include <csignal>
#include <random>
#include <thread>

#include "ledger/witness/add_checkpoint.h"
#include "merkle/proof.h"
#include "merkle/signed_checkpoint.h"
#include "net/http_exchange.h"
#include "tests/witness/witness_process.h"

namespace art32::test {
namespace {

constexpr int rounds = 100;

class Leaves final : public merkle::NodeReader {
 public:
  merkle::TreeSize size() const { return merkle::TreeSize(leaves_.size()); }
  Leaves grown(std::mt19937& random) const {
    Leaves more = *this;
    for (auto count = 1 + random() % 3; count > 0; --count)
      more.leaves_.push_back(merkle::leaf_hash(base::as_bytes(std::to_string(random()))));
    return more;
  }
  base::Result<merkle::Hash> node(const merkle::Node& node) override {
    const std::size_t width = std::size_t{1} << node.level;
    return merkle::perfect_root(std::span(leaves_).subspan(node.index * width, width));
  }
  merkle::Checkpoint checkpoint(const std::string& origin) {
    return {origin, size(), merkle::tree_root(size(), *this).value()};
  }

 private:
  std::vector<merkle::Hash> leaves_;
};

class ForkingLog : public ::testing::Test {
 protected:
  // 0: no answer.
  int offer(std::uint64_t old_size, Leaves tree) const {
    ledger::AddCheckpoint request;
    request.old_size = merkle::TreeSize(old_size);
    request.proof = merkle::consistency_proof(request.old_size, tree.size(), tree).value();
    request.note = merkle::sign_checkpoint(tree.checkpoint(origin), key);
    net::HttpRequest http;
    http.method = "POST";
    http.target = "/add-checkpoint";
    http.body = ledger::format_add_checkpoint(request);
    const auto got =
        net::http_exchange({"127.0.0.1", witness.port(), ""}, http, {}, net::Transport::plain, {});
    return got ? got->response.status : 0;
  }

  const std::string origin = "forking.example.com/ledger";
  const crypto::Ed25519PrivateKey key = crypto::Ed25519PrivateKey::generate();
  WitnessProcess witness{
      "witness.example.com/w1",
      merkle::format_verifier_key({origin, merkle::SignatureType::ed25519, key.public_key()})};
};

TEST_F(ForkingLog, gets_one_side_cosigned_at_each_step_whenever_the_witness_is_killed) {
  std::mt19937 random(20'261'130);
  witness.start();
  Leaves cosigned;
  int killed_in_between = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t old_size = cosigned.size().value;
    const Leaves sides[2] = {cosigned.grown(random), cosigned.grown(random)};
    int status[2] = {0, 0};
    std::thread first([&] { status[0] = offer(old_size, sides[0]); });
    std::thread second([&] { status[1] = offer(old_size, sides[1]); });
    const bool is_killed = random() % 4 != 0;
    if (is_killed) {
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 12'000));
      witness.kill(SIGKILL);
    }
    first.join();
    second.join();
    if (is_killed) witness.start();
    ASSERT_FALSE(status[0] == 200 && status[1] == 200) << "both sides of a fork, round " << round;

    // What it has now: one of them, or still what it had.
    int holds = -1;
    for (int side = 0; side < 2; ++side)
      if (offer(sides[side].size().value, sides[side]) == 200) {
        ASSERT_EQ(holds, -1) << "both sides of a fork, round " << round;
        holds = side;
      }
    for (int side = 0; side < 2; ++side)
      ASSERT_TRUE(status[side] != 200 || holds == side) << "it forgot what it cosigned, round " << round;
    if (holds == -1) {
      ASSERT_EQ(offer(old_size, sides[0]), 200);
      holds = 0;
    } else if (status[0] == 0 || status[1] == 0) {
      ++killed_in_between;
    }
    ASSERT_NE(offer(old_size, sides[1 - holds]), 200);
    cosigned = sides[holds];
  }
  EXPECT_GT(killed_in_between, 0) << "no kill came in the middle of anything";
}

}  // namespace
}  // namespace art32::test
