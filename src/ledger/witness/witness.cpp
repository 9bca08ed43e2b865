#include "ledger/witness/witness.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/log.h"
#include "crypto/digest.h"
#include "merkle/cosignature.h"
#include "merkle/proof.h"

namespace art32::ledger {
namespace {

constexpr std::string_view text_type = "text/plain; charset=utf-8";

base::Path logs_path(const base::Path& folder) {
  return folder / "logs";
}

WitnessAnswer refused(int status, std::string why) {
  return {status, std::string(text_type), std::move(why) + "\n"};
}

WitnessAnswer conflict(merkle::TreeSize size) {
  return {409, std::string(witness_size_type), std::to_string(size.value) + "\n"};
}

// The note with the signatures of these keys alone; nothing where none of them signed it.
std::optional<merkle::Note> signed_by(const merkle::Note& note, std::span<const merkle::VerifierKey> keys) {
  merkle::Note kept{note.text, {}};
  for (const merkle::NoteSignature& signature : note.signatures)
    if (std::any_of(keys.begin(), keys.end(), [&](const merkle::VerifierKey& key) {
          return verify_signature(note.text, signature, key);
        }))
      kept.signatures.push_back(signature);
  if (kept.signatures.empty()) return std::nullopt;
  return kept;
}

// Only a log itself can make a witness sign and write: others fail at its signature.
bool take_one(double& allowance, std::chrono::steady_clock::time_point& counted) {
  const auto now = std::chrono::steady_clock::now();
  const double passed = std::chrono::duration<double>(now - counted).count();
  allowance = std::min(base::limits::witness_cosignatures_at_once,
                       allowance + passed * base::limits::witness_cosignatures_a_second);
  counted = now;
  if (allowance < 1) return false;
  allowance -= 1;
  return true;
}

}  // namespace

base::Status Witness::create(const base::Path& folder, const base::Path& key) {
  if (base::file_facts(key).has_value())
    return base::failure(base::ErrorCode::already_exists,
                         fmt::format("{} exists already, and nothing is overwritten", key.string()),
                         "start the witness that is there, or name another folder");
  ART32_CHECKED(base::make_folder(logs_path(folder)));
  ART32_CHECKED(base::sync_folder(folder));
  return crypto::Ed25519PrivateKey::generate().save(key);
}

base::Result<std::unique_ptr<Witness>> Witness::open(const Options& options, const base::Clock& clock) {
  if (!merkle::is_key_name(options.name))
    return base::failure(base::ErrorCode::configuration,
                         fmt::format("\"{}\" can't name a witness", options.name),
                         "use a name such as witness.example.com/w1, without spaces and plus signs");
  ART32_ASSIGN(crypto::Ed25519PrivateKey key, crypto::Ed25519PrivateKey::load(options.key));
  std::unique_ptr<Witness> witness(new Witness(options, clock, std::move(key)));
  std::error_code ignored;
  if (!std::filesystem::is_directory(logs_path(options.folder), ignored))
    return base::failure(
        base::ErrorCode::not_found,
        fmt::format("{} is gone, and with it what was cosigned", logs_path(options.folder).string()),
        "make a new witness, with a new key, in another folder: this one would cosign a fork");
  ART32_ASSIGN(witness->lock_, base::File::open_write(options.folder / "lock", base::Visibility::owner_only));
  ART32_CHECKED(witness->lock_.lock());
  for (const merkle::VerifierKey& log : options.logs)
    witness->logs_[log.name].keys.push_back(log);
  for (const merkle::VerifierKey& log : options.logs)
    ART32_CHECKED(witness->load(log));
  return witness;
}

// Origins are anybody's text, file names aren't.
base::Path Witness::path_of(std::string_view origin) const {
  return logs_path(options_.folder) / crypto::sha256_hex(origin);
}

base::Status Witness::load(const merkle::VerifierKey& key) {
  Known& log = logs_.find(key.name)->second;
  log.allowance = base::limits::witness_cosignatures_at_once;
  log.counted = std::chrono::steady_clock::now();
  const base::Path path = path_of(key.name);
  const auto text = base::read_text_file(path);
  if (!text && text.error().code == base::ErrorCode::not_found) return {};
  if (!text) return tl::unexpected<base::Error>(text.error());
  const auto note = merkle::parse_note(*text);
  const auto checkpoint = note ? merkle::parse_checkpoint(note->text)
                               : base::Result<merkle::Checkpoint>(tl::unexpect, note.error());
  if (!checkpoint || checkpoint->origin != key.name || !signed_by(*note, log.keys))
    return base::failure(
        base::ErrorCode::corrupt,
        fmt::format("{} isn't a checkpoint that a known key of {} signed", path.string(), key.name),
        "name the key that the log had then, or make a new witness: nothing was changed");
  log.newest = *checkpoint;
  return {};
}

WitnessAnswer Witness::add_checkpoint(std::string_view body) {
  const auto request = parse_add_checkpoint(body);
  if (!request) return refused(400, request.error().what);
  const auto note = merkle::parse_note(request->note);
  if (!note) return refused(400, note.error().what);
  const auto checkpoint = merkle::parse_checkpoint(note->text);
  if (!checkpoint) return refused(400, checkpoint.error().what);

  const std::lock_guard lock(mutex_);
  const auto log = logs_.find(checkpoint->origin);
  if (log == logs_.end()) return refused(404, "this witness doesn't know the log");
  const auto signed_note = signed_by(*note, log->second.keys);
  if (!signed_note) return refused(403, "no key of the log signed the checkpoint");
  return decide(log->second, *request, *signed_note, *checkpoint);
}

// The signature is the log's. The order of the checks is the specification's.
WitnessAnswer Witness::decide(Known& log, const AddCheckpoint& request, const merkle::Note& note,
                              const merkle::Checkpoint& checkpoint) {
  if (request.old_size > checkpoint.size) return refused(400, "the old size is larger than the checkpoint's");
  const merkle::TreeSize size = log.newest ? log.newest->size : merkle::TreeSize(0);
  const merkle::Hash root = log.newest ? log.newest->root : merkle::empty_root();
  if (request.old_size != size) return conflict(size);
  if (checkpoint.size == size && checkpoint.root != root) {
    keep_proof_of_fork(note, checkpoint);
    return conflict(size);
  }
  if (!merkle::verify_consistency(size, root, checkpoint.size, checkpoint.root, request.proof)) {
    base::log_error("a log's checkpoint wasn't proved to continue the one cosigned last",
                    {{"log", checkpoint.origin},
                     {"cosigned", std::to_string(size.value)},
                     {"offered", std::to_string(checkpoint.size.value)}});
    return refused(422, "the proof doesn't lead from the checkpoint cosigned last to this one");
  }
  if (!take_one(log.allowance, log.counted)) return refused(429, "the log asks too often");
  const base::Instant now = clock_.now();
  if (now < base::Instant{}) return refused(500, "the clock of this witness is wrong");
  if (log.newest != checkpoint) {
    const base::Status kept =
        base::replace_file(path_of(checkpoint.origin), base::as_bytes(merkle::format_note(note)));
    if (!kept) {
      base::log_error("a checkpoint couldn't be kept, so it wasn't cosigned",
                      {{"error", kept.error().message()}});
      return refused(500, "the witness can't write");
    }
    log.newest = checkpoint;
  }
  return {200, std::string(text_type),
          merkle::format_signature_line(merkle::cosign(note.text, options_.name, key_, now))};
}

// Two signed trees of one size that differ: whoever sees both knows that the log lied. The first is kept.
void Witness::keep_proof_of_fork(const merkle::Note& note, const merkle::Checkpoint& checkpoint) const {
  base::Path path = path_of(checkpoint.origin);
  path += ".fork";
  base::log_error("a log signed two trees of one size", {{"log", checkpoint.origin},
                                                         {"size", std::to_string(checkpoint.size.value)},
                                                         {"proof", path.string()}});
  if (base::file_facts(path).has_value()) return;
  if (const base::Status kept = base::replace_file(path, base::as_bytes(merkle::format_note(note))); !kept)
    base::log_error("the proof of a fork couldn't be kept", {{"error", kept.error().message()}});
}

std::string Witness::verifier_key() const {
  return merkle::format_verifier_key(
      {options_.name, merkle::SignatureType::cosignature_v1, key_.public_key()});
}

std::vector<Witness::Log> Witness::logs() const {
  const std::lock_guard lock(mutex_);
  std::vector<Log> all;
  for (const auto& [origin, log] : logs_)
    all.push_back({origin, log.newest ? std::optional(log.newest->size) : std::nullopt});
  return all;
}

}  // namespace art32::ledger
