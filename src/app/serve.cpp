#include "app/serve.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <future>
#include <list>
#include <thread>

#include "app/server_commands.h"
#include "app/upgrade.h"
#include "net/control_socket.h"
#include "net/service_notify.h"
#include "workers/alarm.h"

namespace art32::app {
namespace {

using namespace std::chrono_literals;

// States on pages change with time alone (a run grows stale, a waiver ends).
constexpr auto refresh_period = 60s;
// A command that began while the folder was nobody's.
constexpr auto folder_patience = 30s;

sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGHUP, SIGTERM, SIGINT, SIGUSR2})
    sigaddset(&set, number);
  return set;
}

// A signal, or 0 when none came in time.
int wait_for_signal(std::chrono::milliseconds limit) {
  const sigset_t set = handled_signals();
  const timespec time{static_cast<time_t>(limit.count() / 1000),
                      static_cast<long>(limit.count() % 1000 * 1'000'000)};
  const int number = sigtimedwait(&set, nullptr, &time);
  return number > 0 ? number : 0;
}

// One audit at a time in the background, so that signals and the watchdog don't wait.
class BackgroundAudit {
 public:
  explicit BackgroundAudit(System& system) : system_(system) {}

  // False while one is running.
  bool start(std::string_view trigger) {
    if (running_.exchange(true)) return false;
    worker_ = std::jthread([this, name = std::string(trigger)] {
      if (const auto run = system_.run_audit(name, {}); !run)
        base::log_error("audit failed", {{"error", run.error().message()}});
      else
        for (const audit::ProbeRun& probe : run->probes)
          if (probe.verdict != model::Verdict::pass)
            base::log_warning("probe did not pass",
                              {{"probe", probe.probe}, {"verdict", std::string(model::name(probe.verdict))}});
      running_ = false;
    });
    return true;
  }
  void wait() {
    if (worker_.joinable()) worker_.join();
  }
  bool is_running() const { return running_; }

 private:
  System& system_;
  std::atomic<bool> running_{false};
  std::jthread worker_;
};

// A configuration that can't be read as a schedule was refused when it was loaded.
void set_alarm(workers::Alarm& alarm, const System& system) {
  if (auto schedule = system.configuration().schedule()) alarm.set(std::move(*schedule));
}

// Tells the watchdog that this process lives while its main thread waits.
class KeepAlive {
 public:
  KeepAlive()
      : thread_([](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            net::notify_watchdog();
            std::this_thread::sleep_for(100ms);
          }
        }) {}

 private:
  std::jthread thread_;
};

void reload(System& system, workers::Alarm& alarm) {
  net::notify_reloading();
  if (const base::Status reloaded = system.reload(); !reloaded)
    base::log_error("reload refused, everything goes on as before", {{"error", reloaded.error().message()}});
  else
    base::log_info("reloaded", {{"annex", system.annex()->document.version}});
  set_alarm(alarm, system);
  net::notify_ready("serving " + system.base_url());
}

}  // namespace

void block_signals() {
  const sigset_t set = handled_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on files is to fail like a full disk
}

namespace {

// One serving of one system; what comes of it.
class Service {
 public:
  Service(System& system, const base::Path& program)
      : system_(system), program_(program), audit_(system), alarm_(system.clock()) {}

  // Until a signal to end, or until another process is prepared to take over.
  base::Result<std::optional<Successor>> run(std::optional<Predecessor>& predecessor) {
    system_.take_upgrades([this] { return ask_for_upgrade(); });
    ART32_ASSIGN(const auto control,
                 net::ControlServer::start(system_.folder().control_socket(), [&](std::string_view request) {
                   return answer_control_request(system_, request);
                 }));
    ART32_CHECKED(system_.announce());
    base::log_info("serving", {{"url", system_.base_url()}, {"folder", system_.folder().root.string()}});
    net::notify_ready("serving " + system_.base_url());
    if (predecessor) predecessor->ready();
    begin(predecessor);
    std::optional<Successor> successor = loop();
    refuse_upgrades();
    audit_.wait();  // what it attacks must not vanish under it
    return successor;
  }

 private:
  void begin(std::optional<Predecessor>& predecessor) {
    if (predecessor && system_.gateway() != nullptr)
      system_.gateway()->gateway().take_from(std::move(predecessor->channel()));
    if (system_.configuration().audit_at_start && !predecessor) audit_.start("start");
    predecessor.reset();
    set_alarm(alarm_, system_);
    audited_version_ = system_.annex()->document.version;
  }

  std::optional<Successor> loop() {
    bool upgrade_is_due = false;
    while (true) {
      const int signal = wait_for_signal(1s);
      if (signal == SIGTERM || signal == SIGINT) return std::nullopt;
      if (signal == SIGHUP) reload(system_, alarm_);
      upgrade_is_due = upgrade_is_due || signal == SIGUSR2;
      if (upgrade_is_due && !audit_.is_running()) {
        upgrade_is_due = false;
        if (auto successor = upgrade()) return successor;
      }
      tend();
    }
  }

  void tend() {
    if (alarm_.due()) audit_.start("schedule");
    // A new version makes every verdict stale.
    if (const std::string version = system_.annex()->document.version; version != audited_version_)
      if (audit_.start("publish")) audited_version_ = version;
    if (std::chrono::steady_clock::now() >= next_refresh_) {
      system_.portal().refresh();
      next_refresh_ = std::chrono::steady_clock::now() + refresh_period;
    }
    system_.tend();
    net::notify_watchdog();
  }

  std::optional<Successor> upgrade() {
    const KeepAlive alive;
    base::Result<Successor> successor = prepare_upgrade();
    if (!successor) {
      base::log_error("upgrade refused, everything goes on as before",
                      {{"error", successor.error().message()}});
      answer_upgrade(tl::unexpected<base::Error>(successor.error()));
      return std::nullopt;
    }
    base::log_info("another process takes over", {{"process", std::to_string(successor->process())}});
    answer_upgrade(static_cast<int>(successor->process()));
    return std::move(*successor);
  }

  base::Result<Successor> prepare_upgrade() {
    if (program_.empty())
      return base::failure(base::ErrorCode::unsupported, "this server can't be upgraded while it runs",
                           "stop it, and start the new program");
    if (system_.gateway() != nullptr && system_.gateway()->gateway().is_paused())
      return base::failure(base::ErrorCode::conflict,
                           "the gateway is paused, and clients wait for its servers",
                           "RESUME on its console first");
    ART32_ASSIGN(Legacy legacy, system_.bequeath());
    return Successor::start(program_, system_, legacy);
  }

  // Of a command, on its thread: the process that takes over.
  base::Result<int> ask_for_upgrade() {
    std::future<base::Result<int>> answer;
    {
      const std::lock_guard lock(mutex_);
      if (is_ending_) return stopping();
      answer = asked_.emplace_back().get_future();
    }
    ::kill(::getpid(), SIGUSR2);
    return answer.get();
  }

  static tl::unexpected<base::Error> stopping() {
    return base::failure(base::ErrorCode::unavailable, "the server is stopping", "start it again");
  }

  void refuse_upgrades() {
    {
      const std::lock_guard lock(mutex_);
      is_ending_ = true;
    }
    answer_upgrade(stopping());
  }

  void answer_upgrade(const base::Result<int>& answer) {
    const std::lock_guard lock(mutex_);
    for (auto& each : std::exchange(asked_, {}))
      each.set_value(answer);
  }

  System& system_;
  const base::Path& program_;
  BackgroundAudit audit_;
  workers::Alarm alarm_;
  std::string audited_version_;
  std::chrono::steady_clock::time_point next_refresh_ = std::chrono::steady_clock::now() + refresh_period;
  std::mutex mutex_;
  std::list<std::promise<base::Result<int>>> asked_;
  bool is_ending_ = false;
};

base::Status stop(System& system) {
  net::notify_stopping();
  base::log_info("stopping");
  system.stop_listening();
  return {};
}

// Until the last client is gone, or their time is over.
void end_with_clients(gateway::Gateway& gateway, std::chrono::milliseconds limit) {
  using HandOver = gateway::Gateway::HandOver;
  const auto until = std::chrono::steady_clock::now() + limit;
  HandOver state = HandOver::under_way;
  while (state == HandOver::under_way && std::chrono::steady_clock::now() < until) {
    const int signal = wait_for_signal(100ms);
    if (signal == SIGTERM || signal == SIGINT) break;
    state = gateway.hand_over();
  }
  if (state == HandOver::successor_gone)
    base::log_warning("the process that took over has ended, so does this one");
  base::log_info("stopping", {{"clients", std::to_string(gateway.clients())}});
  gateway.stop();
}

// The folder is nobody's between the two. After a failure this process serves it again.
base::Result<Legacy> hand_over(std::unique_ptr<System> system, Successor successor, bool& is_over) {
  const KeepAlive alive;
  const Configuration configuration = system->configuration();
  ART32_ASSIGN(Legacy legacy, system->bequeath());
  system->give_up(legacy);
  system.reset();
  const base::Status taken = successor.go();
  if (!taken) {
    base::log_error("the new process doesn't serve, this one goes on", {{"error", taken.error().message()}});
    return legacy;
  }
  is_over = true;
  net::notify_main_process(successor.process());
  base::log_info("handed over", {{"process", std::to_string(successor.process())}});
  if (!legacy.running) return legacy;
  legacy.running->hand_over_to(std::move(successor.channel()));
  end_with_clients(*legacy.running, configuration.gateway->hand_over);
  return legacy;
}

}  // namespace

base::Status serve(System& system) {
  const base::Path no_program;
  std::optional<Predecessor> no_predecessor;
  Service service(system, no_program);
  ART32_CHECKED(service.run(no_predecessor).map([](const std::optional<Successor>&) {}));
  return stop(system);
}

base::Status serve(const Folder& folder, LostState lost) {
  std::error_code trouble;
  const base::Path program = std::filesystem::read_symlink("/proc/self/exe", trouble);
  ART32_ASSIGN(std::optional<Predecessor> predecessor, Predecessor::inherited());
  if (predecessor) ART32_CHECKED(predecessor->prepare(folder));
  Legacy legacy = predecessor ? std::move(predecessor->legacy()) : Legacy();
  while (true) {
    const bool is_handed_over = predecessor || legacy.settings;
    ART32_ASSIGN(
        std::unique_ptr<System> system,
        System::open(folder, lost, legacy.settings.get(), is_handed_over ? folder_patience : short_patience));
    ART32_CHECKED(system->listen(std::move(legacy)));
    std::optional<Successor> successor;
    {
      Service service(*system, program);
      ART32_ASSIGN(successor, service.run(predecessor));
    }
    if (!successor) return stop(*system);
    bool is_over = false;
    ART32_ASSIGN(legacy, hand_over(std::move(system), std::move(*successor), is_over));
    if (is_over) return {};
    lost = LostState::refuse;
  }
}

}  // namespace art32::app
