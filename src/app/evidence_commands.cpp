#include "app/evidence_commands.h"

#include <thread>

#include "app/command_arguments.h"
#include "app/trail_arguments.h"
#include "base/limits.h"
#include "ledger/disclosure.h"
#include "trail/evidence_document.h"
#include "trail/search.h"
#include "trail/search_filter.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;

constexpr std::string_view look_command = "trail evidence";

// Behind the record of the transaction that the change belongs to.
Result<std::uint64_t> end_of_transaction(trail::RecordReader& reader, const std::string& team,
                                         std::uint64_t change) {
  std::uint64_t end = change + 1;
  ART32_CHECKED(reader.read(team, change, trail::Direction::forwards,
                            [&](std::uint64_t number, const trail::StoredRecord& stored) {
                              end = number + 1;
                              return !trail::is_transaction(stored.record) &&
                                     !base::as_text(stored.record).starts_with("{\"format\"");
                            }));
  return end;
}

struct Asked {
  std::string team;
  std::optional<std::uint64_t> first, end;
};

// Records by their numbers, or all from the first to the last one that was committed in that time.
Result<Asked> asked_for(const json::object& arguments, const trail::RecordReader::Options& options) {
  Asked asked;
  ART32_ASSIGN(asked.team, text_argument(arguments, "team"));
  ART32_ASSIGN(const auto since, time_argument(arguments, "since"));
  ART32_ASSIGN(const auto until, time_argument(arguments, "until"));
  if (arguments.contains("first")) {
    ART32_ASSIGN(asked.first, number_argument(arguments, "first"));
  }
  if (arguments.contains("last")) {
    ART32_ASSIGN(const std::uint64_t last, number_argument(arguments, "last"));
    asked.end = std::min(last, merkle::tree_size_maximum) + 1;
  }
  if (!since && !until) return asked;
  if (arguments.contains("first") || arguments.contains("last"))
    return failure(ErrorCode::invalid_argument, "numbers and times are both asked for",
                   "ask for one of them");
  ART32_ASSIGN(const auto search, trail::RecordSearch::open(options));
  trail::SearchQuery query;
  query.team = asked.team;
  query.from = since;
  query.before = until;
  query.limit = 1;
  query.most_blocks = std::numeric_limits<std::size_t>::max();
  ART32_ASSIGN(const trail::SearchPage newest, search->search(query));
  query.order = trail::SearchQuery::Order::oldest_first;
  ART32_ASSIGN(const trail::SearchPage oldest, search->search(query));
  if (oldest.hits.empty() || newest.hits.empty())
    return failure(ErrorCode::not_found, "nothing of that team was recorded in that time",
                   "ask for another time");
  asked.first = oldest.hits.front().number;
  ART32_ASSIGN(asked.end, end_of_transaction(search->reader(), asked.team, newest.hits.front().number));
  return asked;
}

Result<trail::SealedEvidence> prove_asked(const json::object& arguments,
                                          const trail::RecordReader::Options& options) {
  ART32_ASSIGN(const Asked asked, asked_for(arguments, options));
  ART32_ASSIGN(const auto reader, trail::RecordReader::open(options));
  return trail::prove_records(*reader, asked.team, asked.first, asked.end);
}

Result<std::string> disclosed_seal(System& system, model::LeafIndex leaf) {
  if (leaf.value >= system.ledger().checkpoint().size.value) ART32_CHECKED(system.ledger().flush());
  // What witnesses have cosigned comes seconds later, and is worth that.
  const auto end = std::chrono::steady_clock::now() + base::limits::witnessed_wait;
  for (auto cosigning = system.witnesses();
       cosigning && cosigning->size.value <= leaf.value && std::chrono::steady_clock::now() < end;
       cosigning = system.witnesses())
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  ART32_ASSIGN(const ledger::Disclosure seal, system.ledger().disclose(leaf));
  ART32_ASSIGN(const std::string proof, system.ledger().proof(leaf));
  return ledger::format_disclosure(seal, proof);
}

// Lines from a place on, so many octets of them.
class Stretch {
 public:
  explicit Stretch(std::uint64_t offset) : offset_(offset) {}

  // False: it is full, and goes on within or behind this line.
  bool add(std::uint64_t number, std::string_view line) {
    next_ = number;
    if (offset_ > line.size()) offset_ = line.size();
    const std::string_view rest =
        line.substr(offset_).substr(0, base::limits::trail_part_octets - octets_.size());
    octets_ += rest;
    offset_ += rest.size();
    if (offset_ < line.size()) return false;
    next_ = number + 1;
    offset_ = 0;
    return octets_.size() < base::limits::trail_part_octets;
  }
  json::object answer() const {
    return {{"octets", base::base64(base::as_bytes(octets_))}, {"next", next_}, {"offset", offset_}};
  }
  void begin(std::uint64_t number) { next_ = number; }

 private:
  std::string octets_;
  std::uint64_t next_ = 0, offset_ = 0;
};

}  // namespace

Result<json::value> prove_evidence(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string database, database_argument(system, arguments));
  ART32_ASSIGN(const auto options, trail_argument(system, arguments));
  auto sealed = prove_asked(arguments, options);
  json::object look = arguments;
  look["database"] = database;
  if (sealed) {
    look["first"] = sealed->evidence.range.first;
    look["end"] = sealed->evidence.range.end;
  }
  // That there is nothing tells something, too.
  ART32_ASSIGN(const model::LeafIndex leaf, seal_look(system, look_command, look));
  if (!sealed) return tl::unexpected<base::Error>(sealed.error());
  ART32_ASSIGN(std::string seal, disclosed_seal(system, sealed->leaf));
  const trail::EvidenceDocument document{database, std::move(sealed->evidence), std::move(seal),
                                         system.ledger().verifier_key()};
  return json::object{{"evidence", trail::format_evidence(document)}, {"look", leaf.value}};
}

Result<json::value> read_evidence(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::uint64_t look, number_argument(arguments, "look"));
  ART32_ASSIGN(const std::uint64_t next, number_argument(arguments, "next"));
  ART32_ASSIGN(const std::uint64_t offset, number_argument(arguments, "offset"));
  ART32_ASSIGN(const json::object asked, asked_in_look(system, look, look_command));
  ART32_ASSIGN(const std::string team, text_argument(asked, "team"));
  ART32_ASSIGN(const std::string database, text_argument(asked, "database"));
  ART32_ASSIGN(const std::uint64_t first, number_argument(asked, "first"));
  ART32_ASSIGN(const std::uint64_t end, number_argument(asked, "end"));
  const bool is_of_values = arguments.contains("values");
  if (is_of_values && !asked.contains("personal"))
    return failure(ErrorCode::permission, "the look was not for personal values",
                   "begin anew: art32 trail evidence --personal");
  const trail::RecordStore::Options store = trail_store(system.folder(), database);
  ART32_ASSIGN(const auto reader, trail::RecordReader::open({store.folder, store.key}));
  ART32_ASSIGN(const trail::Beginning beginning, reader->beginning(team));
  if (std::max(first, next) < beginning.first && first < end)
    return failure(
        ErrorCode::conflict,
        fmt::format("records before {} were deleted meanwhile, since they were as old as they may get",
                    beginning.first),
        "begin anew: art32 trail evidence");
  Stretch stretch(offset);
  const std::uint64_t from = std::max(first, next);
  stretch.begin(from);
  base::Status trouble;
  const auto visit = [&](std::uint64_t number, const trail::StoredRecord& stored) {
    if (number >= end) return false;
    if (!is_of_values) return stretch.add(number, base::to_text(stored.record) + "\n");
    auto lines = system.trails().disclose(database, number, stored);
    if (!lines) trouble = tl::unexpected<base::Error>(lines.error());
    return lines && stretch.add(number, *lines);
  };
  if (from < end) ART32_CHECKED(reader->read(team, from, trail::Direction::forwards, visit));
  ART32_CHECKED(trouble);
  return stretch.answer();
}

}  // namespace art32::app
