#include "ledger/implementation.h"

#include "base/limits.h"
#include "base/log.h"
#include "crypto/private_file.h"
#include "ledger/erasure.h"
#include "ledger/sealing.h"

namespace art32::ledger {

namespace limits = base::limits;

base::Path records_path(const base::Path& folder) {
  return folder / "records";
}
base::Path keys_path(const base::Path& folder) {
  return folder / "keys";
}
base::Path lock_path(const base::Path& folder) {
  return folder / "lock";
}

base::Result<base::Secret> load_record_key(const base::Path& path) {
  ART32_ASSIGN(base::Secret key, crypto::load_private_file(path));
  if (key.size() != record_key_octets)
    return base::failure(
        base::ErrorCode::corrupt,
        fmt::format("{} has {} octets, a record key has {}", path.string(), key.size(), record_key_octets),
        "restore the file from the backup of the keys");
  return key;
}

merkle::VerifierKey verifier_key_of(const std::string& origin, const crypto::Ed25519PrivateKey& key) {
  return {origin, merkle::SignatureType::ed25519, key.public_key()};
}

Ledger::Implementation::Implementation(const Options& options, const base::Clock& clock,
                                       crypto::Ed25519PrivateKey signing_key, base::Secret record_key)
    : options_(options),
      signing_key_(std::move(signing_key)),
      record_key_(std::move(record_key)),
      journal_(records_path(options.folder)),
      keys_(keys_path(options.folder)),
      recorder_(journal_, keys_, record_key_, clock) {}

Ledger::Implementation::~Implementation() {
  if (!writer_.joinable()) return;
  intake_.stop();
  writer_.join();
}

void Ledger::Implementation::run() {
  if (integrator_->backlog() > 0) oldest_backlog_ = newest_append_ = std::chrono::steady_clock::now();
  writer_ = std::thread([this] { write_until_stopped(); });
}

void Ledger::Implementation::write_until_stopped() {
  while (true) {
    const Intake::Work work = intake_.wait(integration_due());
    if (!work.requests.empty()) record(work.requests);
    const bool is_due = std::chrono::steady_clock::now() >= integration_due();
    if (work.flush > 0 || work.is_stopping || is_due) integrate(work);
    if (work.is_stopping) return;
  }
}

Ledger::Implementation::Time Ledger::Implementation::integration_due() const {
  const Time now = std::chrono::steady_clock::now();
  if (!oldest_backlog_) return now + std::chrono::hours(1);
  if (retry_at_) return *retry_at_;
  return std::min(*oldest_backlog_ + limits::ledger_integrate_wait,
                  *newest_append_ + limits::ledger_quiet_wait);
}

void Ledger::Implementation::record(std::span<Request* const> requests) {
  Recorder::Recorded recorded = recorder_.record(requests);
  for (base::Bytes& entry : recorded.entries)
    integrator_->add(std::move(entry));
  if (!recorded.entries.empty()) {
    newest_append_ = std::chrono::steady_clock::now();
    if (!oldest_backlog_) oldest_backlog_ = newest_append_;
  }
  if (recorded.trouble || !recorded.entries.empty()) set_trouble(append_trouble_, recorded.trouble);
  intake_.answer(std::move(recorded.answers));
}

void Ledger::Implementation::integrate(const Intake::Work& work) {
  base::Status status = recorder_.finish_erasures();
  if (status) status = integrator_->integrate();
  if (status) {
    oldest_backlog_.reset();
    retry_at_.reset();
    set_trouble(integrate_trouble_, std::nullopt);
  } else {
    retry_at_ = std::chrono::steady_clock::now() + limits::ledger_retry_wait;
    set_trouble(integrate_trouble_, status.error());
  }
  if (work.flush > 0) intake_.flushed(work.flush, status);
}

void Ledger::Implementation::set_trouble(std::optional<base::Error>& which,
                                         std::optional<base::Error> trouble) {
  const std::lock_guard lock(trouble_mutex_);
  if (trouble && which != trouble)
    base::log_error("ledger in trouble", {{"what", trouble->what}, {"mend", trouble->mend}});
  if (!trouble && which) base::log_info("ledger recovered");
  which = std::move(trouble);
}

base::Result<std::uint64_t> Ledger::Implementation::append(std::string_view kind,
                                                           std::span<const base::ByteView> records,
                                                           std::optional<std::uint64_t> erases) {
  const auto refused = [](std::string what, std::string mend) {
    return base::failure(base::ErrorCode::invalid_argument, std::move(what), std::move(mend));
  };
  if (!is_record_kind(kind))
    return refused(fmt::format("\"{}\" is no kind of record", kind), "use lower-case words with hyphens");
  if (kind == model::erased_record.name && !erases)
    return refused("a record of the kind \"erased\" is written by an erasure only",
                   "erase the record instead");
  if (records.empty() || records.size() > limits::ledger_batch_entries)
    return refused(fmt::format("a batch holds 1 to {} records", limits::ledger_batch_entries), "split it");
  std::size_t octets = 0;
  for (const base::ByteView record : records) {
    octets += record.size();
    if (record.size() > limits::ledger_record_octets)
      return refused(
          fmt::format("a record of {} octets is longer than {}", record.size(), limits::ledger_record_octets),
          "keep the long part elsewhere, and its digest in the record");
  }
  if (octets > limits::ledger_batch_octets)
    return refused(fmt::format("a batch holds at most {} octets", limits::ledger_batch_octets), "split it");
  if (const Health now = health(); now.size - now.integrated > limits::ledger_backlog_entries)
    return base::failure(
        base::ErrorCode::exhausted,
        fmt::format("{} acknowledged entries wait for a checkpoint", now.size - now.integrated),
        now.trouble ? now.trouble->message() : "wait until the ledger has caught up");
  Request request{kind, records, octets, erases};
  return intake_.submit(request);
}

base::Result<model::LeafIndex> Ledger::Implementation::erase(std::uint64_t index, std::string_view reason) {
  ART32_ASSIGN(const Disclosure disclosure, disclose(index));
  // What tells of the trail has to stay: whoever put an older copy of it back could hide that otherwise.
  const auto kinds = {model::erased_record, model::trail_erasure_record, model::trail_epoch_record,
                      model::trail_retention_record};
  if (std::any_of(kinds.begin(), kinds.end(),
                  [&](const model::RecordKind& kind) { return kind.name == disclosure.kind; }))
    return base::failure(
        base::ErrorCode::invalid_argument,
        fmt::format("record {} is of the kind {}, which can't be erased", index, disclosure.kind),
        "records of this kind hold no personal data, and other records are believed by them");
  const std::string record = format_erasure(index, reason);
  const base::ByteView view = base::as_bytes(record);
  ART32_ASSIGN(const std::uint64_t leaf, append(model::erased_record.name, std::span(&view, 1), index));
  return model::LeafIndex(leaf);
}

std::string Ledger::Implementation::verifier_key() const {
  return merkle::format_verifier_key(verifier_key_of(options_.origin, signing_key_));
}

Health Ledger::Implementation::health() const {
  Health health;
  health.integrated = published()->checkpoint.size.value;
  health.size = std::max(recorder_.size(), health.integrated);
  const std::lock_guard lock(trouble_mutex_);
  health.trouble = append_trouble_ ? append_trouble_ : integrate_trouble_;
  return health;
}

}  // namespace art32::ledger
