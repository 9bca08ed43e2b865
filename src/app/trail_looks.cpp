#include "app/trail_looks.h"

#include <algorithm>

#include "app/trail_question.h"
#include "base/json_text.h"
#include "base/limits.h"
#include "trail/search.h"

namespace art32::app {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using base::ErrorCode;
using base::failure;

json::object asked_of(const model::TrailQuestion& question) {
  json::object asked{{"database", question.database}, {"limit", question.limit}, {"team", question.team}};
  const std::pair<const char*, const std::optional<std::string>*> texts[] = {
      {"table", &question.table},   {"row", &question.row},       {"actor", &question.actor},
      {"from", &question.from},     {"before", &question.before}, {"column", &question.column},
      {"old", &question.old_value}, {"new", &question.new_value}, {"request", &question.request}};
  for (const auto& [key, text] : texts)
    if (*text) asked[key] = **text;
  if (question.is_oldest_first) asked["oldest_first"] = true;
  if (question.behind) asked["behind"] = *question.behind;
  return asked;
}

}  // namespace

// Values of rows could be about persons, and what is sealed here stays.
base::Result<model::LeafIndex> seal_trail_look(model::EvidenceSink& ledger, base::Instant now,
                                               std::string_view command, const boost::json::object& asked,
                                               const model::TrailLooker& looker) {
  json::object shown = asked;
  for (const char* const value : {"old", "new"})
    if (shown.contains(value)) shown[value] = true;
  std::string record =
      fmt::format(R"({{"asked":{},"at":"{}","by":{},"command":{},"format":"art32-trail-look/v1")",
                  base::json_string(json::serialize(shown)), base::rfc3339(now),
                  base::json_string(looker.name), base::json_string(command));
  if (!looker.request.empty()) record += ",\"request\":" + base::json_string(looker.request);
  if (!looker.through.empty()) record += ",\"through\":" + base::json_string(looker.through);
  record += "}";
  return ledger.append(model::trail_look_record, base::as_bytes(record));
}

// Held while somebody looks at that trail: who asks for more at once waits, and not for long.
class TrailLooks::Turn {
 public:
  Turn(TrailLooks& looks, Whose whose) : looks_(looks), whose_(std::move(whose)) {
    std::unique_lock lock(looks_.mutex_);
    is_had_ = looks_.ended_.wait_for(lock, base::limits::trail_look_turn,
                                     [&] { return !looks_.looking_.contains(whose_); });
    if (is_had_) looks_.looking_.insert(whose_);
  }
  ~Turn() {
    if (!is_had_) return;
    {
      const std::lock_guard lock(looks_.mutex_);
      looks_.looking_.erase(whose_);
    }
    looks_.ended_.notify_all();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  bool is_had() const { return is_had_; }

 private:
  TrailLooks& looks_;
  const Whose whose_;
  bool is_had_ = false;
};

void TrailLooks::apply(const Configuration& configuration, std::shared_ptr<const model::Entrance> entrance) {
  std::vector<model::TrailDatabase> databases;
  if (configuration.gateway)
    for (const GatewayDatabase& each : configuration.gateway->databases)
      if (each.trail) databases.push_back({each.name, each.tenancy});
  std::ranges::sort(databases, {}, &model::TrailDatabase::name);
  const std::lock_guard lock(mutex_);
  databases_ = std::move(databases);
  idle_.clear();
  entrance_ = std::move(entrance);
}

std::vector<model::TrailDatabase> TrailLooks::databases() const {
  const std::lock_guard lock(mutex_);
  return databases_;
}

base::Result<model::Claim> TrailLooks::believe(std::string_view token) const {
  std::unique_lock lock(mutex_);
  const std::shared_ptr<const model::Entrance> entrance = entrance_;
  lock.unlock();
  if (entrance == nullptr)
    return failure(ErrorCode::permission, "claims count nowhere here: no database is separated by team");
  return entrance->believe(token).map([](model::Entrance::Believed&& believed) { return believed.claim; });
}

base::Result<model::TrailChanges> TrailLooks::search(const model::TrailLooker& looker,
                                                     std::string_view purpose,
                                                     const model::TrailQuestion& question) {
  const std::vector<model::TrailDatabase> known = databases();
  if (std::ranges::find(known, question.database, &model::TrailDatabase::name) == known.end())
    return failure(ErrorCode::not_found, "there is no trail of such a database",
                   "art32.toml names those that have one");
  ART32_ASSIGN(trail::SearchQuery query, search_query(question));
  const Turn turn(*this, {question.database, question.team});
  if (!turn.is_had())
    return failure(ErrorCode::conflict, "another look at this team's trail goes on",
                   "ask for one thing after the other");
  ART32_CHECKED(seal_trail_look(ledger_, clock_.now(), purpose, asked_of(question), looker));
  query.most_octets = base::limits::trail_look_octets;
  query.until = std::chrono::steady_clock::now() + base::limits::trail_look_wait;
  return look(question, query);
}

base::Result<TrailLooks::Search> TrailLooks::take_search(const std::string& database) {
  {
    const std::lock_guard lock(mutex_);
    std::vector<Search>& idle = idle_[database];
    if (!idle.empty()) {
      Search search = std::move(idle.back());
      idle.pop_back();
      return search;
    }
  }
  const trail::RecordStore::Options store = trail_store(folder_, database);
  return trail::RecordSearch::open({store.folder, store.key});
}

void TrailLooks::put_back(const std::string& database, Search search) {
  const std::lock_guard lock(mutex_);
  std::vector<Search>& idle = idle_[database];
  if (idle.size() < base::limits::trail_idle_searches) idle.push_back(std::move(search));
}

base::Result<model::TrailChanges> TrailLooks::look(const model::TrailQuestion& question,
                                                   const trail::SearchQuery& query) {
  auto search = take_search(question.database);
  // Nothing was ever changed there.
  if (!search && search.error().code == ErrorCode::not_found) return model::TrailChanges{};
  if (!search) return tl::unexpected<base::Error>(search.error());
  // One that failed isn't used again.
  ART32_ASSIGN(trail::SearchPage page, (*search)->search(query));
  put_back(question.database, std::move(*search));
  model::TrailChanges changes{{}, page.next};
  for (trail::SearchHit& hit : page.hits) {
    ART32_ASSIGN(std::string record, trails_.fill_in(question.database, hit));
    changes.changes.push_back({hit.number, std::move(record), std::move(hit.transaction)});
  }
  return changes;
}

}  // namespace art32::app
