#include "app/serve.h"

#include <pthread.h>

#include <atomic>
#include <csignal>

#include "app/server_commands.h"
#include "net/control_socket.h"
#include "net/service_notify.h"
#include "workers/alarm.h"

namespace art32::app {
namespace {

using namespace std::chrono_literals;

// States on pages change with time alone (a run grows stale, a waiver ends).
constexpr auto refresh_period = 60s;

sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGHUP, SIGTERM, SIGINT})
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

 private:
  System& system_;
  std::atomic<bool> running_{false};
  std::jthread worker_;
};

// A configuration that can't be read as a schedule was refused when it was loaded.
void set_alarm(workers::Alarm& alarm, const System& system) {
  if (auto schedule = system.configuration().schedule()) alarm.set(std::move(*schedule));
}

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
}

base::Status serve(System& system) {
  ART32_ASSIGN(const auto control,
               net::ControlServer::start(system.folder().control_socket(), [&](std::string_view request) {
                 return answer_control_request(system, request);
               }));
  ART32_CHECKED(system.announce());
  base::log_info("serving", {{"url", system.base_url()}, {"folder", system.folder().root.string()}});
  net::notify_ready("serving " + system.base_url());

  BackgroundAudit audit(system);
  if (system.configuration().audit_at_start) audit.start("start");
  workers::Alarm alarm(system.clock());
  set_alarm(alarm, system);
  std::string audited_version = system.annex()->document.version;
  auto next_refresh = std::chrono::steady_clock::now() + refresh_period;
  while (true) {
    const int signal = wait_for_signal(1s);
    if (signal == SIGTERM || signal == SIGINT) break;
    if (signal == SIGHUP) reload(system, alarm);
    if (alarm.due()) audit.start("schedule");
    // A new version makes every verdict stale.
    if (const std::string version = system.annex()->document.version; version != audited_version)
      if (audit.start("publish")) audited_version = version;
    if (std::chrono::steady_clock::now() >= next_refresh) {
      system.portal().refresh();
      next_refresh = std::chrono::steady_clock::now() + refresh_period;
    }
    net::notify_watchdog();
  }
  net::notify_stopping();
  base::log_info("stopping");
  audit.wait();  // what it attacks must not vanish under it
  system.stop_listening();
  return {};
}

}  // namespace art32::app
