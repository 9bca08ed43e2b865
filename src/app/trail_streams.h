// The streams of one database's trail to receivers elsewhere: a thread for each, from start() until it goes.
//
// For TrailService, which starts them anew with each reload. What they are given outlives them.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "app/folder.h"
#include "app/trail_configuration.h"
#include "base/secret.h"
#include "base/time.h"
#include "gateway/report.h"
#include "model/evidence.h"
#include "trail/capture.h"
#include "trail/event_senders.h"

namespace art32::app {

// With what its files hold.
struct TrailStreamSubject {
  TrailConfiguration::Stream configuration;
  std::string authorities_pem;
  base::Secret token;
};
// `configuration` where a file isn't there, or isn't what it should be.
base::Result<std::vector<TrailStreamSubject>> trail_stream_subjects(const Folder& folder,
                                                                    const TrailConfiguration& configuration);

class TrailStreams {
 public:
  TrailStreams(std::string database, model::EvidenceSink& ledger, const base::Clock& clock)
      : database_(std::move(database)), ledger_(ledger), clock_(clock) {}

  void start(const std::vector<TrailStreamSubject>& subjects, const trail::RecordStore::Options& store,
             trail::Capture& capture);
  void request_stop();
  void stop();  // waits until they have
  std::vector<gateway::TrailStreamReport> reports() const;

 private:
  struct Running {
    std::string name, url;
    std::unique_ptr<trail::EventStream> stream;
    std::jthread thread;  // the last: it uses the rest
  };
  base::Status seal_look(const TrailConfiguration::Stream& stream);

  const std::string database_;
  model::EvidenceSink& ledger_;
  const base::Clock& clock_;
  std::vector<Running> running_;
};

}  // namespace art32::app
