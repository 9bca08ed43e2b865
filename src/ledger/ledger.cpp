#include "ledger/ledger.h"

#include "ledger/implementation.h"
#include "merkle/signed_checkpoint.h"

namespace art32::ledger {

base::Status Ledger::create(const Options& options, const base::Clock&) {
  if (!merkle::is_key_name(options.origin))
    return base::failure(base::ErrorCode::invalid_argument,
                         fmt::format("\"{}\" can't name a log", options.origin),
                         "use a name such as annex.example.com/ledger, without spaces and plus signs");
  std::error_code error;
  if (std::filesystem::exists(checkpoint_path(options.folder), error))
    return base::failure(base::ErrorCode::already_exists,
                         fmt::format("{} holds a ledger", options.folder.string()),
                         "open it, or choose another folder");
  ART32_ASSIGN(const crypto::Ed25519PrivateKey signing_key,
               crypto::Ed25519PrivateKey::load(options.signing_key));
  ART32_ASSIGN([[maybe_unused]] const base::Secret record_key, load_record_key(options.record_key));
  ART32_CHECKED(base::make_folder(options.folder));
  ART32_CHECKED(base::make_folder(records_path(options.folder), 0700));
  ART32_CHECKED(base::make_folder(keys_path(options.folder), 0700));
  ART32_CHECKED(base::sync_folder(options.folder));
  ART32_CHECKED(base::sync_folder(options.folder.parent_path()));
  // The checkpoint comes last: a folder without one holds no ledger.
  const merkle::Checkpoint empty{options.origin, merkle::TreeSize(0), merkle::empty_root()};
  return base::replace_file(checkpoint_path(options.folder),
                            base::as_bytes(merkle::sign_checkpoint(empty, signing_key)));
}

base::Result<std::unique_ptr<Ledger>> Ledger::open(const Options& options, const base::Clock& clock) {
  ART32_ASSIGN(crypto::Ed25519PrivateKey signing_key, crypto::Ed25519PrivateKey::load(options.signing_key));
  ART32_ASSIGN(base::Secret record_key, load_record_key(options.record_key));
  auto implementation =
      std::make_unique<Implementation>(options, clock, std::move(signing_key), std::move(record_key));
  ART32_CHECKED(implementation->recover());
  implementation->run();
  return std::unique_ptr<Ledger>(new Ledger(std::move(implementation)));
}

Ledger::Ledger(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Ledger::~Ledger() = default;

base::Result<model::LeafIndex> Ledger::append(model::RecordKind kind, base::ByteView record) {
  ART32_ASSIGN(const std::uint64_t index,
               implementation_->append(kind.name, std::span(&record, 1), std::nullopt));
  return model::LeafIndex(index);
}

base::Result<model::LeafIndex> Ledger::append_batch(model::RecordKind kind,
                                                    std::span<const base::Bytes> records) {
  const std::vector<base::ByteView> views(records.begin(), records.end());
  ART32_ASSIGN(const std::uint64_t index, implementation_->append(kind.name, views, std::nullopt));
  return model::LeafIndex(index);
}

std::string Ledger::checkpoint_note() const {
  return implementation_->published()->note;
}
merkle::Checkpoint Ledger::checkpoint() const {
  return implementation_->published()->checkpoint;
}
base::Status Ledger::flush() {
  return implementation_->flush();
}

base::Result<Disclosure> Ledger::disclose(model::LeafIndex index) const {
  return implementation_->disclose(index.value);
}
base::Result<base::Bytes> Ledger::record(model::LeafIndex index) const {
  ART32_ASSIGN(Disclosure disclosure, disclose(index));
  return std::move(disclosure.record);
}
base::Result<model::LeafIndex> Ledger::find(model::RecordKind kind, model::LeafIndex from,
                                            const Visit& visit) {
  ART32_ASSIGN(const std::uint64_t end, implementation_->find(kind.name, from.value, visit));
  return model::LeafIndex(end);
}
base::Status Ledger::extends(const merkle::Checkpoint& older) const {
  return implementation_->extends(older);
}
base::Result<std::vector<crypto::Digest>> Ledger::consistency(merkle::TreeSize older,
                                                              const merkle::Checkpoint& newer) const {
  return implementation_->consistency(older, newer);
}
base::Status Ledger::serve(const std::string& note) {
  return implementation_->serve(note);
}
base::Status Ledger::serve_kept() {
  return implementation_->serve_kept();
}
void Ledger::serve_newest() {
  implementation_->serve_newest();
}
std::string Ledger::served_note() const {
  return implementation_->served_note();
}
base::Result<std::string> Ledger::proof(model::LeafIndex index) const {
  return implementation_->proof(index.value);
}

base::Result<model::LeafIndex> Ledger::erase(model::LeafIndex index, std::string_view reason) {
  return implementation_->erase(index.value, reason);
}

base::Result<base::Bytes> Ledger::resource(std::string_view path) const {
  return implementation_->resource(path);
}
std::string Ledger::verifier_key() const {
  return implementation_->verifier_key();
}
Health Ledger::health() const {
  return implementation_->health();
}

}  // namespace art32::ledger
