#include "trail/seal_chain.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/scratch_folder.h"
#include "trail/erasure_ledger.h"

namespace art32::trail {
namespace {

using base::ErrorCode;

class SealChainTest : public ::testing::Test {
 protected:
  // `at`: what makes it another one than its twin.
  std::string seal(std::uint64_t epoch, const std::string& previous, const std::string& at = "noon",
                   const std::string& name = "shop") {
    const std::string record = fmt::format(
        R"({{"at":"{}","database":5,"epoch":{},"format":"art32-trail-epoch/v1","lsn":"0/{}","name":"{}","previous":"{}","records":1,"system":"7","teams":"","timeline":1,"transactions":1}})",
        at, epoch, epoch, name, previous);
    EXPECT_TRUE(ledger.append(model::trail_epoch_record, base::as_bytes(record)));
    return base::hex(crypto::sha256(base::as_bytes(record)));
  }
  void noise() { EXPECT_TRUE(ledger.append(model::trail_look_record, base::as_bytes("{}"))); }
  base::Status follow() { return chain.follow(ledger, {}); }
  static crypto::Digest digest_of(const std::string& hex) {
    crypto::Digest digest{};
    const base::Bytes octets = base::from_hex(hex).value();
    std::copy(octets.begin(), octets.end(), digest.begin());
    return digest;
  }

  base::ScratchFolder scratch;
  ErasureLedger ledger{scratch.path() / "ledger"};
  SealChain chain{"shop"};
  const std::string zeros = std::string(64, '0');
};

TEST_F(SealChainTest, follows_the_seals_of_its_name_as_they_come) {
  EXPECT_TRUE(follow());
  EXPECT_FALSE(chain.newest());
  std::string last = seal(1, zeros);
  seal(1, zeros, "noon", "payroll");
  for (std::uint64_t epoch = 2; epoch < 9; ++epoch) {
    noise();
    last = seal(epoch, last);
    EXPECT_TRUE(follow());
    EXPECT_EQ(chain.newest()->number, epoch);
    EXPECT_EQ(base::hex(chain.newest()->digest), last);
  }
}

TEST_F(SealChainTest, takes_what_a_crash_has_sealed_again) {
  const std::string first = seal(1, zeros), second = seal(2, first), third = seal(3, second);
  EXPECT_EQ(seal(2, first), second);
  EXPECT_EQ(seal(3, second), third);
  seal(4, third);
  EXPECT_TRUE(follow());
  EXPECT_EQ(chain.newest()->number, 4U);
}

TEST_F(SealChainTest, shows_whoever_went_on_from_an_older_copy_and_for_good) {
  const std::string first = seal(1, zeros), second = seal(2, first);
  seal(3, second);
  EXPECT_TRUE(follow());
  seal(3, second, "another noon");
  EXPECT_EQ(follow().error().code, ErrorCode::check_failed);
  EXPECT_EQ(follow().error().code, ErrorCode::check_failed);
}

TEST_F(SealChainTest, shows_a_seal_that_is_missing_or_follows_another_one) {
  const std::string first = seal(1, zeros);
  seal(3, first);
  EXPECT_EQ(follow().error().code, ErrorCode::check_failed);
  SealChain other("other");
  const std::string of_other = seal(1, zeros, "noon", "other");
  seal(2, first, "noon", "other");
  EXPECT_EQ(other.follow(ledger, {}).error().code, ErrorCode::check_failed);
}

TEST_F(SealChainTest, goes_on_where_it_was_stopped) {
  std::string last = zeros;
  for (std::uint64_t epoch = 1; epoch < 5; ++epoch)
    last = seal(epoch, last);
  const auto past = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  EXPECT_EQ(chain.follow(ledger, {}, past).error().code, ErrorCode::timeout);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(chain.follow(ledger, stop.get_token()).error().code, ErrorCode::unavailable);
  EXPECT_TRUE(follow());
  EXPECT_EQ(chain.newest()->number, 4U);
}

TEST_F(SealChainTest, finds_what_follows_the_seal_that_a_folder_knows) {
  const std::string first = seal(1, zeros), second = seal(2, first);
  noise();
  const std::string third = seal(3, second);
  const KnownSeal known{1, digest_of(first), model::LeafIndex(0)};
  EXPECT_EQ(newest_after(digest_of(first), known, ledger).value()->number, 3U);
  EXPECT_FALSE(newest_after(digest_of(third), {3, digest_of(third), model::LeafIndex(3)}, ledger).value());
  // Its leaf is wrong, or isn't known.
  for (const std::optional<model::LeafIndex> leaf :
       {std::optional(model::LeafIndex(3)), std::optional<model::LeafIndex>()})
    EXPECT_EQ(newest_after(digest_of(first), {1, digest_of(first), leaf}, ledger).value()->number, 3U);
  // What was found on disk behind it was sealed again at the ledger's end.
  seal(2, first);
  EXPECT_EQ(newest_after(digest_of(second), known, ledger).value()->number, 3U);
  const auto unknown = newest_after(digest_of(zeros), {9, digest_of(zeros), model::LeafIndex(1)}, ledger);
  EXPECT_EQ(unknown.error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace art32::trail
