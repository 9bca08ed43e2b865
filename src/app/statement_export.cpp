#include "app/statement_export.h"

#include <map>

#include "app/trail_arguments.h"
#include "base/limits.h"
#include "base/version.h"
#include "trail/exported_record.h"
#include "trail/ocsf_statement.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;
using base::Status;
using model::LeafIndex;

struct Statement {
  std::string record, outcome;
};
using Statements = std::map<std::uint64_t, Statement>;

struct Wanted {
  std::optional<std::string> database;
  std::optional<base::Instant> from, before;

  bool fits(const json::object& said) const {
    if (database && *database != trail::text_member(said, "database")) return false;
    const auto time = base::parse_rfc3339(trail::text_member(said, "time"));
    return time && (!from || *time >= *from) && (!before || *time < *before);
  }
};

json::object parsed(base::ByteView record) {
  boost::system::error_code trouble;
  json::value value = json::parse(json::string_view(base::as_text(record)), trouble);
  return !trouble && value.is_object() ? std::move(value.get_object()) : json::object();
}

// A visit of the ledger is ended by an error.
Status enough() {
  return failure(ErrorCode::exhausted, "enough for a page");
}

struct Found {
  Statements statements;
  std::optional<std::uint64_t> next;
};

Result<Found> find_statements(System& system, const Wanted& wanted, std::uint64_t from, std::uint64_t end) {
  Found found;
  std::size_t octets = 0;
  std::uint64_t last = 0;
  bool is_full = false;
  const auto done = system.ledger().find(
      model::statement_record, LeafIndex(from), [&](LeafIndex index, base::ByteView record) -> Status {
        is_full = index.value >= end || octets >= base::limits::trail_page_octets ||
                  found.statements.size() >= base::limits::trail_page_statements;
        if (is_full) {
          if (index.value < end) found.next = last;
          return enough();
        }
        last = index.value;
        if (!wanted.fits(parsed(record))) return {};
        octets += record.size();
        found.statements[index.value].record = base::as_text(record);
        return {};
      });
  if (!done && !is_full) return tl::unexpected<base::Error>(done.error());
  return found;
}

// An outcome stands behind its statements, most often right there.
Status find_outcomes(System& system, Statements& statements) {
  if (statements.empty()) return {};
  std::size_t missing = statements.size(), looked = 0;
  const auto done = system.ledger().find(
      model::statement_outcome_record, LeafIndex(statements.begin()->first),
      [&](LeafIndex, base::ByteView record) -> Status {
        const json::object outcome = parsed(record);
        const json::value* const of = outcome.if_contains("statements");
        if (of == nullptr || !of->is_array()) return {};
        for (const json::value& index : of->get_array()) {
          const auto place = statements.find(index.to_number<std::uint64_t>());
          if (place == statements.end() || !place->second.outcome.empty()) continue;
          place->second.outcome = base::as_text(record);
          --missing;
        }
        return missing == 0 || ++looked >= base::limits::trail_page_outcomes ? enough() : Status();
      });
  if (done || missing == 0 || looked >= base::limits::trail_page_outcomes) return {};
  return tl::unexpected<base::Error>(done.error());
}

}  // namespace

Result<ExportPage> export_statements(System& system, const json::object& asked,
                                     std::optional<std::uint64_t> behind, std::uint64_t end) {
  Wanted wanted;
  if (asked.contains("database")) wanted.database = trail::text_member(asked, "database");
  json::object query = asked;
  query["team"] = "";
  ART32_ASSIGN(const trail::SearchQuery times, query_argument(query));
  wanted.from = times.from;
  wanted.before = times.before;
  ART32_ASSIGN(Found found, find_statements(system, wanted, behind ? *behind + 1 : 0, end));
  ART32_CHECKED(find_outcomes(system, found.statements));
  ExportPage page;
  page.next = found.next;
  for (const auto& [index, statement] : found.statements) {
    ART32_ASSIGN(const ledger::Disclosure leaf, system.ledger().disclose(LeafIndex(index)));
    ART32_ASSIGN(const std::string event, trail::ocsf_statement({index, base::as_text(leaf.entry),
                                                                 statement.record, statement.outcome},
                                                                base::version()));
    page.text += event + "\n";
    ++page.records;
  }
  return page;
}

}  // namespace art32::app
