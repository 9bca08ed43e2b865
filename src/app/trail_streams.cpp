#include "app/trail_streams.h"

#include "app/json.h"
#include "app/password_file.h"
#include "app/trail_looks.h"
#include "base/version.h"

namespace art32::app {

using base::ErrorCode;
using base::failure;

namespace {

base::Result<TrailStreamSubject> subject_of(const Folder& folder,
                                            const TrailConfiguration::Stream& configuration) {
  TrailStreamSubject subject{configuration, {}, {}};
  if (!configuration.ca_file.empty()) {
    const base::Path file = folder.resolve(configuration.ca_file);
    auto pem = base::read_text_file(file);
    if (!pem)
      return failure(ErrorCode::configuration, fmt::format("{} can't be read", file.string()),
                     "write the certificates of the receiver's authority there, in PEM");
    subject.authorities_pem = std::move(*pem);
  }
  if (!configuration.token_file.empty()) {
    ART32_ASSIGN(subject.token, load_password(folder, configuration.token_file));
  }
  return subject;
}

// Where the keys aren't open yet, the values come with a later try; under this id they come only once.
base::Result<std::string> filled_in(const trail::Capture& capture, const trail::SearchHit& hit) {
  ART32_ASSIGN(std::string shown, capture.fill_in(hit.record, hit.values));
  if (!hit.values.empty() && shown == hit.record)
    return failure(ErrorCode::unavailable, "the persons' keys aren't open yet");
  return shown;
}

}  // namespace

base::Result<std::vector<TrailStreamSubject>> trail_stream_subjects(const Folder& folder,
                                                                    const TrailConfiguration& configuration) {
  std::vector<TrailStreamSubject> subjects;
  for (const TrailConfiguration::Stream& stream : configuration.streams) {
    auto subject = subject_of(folder, stream);
    if (!subject)
      return tl::unexpected<base::Error>(
          subject.error().within(fmt::format("the stream \"{}\"", stream.name)));
    subjects.push_back(std::move(*subject));
  }
  return subjects;
}

// What goes out is seen, by whoever is behind the receiver: one look for each start of the stream.
base::Status TrailStreams::seal_look(const TrailConfiguration::Stream& stream) {
  json::object asked{{"database", database_}, {"stream", stream.name}, {"url", stream.url}};
  if (stream.teams) asked["teams"] = json::array(stream.teams->begin(), stream.teams->end());
  if (stream.is_with_personal_values) asked["personal"] = true;
  return seal_trail_look(ledger_, clock_.now(), "trail stream", asked, {"", "art32", ""})
      .map([](const model::LeafIndex&) {});
}

void TrailStreams::start(const std::vector<TrailStreamSubject>& subjects,
                         const trail::RecordStore::Options& store, trail::Capture& capture) {
  for (const TrailStreamSubject& subject : subjects) {
    const TrailConfiguration::Stream& configuration = subject.configuration;
    trail::EventStream::Options options;
    options.name = configuration.name;
    options.trail = {store.folder, store.key};
    options.cursors = store.folder / "streams" / (configuration.name + ".db");
    options.source = {database_, base::version()};
    options.teams = configuration.teams;
    options.seal_look = [this, configuration] { return seal_look(configuration); };
    if (configuration.is_with_personal_values)
      options.fill_in = [&capture](const trail::SearchHit& hit) { return filled_in(capture, hit); };
    trail::SenderOptions sender;
    sender.target = trail::parse_stream_target(configuration.url).value();
    sender.authorities_pem = subject.authorities_pem;
    sender.token = subject.token.clone();
    Running& running = running_.emplace_back();
    running.name = configuration.name;
    running.url = configuration.url;
    running.stream =
        std::make_unique<trail::EventStream>(std::move(options), trail::make_sender(std::move(sender)));
    running.thread =
        std::jthread([stream = running.stream.get()](const std::stop_token& stop) { stream->run(stop); });
  }
}

void TrailStreams::request_stop() {
  for (Running& running : running_)
    running.thread.request_stop();
}

void TrailStreams::stop() {
  request_stop();
  for (Running& running : running_)
    if (running.thread.joinable()) running.thread.join();
}

std::vector<gateway::TrailStreamReport> TrailStreams::reports() const {
  std::vector<gateway::TrailStreamReport> all;
  for (const Running& running : running_) {
    const trail::StreamState state = running.stream->state();
    gateway::TrailStreamReport report{running.name,
                                      running.url,
                                      state.is_delivering,
                                      state.sent,
                                      state.waiting,
                                      std::chrono::milliseconds(0),
                                      ""};
    if (state.oldest)
      report.lag = std::max(std::chrono::milliseconds(0),
                            std::chrono::floor<std::chrono::milliseconds>(clock_.now() - *state.oldest));
    if (state.trouble) report.trouble = state.trouble->message();
    all.push_back(std::move(report));
  }
  return all;
}

}  // namespace art32::app
