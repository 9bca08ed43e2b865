#include "trail/record_store.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "base/json_text.h"
#include "base/limits.h"
#include "crypto/mac.h"
#include "crypto/random.h"
#include "trail/frame.h"

namespace art32::trail {
namespace {

using base::ErrorCode;
using base::failure;
namespace limits = base::limits;

constexpr std::string_view salt_label = "art32-trail-salt/v1\n";

}  // namespace

RecordStore::RecordStore(const Options& options, base::Secret key, store::Database database, base::File lock,
                         model::EvidenceSink& ledger, const base::Clock& clock)
    : options_(options),
      key_(std::move(key)),
      database_(std::move(database)),
      lock_(std::move(lock)),
      ledger_(ledger),
      clock_(clock) {}

RecordStore::~RecordStore() = default;

base::Result<std::unique_ptr<RecordStore>> RecordStore::open(const Options& options,
                                                             model::EvidenceSink& ledger,
                                                             const base::Clock& clock) {
  ART32_ASSIGN(base::Secret key, load_trail_key(options.key));
  ART32_CHECKED(base::make_folder(options.folder, 0700));
  ART32_CHECKED(base::make_folder(segments_folder(options.folder), 0700));
  ART32_ASSIGN(base::File lock,
               base::File::open_write(options.folder / "lock", base::Visibility::owner_only));
  ART32_CHECKED(lock.lock());
  ART32_ASSIGN(store::Database database, store::Database::open(options.folder / "state.db"));
  ART32_CHECKED(database.migrate(migrations()));
  std::unique_ptr<RecordStore> store(
      new RecordStore(options, std::move(key), std::move(database), std::move(lock), ledger, clock));
  ART32_CHECKED(store->load());
  ART32_CHECKED(store->note_known_seal());
  ART32_CHECKED(store->recover());
  ART32_CHECKED(store->finish_forgetting());
  return store;
}

RecordStore::Team& RecordStore::team_of(std::string_view name) {
  const auto found = teams_.find(name);
  if (found != teams_.end()) return found->second;
  Team& team = teams_[std::string(name)];
  team.reference = team_reference(key_.view(), name);
  team.key = crypto::random_secret(trail_key_octets);
  names_[team.reference] = name;
  return team;
}

RecordStore::Next RecordStore::next(std::string_view name) {
  const Team& team = team_of(name);
  const std::uint64_t number = states_.frontier_of(name).size().value;
  base::Bytes counter;
  base::put_u64(counter, number);
  const crypto::Digest mac = crypto::hmac_sha256(team.key.view(), {base::as_bytes(salt_label), counter});
  return {number, base::hex(base::ByteView(mac).first(16))};
}

base::Status RecordStore::append(std::string_view name, base::ByteView record, base::ByteView values) {
  const std::size_t octets = record.size() + values.size() + stored_record_overhead;
  if (octets > limits::trail_block_octets)
    return failure(ErrorCode::exhausted,
                   fmt::format("a record of {} octets is longer than the trail takes", octets));
  Team& team = team_of(name);
  note_beginning(name, team);
  const std::uint64_t number = states_.append(name, record);
  if (team.count == 0) team.first = number;
  if (!team.waiting.empty() && team.waiting.size() + octets > limits::trail_usual_block_octets) {
    ART32_CHECKED(write_block(team));
    team.first = number;
  }
  put_record(team.waiting, record, values);
  ++team.count;
  ++appended_;
  waiting_octets_ += octets;
  if (!std::exchange(team.has_grown, true)) grown_.push_back(&team);
  if (waiting_octets_ < limits::trail_waiting_octets) return {};
  return write_waiting();
}

base::Status RecordStore::write_block(Team& team) {
  if (team.count == 0) return {};
  if (!team.is_stored) ART32_CHECKED(store_new_teams());
  if (!file_.is_open()) {
    ART32_CHECKED(open_segment(epoch_ + 1, 0));
    ART32_CHECKED(file_.truncate(0));
  }
  const BlockHeader header{epoch_ + 1, team.reference, team.first, team.count};
  base::Bytes frame;
  put_frame(frame, FrameType::block, seal_block(header, team.waiting, team.key.view()));
  ART32_CHECKED(file_.write_at(length_, frame));
  new_blocks_.push_back({header, {segment_, length_}, frame.size()});
  length_ += frame.size();
  team.waiting.clear();
  team.count = 0;
  return {};
}

base::Status RecordStore::write_waiting() {
  for (Team* team : grown_)
    ART32_CHECKED(write_block(*team));
  waiting_octets_ = 0;
  return {};
}

base::Status RecordStore::open_segment(std::uint64_t first_epoch, std::uint64_t length) {
  ART32_ASSIGN(file_, base::File::open_write(segment_path(options_.folder, first_epoch),
                                             base::Visibility::owner_only));
  ART32_CHECKED(base::sync_folder(segments_folder(options_.folder)));
  ART32_ASSIGN(const std::uint64_t size, file_.size());
  if (size < length)
    return failure(ErrorCode::corrupt,
                   fmt::format("{} has {} octets, {} were sealed", file_.path().string(), size, length),
                   "restore the folder from a backup");
  segment_ = first_epoch;
  sealed_length_ = length_ = length;
  return {};
}

base::Status RecordStore::seal(const Position& position, std::uint64_t transactions, base::Instant newest) {
  if (appended_ == 0) return {};
  ART32_CHECKED(write_waiting());
  const Epoch epoch{epoch_ + 1, position, appended_, transactions, epoch_json(position, transactions),
                    newest};
  base::Bytes frame;
  put_frame(frame, FrameType::epoch, epoch_content(epoch));
  ART32_CHECKED(file_.write_at(length_, frame));
  length_ += frame.size();
  ART32_CHECKED(file_.sync());
  return finish(epoch);
}

std::string RecordStore::epoch_json(const Position& position, std::uint64_t transactions) {
  return fmt::format(
      R"({{"at":"{}","database":{},"epoch":{},"format":"art32-trail-epoch/v1","lsn":"{}","name":{},"previous":"{}","records":{},"system":"{}","teams":"{}","timeline":{},"transactions":{}}})",
      base::rfc3339(clock_.now()), position.database, epoch_ + 1, pgwire::format_lsn(position.lsn),
      base::json_string(options_.name), base::hex(epoch_digest_), appended_, position.system,
      base::hex(states_.root()), position.timeline, transactions);
}

// The epoch is whole on disk: what is left to do a later start does too.
base::Status RecordStore::finish(const Epoch& epoch) {
  ART32_ASSIGN(const model::LeafIndex leaf,
               ledger_.append(model::trail_epoch_record, base::as_bytes(epoch.json)));
  const crypto::Digest digest = crypto::sha256(base::as_bytes(epoch.json));
  const std::uint64_t segment = segment_;
  const base::Instant now = clock_.now();
  if (epoch.number == segment) segment_begun_ = now;
  if (length_ >= options_.segment_octets || now - segment_begun_ >= limits::trail_segment_span) {
    file_ = base::File();
    segment_ = length_ = 0;
  }
  ART32_CHECKED(save(epoch, digest, SealedAt{leaf, segment, now, std::max(now, epoch.newest)}));
  epoch_ = epoch.number;
  position_ = epoch.position;
  epoch_digest_ = digest;
  sealed_length_ = length_;
  sealed_root_ = states_.root();
  for (Team* team : grown_)
    team->has_grown = false;
  grown_.clear();
  new_blocks_.clear();
  new_beginnings_.clear();
  states_.forget_filled();
  appended_ = 0;
  return {};
}

base::Status RecordStore::discard() {
  if (appended_ == 0) return {};
  if (file_.is_open()) ART32_CHECKED(file_.truncate(sealed_length_));
  return load();
}

base::Status RecordStore::read(std::string_view name, std::uint64_t from, const Visit& visit) {
  const auto team = teams_.find(name);
  if (team == teams_.end()) return {};
  ART32_ASSIGN(const std::vector<BlockPlace> places, blocks_from(database_, team->second.reference, from));
  for (const BlockPlace& place : places) {
    ART32_ASSIGN(const BlockRecords block, read_block(options_.folder, place, team->second.key.view()));
    for (std::uint32_t i = 0; i < place.header.count; ++i)
      if (place.header.first + i >= from &&
          !visit(place.header.first + i, StoredRecord{block.records[i], block.values[i]}))
        return {};
  }
  return {};
}

TeamProof RecordStore::prove(std::string_view team) {
  ART32_ASSERT(is_sealed());
  return {states_.of(team), states_.prove(team)};
}

}  // namespace art32::trail
