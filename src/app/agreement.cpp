#include "app/agreement.h"

#include "merkle/signed_checkpoint.h"

namespace art32::app {
namespace {

using base::Result;
using base::Status;

constexpr std::string_view mend_rollback =
    "nothing was changed; put back the newest copies of state.db and ledger/ that belong together, and never "
    "start with a ledger older than state.db: it would sign another history over the same indexes";
constexpr std::string_view mend_loss =
    "put state.db back from the newest backup; if it is truly lost, `art32 serve --accept-lost-state` begins "
    "a new one (accounts, pins and verdicts are gone), and the ledger records that";

struct NamingColumn {
  std::string_view table, column;
};
// Every column of the state database that names leaves.
constexpr NamingColumn naming_columns[] = {
    {"probe_runs", "evidence"}, {"audit_runs", "evidence"}, {"annex_version", "evidence"}};

Result<bool> has_table(const store::Database& database, std::string_view name) {
  bool found = false;
  ART32_CHECKED(database.query("select 1 from sqlite_schema where type = 'table' and name = ?",
                               {std::string(name)}, [&found](const store::Row&) { found = true; }));
  return found;
}

Status read_newest_leaf(const store::Database& database, const NamingColumn& naming, LedgerTraces& traces) {
  ART32_ASSIGN(const bool is_there, has_table(database, naming.table));
  if (!is_there) return {};
  return database.query(fmt::format("select max({}) from {}", naming.column, naming.table), {},
                        [&traces](const store::Row& row) {
                          if (row.is_null(0)) return;
                          const model::LeafIndex leaf(static_cast<std::uint64_t>(row.integer(0)));
                          if (!traces.newest_leaf || *traces.newest_leaf < leaf) traces.newest_leaf = leaf;
                        });
}

Status contradiction(const Folder& folder, const std::string& how) {
  return base::failure(base::ErrorCode::corrupt,
                       fmt::format("{} and {} don't belong together: {}", folder.state().string(),
                                   folder.ledger().string(), how),
                       std::string(mend_rollback));
}

Status check_checkpoint(const Folder& folder, const std::string& note, const LedgerSeen& ledger) {
  ART32_ASSIGN(const merkle::VerifierKey key, merkle::parse_verifier_key(ledger.verifier_key));
  const auto remembered = merkle::open_checkpoint(note, {key, {}, 0});
  if (!remembered)
    return contradiction(folder,
                         "the checkpoint remembered isn't one of this ledger: " + remembered.error().what);
  const Status extends = ledger.extends(*remembered);
  return extends ? extends : contradiction(folder, extends.error().what);
}

}  // namespace

Result<LedgerTraces> read_ledger_traces(const Folder& folder) {
  LedgerTraces traces;
  if (!base::file_facts(folder.state()).has_value()) return traces;
  ART32_ASSIGN(const store::Database database,
               store::Database::open(folder.state(), store::Database::Access::read_only));
  for (const NamingColumn& naming : naming_columns)
    ART32_CHECKED(read_newest_leaf(database, naming, traces));
  ART32_ASSIGN(const bool remembers, has_table(database, "ledger_seen"));
  if (remembers)
    ART32_CHECKED(database.query("select note from ledger_seen", {},
                                 [&traces](const store::Row& row) { traces.checkpoint_note = row.text(0); }));
  return traces;
}

LedgerSeen seen_by_owner(const ledger::Ledger& ledger) {
  const std::uint64_t size = ledger.health().size;
  return {size == 0, ledger.verifier_key(),
          [&ledger](const merkle::Checkpoint& older) { return ledger.extends(older); },
          [size](model::LeafIndex leaf) -> Status {
            if (leaf.value < size) return {};
            return base::failure(base::ErrorCode::corrupt, fmt::format("the ledger holds {} entries", size));
          }};
}

LedgerSeen seen_by_reader(const base::Path& ledger_folder, std::string verifier_key,
                          const ledger::Verification& verified) {
  return {verified.entries == 0 && !ledger::folder_holds(ledger_folder, model::LeafIndex(0)),
          std::move(verifier_key),
          [=](const merkle::Checkpoint& older) {
            return ledger::folder_extends(ledger_folder, verified.checkpoint, older);
          },
          [=](model::LeafIndex leaf) { return ledger::folder_holds(ledger_folder, leaf); }};
}

Status check_agreement(const Folder& folder, const LedgerTraces& traces, const LedgerSeen& ledger,
                       LostState lost) {
  const bool is_lost = traces.none() && !ledger.is_empty;
  if (lost == LostState::accept && !is_lost)
    return base::failure(base::ErrorCode::conflict,
                         fmt::format("{} isn't lost, so there is nothing to accept", folder.state().string()),
                         "start without --accept-lost-state");
  if (is_lost && lost == LostState::refuse)
    return base::failure(base::ErrorCode::corrupt,
                         fmt::format("{} is missing or empty, but {} holds entries", folder.state().string(),
                                     folder.ledger().string()),
                         std::string(mend_loss));
  if (!traces.checkpoint_note.empty())
    ART32_CHECKED(check_checkpoint(folder, traces.checkpoint_note, ledger));
  if (!traces.newest_leaf) return {};
  const Status holds = ledger.holds(*traces.newest_leaf);
  return holds ? holds
               : contradiction(folder, fmt::format("state.db names leaf {}; {}", traces.newest_leaf->value,
                                                   holds.error().what));
}

}  // namespace art32::app
