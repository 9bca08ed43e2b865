// The parts of an open ledger, and its writer thread.
//
// Order of life: lock, recover, run. Only the writer thread touches recorder and
// integrator (their size() and published() apart); readers use the journal's and
// key files' read, and the published snapshot.
#pragma once

#include <mutex>
#include <thread>

#include "ledger/integrator.h"
#include "ledger/ledger.h"
#include "ledger/recorder.h"
#include "merkle/note.h"
#include "merkle/proof.h"
#include "merkle/tile_reader.h"

namespace art32::ledger {

base::Path records_path(const base::Path& folder);
base::Path keys_path(const base::Path& folder);
base::Path lock_path(const base::Path& folder);
base::Path cosigned_path(const base::Path& folder);

base::Result<base::Secret> load_record_key(const base::Path& path);
merkle::VerifierKey verifier_key_of(const std::string& origin, const crypto::Ed25519PrivateKey& key);

class Ledger::Implementation {
 public:
  Implementation(const Options& options, const base::Clock& clock, crypto::Ed25519PrivateKey signing_key,
                 base::Secret record_key);
  ~Implementation();

  base::Status recover();  // recovery.cpp
  void run();              // starts the writer

  base::Result<std::uint64_t> append(std::string_view kind, std::span<const base::ByteView> records,
                                     std::optional<std::uint64_t> erases);
  base::Status flush() { return intake_.flush(); }
  base::Result<model::LeafIndex> erase(std::uint64_t index, std::string_view reason);

  std::shared_ptr<const Published> published() const { return integrator_->published(); }
  base::Result<Disclosure> disclose(std::uint64_t index) const;
  base::Result<std::uint64_t> find(std::string_view kind, std::uint64_t from,
                                   const model::EvidenceSearch::Visit& visit);  // search.cpp
  base::Status extends(const merkle::Checkpoint& older) const;                  // prefix.cpp
  base::Result<std::vector<merkle::Hash>> consistency(merkle::TreeSize older,
                                                      const merkle::Checkpoint& newer) const;
  base::Status serve(const std::string& note);
  base::Status serve_kept();
  void serve_newest();
  std::string served_note() const;
  base::Result<std::string> proof(std::uint64_t index) const;
  base::Result<base::Bytes> resource(std::string_view path) const;
  std::string verifier_key() const;
  Health health() const;

 private:
  using Time = Intake::Time;
  struct Served {
    merkle::Checkpoint checkpoint;
    std::string note;
  };
  std::shared_ptr<const Served> served() const;
  merkle::TileNodeReader reader_of(merkle::TreeSize size) const;

  base::Status lock_folder();
  base::Result<Published> read_checkpoint() const;
  base::Status recover_records(const merkle::Checkpoint& checkpoint);
  base::Status finish_erasure(const Frame& frame);
  base::Status check_record_key() const;
  base::Status check_is_leaf(std::uint64_t index, base::ByteView entry) const;

  void write_until_stopped();
  void record(std::span<Request* const> requests);
  void integrate(const Intake::Work& work);
  Time integration_due() const;
  void set_trouble(std::optional<base::Error>& which, std::optional<base::Error> trouble);

  Options options_;
  crypto::Ed25519PrivateKey signing_key_;
  base::Secret record_key_;
  base::File lock_;
  Journal journal_;
  KeyFiles keys_;
  Recorder recorder_;
  std::optional<Integrator> integrator_;  // since recovery
  Intake intake_;

  // The writer's own.
  std::optional<Time> oldest_backlog_, newest_append_, retry_at_;

  mutable std::mutex served_mutex_;
  std::shared_ptr<const Served> served_;  // none: the newest checkpoint
  mutable std::mutex trouble_mutex_;
  std::optional<base::Error> append_trouble_, integrate_trouble_;
  std::thread writer_;
};

}  // namespace art32::ledger
