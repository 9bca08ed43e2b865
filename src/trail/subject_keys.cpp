#include "trail/subject_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_text.h"
#include "base/log.h"
#include "crypto/key_wrap.h"
#include "crypto/mac.h"
#include "crypto/private_file.h"
#include "crypto/random.h"

namespace art32::trail {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;
using base::Status;

constexpr std::size_t key_octets = 32;
constexpr std::size_t slot_octets = crypto::wrapped_key_octets;
constexpr std::size_t known_maximum = 100'000;  // keys in memory, and of them:
constexpr std::size_t new_maximum = 10'000;     // not stored yet
constexpr std::string_view reference_label = "art32-trail-subject/v1\n";
constexpr std::string_view erasure_format = "art32-trail-erasure/v1";

// The keys themselves are in a file of slots: SQLite copies rows when its pages split, and what it copied
// from isn't overwritten.
constexpr std::string_view schema = R"sql(
CREATE TABLE subject_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  reference_key BLOB NOT NULL,
  -- Erasures that stand in the ledger before it are done.
  ledger INTEGER NOT NULL
) STRICT;
CREATE TABLE subject_keys (
  slot INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  subject BLOB NOT NULL,
  generation INTEGER NOT NULL,
  made TEXT NOT NULL,
  erased TEXT,
  UNIQUE (subject, generation)
) STRICT;
)sql";

template <class Octets>
Octets octets_in(const base::Bytes& from) {
  Octets octets{};
  std::copy_n(from.begin(), std::min(from.size(), octets.size()), octets.begin());
  return octets;
}

template <class Octets>
base::Bytes bytes_of(const Octets& octets) {
  return {octets.begin(), octets.end()};
}

std::optional<base::Instant> time_in(const store::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return base::parse_rfc3339(row.text(column)).value_or(base::Instant());
}

std::uint64_t offset_of(std::int64_t slot) {
  return static_cast<std::uint64_t>(slot) * slot_octets;
}

std::string erasure_json(const SubjectReference& subject, const SubjectKeyId& key, std::uint64_t generation,
                         base::Instant at, std::string_view by) {
  return fmt::format(R"({{"at":"{}","by":{},"format":"{}","generation":{},"key":"{}","subject":"{}"}})",
                     base::rfc3339(at), base::json_octets(base::as_bytes(by)), erasure_format, generation,
                     base::hex(key), base::hex(subject));
}

// A member of such a record whose value has no escapes. Its name can't stand within another text, where
// quotation marks are escaped.
std::string_view member(std::string_view json, std::string_view name) {
  const std::string before = fmt::format("\"{}\":\"", name);
  const auto begin = json.find(before);
  if (begin == json.npos) return {};
  const std::string_view rest = json.substr(begin + before.size());
  return rest.substr(0, rest.find('"'));
}

}  // namespace

SubjectKeys::SubjectKeys(base::Secret trail_key, store::Database database, base::File lock, base::File slots,
                         Ledger ledger, const base::Clock& clock)
    : trail_key_(std::move(trail_key)),
      lock_(std::move(lock)),
      ledger_(ledger),
      clock_(clock),
      database_(std::move(database)),
      slots_(std::move(slots)) {}

SubjectKeys::~SubjectKeys() = default;

Result<std::unique_ptr<SubjectKeys>> SubjectKeys::open(const Options& options, Ledger ledger,
                                                       const base::Clock& clock) {
  ART32_ASSIGN(base::Secret trail_key, crypto::load_private_file(options.key));
  ART32_CHECKED(base::make_folder(options.folder, 0700));
  ART32_ASSIGN(base::File lock,
               base::File::open_write(options.folder / "lock", base::Visibility::owner_only));
  ART32_CHECKED(lock.lock());
  ART32_ASSIGN(base::File slots,
               base::File::open_write(options.folder / "keys", base::Visibility::owner_only));
  ART32_CHECKED(base::sync_folder(options.folder));
  ART32_ASSIGN(store::Database database, store::Database::open(options.folder / "index.db"));
  ART32_CHECKED(database.migrate({{"trail-subjects", 1, schema}}));
  std::unique_ptr<SubjectKeys> keys(new SubjectKeys(std::move(trail_key), std::move(database),
                                                    std::move(lock), std::move(slots), ledger, clock));
  ART32_CHECKED(keys->load());
  return keys;
}

Status SubjectKeys::load() {
  base::Bytes wrapped;
  model::LeafIndex looked;
  ART32_CHECKED(
      database_.query("SELECT reference_key, ledger FROM subject_state", {}, [&](const store::Row& row) {
        wrapped = row.bytes(0);
        looked = model::LeafIndex(static_cast<std::uint64_t>(row.integer(1)));
      }));
  if (wrapped.empty()) return begin();
  ART32_ASSIGN(reference_key_, crypto::unwrap_key(trail_key_.view(), wrapped));
  ART32_CHECKED(database_.query("SELECT coalesce(max(slot) + 1, 0) FROM subject_keys", {},
                                [&](const store::Row& row) { next_slot_ = row.integer(0); }));
  ART32_ASSIGN(const std::uint64_t size, slots_.size());
  if (size < offset_of(next_slot_))
    return failure(
        ErrorCode::corrupt,
        fmt::format("{} has {} octets, and {} keys of persons", slots_.path().string(), size, next_slot_),
        "restore the folder from a backup");
  ART32_CHECKED(erase_left());
  ART32_ASSIGN(const model::LeafIndex end, ledger_.search.find(model::trail_erasure_record, looked,
                                                               [&](model::LeafIndex, base::ByteView record) {
                                                                 return erase_again(record);
                                                               }));
  return database_.run("UPDATE subject_state SET ledger = ?", {static_cast<std::int64_t>(end.value)});
}

Status SubjectKeys::begin() {
  reference_key_ = crypto::random_secret(key_octets);
  return database_.run("INSERT INTO subject_state (id, reference_key, ledger) VALUES (1, ?, ?)",
                       {crypto::wrap_key(trail_key_.view(), reference_key_.view()),
                        static_cast<std::int64_t>(ledger_.search.end().value)});
}

// Where the file of keys alone came from a backup.
Status SubjectKeys::erase_left() {
  std::vector<std::int64_t> erased;
  ART32_CHECKED(database_.query("SELECT slot FROM subject_keys WHERE erased IS NOT NULL ORDER BY slot", {},
                                [&](const store::Row& row) { erased.push_back(row.integer(0)); }));
  const base::Bytes nothing(slot_octets);
  bool is_left = false;
  for (const std::int64_t slot : erased) {
    ART32_ASSIGN(const base::Bytes octets, slots_.read_at(offset_of(slot), slot_octets));
    if (octets == nothing) continue;
    is_left = true;
    ART32_CHECKED(slots_.write_at(offset_of(slot), nothing));
  }
  if (!is_left) return {};
  base::log_warning("persons' keys were there again after their erasure; they are destroyed again", {});
  return slots_.sync();
}

// Also of keys of another trail, which aren't here.
Status SubjectKeys::erase_again(base::ByteView record) {
  const std::string_view json = base::as_text(record);
  const auto id = base::from_hex(member(json, "key"));
  const auto at = base::parse_rfc3339(member(json, "at"));
  if (!id || id->size() != std::tuple_size_v<SubjectKeyId> || !at || member(json, "format") != erasure_format)
    return failure(ErrorCode::unsupported, "the ledger has an erasure that this program can't read",
                   "use the program that wrote it, or a newer one");
  ART32_ASSIGN(const std::optional<Row> row, row_of(octets_in<SubjectKeyId>(*id)));
  if (!row || row->erased) return {};
  base::log_warning("a person's key was there again after its erasure; it is destroyed again",
                    {{"erased", base::rfc3339(*at)}});
  return destroy(*row, {}, *at);
}

SubjectReference SubjectKeys::reference_of(const Subject& subject) const {
  base::Bytes size;
  base::put_u32(size, static_cast<std::uint32_t>(subject.kind.size()));
  const crypto::Digest mac = crypto::hmac_sha256(
      reference_key_.view(),
      {base::as_bytes(reference_label), size, base::as_bytes(subject.kind), base::as_bytes(subject.value)});
  SubjectReference reference;
  std::copy_n(mac.begin(), reference.size(), reference.begin());
  return reference;
}

Result<std::optional<SubjectKeys::Row>> SubjectKeys::newest_of(const SubjectReference& subject) const {
  std::optional<Row> found;
  ART32_CHECKED(
      database_.query("SELECT slot, generation, id, erased FROM subject_keys WHERE subject = ? ORDER BY "
                      "generation DESC LIMIT 1",
                      {bytes_of(subject)}, [&](const store::Row& row) {
                        found = Row{row.integer(0), static_cast<std::uint64_t>(row.integer(1)),
                                    octets_in<SubjectKeyId>(row.bytes(2)), time_in(row, 3)};
                      }));
  return found;
}

Result<std::optional<SubjectKeys::Row>> SubjectKeys::row_of(const SubjectKeyId& id) const {
  std::optional<Row> found;
  ART32_CHECKED(database_.query(
      "SELECT slot, generation, erased FROM subject_keys WHERE id = ?", {bytes_of(id)},
      [&](const store::Row& row) {
        found = Row{row.integer(0), static_cast<std::uint64_t>(row.integer(1)), id, time_in(row, 2)};
      }));
  return found;
}

// Nothing where the key is destroyed.
Result<std::optional<base::Secret>> SubjectKeys::read_slot(std::int64_t slot) const {
  ART32_ASSIGN(const base::Bytes wrapped, slots_.read_at(offset_of(slot), slot_octets));
  if (wrapped == base::Bytes(slot_octets)) return std::optional<base::Secret>();
  auto key = crypto::unwrap_key(trail_key_.view(), wrapped);
  if (!key)
    return tl::unexpected<base::Error>(
        key.error().within(fmt::format("key {} in {}", slot, slots_.path().string())));
  return std::optional<base::Secret>(std::move(*key));
}

Result<std::shared_ptr<const SubjectKey>> SubjectKeys::key_of(const Subject& subject) {
  const std::lock_guard lock(mutex_);
  const SubjectReference reference = reference_of(subject);
  const auto known = known_.find(reference);
  if (known != known_.end()) return known->second;
  if (known_.size() >= known_maximum || new_.size() >= new_maximum) {
    ART32_CHECKED(store_all_new());
    known_.clear();
  }
  ART32_ASSIGN(const std::optional<Row> row, newest_of(reference));
  auto key = std::make_shared<SubjectKey>();
  std::optional<base::Secret> stored;
  if (row) {
    ART32_ASSIGN(stored, read_slot(row->slot));
  }
  if (stored) {
    key->id = row->id;
    key->key = std::move(*stored);
  } else {
    key->id = octets_in<SubjectKeyId>(crypto::random_bytes(std::tuple_size_v<SubjectKeyId>));
    key->key = crypto::random_secret(key_octets);
    new_.push_back({reference, row ? row->generation + 1 : 1, key});
  }
  known_.emplace(reference, key);
  return std::shared_ptr<const SubjectKey>(key);
}

Status SubjectKeys::store_new() {
  const std::lock_guard lock(mutex_);
  return store_all_new();
}

// First the keys, then what says that they are there.
Status SubjectKeys::store_all_new() {
  if (new_.empty()) return {};
  base::Bytes wrapped;
  for (const New& each : new_)
    base::append(wrapped, crypto::wrap_key(trail_key_.view(), each.key->key.view()));
  ART32_CHECKED(slots_.write_at(offset_of(next_slot_), wrapped));
  ART32_CHECKED(slots_.sync());
  ART32_CHECKED(database_.transaction([this] { return index_all_new(); }));
  next_slot_ += static_cast<std::int64_t>(new_.size());
  new_.clear();
  return {};
}

Status SubjectKeys::index_all_new() {
  const std::string now = base::rfc3339(clock_.now());
  std::int64_t slot = next_slot_;
  for (const New& each : new_)
    ART32_CHECKED(
        database_.run("INSERT INTO subject_keys (slot, id, subject, generation, made) VALUES (?, ?, ?, ?, ?)",
                      {slot++, bytes_of(each.key->id), bytes_of(each.subject),
                       static_cast<std::int64_t>(each.generation), now}));
  if (is_behind_) return {};
  return database_.run("UPDATE subject_state SET ledger = ?",
                       {static_cast<std::int64_t>(ledger_.search.end().value)});
}

Result<SubjectKeys::Found> SubjectKeys::find(const SubjectKeyId& id) const {
  const std::lock_guard lock(mutex_);
  ART32_ASSIGN(const std::optional<Row> row, row_of(id));
  if (!row) return Found{};
  if (row->erased) return Found{Found::State::erased, nullptr};
  ART32_ASSIGN(std::optional<base::Secret> key, read_slot(row->slot));
  if (!key) return Found{Found::State::erased, nullptr};
  return Found{Found::State::living, std::make_shared<const SubjectKey>(SubjectKey{id, std::move(*key)})};
}

Result<SubjectKeys::Erasure> SubjectKeys::erase(const Subject& subject, std::string_view by) {
  const std::lock_guard lock(mutex_);
  ART32_CHECKED(store_all_new());
  const SubjectReference reference = reference_of(subject);
  ART32_ASSIGN(const std::optional<Row> row, newest_of(reference));
  if (!row)
    return failure(ErrorCode::not_found,
                   fmt::format("the trail has nothing of {}:{}", subject.kind, subject.value),
                   "KIND is that of [gateway.database.trail] in art32.toml, VALUE what the subject's column "
                   "holds, as the database writes it");
  if (row->erased) return Erasure{row->generation, *row->erased, false};
  const base::Instant now = clock_.now();
  const std::string record = erasure_json(reference, row->id, row->generation, now, by);
  ART32_CHECKED(ledger_.sink.append(model::trail_erasure_record, base::as_bytes(record)));
  if (const Status done = destroy(*row, reference, now); !done) {
    is_behind_ = true;
    return tl::unexpected<base::Error>(done.error().within("the erasure is in the ledger, and isn't done"));
  }
  return Erasure{row->generation, now, true};
}

// The key is overwritten where it stands. An empty reference: nothing is known yet.
Status SubjectKeys::destroy(const Row& row, const SubjectReference& subject, base::Instant at) {
  known_.erase(subject);
  ART32_CHECKED(slots_.write_at(offset_of(row.slot), base::Bytes(slot_octets)));
  ART32_CHECKED(slots_.sync());
  return database_.run("UPDATE subject_keys SET erased = ? WHERE slot = ?", {base::rfc3339(at), row.slot});
}

}  // namespace art32::trail
