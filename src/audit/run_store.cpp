#include "audit/run_store.h"

#include <fmt/core.h>

#include "audit/evidence_json.h"

namespace art32::audit {

using store::Row;
using store::Value;

namespace {

std::int64_t to_stored(base::Instant instant) {
  return instant.time_since_epoch().count();
}
base::Instant to_instant(std::int64_t stored) {
  return base::Instant(std::chrono::microseconds(stored));
}

Value leaf_value(const std::optional<model::LeafIndex>& leaf) {
  if (!leaf) return nullptr;
  return static_cast<std::int64_t>(leaf->value);
}

std::optional<model::LeafIndex> to_leaf(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return model::LeafIndex(static_cast<std::uint64_t>(row.integer(column)));
}

constexpr std::string_view probe_run_columns =
    "select id, audit, probe, started, took, verdict, evidence, observations, annex from probe_runs ";
constexpr std::string_view audit_columns = "select id, cause, started, took, evidence from audit_runs ";

base::Result<ProbeRun> to_probe_run(const Row& row) {
  ProbeRun run;
  run.id = row.integer(0);
  run.audit = row.integer(1);
  run.probe = row.text(2);
  run.started = to_instant(row.integer(3));
  run.took = std::chrono::microseconds(row.integer(4));
  const auto verdict = model::parse_verdict(row.text(5));
  if (!verdict)
    return base::failure(base::ErrorCode::corrupt, fmt::format("probe run {} has an unknown verdict", run.id),
                         "restore the state database from a backup");
  run.verdict = *verdict;
  run.evidence = to_leaf(row, 6);
  ART32_ASSIGN(run.observations, parse_observations(row.text(7)));
  run.annex = row.text(8);
  return run;
}

base::Result<std::vector<ProbeRun>> select_probe_runs(const store::Database& database, std::string_view rest,
                                                      const std::vector<Value>& values) {
  std::vector<ProbeRun> runs;
  std::optional<base::Error> trouble;
  ART32_CHECKED(database.query(fmt::format("{}{}", probe_run_columns, rest), values, [&](const Row& row) {
    auto run = to_probe_run(row);
    if (run)
      runs.push_back(std::move(*run));
    else if (!trouble)
      trouble = std::move(run).error();
  }));
  if (trouble) return tl::unexpected<base::Error>(*trouble);
  return runs;
}

base::Result<std::vector<AuditRun>> select_audits(const store::Database& database, std::string_view rest,
                                                  const std::vector<Value>& values) {
  std::vector<AuditRun> audits;
  ART32_CHECKED(database.query(fmt::format("{}{}", audit_columns, rest), values, [&audits](const Row& row) {
    AuditRun audit;
    audit.id = row.integer(0);
    audit.trigger = row.text(1);
    audit.started = to_instant(row.integer(2));
    audit.took = std::chrono::microseconds(row.integer(3));
    audit.evidence = to_leaf(row, 4);
    audits.push_back(std::move(audit));
  }));
  for (AuditRun& audit : audits) {
    ART32_ASSIGN(audit.probes, select_probe_runs(database, "where audit = ? order by place", {audit.id}));
  }
  return audits;
}

}  // namespace

std::vector<store::Migration> run_store_migrations() {
  return {{"audit", 1, R"(
    create table audit_runs (
      id integer primary key autoincrement,
      cause text not null,
      started integer not null,  -- microseconds since 1970
      took integer,              -- microseconds; null until it has ended
      evidence integer           -- leaf of the ledger
    ) strict;
    create table probe_runs (
      id integer primary key autoincrement,
      audit integer not null references audit_runs (id),
      place integer not null,    -- in the table of probes
      probe text not null,
      started integer not null,
      took integer not null,
      verdict text not null,
      evidence integer,
      observations text not null
    ) strict;
    create index probe_runs_by_probe on probe_runs (probe, id);
    create index probe_runs_by_audit on probe_runs (audit, place);
    create table ledger_seen (
      one integer primary key check (one = 1),
      note text not null         -- signed checkpoint
    ) strict;
  )"},
          {"audit", 2, "alter table probe_runs add column annex text not null default ''"}};
}

base::Result<std::int64_t> insert_audit(store::Database& database, const AuditRun& run) {
  ART32_CHECKED(database.run("insert into audit_runs (cause, started) values (?, ?)",
                             {run.trigger, to_stored(run.started)}));
  return database.last_insert_id();
}

base::Result<std::int64_t> insert_probe_run(store::Database& database, const ProbeRun& run) {
  ART32_CHECKED(database.run(
      "insert into probe_runs (audit, place, probe, started, took, verdict, evidence, observations, annex) "
      "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {run.audit, run.place, run.probe, to_stored(run.started), run.took.count(),
       std::string(model::name(run.verdict)), leaf_value(run.evidence), observations_json(run.observations),
       run.annex}));
  return database.last_insert_id();
}

base::Status finish_audit(store::Database& database, const AuditRun& run) {
  return database.run("update audit_runs set took = ?, evidence = ? where id = ?",
                      {run.took.count(), leaf_value(run.evidence), run.id});
}

base::Result<std::vector<AuditRun>> recent_audits(const store::Database& database, std::size_t limit) {
  return select_audits(database, "where took is not null order by id desc limit ?",
                       {static_cast<std::int64_t>(limit)});
}

base::Result<AuditRun> find_audit(const store::Database& database, std::int64_t audit) {
  ART32_ASSIGN(auto found, select_audits(database, "where took is not null and id = ?", {audit}));
  if (found.empty())
    return base::failure(base::ErrorCode::not_found, fmt::format("there is no audit {}", audit),
                         "the page /security-audits lists them all");
  return std::move(found.front());
}

base::Result<std::vector<ProbeRun>> probe_history(const store::Database& database, std::string_view probe,
                                                  std::size_t limit) {
  return select_probe_runs(database, "where probe = ? order by id desc limit ?",
                           {std::string(probe), static_cast<std::int64_t>(limit)});
}

base::Result<std::string> last_checkpoint(const store::Database& database) {
  std::string note;
  ART32_CHECKED(
      database.query("select note from ledger_seen", {}, [&note](const Row& row) { note = row.text(0); }));
  return note;
}

base::Status save_checkpoint(store::Database& database, const std::string& note) {
  return database.run(
      "insert into ledger_seen (one, note) values (1, ?) on conflict (one) do update set note = "
      "excluded.note",
      {note});
}

}  // namespace art32::audit
