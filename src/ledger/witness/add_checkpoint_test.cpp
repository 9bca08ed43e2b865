#include "ledger/witness/add_checkpoint.h"

#include <gtest/gtest.h>

namespace art32::ledger {
namespace {

std::string hash_line(std::uint8_t octet) {
  return base::base64(base::Bytes(32, octet)) + "\n";
}

TEST(AddCheckpoint, is_written_as_the_specification_shows) {
  AddCheckpoint request{merkle::TreeSize(20'852'014), {}, "log\n3\nroot\n\n— log sig\n"};
  request.proof.resize(2);
  request.proof[1].fill(7);
  const std::string body = "old 20852014\n" + hash_line(0) + hash_line(7) + "\n" + request.note;
  EXPECT_EQ(format_add_checkpoint(request), body);
  const auto read = parse_add_checkpoint(body);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, request);
}

TEST(AddCheckpoint, takes_an_empty_proof_and_one_of_63_hashes) {
  EXPECT_TRUE(parse_add_checkpoint("old 0\n\nnote"));
  std::string most = "old 5\n";
  for (int i = 0; i < 63; ++i)
    most += hash_line(1);
  EXPECT_TRUE(parse_add_checkpoint(most + "\nnote"));
  EXPECT_FALSE(parse_add_checkpoint(most + hash_line(1) + "\nnote"));
}

TEST(AddCheckpoint, refuses_everything_else) {
  for (const std::string& body :
       {std::string(), std::string("\n"), std::string("old"), std::string("old 5"), std::string("old 5\n"),
        std::string("old  5\n\nnote"), std::string("old 05\n\nnote"), std::string("old -1\n\nnote"),
        std::string("old 5 \n\nnote"), std::string("old 5\r\n\r\nnote"), std::string("Old 5\n\nnote"),
        std::string("old 18446744073709551616\n\nnote"), std::string("old 9223372036854775807\n\nnote"),
        std::string("old 5\nnohash\n\nnote"), "old 5\n" + hash_line(1), "old 5\n " + hash_line(1) + "\nnote",
        "old 5\n" + hash_line(1).substr(1) + "\nnote", std::string("\n\nold 5\n\nnote")}) {
    const auto read = parse_add_checkpoint(body);
    ASSERT_FALSE(read) << body;
    EXPECT_EQ(read.error().code, base::ErrorCode::invalid_argument);
  }
}

TEST(WitnessSize, is_a_number_and_a_newline) {
  EXPECT_EQ(parse_witness_size("20852014\n").value(), merkle::TreeSize(20'852'014));
  EXPECT_EQ(parse_witness_size("0\n").value(), merkle::TreeSize(0));
  for (const char* body :
       {"", "\n", "7", "07\n", "7\n\n", "-7\n", "seven\n", "7 \n", "18446744073709551616\n"})
    EXPECT_FALSE(parse_witness_size(body)) << body;
}

}  // namespace
}  // namespace art32::ledger
