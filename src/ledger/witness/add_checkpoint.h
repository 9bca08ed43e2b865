// What a log asks a witness (c2sp.org/tlog-witness, "add-checkpoint"): its newest signed
// checkpoint, and the proof that it continues the one that the witness cosigned last.
//
// Plain values; pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "merkle/checkpoint.h"

namespace art32::ledger {

// "The client MUST NOT send more than 63 consistency proof lines."
inline constexpr std::size_t witness_proof_hashes = 63;
// Of an answer of 409, with the size that the witness cosigned last.
inline constexpr std::string_view witness_size_type = "text/x.tlog.size";

struct AddCheckpoint {
  merkle::TreeSize old_size;
  std::vector<crypto::Digest> proof;
  std::string note;  // the signed checkpoint, verbatim

  bool operator==(const AddCheckpoint&) const = default;
};

std::string format_add_checkpoint(const AddCheckpoint& request);
// `invalid_argument` for anything that format_add_checkpoint would not have written; the note is
// not looked into.
base::Result<AddCheckpoint> parse_add_checkpoint(std::string_view body);

// A tree's size in decimal and a newline: the body of a 409. `check_failed` for anything else.
base::Result<merkle::TreeSize> parse_witness_size(std::string_view body);

}  // namespace art32::ledger
