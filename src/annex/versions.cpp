#include "annex/versions.h"

#include <fmt/core.h>

#include "annex/json_writer.h"
#include "annex/render.h"
#include "annex/semantic_version.h"
#include "crypto/digest.h"

namespace art32::annex {
namespace {

using base::ErrorCode;

constexpr std::string_view schema = R"(
create table annex_version (
  sequence integer primary key,
  version text not null unique,
  published text not null,
  effective text not null,
  digest text not null check (length(digest) = 64),
  evidence integer not null,
  json text not null
) strict;
create trigger annex_version_stays before update on annex_version
begin select raise(abort, 'a published version of the annex is never changed'); end;
create trigger annex_version_is_kept before delete on annex_version
begin select raise(abort, 'a published version of the annex is never removed'); end;
)";

std::string record(const Version& version) {
  JsonWriter json;
  json.open('{')
      .field("version", version.version)
      .field("digest", version.digest)
      .field("published", base::rfc3339(version.published))
      .field("effective", base::iso_date(version.effective))
      .key("annex")
      .literal(version.json)
      .close();
  return json.take();
}

base::Result<Version> read(const store::Row& row) {
  Version version;
  version.version = row.text(0);
  const auto published = base::parse_rfc3339(row.text(1));
  const auto effective = base::parse_iso_date(row.text(2));
  version.digest = row.text(3);
  version.evidence = model::LeafIndex(static_cast<std::uint64_t>(row.integer(4)));
  version.json = row.text(5);
  if (!published || !effective || crypto::sha256_hex(version.json) != version.digest)
    return base::failure(
        ErrorCode::corrupt,
        fmt::format("version {} of the annex doesn't have its digest in the database", version.version),
        "restore state.db from a backup; the ledger holds the published text");
  version.published = *published;
  version.effective = *effective;
  return version;
}

base::Status check_order(const std::string& number, const Version& newest) {
  const auto ours = parse_semantic_version(number);
  const auto theirs = parse_semantic_version(newest.version);
  if (ours && theirs && precedence(*ours, *theirs) > 0) return {};
  return base::failure(
      ErrorCode::conflict,
      fmt::format("version {} isn't greater than the published version {}", number, newest.version),
      "raise version in document.toml");
}

// Nobody can keep tomorrow what was promised for yesterday.
base::Status check_effective(const model::Document& document, base::Instant now) {
  const auto today = std::chrono::floor<std::chrono::days>(now);
  if (document.effective >= today) return {};
  return base::failure(ErrorCode::conflict,
                       fmt::format("version {} would bind from {}, before the day of its publication",
                                   document.version, base::iso_date(document.effective)),
                       fmt::format("set effective in document.toml to {} or later", base::iso_date(today)));
}

}  // namespace

std::string_view name(VersionState state) {
  switch (state) {
    case VersionState::announced:
      return "announced";
    case VersionState::in_force:
      return "in-force";
    case VersionState::superseded:
      break;
  }
  return "superseded";
}

std::vector<VersionState> states(const std::vector<Version>& versions, base::Instant now) {
  std::vector<VersionState> states;
  VersionState next = VersionState::announced;
  for (const Version& version : versions) {
    if (next == VersionState::announced && version.effective <= now) next = VersionState::in_force;
    states.push_back(next);
    if (next == VersionState::in_force) next = VersionState::superseded;
  }
  return states;
}

Versions::Versions(store::Database& database, std::mutex& database_mutex, model::EvidenceSink& sink,
                   const base::Clock& clock)
    : database_(database), database_mutex_(database_mutex), sink_(sink), clock_(clock) {}

std::vector<store::Migration> Versions::migrations() {
  return {{"annex", 1, schema}};
}

base::Result<Version> Versions::publish(const model::Annex& annex) {
  const std::lock_guard publishing(publishing_);
  std::string json = to_json(annex);
  std::string digest = crypto::sha256_hex(json);
  const std::string& number = annex.document.version;

  ART32_ASSIGN(const std::vector<Version> published, all());
  for (const Version& version : published) {
    if (version.version != number) continue;
    if (version.digest == digest) return version;
    return base::failure(ErrorCode::conflict,
                         fmt::format("version {} of the annex is published with another content", number),
                         "raise version in document.toml");
  }
  if (!published.empty()) {
    ART32_CHECKED(check_order(number, published.front()));
    ART32_CHECKED(check_effective(annex.document, clock_.now()));
  }
  return seal(annex, std::move(json), std::move(digest));
}

base::Result<Version> Versions::seal(const model::Annex& annex, std::string json, std::string digest) {
  Version version;
  version.version = annex.document.version;
  version.published = clock_.now();
  version.effective = annex.document.effective;
  version.digest = std::move(digest);
  version.json = std::move(json);
  ART32_ASSIGN(version.evidence, sink_.append(model::annex_version_record, base::as_bytes(record(version))));
  ART32_CHECKED(keep(version));
  return version;
}

base::Status Versions::keep(const Version& version) {
  const std::lock_guard lock(database_mutex_);
  return database_.run(
      "insert into annex_version (version, published, effective, digest, evidence, json) values (?, ?, ?, ?, "
      "?, ?)",
      {version.version, base::rfc3339(version.published), base::iso_date(version.effective), version.digest,
       static_cast<std::int64_t>(version.evidence.value), version.json});
}

base::Result<std::vector<Version>> Versions::query(std::string_view condition,
                                                   const std::vector<store::Value>& values) const {
  std::vector<Version> versions;
  base::Status fault;
  const std::lock_guard lock(database_mutex_);
  ART32_CHECKED(database_.query(
      fmt::format("select version, published, effective, digest, evidence, json from annex_version {} "
                  "order by sequence desc",
                  condition),
      values, [&](const store::Row& row) {
        auto version = read(row);
        if (version)
          versions.push_back(std::move(*version));
        else if (fault)
          fault = tl::unexpected(version.error());
      }));
  ART32_CHECKED(fault);
  return versions;
}

base::Result<std::vector<Version>> Versions::all() const {
  return query("", {});
}

base::Result<Version> Versions::find(std::string_view version) const {
  ART32_ASSIGN(std::vector<Version> found, query("where version = ?", {std::string(version)}));
  if (found.empty())
    return base::failure(ErrorCode::not_found,
                         fmt::format("there is no published version {} of the annex", version),
                         "`art32 annex history` lists them");
  return std::move(found.front());
}

}  // namespace art32::annex
