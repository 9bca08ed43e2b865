// Looking up one API token among a million: used lately, and never before.
#include "base/log.h"
#include "base/scratch_folder.h"
#include "bench/figure.h"
#include "crypto/random.h"
#include "identity/memberships.h"
#include "identity/personal_tokens.h"
#include "identity/teams.h"
#include "identity/token_import.h"
#include "identity/users.h"

namespace art32::bench {
namespace {

using namespace identity;

constexpr std::int64_t tokens = 1'000'000;
constexpr std::int64_t batch = base::limits::token_change_rows;
constexpr std::int64_t teams = 1'000;
constexpr std::int64_t sampled_each = 20;  // every so many is looked up

template <class T>
T checked(base::Result<T> result, std::string_view doing) {
  if (result) return std::move(*result);
  fmt::print(stderr, "{}: {}\n", doing, result.error().message());
  std::exit(1);
}

void require(const base::Status& status, std::string_view doing) {
  if (status) return;
  fmt::print(stderr, "{}: {}\n", doing, status.error().message());
  std::exit(1);
}

// Takes every record and keeps none: the ledger has a bench of its own.
class NoLedger final : public model::EvidenceSink {
 public:
  base::Result<model::LeafIndex> append(model::RecordKind, base::ByteView) override {
    return model::LeafIndex(next_++);
  }
  base::Result<model::LeafIndex> append_batch(model::RecordKind,
                                              std::span<const base::Bytes> records) override {
    next_ += records.size();
    return model::LeafIndex(next_ - records.size());
  }

 private:
  std::uint64_t next_ = 0;
};

struct Store {
  base::ScratchFolder folder;
  store::Database database =
      checked(store::Database::open(folder.path() / "state.db"), "open the scratch store");
  std::mutex mutex;
  NoLedger ledger;
  base::SystemClock clock;
  SealedStore sealed{database, mutex, ledger, clock};
};

void add_members(Store& store, TokenCache& cache) {
  for (const auto& part :
       {Teams::migrations(), Users::migrations(), Memberships::migrations(), PersonalTokens::migrations()})
    require(store.database.migrate(part), "make the tables");
  // As a system that has run for long: what it has written stays, but not each change on its own.
  require(store.database.run("PRAGMA synchronous = OFF"), "fill the scratch store faster");
  Teams all_teams(store.sealed, cache);
  Users users(store.sealed, cache, 12);
  Memberships memberships(store.sealed, cache);
  for (std::int64_t number = 1; number <= teams; ++number) {
    const model::TeamId team{std::to_string(number)};
    require(all_teams.add(team, fmt::format("Team {}", number)), "add a team");
    const UserId user = checked(users.add(fmt::format("user{}@example.com", number)), "add a user");
    require(memberships.add({team, user}), "add a member");
  }
}

// Returns those that are looked up: "id|token".
std::vector<std::string> fill(Store& store) {
  std::vector<std::string> sampled;
  const base::Instant now = store.clock.now();
  for (std::int64_t first = 1; first <= tokens; first += batch) {
    std::vector<TokenRow> rows;
    for (std::int64_t id = first; id < first + batch; ++id) {
      const base::Secret token = crypto::make_api_token("art32_");
      rows.push_back({id, "App\\Models\\User", std::to_string(id % teams + 1), fmt::format("token {}", id),
                      crypto::api_token_hash(token.text()), R"(["orders:read","orders:write"])", std::nullopt,
                      now + std::chrono::hours(24), now, now});
      if (id % sampled_each == 0) sampled.push_back(fmt::format("{}|{}", id, token.text()));
    }
    const auto find_holder = [](std::string_view, std::string_view id) {
      return NamedMember{{std::string(id)}, fmt::format("user{}@example.com", id)};
    };
    checked(import_tokens(store.sealed, rows, find_holder, ImportMode::write), "import tokens");
  }
  return sampled;
}

// In microseconds, sorted; `accepted` says what each must give.
std::vector<double> times_of(PersonalTokens& personal, const std::vector<std::string>& presented,
                             bool accepted) {
  std::vector<double> times;
  times.reserve(presented.size());
  for (const std::string& token : presented)
    times.push_back(1e6 * seconds_of([&] {
                      if (checked(personal.look_up(token), "look up").has_value() == accepted) return;
                      fmt::print(stderr, "a token was {}\n", accepted ? "refused" : "accepted");
                      std::exit(1);
                    }));
  std::ranges::sort(times);
  return times;
}

void report(std::string_view name, const std::vector<double>& times) {
  figure(name, times[times.size() / 2], "us", "<=", 20);
  fmt::print(stderr, "{}: 99 of 100 within {:.1f} us, the slowest {:.1f} us\n", name,
             times[times.size() * 99 / 100], times.back());
}

std::vector<std::string> without_ids(std::vector<std::string> tokens_with_ids) {
  for (std::string& token : tokens_with_ids)
    token.erase(0, token.find('|') + 1);
  return tokens_with_ids;
}

std::vector<std::string> never_issued(std::size_t count) {
  std::vector<std::string> made_up;
  for (std::size_t i = 0; i < count; ++i)
    made_up.emplace_back(crypto::make_api_token("art32_").text());
  return made_up;
}

void measure() {
  Store store;
  TokenCache cache, none(0);
  add_members(store, cache);
  PersonalTokens personal(store.sealed, cache, "art32_");
  PersonalTokens uncached(store.sealed, none, "art32_");
  std::vector<std::string> sampled;
  const double seconds = seconds_of([&] { sampled = fill(store); });
  fmt::print(stderr, "{} tokens in {:.1f} s\n", tokens, seconds);

  // In no order, as requests come.
  std::vector<std::string> shuffled;
  for (std::size_t step = 7'919, at = 0; shuffled.size() < sampled.size(); at = (at + step) % sampled.size())
    shuffled.push_back(sampled[at]);
  report("identity.token_lookup_cold", times_of(uncached, shuffled, true));
  report("identity.token_lookup_cold_without_id", times_of(uncached, without_ids(shuffled), true));
  report("identity.token_lookup_unknown", times_of(personal, never_issued(shuffled.size()), false));
  times_of(personal, shuffled, true);
  report("identity.token_lookup", times_of(personal, shuffled, true));
  const double flushed = seconds_of([&] { checked(personal.flush_all(), "write the last uses"); });
  fmt::print(stderr, "the last uses of {} tokens written in {:.2f} s\n", shuffled.size(), flushed);
}

}  // namespace
}  // namespace art32::bench

int main() {
  art32::base::set_log_level(art32::base::LogLevel::error);
  art32::bench::measure();
  return art32::bench::exit_status();
}
