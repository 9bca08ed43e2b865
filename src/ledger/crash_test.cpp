// Ends a process inside each of the system calls that change the ledger's files,
// and looks at what the next one finds.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "base/file_fault.h"
#include "ledger/scratch_ledger.h"
#include "merkle/note.h"

namespace art32::ledger {
namespace {

constexpr std::uint64_t erased_record_index = 2;
constexpr int crashed = 42;

// Sent over the pipe once something has been promised.
struct Promise {
  std::uint64_t size;    // acknowledged
  std::uint64_t erased;  // whether the erasure was acknowledged
};

std::atomic<bool> has_promised{false};

void promise(int pipe, const Promise& promise) {
  if (::write(pipe, &promise, sizeof promise) != sizeof promise) ::_exit(1);
  has_promised = true;
}

// What a process does until it crashes. The names of the steps it ended in show up in a failure.
void work(const ScratchLedger& scratch, int pipe) {
  const auto ledger = scratch.open();
  if (ledger == nullptr) ::_exit(2);
  std::uint64_t size = 0;
  const auto append = [&](std::uint64_t count) {
    append_records(*ledger, size, count);
    size += count;
    promise(pipe, {size, 0});
  };
  append(3);
  append(260);
  if (!ledger->flush()) ::_exit(3);
  append(1);
  if (!ledger->erase(model::LeafIndex(erased_record_index), "asked for")) ::_exit(4);
  promise(pipe, {size + 1, 1});
  if (!ledger->flush()) ::_exit(5);
}

struct Crash {
  int exit_code = 0;
  Promise last{0, 0};
};

using IsLast = std::function<bool(int step, base::FileStep, const base::Path&)>;

void crash_when(const IsLast& is_last) {
  static std::atomic<int> steps;
  steps = 0;
  base::set_file_fault([is_last](base::FileStep step, const base::Path& path) {
    if (is_last(steps++, step, path)) ::_exit(crashed);
    return 0;
  });
}

// Runs work() in a child that ends inside the first step that is_last.
Crash crash(const ScratchLedger& scratch, const IsLast& is_last) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    crash_when(is_last);
    work(scratch, ends[1]);
    ::_exit(testing::Test::HasFailure() ? 6 : 0);
  }
  ::close(ends[1]);
  Crash result;
  Promise next{};
  while (::read(ends[0], &next, sizeof next) == sizeof next)
    result.last = next;
  ::close(ends[0]);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  result.exit_code = WEXITSTATUS(status);
  return result;
}

merkle::Checkpoint checkpoint_on_disk(const ScratchLedger& scratch) {
  const auto note = merkle::parse_note(base::read_text_file(scratch.file("checkpoint")).value());
  return merkle::parse_checkpoint(note->text).value();
}

void expect_promises_kept(const ScratchLedger& scratch, const Promise& promised) {
  const merkle::Checkpoint before = checkpoint_on_disk(scratch);
  const auto ledger = scratch.open();
  ASSERT_NE(ledger, nullptr);
  const std::uint64_t size = ledger->health().size;
  ASSERT_GE(size, promised.size);
  ASSERT_LE(size, 265U);
  const bool is_erased = size == 265;
  EXPECT_TRUE(is_erased || promised.erased == 0);
  for (std::uint64_t index = 0; index < std::min<std::uint64_t>(size, 264); ++index) {
    const auto disclosure = ledger->disclose(model::LeafIndex(index));
    if (is_erased && index == erased_record_index) {
      EXPECT_FALSE(disclosure) << "its erasure is in the log, so its key must be gone";
    } else {
      ASSERT_TRUE(disclosure) << disclosure.error().message();
      ASSERT_EQ(base::as_text(disclosure->record), test_record(index));
    }
  }
  ASSERT_TRUE(ledger->flush());
  EXPECT_EQ(ledger->checkpoint().size.value, size);
  expect_extends(*ledger, before);
  append_records(*ledger, size, 2);
  ASSERT_TRUE(ledger->flush());
  expect_extends(*ledger, before);
}

TEST(Crash, at_any_step_loses_nothing_acknowledged_and_never_forks) {
  int step = 0;
  for (; step < 1'000; ++step) {
    SCOPED_TRACE(fmt::format("step {}", step));
    const ScratchLedger scratch;
    const Crash end =
        crash(scratch, [step](int at, base::FileStep, const base::Path&) { return at == step; });
    ASSERT_TRUE(end.exit_code == crashed || end.exit_code == 0) << end.exit_code;
    expect_promises_kept(scratch, end.last);
    if (testing::Test::HasFailure() || end.exit_code == 0) break;
  }
  EXPECT_GT(step, 40) << "there are that many steps at least";
}

TEST(Crash, during_recovery_is_recovered_from_too) {
  const ScratchLedger scratch;
  const Crash end = crash(scratch, [](int, base::FileStep step, const base::Path& path) {
    if (step != base::FileStep::rename || path.filename() != "checkpoint") return false;
    // The ledger has acknowledged; the thread that appended may not have got round to telling us.
    for (int tries = 0; tries < 3000 && !has_promised; ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return true;
  });
  ASSERT_EQ(end.exit_code, crashed);
  ASSERT_GE(end.last.size, 3U) << "acknowledged, and in no tree yet";
  int recoveries = 0;
  for (bool is_recovered = false; !is_recovered && recoveries < 200; ++recoveries) {
    const pid_t child = ::fork();
    if (child == 0) {
      crash_when([recoveries](int at, base::FileStep, const base::Path&) { return at == recoveries; });
      const auto ledger = scratch.open();
      ::_exit(ledger != nullptr && ledger->flush() ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status) && (WEXITSTATUS(status) == crashed || WEXITSTATUS(status) == 0));
    is_recovered = WEXITSTATUS(status) == 0;
  }
  EXPECT_GT(recoveries, 10);
  const auto ledger = scratch.open();
  ASSERT_NE(ledger, nullptr);
  EXPECT_GE(ledger->health().size, end.last.size);
  expect_records(*ledger, 0, ledger->health().size);
}

}  // namespace
}  // namespace art32::ledger
