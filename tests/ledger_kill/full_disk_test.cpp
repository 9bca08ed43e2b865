// A disk that is really full: a file system of 8 MiB in memory, which a child
// mounts for itself alone. Skipped where mounting isn't allowed.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include <fstream>

#include "base/scratch_folder.h"
#include "kill_rounds.h"

namespace art32::ledger_kill {
namespace {

constexpr int not_allowed = 77;

base::Status fill_and_go_on(const base::Path& folder) {
  const auto wrong = [](std::string what) {
    return base::failure(base::ErrorCode::check_failed, std::move(what));
  };
  const base::SystemClock clock;
  ART32_ASSIGN(const ledger::Options options, make_ledger(folder));
  { std::ofstream(folder / "ballast") << std::string(4U << 20, 'x'); }
  ART32_ASSIGN(auto ledger, ledger::Ledger::open(options, clock));
  const std::vector<base::Bytes> records(50, base::Bytes(1'000, 'x'));
  std::uint64_t acknowledged = 0;
  base::Error refusal;
  for (int batch = 0; batch < 200 && refusal.what.empty(); ++batch) {
    const auto first = ledger->append_batch(model::verdict_record, records);
    if (!first)
      refusal = first.error();
    else
      acknowledged += records.size();
  }
  if (refusal.code != base::ErrorCode::exhausted)
    return wrong("a full disk was answered by: " + refusal.what);
  if (!ledger->health().trouble) return wrong("health says nothing of the full disk");
  if (!ledger->disclose(model::LeafIndex(0))) return wrong("reading stopped with the disk full");
  std::filesystem::remove(folder / "ballast");
  ART32_ASSIGN(const model::LeafIndex next,
               ledger->append(model::verdict_record, base::as_bytes("room again")));
  if (next.value != acknowledged) return wrong("the index after the full disk isn't the next one");
  ART32_CHECKED(ledger->flush());
  if (ledger->health().trouble) return wrong("health still speaks of trouble");
  ledger.reset();
  ART32_ASSIGN(const std::uint64_t checked, ledger::verify_records(options));
  return checked == acknowledged + 1 ? base::Status() : wrong("records are missing after the full disk");
}

TEST(Ledger, outlives_a_disk_that_is_full_for_a_while) {
  const base::ScratchFolder folder;
  base::set_log_level(base::LogLevel::error);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("none", folder.path().c_str(), "tmpfs", 0, "size=8m") != 0)
      ::_exit(not_allowed);
    const base::Status status = fill_and_go_on(folder.path());
    if (!status) fmt::print(stderr, "{}\n", status.error().message());
    ::_exit(status ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == not_allowed) GTEST_SKIP() << "mounting isn't allowed here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace art32::ledger_kill
