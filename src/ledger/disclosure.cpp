#include "ledger/disclosure.h"

#include <boost/json.hpp>

#include "base/json_text.h"
#include "ledger/sealing.h"
#include "merkle/tlog_proof.h"

namespace art32::ledger {
namespace {

namespace json = boost::json;

auto no_disclosure() {
  return base::failure(base::ErrorCode::check_failed, "this isn't the disclosure of a record",
                       "ask for the disclosure again");
}

}  // namespace

std::string format_disclosure(const Disclosure& disclosure, std::string_view tlog_proof) {
  return fmt::format(R"({{"format":"art32-disclosure/v1","index":{},"kind":{},"time":"{}","entry":{},)"
                     R"("record":"{}","opening":"{}","proof":{}}})",
                     disclosure.index.value, base::json_string(disclosure.kind),
                     base::rfc3339(disclosure.time), base::json_string(base::as_text(disclosure.entry)),
                     base::base64(disclosure.record), base::base64(disclosure.opening),
                     base::json_string(tlog_proof));
}

base::Result<DisclosureDocument> parse_disclosure(std::string_view text) {
  boost::system::error_code trouble;
  const json::value parsed = json::parse(text, trouble);
  const json::object* const object = trouble ? nullptr : parsed.if_object();
  if (object == nullptr) return no_disclosure();
  const auto text_of = [&](std::string_view name) -> std::optional<std::string> {
    const json::value* const value = object->if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
  };
  const auto format = text_of("format"), kind = text_of("kind"), time = text_of("time"),
             entry = text_of("entry"), record = text_of("record"), opening = text_of("opening"),
             proof = text_of("proof");
  const json::value* const index = object->if_contains("index");
  if (object->size() != 8 || format != "art32-disclosure/v1" || !kind || !time || !entry || !record ||
      !opening || !proof || index == nullptr || !index->is_int64() || index->get_int64() < 0)
    return no_disclosure();
  const auto instant = base::parse_rfc3339(*time);
  const auto record_octets = base::from_base64(*record), opening_octets = base::from_base64(*opening);
  if (!instant || base::rfc3339(*instant) != *time || !record_octets || !opening_octets)
    return no_disclosure();
  return DisclosureDocument{{model::LeafIndex(static_cast<std::uint64_t>(index->get_int64())), *kind,
                             *instant, base::to_bytes(*entry), *record_octets, *opening_octets},
                            *proof};
}

base::Result<merkle::Checkpoint> verify_disclosure(const Disclosure& disclosure, std::string_view tlog_proof,
                                                   std::string_view verifier_key,
                                                   std::span<const std::string> witnesses) {
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
  merkle::CheckpointPolicy policy{key, {}, witnesses.size()};
  for (const std::string& witness : witnesses) {
    ART32_ASSIGN(const merkle::VerifierKey of_witness, merkle::parse_verifier_key(witness));
    policy.witnesses.push_back(of_witness);
  }
  return merkle::verify_tlog_proof(proof, merkle::leaf_hash(disclosure.entry), policy);
}

}  // namespace art32::ledger
