#include "ledger/recorder.h"

#include <algorithm>

#include "crypto/random.h"
#include "ledger/sealing.h"

namespace art32::ledger {

void Recorder::resume(std::uint64_t size, base::Instant newest) {
  size_ = size;
  newest_ = newest;
}

base::Status Recorder::check_erasure(std::uint64_t index, const Batch& batch) const {
  if (std::ranges::find(batch.erasures, index, &Doomed::index) != batch.erasures.end())
    return base::failure(base::ErrorCode::not_found, fmt::format("record {} is being erased already", index));
  ART32_ASSIGN(const KeySlot slot, keys_.read(index));
  if (slot.is_erased)
    return base::failure(base::ErrorCode::not_found, fmt::format("record {} is erased", index),
                         fmt::format("leaf {} records the erasure", slot.erased_by));
  return {};
}

void Recorder::seal_into(Batch& batch, const Request& request, base::Instant time) {
  const base::Secret keys = crypto::random_secret(request.records.size() * record_key_octets);
  for (std::size_t number = 0; number < request.records.size(); ++number) {
    const base::ByteView key = keys.view().subspan(number * record_key_octets, record_key_octets);
    SealedRecord sealed = seal_record(key, request.kind, time, request.records[number]);
    KeySlot slot;
    slot.index = size() + batch.slots.size();
    slot.offset = static_cast<std::uint32_t>(batch.octets.size());
    std::ranges::copy(crypto::wrap_key(wrapping_key_.view(), key), slot.wrapped.begin());
    put_frame(batch.octets, {slot.index, sealed.entry, sealed.sealed});
    batch.slots.push_back(slot);
    batch.entries.push_back(std::move(sealed.entry));
  }
}

base::Status Recorder::write(Batch& batch) {
  base::Bytes header;
  put_batch_header(header, {size(), static_cast<std::uint32_t>(batch.slots.size()),
                            static_cast<std::uint32_t>(batch.octets.size() - batch_header_octets)});
  std::ranges::copy(header, batch.octets.begin());
  ART32_ASSIGN(const std::uint32_t offset, journal_.prepare(size(), batch.octets.size()));
  for (KeySlot& slot : batch.slots)
    slot.offset += offset;
  // A frame on disk without its key would look like damage; a key without its frame is overwritten.
  ART32_CHECKED(keys_.write(batch.slots));
  return journal_.write(batch.octets);
}

Recorder::Recorded Recorder::record(std::span<Request* const> requests) {
  Recorded recorded;
  Batch batch;
  batch.octets.resize(batch_header_octets);
  const base::Instant time = std::max(clock_.now(), newest_);  // a clock that steps back doesn't reorder
  for (Request* request : requests) {
    if (request->erases) {
      if (auto status = check_erasure(*request->erases, batch); !status) {
        recorded.answers.push_back({request, tl::unexpected<base::Error>(status.error())});
        continue;
      }
      batch.erasures.push_back({*request->erases, size() + batch.slots.size()});
    }
    batch.answers.push_back({request, size() + batch.slots.size()});
    seal_into(batch, *request, time);
  }
  base::Status status;
  if (!batch.slots.empty()) status = write(batch);
  if (!status) {
    recorded.trouble = status.error();
    for (Intake::Answer& answer : batch.answers)
      answer.result = tl::unexpected<base::Error>(status.error());
  } else {
    size_ += batch.slots.size();
    newest_ = time;
    recorded.entries = std::move(batch.entries);
    unfinished_.insert(unfinished_.end(), batch.erasures.begin(), batch.erasures.end());
    if (status = finish_erasures(); !status) {
      recorded.trouble = status.error();
      for (Intake::Answer& answer : batch.answers)
        if (answer.request->erases) answer.result = tl::unexpected<base::Error>(status.error());
    }
  }
  std::ranges::move(batch.answers, std::back_inserter(recorded.answers));
  return recorded;
}

base::Status Recorder::finish_erasures() {
  while (!unfinished_.empty()) {
    ART32_CHECKED(keys_.erase(unfinished_.back().index, unfinished_.back().erased_by));
    unfinished_.pop_back();
  }
  return {};
}

}  // namespace art32::ledger
