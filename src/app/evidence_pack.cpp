#include "app/evidence_pack.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <fstream>

#include "base/limits.h"
#include "ledger/disclosure.h"
#include "portal/evidence_pack_page.h"
#include "trail/disclosed_value.h"

namespace art32::app {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::failure;
using base::Result;
using base::Status;

constexpr std::size_t buffer_octets = 1U << 20;

auto fails(std::string_view what) {
  return failure(ErrorCode::check_failed, std::string(what),
                 "ask whoever made the pack for another one; if that doesn't hold either, records were "
                 "altered or left out");
}

Status write_whole(const base::Path& path, std::string_view content) {
  return base::replace_file(path, base::as_bytes(content), base::Visibility::owner_only);
}

// The lines of a file, each without its end.
class Lines {
 public:
  explicit Lines(const base::Path& path) : buffer_(buffer_octets) {
    file_.rdbuf()->pubsetbuf(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    file_.open(path, std::ios::binary);
  }
  bool is_open() const { return file_.is_open(); }
  // `check_failed` for a last line without an end.
  Result<bool> next(std::string& line) {
    if (!std::getline(file_, line)) return false;
    if (line.size() > base::limits::trail_record_octets) return fails("a line is longer than any may be");
    if (file_.eof()) return fails("the last line of a file is cut off");
    return true;
  }

 private:
  std::vector<char> buffer_;
  std::ifstream file_;
};

// docs/formats/evidence-pack.md, "Check", step 2. The record of the seal, and when it was made.
struct VerifiedSeal {
  std::string record;
  std::string database;
  base::Instant at;
  merkle::Checkpoint checkpoint;
};

Result<VerifiedSeal> verify_seal(const std::string& text, const EvidenceKeys& keys) {
  ART32_ASSIGN(const ledger::DisclosureDocument document, ledger::parse_disclosure(text));
  VerifiedSeal seal;
  ART32_ASSIGN(seal.checkpoint,
               ledger::verify_disclosure(document.disclosure, document.proof, keys.ledger, keys.witnesses));
  seal.record = base::to_text(document.disclosure.record);
  boost::system::error_code trouble;
  const json::value record = json::parse(seal.record, trouble);
  const json::object* const object = trouble ? nullptr : record.if_object();
  const auto text_of = [&](const char* name) -> std::string {
    const json::value* const value = object == nullptr ? nullptr : object->if_contains(name);
    return value == nullptr || !value->is_string() ? std::string() : std::string(value->get_string());
  };
  const auto at = base::parse_rfc3339(text_of("at"));
  if (document.disclosure.kind != model::trail_epoch_record.name ||
      text_of("format") != "art32-trail-epoch/v1" || !at)
    return fails("what the ledger vouches for isn't the seal of an epoch");
  seal.at = *at;
  seal.database = text_of("name");
  return seal;
}

class ValueLines {
 public:
  explicit ValueLines(const base::Path& path) : lines_(path) {}

  // Those of this record, which stand in the order of the records.
  Status take_of(std::uint64_t number, std::string_view record) {
    while (true) {
      if (!waiting_) {
        ART32_ASSIGN(const bool has_line, read());
        if (!has_line) return {};
      }
      if (waiting_->number != number) return {};
      ART32_CHECKED(trail::verify_disclosed_value(*waiting_, record));
      waiting_.reset();
      ++verified_;
    }
  }
  // The last one was taken: none is left over.
  Status finish() const {
    if (waiting_) return fails(fmt::format("a value is of record {}, which isn't there", waiting_->number));
    return {};
  }
  std::uint64_t verified() const { return verified_; }

 private:
  Result<bool> read() {
    std::string line;
    ART32_ASSIGN(const bool has_line, lines_.next(line));
    if (!has_line) return false;
    ART32_ASSIGN(waiting_, trail::parse_disclosed_value(line));
    return true;
  }

  Lines lines_;
  std::optional<trail::DisclosedValue> waiting_;
  std::uint64_t verified_ = 0;
};

}  // namespace

Result<EvidencePackWriter> EvidencePackWriter::begin(const base::Path& wanted,
                                                     const trail::EvidenceDocument& document) {
  // Without a slash at its end.
  const base::Path folder = (wanted / "").parent_path();
  const base::Path partial = folder.string() + ".partial";
  std::error_code error;
  for (const base::Path& path : {folder, partial})
    if (std::filesystem::exists(std::filesystem::symlink_status(path, error)))
      return failure(ErrorCode::already_exists, fmt::format("{} is there already", path.string()),
                     path == folder ? "name a folder that isn't there yet"
                                    : "it may be what an attempt that was ended has left: delete it then");
  ART32_CHECKED(base::make_folder(partial, 0700));
  EvidencePackWriter writer(folder, partial, document.key);
  ART32_CHECKED(write_whole(partial / "evidence.json", trail::format_evidence(document)));
  ART32_ASSIGN(writer.records_.file,
               base::File::open_write(partial / "records.ndjson", base::Visibility::owner_only));
  ART32_ASSIGN(const VerifiedSeal seal, verify_seal(document.seal, {document.key}));
  const trail::Evidence& evidence = document.evidence;
  for (const portal::EvidencePackFile& file : portal::evidence_pack_files(
           {document.database, evidence.team, evidence.range.first, evidence.range.end,
            evidence.shown.state.size.value, seal.at, seal.checkpoint, document.key})) {
    const base::Path path = partial / file.name;
    ART32_CHECKED(base::make_folder(path.parent_path(), 0700));
    ART32_CHECKED(write_whole(path, file.content));
  }
  for (const auto& [name, content] : trail::evidence_format_pages()) {
    ART32_CHECKED(base::make_folder(partial / "formats", 0700));
    ART32_CHECKED(write_whole(partial / "formats" / name, content));
  }
  return writer;
}

Status EvidencePackWriter::Output::add(base::ByteView octets) {
  ART32_CHECKED(file.write_at(length, octets));
  length += octets.size();
  return {};
}

Status EvidencePackWriter::add_values(base::ByteView octets) {
  if (octets.empty()) return {};
  if (!values_.file.is_open()) {
    ART32_ASSIGN(values_.file,
                 base::File::open_write(partial_ / "values.ndjson", base::Visibility::owner_only));
  }
  return values_.add(octets);
}

Status EvidencePackWriter::finish(const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  for (Output* output : {&records_, &values_})
    if (output->file.is_open()) ART32_CHECKED(output->file.sync());
  ART32_CHECKED(verify_evidence_pack(partial_, {key_}, progress));
  std::error_code error;
  std::filesystem::rename(partial_, folder_, error);
  if (error) return base::system_failure(fmt::format("cannot make {}", folder_.string()), error.value());
  return base::sync_folder(folder_.parent_path().empty() ? base::Path(".") : folder_.parent_path());
}

Result<VerifiedEvidence> verify_evidence_pack(
    const base::Path& folder, const EvidenceKeys& keys,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  VerifiedEvidence verified;
  ART32_ASSIGN(const std::string text, base::read_text_file(folder / "evidence.json"));
  ART32_ASSIGN(verified.document, trail::parse_evidence(text));
  const trail::Evidence& evidence = verified.document.evidence;
  ART32_ASSIGN(const VerifiedSeal seal, verify_seal(verified.document.seal, keys));
  if (seal.database != verified.document.database)
    return fails(fmt::format("the seal is of the trail of \"{}\", not of \"{}\"", seal.database,
                             verified.document.database));
  verified.sealed = seal.at;
  verified.checkpoint = seal.checkpoint;
  ART32_ASSIGN(trail::EvidenceVerifier verifier, trail::EvidenceVerifier::begin(evidence, seal.record));
  Lines records(folder / "records.ndjson");
  if (!records.is_open()) return fails("records.ndjson is missing");
  std::error_code error;
  const base::Path of_values = folder / "values.ndjson";
  const auto kind = std::filesystem::symlink_status(of_values, error).type();
  if (kind != std::filesystem::file_type::regular && kind != std::filesystem::file_type::not_found)
    return fails("values.ndjson isn't a file");
  ValueLines values(of_values);
  std::string record;
  for (std::uint64_t number = evidence.range.first;; ++number) {
    ART32_ASSIGN(const bool has_line, records.next(record));
    if (!has_line) break;
    ART32_CHECKED(verifier.take(base::as_bytes(record)));
    ART32_CHECKED(values.take_of(number, record));
    if (progress) progress(number - evidence.range.first + 1, evidence.range.end - evidence.range.first);
  }
  ART32_CHECKED(verifier.finish());
  ART32_CHECKED(values.finish());
  verified.values = values.verified();
  return verified;
}

}  // namespace art32::app
