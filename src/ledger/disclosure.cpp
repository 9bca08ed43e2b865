#include "ledger/disclosure.h"

#include "base/json_text.h"
#include "ledger/sealing.h"
#include "merkle/tlog_proof.h"

namespace art32::ledger {

std::string format_disclosure(const Disclosure& disclosure, std::string_view tlog_proof) {
  return fmt::format(R"({{"format":"art32-disclosure/v1","index":{},"kind":{},"time":"{}","entry":{},)"
                     R"("record":"{}","opening":"{}","proof":{}}})",
                     disclosure.index.value, base::json_string(disclosure.kind),
                     base::rfc3339(disclosure.time), base::json_string(base::as_text(disclosure.entry)),
                     base::base64(disclosure.record), base::base64(disclosure.opening),
                     base::json_string(tlog_proof));
}

base::Result<merkle::Checkpoint> verify_disclosure(const Disclosure& disclosure, std::string_view tlog_proof,
                                                   std::string_view verifier_key) {
  ART32_CHECKED(check_opening(disclosure.entry, disclosure.record, disclosure.opening));
  ART32_ASSIGN(const Entry entry, parse_entry(disclosure.entry));
  if (entry.kind != disclosure.kind || entry.time != disclosure.time)
    return base::failure(base::ErrorCode::check_failed, "kind or time aren't those of the entry",
                         "believe the entry, and ask for the disclosure again");
  ART32_ASSIGN(const merkle::VerifierKey key, merkle::parse_verifier_key(verifier_key));
  ART32_ASSIGN(const merkle::TlogProof proof, merkle::parse_tlog_proof(tlog_proof));
  if (proof.index.value != disclosure.index.value)
    return base::failure(base::ErrorCode::check_failed,
                         fmt::format("the proof is of entry {}, the disclosure of {}", proof.index.value,
                                     disclosure.index.value),
                         "ask for the proof of this entry");
  return merkle::verify_tlog_proof(proof, merkle::leaf_hash(disclosure.entry), {key, {}, 0});
}

}  // namespace art32::ledger
