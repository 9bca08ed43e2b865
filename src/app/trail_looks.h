// Looks into the trails of this system, for the JSON API and the pages: each is sealed first, takes a few
// seconds at most and answers some megabytes at most; one at a time for a team.
//
// Any thread. What is given here outlives it.
#pragma once

#include <boost/json.hpp>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "app/trail_service.h"
#include "model/entrance.h"
#include "model/trail_reading.h"

namespace art32::app {

// The leaf's index. docs/formats/trail.md, "Looks". Values of rows that were searched for are left out of
// `asked`.
base::Result<model::LeafIndex> seal_trail_look(model::EvidenceSink& ledger, base::Instant now,
                                               std::string_view command, const boost::json::object& asked,
                                               const model::TrailLooker& looker);

class TrailLooks final : public model::TrailReading {
 public:
  TrailLooks(const Folder& folder, TrailService& trails, model::EvidenceSink& ledger,
             const base::Clock& clock)
      : folder_(folder), trails_(trails), ledger_(ledger), clock_(clock) {}

  // From now on. `entrance` believes claims for the trail; null where none counts.
  void apply(const Configuration& configuration, std::shared_ptr<const model::Entrance> entrance);

  std::vector<model::TrailDatabase> databases() const override;
  base::Result<model::Claim> believe(std::string_view token) const override;
  base::Result<model::TrailChanges> search(const model::TrailLooker& looker, std::string_view purpose,
                                           const model::TrailQuestion& question) override;

 private:
  using Whose = std::pair<std::string, std::string>;  // database and team
  class Turn;

  base::Result<model::TrailChanges> look(const model::TrailQuestion& question,
                                         const trail::SearchQuery& query);
  using Search = std::unique_ptr<trail::RecordSearch>;
  base::Result<Search> take_search(const std::string& database);
  void put_back(const std::string& database, Search search);

  const Folder& folder_;
  TrailService& trails_;
  model::EvidenceSink& ledger_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;  // of what follows
  std::condition_variable ended_;
  std::set<Whose> looking_;
  std::map<std::string, std::vector<Search>> idle_;  // by database: what they have read of the index stays
  std::vector<model::TrailDatabase> databases_;
  std::shared_ptr<const model::Entrance> entrance_;
};

}  // namespace art32::app
