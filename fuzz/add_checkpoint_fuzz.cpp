// What a log, or anybody, sends to a witness: a request that parses is written back octet by octet, and
// a witness that knows the log cosigns only the one checkpoint that the log signed.
#include "base/assert.h"
#include "fuzz/input.h"
#include "ledger/witness/add_checkpoint.h"
#include "merkle/signed_checkpoint.h"

namespace ledger = art32::ledger;
namespace merkle = art32::merkle;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const auto key = art32::crypto::Ed25519PrivateKey::from_seed(art32::base::Bytes(32, 3)).value();
  static const merkle::Checkpoint genuine{"log.example.com/ledger", merkle::TreeSize(7), {}};
  static const merkle::CheckpointPolicy policy{
      {genuine.origin, merkle::SignatureType::ed25519, key.public_key()}, {}, 0};

  const std::string_view text = art32::fuzz::Input(data, size).text();
  if (const auto old_size = ledger::parse_witness_size(text))
    ART32_ASSERT(std::to_string(old_size->value) + "\n" == text);
  const auto request = ledger::parse_add_checkpoint(text);
  if (!request) return 0;
  ART32_ASSERT(ledger::format_add_checkpoint(*request) == text);
  ART32_ASSERT(request->proof.size() <= ledger::witness_proof_hashes);
  const auto opened = merkle::open_checkpoint(request->note, policy);
  ART32_ASSERT(!opened || *opened == genuine);
  return 0;
}
