// How long it takes to find the history of a row in a trail of 100 million records: with what was
// read lately still in memory, and with nothing of it; what the index costs, in time and room; and how
// long it takes to delete them all, once they are old enough. An argument says how many millions of records
// instead.
#include <fcntl.h>
#include <fmt/format.h>

#include <random>

#include "base/log.h"
#include "base/text.h"
#include "bench/figure.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "trail/indexer.h"
#include "trail/record_writer.h"
#include "trail/search.h"

namespace art32::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t records_of_an_epoch = 25'000;  // half a second of 50,000 changes a second
constexpr std::uint32_t changes_of_a_transaction = 10;
constexpr std::uint32_t changes_of_a_row = 5;
constexpr std::uint32_t teams = 100;  // the first one has half of the rows
constexpr int warm_searches = 1'000;
constexpr int cold_searches = 200;

template <class T>
T checked(base::Result<T> result) {
  if (!result) give_up(result.error().message());
  return std::move(*result);
}
void checked(const base::Status& status) {
  if (!status) give_up(status.error().message());
}

// Of the build: the disk that a server would have, not one in memory.
class BenchFolder {
 public:
  BenchFolder() : path_(std::filesystem::read_symlink("/proc/self/exe").parent_path() / "trail_search") {
    std::filesystem::remove_all(path_);
    checked(base::make_folder(path_, 0700));
  }
  ~BenchFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  BenchFolder(const BenchFolder&) = delete;
  BenchFolder& operator=(const BenchFolder&) = delete;
  const base::Path& path() const { return path_; }

 private:
  base::Path path_;
};

class NoLedger final : public model::EvidenceSink {
 public:
  base::Result<model::LeafIndex> append(model::RecordKind, base::ByteView) override {
    return model::LeafIndex(0);
  }
  base::Result<model::LeafIndex> append_batch(model::RecordKind, std::span<const base::Bytes>) override {
    return model::LeafIndex(0);
  }
};

// Invoices: each comes once and is changed a few times, all in a random order of rows.
class Invoices {
 public:
  explicit Invoices(std::uint64_t records)
      : versions_(std::max<std::uint64_t>(records / (changes_of_a_row + 1), 1'000)) {
    auto table = std::make_shared<trail::Table>();
    *table = {1, "public", "invoices", 'f', {}};
    for (const char* column : {"id", "team_id", "customer", "amount", "changed"})
      table->columns.push_back({column, 25, -1, column == std::string_view("id")});
    table_ = std::move(table);
  }

  std::uint64_t rows() const { return versions_.size(); }
  std::uint8_t versions(std::uint64_t row) const { return versions_[row]; }
  static std::uint32_t team_of(std::uint64_t row) {
    return row % 2 == 0 ? 1 : 1 + static_cast<std::uint32_t>(row / 2 % teams);
  }
  // Of that team, once or more.
  std::uint64_t draw_row(std::uint32_t team) {
    const std::uint64_t half = rows() / 2;
    if (team == 1) return random_() % half * 2;
    return (random_() % (half / teams) * teams + team - 1) * 2 + 1;
  }
  std::uint32_t draw_team() { return team_of(random_() % rows()); }

  void change(trail::RecordWriter& writer, std::uint64_t row, base::Instant at) {
    const std::string id = std::to_string(row), team = std::to_string(team_of(row));
    const std::uint64_t mixed = row * 0x9e37'79b9'7f4a'7c15U;
    const std::string customer = fmt::format("customer {:016x}{:016x}", mixed, mixed * mixed);
    const auto amount = [&](std::uint32_t version) {
      return fmt::format("{}.{:02}", row % 10'000 + version, row % 100);
    };
    std::uint8_t& version = versions_[row];
    const std::string old_amount = amount(version), new_amount = amount(version + 1U);
    const std::string now = base::rfc3339(at), before = base::rfc3339(at - 7min * (row % 1'000));
    const auto values = [&](const std::string& sum, const std::string& changed) {
      std::vector<trail::Value> list;
      for (const std::string* text : {&id, &team, &customer, &sum, &changed})
        list.push_back({trail::Value::Kind::text, *text});
      return list;
    };
    const bool is_new = version == 0;
    if (version < UINT8_MAX) ++version;
    const std::vector<trail::Value> old_row =
        is_new ? std::vector<trail::Value>() : values(old_amount, before);
    const std::vector<trail::Value> new_row = values(new_amount, now);
    checked(writer.change({is_new ? trail::Operation::insert : trail::Operation::update, table_,
                           is_new ? pgwire::LogicalOld::none : pgwire::LogicalOld::full, old_row, new_row}));
  }

 private:
  std::vector<std::uint8_t> versions_;
  std::shared_ptr<const trail::Table> table_;
  std::mt19937_64 random_{32};
};

void fill(const trail::RecordStore::Options& options, Invoices& invoices, std::uint64_t records) {
  NoLedger ledger;
  const base::SystemClock clock;
  const auto store = checked(trail::RecordStore::open(options, ledger, clock));
  trail::RecordWriter::Rules rules;
  rules.of_table = [](const trail::Table&) { return trail::TableRules{{}, 1}; };
  std::uint64_t number = 0;
  rules.author = [&](auto&&...) {
    return trail::Author{"1", "user", std::to_string(number % 5'000), fmt::format("r-{}", number)};
  };
  trail::RecordWriter writer(*store, std::move(rules), trail::StreamOrigin{7, 1, 5, 0, {}, false});
  const base::Instant begin = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  std::uint64_t written = 0, sealed = 0;
  for (; written < records; ++number) {
    const base::Instant at = begin + 200us * static_cast<std::int64_t>(written);
    checked(writer.begin({pgwire::Lsn{1'000 + written}, at, number + 1}));
    checked(writer.message("art32", {}));
    const std::uint32_t team = invoices.draw_team();
    for (std::uint32_t i = 0; i < changes_of_a_transaction; ++i)
      invoices.change(writer, invoices.draw_row(team), at);
    checked(writer.commit({pgwire::Lsn{1'001 + written}, ""}));
    written += changes_of_a_transaction + 1;
    if (written - sealed < records_of_an_epoch && written < records) continue;
    checked(writer.seal());
    sealed = written;
  }
}

struct Sizes {
  double index = 0, all = 0;
  std::uint64_t runs = 0;
};

Sizes sizes_below(const base::Path& folder) {
  Sizes sizes;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file()) continue;
    sizes.all += static_cast<double>(file.file_size());
    if (file.path().extension() != ".idx") continue;
    sizes.index += static_cast<double>(file.file_size());
    ++sizes.runs;
  }
  return sizes;
}

// So that the next look has to go to the disk.
void forget_files(const base::Path& folder) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const auto file = base::File::open_read(entry.path());
    if (file) ::posix_fadvise(file->descriptor(), 0, 0, POSIX_FADV_DONTNEED);
  }
}

double search_ms(trail::RecordSearch& search, const Invoices& invoices, std::uint64_t row) {
  trail::SearchQuery query;
  query.team = std::to_string(Invoices::team_of(row));
  query.table = {"public", "invoices"};
  query.row = std::to_string(row);
  query.limit = 1'000;
  std::size_t hits = 0;
  const double seconds = seconds_of([&] { hits = checked(search.search(query)).hits.size(); });
  if (hits != invoices.versions(row))
    give_up(fmt::format("row {} was changed {} times, {} were found", row, invoices.versions(row), hits));
  return seconds * 1'000;
}

struct Times {
  double half = 0, most = 0;  // of hundred searches fifty, and all but one, take no longer
};

Times times_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {values[values.size() / 2], values[values.size() * 99 / 100]};
}

// All that is there, as if it were old enough: the server has the store open.
double deletion_ms(const trail::RecordStore::Options& options) {
  NoLedger ledger;
  const base::SystemClock clock;
  const auto store = checked(trail::RecordStore::open(options, ledger, clock));
  return 1'000 * seconds_of([&] {
           if (checked(store->forget_before(clock.now() + std::chrono::hours(1))) == 0)
             give_up("nothing was deleted");
         });
}

int bench(std::uint64_t records) {
  base::set_log_level(base::LogLevel::error);
  const BenchFolder folder;
  const trail::RecordStore::Options options{folder.path() / "trail", folder.path() / "trail.key"};
  checked(crypto::save_private_file(options.key, crypto::random_bytes(32)));
  Invoices invoices(records);
  const double filling = seconds_of([&] { fill(options, invoices, records); });
  fmt::print("{} records in {:.0f} s\n", records, filling);
  const trail::RecordReader::Options trail{options.folder, options.key};
  const double indexing =
      seconds_of([&] { checked(checked(trail::Indexer::open({trail}))->index_more({})); });
  const Sizes sizes = sizes_below(options.folder);
  const double count = static_cast<double>(records);
  fmt::print("index of {} runs in {:.0f} s: {:.2f} octets a record, {:.1f} with the records\n", sizes.runs,
             indexing, sizes.index / count, sizes.all / count);
  std::unique_ptr<trail::RecordSearch> search;
  std::mt19937_64 random(7);
  const auto draw = [&] {
    std::uint64_t row = random() % invoices.rows();
    while (invoices.versions(row) == 0 || invoices.versions(row) == UINT8_MAX)
      row = random() % invoices.rows();
    return row;
  };
  forget_files(options.folder);
  const double first = seconds_of([&] {
    search = checked(trail::RecordSearch::open(trail));
    search_ms(*search, invoices, draw());
  });
  std::vector<double> warm, cold;
  for (int i = 0; i < cold_searches; ++i) {
    forget_files(options.folder);
    cold.push_back(search_ms(*search, invoices, draw()));
  }
  for (int i = 0; i < warm_searches; ++i)
    search_ms(*search, invoices, draw());
  for (int i = 0; i < warm_searches; ++i)
    warm.push_back(search_ms(*search, invoices, draw()));
  const Times of_warm = times_of(warm), of_cold = times_of(cold);
  fmt::print(
      "a row's history: {:.1f} ms, one of hundred {:.1f} ms; from disk {:.1f} and {:.1f} ms, the first one "
      "{:.0f} ms\n",
      of_warm.half, of_warm.most, of_cold.half, of_cold.most, first * 1'000);
  figure("trail_search.row_history", of_warm.most, "ms", "<=", 50);
  figure("trail_search.row_history_from_disk", of_cold.most, "ms", "<=", 50);
  figure("trail_search.index", count / indexing, "records/s", ">=", 50'000);
  figure("trail_search.index_size", sizes.index / count, "octets", "<=", 5);
  search.reset();
  figure("trail_search.retention", deletion_ms(options), "ms", "<=", 1'000);
  return exit_status();
}

}  // namespace
}  // namespace art32::bench

int main(int count, char** arguments) {
  const auto millions = art32::base::parse_number(count > 1 ? arguments[1] : "100");
  if (!millions || *millions == 0 || *millions > 10'000)
    art32::bench::give_up("usage: bench_trail_search [MILLIONS OF RECORDS]");
  return art32::bench::bench(*millions * 1'000'000);
}
