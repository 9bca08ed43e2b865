#include "ledger/key_files.h"

#include <algorithm>

#include "base/assert.h"
#include "ledger/frame.h"

namespace art32::ledger {
namespace {

constexpr std::string_view key_state = "key1";
constexpr std::string_view erased_state = "gone";
constexpr std::size_t checksum_offset = key_slot_octets - checksum_octets;

tl::unexpected<base::Error> damaged(const base::Path& path, std::uint64_t index) {
  return base::failure(base::ErrorCode::corrupt,
                       fmt::format("{}: the key of record {} is damaged", path.string(), index),
                       "nothing was changed; restore the ledger's keys folder from a backup");
}

std::uint64_t place_of(std::uint64_t index) {
  return index % key_file_slots * key_slot_octets;
}

}  // namespace

base::Bytes encode_key_slot(const KeySlot& slot) {
  base::Bytes octets;
  octets.reserve(key_slot_octets);
  base::append(octets, base::as_bytes(slot.is_erased ? erased_state : key_state));
  base::put_u32(octets, slot.offset);
  base::put_u64(octets, slot.index);
  if (slot.is_erased) {
    base::put_u64(octets, slot.erased_by);
    octets.resize(checksum_offset, 0);
  } else {
    base::append(octets, slot.wrapped);
  }
  base::append(octets, checksum_of(octets));
  ART32_ASSERT(octets.size() == key_slot_octets);
  return octets;
}

base::Result<KeySlot> decode_key_slot(base::ByteView octets, std::uint64_t index) {
  const auto refused = [&] {
    return base::failure(base::ErrorCode::corrupt, fmt::format("the key of record {} is damaged", index));
  };
  if (octets.size() != key_slot_octets) return refused();
  if (!std::ranges::equal(checksum_of(octets.first(checksum_offset)), octets.subspan(checksum_offset)))
    return refused();
  KeySlot slot;
  slot.offset = base::get_u32(octets.subspan(4));
  slot.index = base::get_u64(octets.subspan(8));
  const std::string_view state = base::as_text(octets.first(4));
  if (slot.index != index || (state != key_state && state != erased_state)) return refused();
  slot.is_erased = state == erased_state;
  if (slot.is_erased)
    slot.erased_by = base::get_u64(octets.subspan(16));
  else
    std::ranges::copy(octets.subspan(16, slot.wrapped.size()), slot.wrapped.begin());
  return slot;
}

base::Path KeyFiles::path_of(std::uint64_t index) const {
  return folder_ / fmt::format("{:08}.keys", index / key_file_slots);
}

base::Status KeyFiles::write(std::span<const KeySlot> slots) {
  while (!slots.empty()) {
    const std::uint64_t left = key_file_slots - slots.front().index % key_file_slots;
    const std::size_t count = std::min<std::size_t>(slots.size(), left);
    ART32_CHECKED(write_in_file(slots.first(count)));
    slots = slots.subspan(count);
  }
  return {};
}

base::Status KeyFiles::write_in_file(std::span<const KeySlot> slots) {
  base::Bytes octets;
  octets.reserve(slots.size() * key_slot_octets);
  for (const KeySlot& slot : slots) {
    ART32_ASSERT(slot.index == slots.front().index + octets.size() / key_slot_octets);
    base::append(octets, encode_key_slot(slot));
  }
  const base::Path path = path_of(slots.front().index);
  ART32_ASSIGN(base::File file, base::File::open_write(path, base::Visibility::owner_only));
  ART32_ASSIGN(const std::uint64_t size, file.size());
  // Until the file holds a slot, its name may not be on disk yet.
  if (size == 0) ART32_CHECKED(base::sync_folder(folder_));
  const std::lock_guard lock(mutex_);
  ART32_CHECKED(file.write_at(place_of(slots.front().index), octets));
  return file.sync();
}

base::Status KeyFiles::erase(std::uint64_t index, std::uint64_t erased_by) {
  // The old slot isn't read: an erasure that is repeated after a crash may find it half overwritten.
  KeySlot slot;
  slot.index = index;
  slot.is_erased = true;
  slot.erased_by = erased_by;
  return write_in_file(std::span(&slot, 1));
}

base::Result<KeySlot> KeyFiles::read(std::uint64_t index) const {
  const base::Path path = path_of(index);
  auto file = base::File::open_read(path);
  if (!file) return damaged(path, index);
  const std::lock_guard lock(mutex_);
  const auto octets = file->read_at(place_of(index), key_slot_octets);
  if (!octets) return damaged(path, index);
  auto slot = decode_key_slot(*octets, index);
  if (!slot) return damaged(path, index);
  return slot;
}

base::Status KeyFiles::check(std::uint64_t first, std::uint64_t end) const {
  while (first < end) {
    const std::uint64_t file_end = std::min(end, (first / key_file_slots + 1) * key_file_slots);
    const base::Path path = path_of(first);
    auto file = base::File::open_read(path);
    if (!file) return damaged(path, first);
    ART32_ASSIGN(const std::uint64_t size, file->size());
    const std::uint64_t present =
        std::min<std::uint64_t>(file_end - first, (size - std::min(size, place_of(first))) / key_slot_octets);
    ART32_ASSIGN(const base::Bytes octets,
                 file->read_at(place_of(first), static_cast<std::size_t>(present) * key_slot_octets));
    for (std::uint64_t number = 0; number < present; ++number)
      if (!decode_key_slot(base::ByteView(octets).subspan(number * key_slot_octets, key_slot_octets),
                           first + number))
        return damaged(path, first + number);
    if (first + present < file_end) return damaged(path, first + present);
    first = file_end;
  }
  return {};
}

}  // namespace art32::ledger
