// The records' own keys, wrapped under the record key: one slot of 64 octets for
// each record, in files of 65,536. docs/formats/ledger.md, "Keys".
//
//   slot = state:4 offset:u32 index:u64 wrapped:40 checksum:8
//
// Erasing a record overwrites its slot, in place, with the number of the leaf
// that says so. Kept apart from the records, so that a backup of these files can
// have a shorter life than the records': a key in a backup undoes an erasure.
// One thread writes; read may be called from any.
#pragma once

#include <array>
#include <mutex>
#include <span>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "crypto/key_wrap.h"

namespace art32::ledger {

inline constexpr std::size_t key_slot_octets = 64;
inline constexpr std::uint64_t key_file_slots = 65'536;

struct KeySlot {
  std::uint64_t index = 0;
  std::uint32_t offset = 0;  // of the frame in its records file; 0 once erased
  bool is_erased = false;
  std::uint64_t erased_by = 0;  // the "erased" leaf, if it is
  std::array<std::uint8_t, crypto::wrapped_key_octets> wrapped{};

  bool operator==(const KeySlot&) const = default;
};

base::Bytes encode_key_slot(const KeySlot& slot);
// `corrupt` unless it is the whole slot of this record.
base::Result<KeySlot> decode_key_slot(base::ByteView octets, std::uint64_t index);

class KeyFiles {
 public:
  explicit KeyFiles(base::Path folder) : folder_(std::move(folder)) {}

  // Slots of consecutive records; durable when it returns.
  base::Status write(std::span<const KeySlot> slots);
  // Overwrites the key; durable when it returns. Fine to repeat.
  base::Status erase(std::uint64_t index, std::uint64_t erased_by);

  base::Result<KeySlot> read(std::uint64_t index) const;
  // Every slot from `first` up to `end`: `corrupt`, naming file and record.
  base::Status check(std::uint64_t first, std::uint64_t end) const;

 private:
  base::Path path_of(std::uint64_t index) const;
  base::Status write_in_file(std::span<const KeySlot> slots);

  base::Path folder_;
  mutable std::mutex mutex_;  // an erasure and a read never mix their octets
};

}  // namespace art32::ledger
