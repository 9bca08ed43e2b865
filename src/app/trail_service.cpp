#include "app/trail_service.h"

#include <algorithm>

#include "app/database_server.h"
#include "app/entrance.h"
#include "app/password_file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "net/client_session.h"
#include "tenancy/entry.h"

namespace art32::app {
namespace {

namespace limits = base::limits;
using base::ErrorCode;
using base::failure;
using base::Result;

constexpr std::size_t key_octets = 32;

Result<TrailSubject> subject_of(const Folder& folder, const GatewayDatabase& from,
                                const gateway::Database& database) {
  TrailSubject subject;
  subject.database = database;
  subject.server = database_server(folder, from, "art32-trail");
  subject.configuration = *from.trail;
  subject.team_column = from.team_column;
  subject.store = trail_store(folder, from.name);
  auto password = load_password(folder, from.trail->password_file);
  if (!password && password.error().code == ErrorCode::not_found)
    return failure(ErrorCode::configuration,
                   fmt::format("the password of the role \"{}\", in {}, isn't there", from.trail->role,
                               from.trail->password_file),
                   fmt::format("art32 trail apply --database {} makes it, and the role", from.name));
  if (!password) return tl::unexpected<base::Error>(password.error());
  subject.account = {from.trail->role, std::move(*password), database.server_name};
  ART32_ASSIGN(subject.streams, trail_stream_subjects(folder, *from.trail));
  if (from.tenancy) {
    ART32_ASSIGN(tenancy::KeyRing keys, load_entry_keys(folder));
    subject.keys = std::make_shared<const tenancy::KeyRing>(std::move(keys));
  }
  return subject;
}

// docs/formats/claim.md, "Context": it counts for the transaction that it names.
std::optional<trail::Author> author_of(const tenancy::KeyRing* keys, std::string_view prefix,
                                       base::ByteView content,
                                       const trail::TransactionIdentity& transaction) {
  if (keys == nullptr || prefix != "art32") return std::nullopt;
  const auto context = tenancy::read_commit_context(content, *keys);
  if (!context || context->system != transaction.system || context->database != transaction.database ||
      context->transaction != transaction.id)
    return std::nullopt;
  return trail::Author{context->team.value, std::string(model::name(context->actor.kind)), context->actor.id,
                       context->request};
}

// libpq tries them one after the other.
Result<net::PostgresServer> all_in_one(const net::PostgresServer& server, const gateway::Database& database) {
  ART32_ASSIGN(const auto servers, reachable_servers(server, database));
  std::vector<std::string> hosts, addresses;
  for (const net::PostgresServer& each : servers) {
    hosts.push_back(each.host);
    addresses.push_back(each.address);
  }
  net::PostgresServer all = server;
  all.host = base::join(hosts, ",");
  all.address = base::join(addresses, ",");
  return all;
}

auto not_kept(const std::string& database) {
  return failure(ErrorCode::not_found, fmt::format("the server keeps no trail of \"{}\"", database),
                 "art32 trail status shows those that it keeps");
}

trail::Capture::Options options_of(const TrailSubject& subject, model::EvidenceSearch& search) {
  trail::Capture::Options options;
  options.source = {subject.server,
                    {subject.account.user, subject.account.password.clone(), subject.account.database},
                    subject.configuration.slot,
                    subject.configuration.publication};
  options.find_server = [server = subject.server, database = subject.database] {
    return all_in_one(server, database);
  };
  options.store = subject.store;
  options.search = &search;
  options.retention = subject.retention;
  options.rules.of_table = [configuration = subject.configuration,
                            team_column = subject.team_column](const trail::Table& table) {
    return configuration.rules_of(table, team_column);
  };
  options.rules.author = [keys = subject.keys](std::string_view prefix, base::ByteView content,
                                               const trail::TransactionIdentity& transaction) {
    return author_of(keys.get(), prefix, content, transaction);
  };
  return options;
}

void tell(const std::string& database, const std::vector<trail::SourceFinding>& before,
          const std::vector<trail::SourceFinding>& now) {
  for (const trail::SourceFinding& finding : now)
    if (std::find(before.begin(), before.end(), finding) == before.end())
      base::log_warning("the trail will miss something", {{"database", database},
                                                          {"check", finding.check},
                                                          {"object", finding.object},
                                                          {"risk", finding.risk}});
}

}  // namespace

trail::RecordStore::Options trail_store(const Folder& folder, const std::string& database) {
  return {folder.trail() / database, folder.trail_key(), limits::trail_segment_octets, database};
}

Result<TrailSubjects> trail_subjects(const Folder& folder, const GatewayConfiguration& configuration,
                                     const gateway::Settings& settings, std::chrono::milliseconds retention) {
  TrailSubjects subjects;
  for (const GatewayDatabase& each : configuration.databases) {
    const auto found = settings.databases.find(each.name);
    if (!each.trail || found == settings.databases.end()) continue;
    auto subject = subject_of(folder, each, found->second);
    if (!subject)
      return tl::unexpected<base::Error>(
          subject.error().within(fmt::format("[gateway.database.trail] of \"{}\"", each.name)));
    subject->retention = retention;
    subjects.push_back(std::make_shared<const TrailSubject>(std::move(*subject)));
  }
  return subjects;
}

// Where records are, a new key could read none of them.
base::Status make_trail_folder(const Folder& folder) {
  if (!base::file_facts(folder.trail_key()).has_value()) {
    if (base::file_facts(folder.trail()).has_value())
      return failure(ErrorCode::configuration,
                     fmt::format("{} has records, and their key {} isn't there", folder.trail().string(),
                                 folder.trail_key().string()),
                     "restore the file from where it is kept");
    ART32_CHECKED(crypto::save_private_file(folder.trail_key(), crypto::random_secret(key_octets).view()));
  }
  return base::make_folder(folder.trail(), 0700);
}

Result<std::vector<trail::SourceFinding>> look_at_source(const TrailSubject& subject,
                                                         const std::stop_token& stop) {
  ART32_ASSIGN(const net::PostgresServer server, all_in_one(subject.server, subject.database));
  const net::Deadline deadline(limits::posture_wait, stop);
  ART32_ASSIGN(const auto client, net::PostgresClient::connect(server, subject.account, deadline));
  net::ClientSession session(*client, deadline);
  return trail::check_source(session, subject.configuration.source_options());
}

// Until stop is asked for: the index follows what is sealed.
void keep_index(const TrailSubject& subject, std::atomic<std::uint64_t>& sealed,
                std::atomic<std::uint64_t>& indexed, const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  std::unique_ptr<trail::Indexer> indexer;
  std::optional<base::Error> told;
  while (true) {
    never.wait_for(lock, stop, std::chrono::milliseconds(limits::trail_last_retry), [] { return false; });
    if (stop.stop_requested()) return;
    const auto work = [&]() -> base::Status {
      if (!indexer) {
        ART32_ASSIGN(indexer, trail::Indexer::open({.trail = {subject.store.folder, subject.store.key}}));
      }
      return indexer->index_more(stop);
    };
    const base::Status done = work();
    if (indexer) {
      sealed = indexer->progress().sealed;
      indexed = indexer->progress().indexed;
    }
    if (done || stop.stop_requested()) continue;
    // Before anything was sealed there is nothing to index.
    const bool is_new = !told || *told != done.error();
    told = done.error();
    if (is_new && told->code != ErrorCode::not_found)
      base::log_warning("the trail's index isn't made",
                        {{"database", subject.database.name}, {"error", told->message()}});
    indexer.reset();
  }
}

struct TrailService::Kept {
  Kept(std::shared_ptr<const TrailSubject> of, model::EvidenceSink& ledger, model::EvidenceSearch& search,
       const base::Clock& clock)
      : subject(std::move(of)),
        capture(options_of(*subject, search), ledger, clock),
        streams(subject->database.name, ledger, clock) {}

  const std::shared_ptr<const TrailSubject> subject;
  trail::Capture capture;
  std::mutex chain_mutex;  // of the next
  trail::SealChain chain{subject->database.name};
  std::vector<trail::SourceFinding> findings;
  std::optional<base::Instant> looked;
  std::optional<base::Error> error;
  std::atomic<std::uint64_t> sealed_octets{0}, indexed_octets{0};
  std::jthread thread, index_thread;  // these and the streams, the last: they use the rest
  TrailStreams streams;
};

TrailService::~TrailService() {
  stop();
}

// Those that were kept are still told of, until others take their place.
void TrailService::end() {
  watch_ = {};  // asked to stop, and waited for
  std::unique_lock lock(mutex_);
  const std::vector<std::shared_ptr<Kept>> ended = kept_;
  lock.unlock();
  for (const auto& kept : ended) {
    kept->thread.request_stop();
    kept->index_thread.request_stop();
    kept->streams.request_stop();
  }
  for (const auto& kept : ended)
    for (std::jthread* const thread : {&kept->thread, &kept->index_thread})
      if (thread->joinable()) thread->join();
  for (const auto& kept : ended)
    kept->streams.stop();
}

void TrailService::stop() {
  const std::lock_guard keeping(keeping_);
  end();
}

void TrailService::keep(const TrailSubjects& subjects) {
  const std::lock_guard keeping(keeping_);
  end();
  std::vector<std::shared_ptr<Kept>> kept;
  for (const auto& subject : subjects) {
    auto& each = kept.emplace_back(std::make_shared<Kept>(subject, ledger_, search_, clock_));
    each->thread =
        std::jthread([capture = &each->capture](const std::stop_token& stop) { capture->run(stop); });
  }
  for (const auto& each : kept)
    each->index_thread = std::jthread([of = each.get()](const std::stop_token& stop) {
      keep_index(*of->subject, of->sealed_octets, of->indexed_octets, stop);
    });
  for (const auto& each : kept)
    each->streams.start(each->subject->streams, each->subject->store, each->capture);
  {
    const std::lock_guard lock(mutex_);
    kept_ = std::move(kept);
  }
  if (!subjects.empty()) watch_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

void TrailService::look_at(Kept& kept, const std::stop_token& stop) {
  auto found = look_at_source(*kept.subject, stop);
  if (stop.stop_requested()) return;
  const std::lock_guard lock(mutex_);
  kept.looked = clock_.now();
  kept.error = found ? std::nullopt : std::optional(found.error());
  if (found) {
    tell(kept.subject->database.name, kept.findings, *found);
    kept.findings = std::move(*found);
  }
}

void TrailService::watch(const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  // The slot is made, and read, soon after the start.
  std::chrono::milliseconds wait = 2 * limits::trail_first_retry;
  while (!stop.stop_requested()) {
    never.wait_for(lock, stop, wait, [] { return false; });
    wait = limits::posture_period;
    std::vector<std::shared_ptr<Kept>> all;
    {
      const std::lock_guard reading(mutex_);
      all = kept_;
    }
    for (const auto& kept : all)
      if (!stop.stop_requested()) look_at(*kept, stop);
  }
}

TrailStanding TrailService::standing_of(const Kept& kept) const {
  TrailStanding standing{kept.subject->database.name,
                         kept.subject->configuration.slot,
                         kept.subject->configuration.publication,
                         kept.subject->retention,
                         {kept.sealed_octets, kept.indexed_octets},
                         kept.capture.state(),
                         {},
                         kept.findings,
                         kept.looked,
                         kept.error,
                         kept.streams.reports()};
  if (standing.capture.complete)
    standing.lag =
        std::max(std::chrono::milliseconds(0),
                 std::chrono::floor<std::chrono::milliseconds>(clock_.now() - *standing.capture.complete));
  return standing;
}

base::Status TrailService::write_canary(const std::string& database, const std::string& note) {
  std::shared_ptr<const TrailSubject> subject;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& kept : kept_)
      if (kept->subject->database.name == database) subject = kept->subject;
  }
  if (!subject) return failure(ErrorCode::not_found, fmt::format("\"{}\" has no trail", database));
  ART32_ASSIGN(const net::PostgresServer server, all_in_one(subject->server, subject->database));
  const net::Deadline deadline(limits::posture_wait);
  ART32_ASSIGN(const auto client, net::PostgresClient::connect(server, subject->account, deadline));
  net::ClientSession session(*client, deadline);
  ART32_CHECKED(session.query("begin", {}));
  ART32_CHECKED(session.query("insert into art32_trail.canary (note) values ($1)", {note}));
  ART32_CHECKED(session.query("delete from art32_trail.canary", {}));
  return session.query("commit", {}).map([](const auto&) {});
}

std::vector<TrailStanding> TrailService::standings() const {
  const std::lock_guard lock(mutex_);
  std::vector<TrailStanding> all;
  for (const auto& kept : kept_)
    all.push_back(standing_of(*kept));
  return all;
}

std::vector<gateway::TrailReport> TrailService::reports() const {
  std::vector<gateway::TrailReport> all;
  for (const TrailStanding& each : standings())
    all.push_back({each.database, each.capture.is_connected, each.lag, each.capture.transactions,
                   each.capture.unattributed, each.capture.gaps, each.findings.size(), each.streams});
  return all;
}

std::shared_ptr<TrailService::Kept> TrailService::find(const std::string& database) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(kept_.begin(), kept_.end(),
                                  [&](const auto& kept) { return kept->subject->database.name == database; });
  return found == kept_.end() ? nullptr : *found;
}

Result<std::string> TrailService::fill_in(const std::string& database, const trail::SearchHit& hit) {
  const std::shared_ptr<Kept> kept = hit.values.empty() ? nullptr : find(database);
  if (!kept) return hit.record;
  return kept->capture.fill_in(hit.record, hit.values);
}

Result<std::string> TrailService::disclose(const std::string& database, std::uint64_t number,
                                           const trail::StoredRecord& stored) {
  const std::shared_ptr<Kept> kept = stored.values.empty() ? nullptr : find(database);
  if (!kept) return std::string();
  return kept->capture.disclose(number, stored);
}

base::Status TrailService::check_chain(const std::string& database) {
  const std::shared_ptr<Kept> kept = find(database);
  if (!kept) return not_kept(database);
  const std::lock_guard lock(kept->chain_mutex);
  return kept->chain.follow(search_, {}, std::chrono::steady_clock::now() + limits::trail_chain_wait);
}

base::Status TrailService::accept_loss(const std::string& database, std::string_view by) {
  const std::shared_ptr<Kept> kept = find(database);
  if (!kept) return not_kept(database);
  return kept->capture.accept_loss(by);
}

Result<TrailErasure> TrailService::erase(const std::string& database, const trail::Subject& subject,
                                         std::string_view by) {
  const std::shared_ptr<Kept> kept = find(database);
  if (!kept) return not_kept(database);
  const std::optional<base::Instant> read_to = kept->capture.state().complete;
  ART32_ASSIGN(const auto erasure, kept->capture.erase(subject, by));
  return TrailErasure{erasure, read_to};
}

std::vector<TrailStanding> TrailService::look_now() {
  std::unique_lock lock(mutex_);
  const std::vector<std::shared_ptr<Kept>> all = kept_;
  lock.unlock();
  for (const auto& kept : all)
    look_at(*kept, {});
  return standings();
}

}  // namespace art32::app
