#include "tenancy/plan/apply_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <thread>

#include "base/text.h"
#include "tenancy/plan/plan_groups.h"
#include "tenancy/plan/undo_order.h"

namespace art32::tenancy {

using base::ErrorCode;

namespace {

struct Advice {
  std::string_view state;  // SQLSTATE (PostgreSQL, appendix A), or its class
  std::string_view mend;
};

constexpr std::string_view plan_again =
    "; then plan and apply again: what is done isn't planned a second time";

constexpr Advice advice[] = {
    {"55P03",
     "a transaction holds the table: find it with `select pid, xact_start, query from pg_stat_activity where "
     "state <> 'idle' order by xact_start`, end it or wait for it"},
    {"40P01", "somebody else locks these tables in another order: wait until that is over"},
    {"57014", "it took longer than the statement's time, or somebody cancelled it: allow more"},
    {"42501", "connect as the owner of this object, with USAGE on the schema art32"},
    {"23505", "there are rows with the same key within one team: mend them"},
    {"23514", "there are rows without a team: give them one, or delete them"},
    {"23502", "there are rows without a team: give them one, or delete them"},
    {"3F000", "the functions of art32 are missing: create extension art32, or run pg/art32-plain.sql"},
    {"42883", "the functions of art32 are missing: create extension art32, or run pg/art32-plain.sql"},
    {"42P07", "an index of that name exists and is another one: rename it"},
    {"42710", "the database isn't any more as it was planned for: look what changed"},
    {"42P01", "the database isn't any more as it was planned for: look what changed"},
    {"42703", "the database isn't any more as it was planned for: look what changed"},
    {"42704", "the database isn't any more as it was planned for: look what changed"},
};

// The session puts it at the end: "message (55P03)".
std::string_view state_of(std::string_view message) {
  constexpr std::size_t letters = 5;
  if (message.size() < letters + 2 || !message.ends_with(')')) return {};
  const std::size_t open = message.size() - letters - 2;
  return message[open] == '(' ? message.substr(open + 1, letters) : std::string_view();
}

bool is_worth_another_try(const base::Error& error) {
  const std::string_view state = state_of(error.what);
  return state == "55P03" || state == "40P01" || state == "40001";
}

std::string mend_for(const base::Error& error) {
  if (error.code != ErrorCode::check_failed) return "connect" + std::string(plan_again);
  const std::string_view state = state_of(error.what);
  const auto* row = std::find_if(std::begin(advice), std::end(advice),
                                 [&](const Advice& candidate) { return candidate.state == state; });
  return std::string(row == std::end(advice) ? "mend what the server says" : row->mend) +
         std::string(plan_again);
}

std::string milliseconds(std::chrono::milliseconds time) {
  return fmt::format("{}ms", time.count());
}

struct Setting {
  const char* name;
  std::string before, now;
};

// For the length of a run; what the caller's session had comes back. Names in steps have their
// schemas, but operators don't: nobody's but the server's are meant.
class Settings {
 public:
  Settings(net::SqlSession& session, const ApplyOptions& options)
      : session_(session),
        settings_{{"search_path", "", "pg_catalog"},
                  {"client_min_messages", "", "warning"},
                  {"lock_timeout", "", milliseconds(options.lock_timeout)},
                  {"statement_timeout", "", milliseconds(options.statement_timeout)}} {}

  base::Status enter() {
    for (Setting& setting : settings_) {
      ART32_ASSIGN(const auto rows, session_.query("select pg_catalog.current_setting($1)", {setting.name}));
      if (!rows.empty() && !rows[0].empty()) setting.before = rows[0][0].value_or("");
    }
    for (const Setting& setting : settings_)
      ART32_CHECKED(set(setting.name, setting.now));
    return {};
  }

  void leave() {
    for (const Setting& setting : settings_)
      (void)set(setting.name, setting.before);  // the connection may have ended: then they have, too
  }

  base::Status set(const std::string& name, const std::string& value) {
    ART32_CHECKED(session_.query("select pg_catalog.set_config($1, $2, false)", {name, value}));
    return {};
  }

 private:
  net::SqlSession& session_;
  std::vector<Setting> settings_;
};

class Application {
 public:
  Application(net::SqlSession& session, const ApplyOptions& options, const OnProgress& on_progress,
              std::size_t total)
      : session_(session),
        options_(options),
        settings_(session, options),
        on_progress_(on_progress),
        total_(total) {}

  base::Status run(std::span<const Step> steps) {
    ART32_CHECKED(settings_.enter());
    base::Status status;
    for (const auto& group : groups_of(steps)) {
      status = run_group(group);
      if (!status) break;
      done_ += group.size();
    }
    settings_.leave();
    return status;
  }

 private:
  base::Status run_group(std::span<const Step> group) {
    std::chrono::milliseconds pause = options_.first_pause;
    for (unsigned attempt = 1;; ++attempt) {
      failed_ = 0;
      auto status = group[0].run == Run::in_transaction ? try_transaction(group, attempt)
                                                        : try_alone(group[0], attempt);
      if (status) {
        for (std::size_t place = 0; place < group.size(); ++place)
          report(group, place, {Stage::done, attempt, {}, {}});
        return {};
      }
      const bool goes_on = is_worth_another_try(status.error()) && attempt < options_.tries;
      if (!goes_on) {
        report(group, failed_, {Stage::failed, attempt, {}, status.error().what});
        return explained(group, std::move(status).error());
      }
      report(group, failed_, {Stage::waits, attempt, pause, status.error().what});
      wait(pause);
      pause = std::min(pause * 2, options_.longest_pause);
    }
  }

  base::Status try_transaction(std::span<const Step> group, unsigned attempt) {
    ART32_CHECKED(session_.query("begin", {}));
    for (std::size_t place = 0; place < group.size(); ++place) {
      failed_ = place;
      report(group, place, {Stage::begins, attempt, {}, {}});
      if (auto rows = session_.query(group[place].sql, {}); !rows) {
        (void)session_.query("rollback", {});
        return tl::unexpected<base::Error>(std::move(rows).error());
      }
    }
    ART32_CHECKED(session_.query("commit", {}));
    return {};
  }

  base::Status try_alone(const Step& step, unsigned attempt) {
    report({&step, 1}, 0, {Stage::begins, attempt, {}, {}});
    if (step.run != Run::alone) return ask(step.sql);
    ART32_CHECKED(settings_.set("lock_timeout", milliseconds(options_.index_lock_timeout)));
    base::Status status;
    // What a concurrent build that failed has left would be in the way of the next try.
    if (attempt > 1 && !step.undo.empty()) status = ask(step.undo);
    if (status) status = ask(step.sql);
    auto back = settings_.set("lock_timeout", milliseconds(options_.lock_timeout));
    return status ? back : status;
  }

  base::Status ask(const std::string& sql) {
    ART32_CHECKED(session_.query(sql, {}));
    return {};
  }

  tl::unexpected<base::Error> explained(std::span<const Step> group, base::Error error) const {
    const ErrorCode code = is_worth_another_try(error) ? ErrorCode::timeout : error.code;
    return base::failure(
        code,
        fmt::format("step {} of {}, {}: {}", done_ + failed_ + 1, total_, group[failed_].id, error.what),
        mend_for(error));
  }

  struct Happening {
    Stage stage;
    unsigned attempt;
    std::chrono::milliseconds pause;
    std::string said;
  };

  void report(std::span<const Step> group, std::size_t place, Happening happening) const {
    if (!on_progress_) return;
    on_progress_({group[place], done_ + place + 1, total_, happening.stage, happening.attempt,
                  happening.pause, std::move(happening.said)});
  }

  void wait(std::chrono::milliseconds pause) const {
    if (options_.pause)
      options_.pause(pause);
    else
      std::this_thread::sleep_for(pause);
  }

  net::SqlSession& session_;
  const ApplyOptions& options_;
  Settings settings_;
  const OnProgress& on_progress_;
  std::size_t total_;
  std::size_t done_ = 0, failed_ = 0;  // steps that are done; the one of the group that failed
};

}  // namespace

base::Status apply_plan(net::SqlSession& session, const Plan& plan, const ApplyOptions& options,
                        const OnProgress& on_progress) {
  return Application(session, options, on_progress, plan.steps.size()).run(plan.steps);
}

base::Status undo_plan(net::SqlSession& session, const Plan& plan, const ApplyOptions& options,
                       const OnProgress& on_progress) {
  const std::vector<Step> steps = undo_order(plan);
  return Application(session, options, on_progress, steps.size()).run(steps);
}

}  // namespace art32::tenancy
