#include "ledger/witness/add_checkpoint.h"

#include "base/assert.h"
#include "merkle/lines.h"

namespace art32::ledger {
namespace {

constexpr std::string_view old_start = "old ";

tl::unexpected<base::Error> refused(std::string what) {
  return base::failure(base::ErrorCode::invalid_argument, "the request " + std::move(what),
                       "write it as c2sp.org/tlog-witness says under add-checkpoint");
}

std::optional<merkle::TreeSize> parse_size(std::string_view text) {
  const auto size = merkle::parse_decimal(text);
  if (!size || *size > merkle::tree_size_maximum) return std::nullopt;
  return merkle::TreeSize(*size);
}

}  // namespace

std::string format_add_checkpoint(const AddCheckpoint& request) {
  ART32_ASSERT(request.proof.size() <= witness_proof_hashes);
  std::string body = std::string(old_start) + std::to_string(request.old_size.value) + "\n";
  for (const crypto::Digest& hash : request.proof)
    body += base::base64(hash) + "\n";
  return body + "\n" + request.note;
}

base::Result<AddCheckpoint> parse_add_checkpoint(std::string_view body) {
  merkle::Lines lines(body);
  const std::string_view first = lines.next().value_or("");
  if (!first.starts_with(old_start)) return refused("doesn't begin with an old size");
  const auto old_size = parse_size(first.substr(old_start.size()));
  if (!old_size) return refused("has an old size that isn't a tree's");
  AddCheckpoint request{*old_size, {}, {}};
  while (true) {
    const auto line = lines.next();
    if (!line) return refused("has no empty line before its checkpoint");
    if (line->empty()) break;
    if (request.proof.size() == witness_proof_hashes) return refused("has more than 63 hashes");
    const auto hash = merkle::parse_hash(*line);
    if (!hash) return refused("has a hash that isn't 32 octets in base64");
    request.proof.push_back(*hash);
  }
  request.note = lines.rest();
  return request;
}

base::Result<merkle::TreeSize> parse_witness_size(std::string_view body) {
  merkle::Lines lines(body);
  const auto size = parse_size(lines.next().value_or(""));
  if (!size || !lines.at_end())
    return base::failure(base::ErrorCode::check_failed, "the witness's size isn't a number and a newline",
                         "is it a witness that answers at this address?");
  return *size;
}

}  // namespace art32::ledger
