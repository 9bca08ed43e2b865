#include "net/subprocess.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

#include "base/scratch_folder.h"

namespace art32::net {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;

// Longer than starting a program takes on a busy machine.
constexpr auto ample = 30s;

Command shell(std::string script) {
  return {{"sh", "-c", std::move(script)}, {}, {}, {}};
}

TEST(Subprocess, returns_both_outputs_and_the_exit_code) {
  const auto finished = run(shell("echo out; echo err >&2; exit 3"), ample);
  ASSERT_TRUE(finished.has_value()) << finished.error().message();
  EXPECT_EQ(finished->exit_code, 3);
  EXPECT_EQ(finished->output, "out\n");
  EXPECT_EQ(finished->errors, "err\n");
}

TEST(Subprocess, feeds_more_input_than_a_pipe_holds_while_draining_the_output) {
  Command command{{"cat"}, {}, std::string(3'000'000, 'x'), {}};
  const auto finished = run(command, ample);
  ASSERT_TRUE(finished.has_value()) << finished.error().message();
  EXPECT_EQ(finished->output, command.input);
}

TEST(Subprocess, survives_a_program_that_closes_its_input) {
  const auto finished = run({{"true"}, {}, std::string(3'000'000, 'x'), {}}, ample);
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->exit_code, 0);
}

TEST(Subprocess, names_a_program_that_is_missing) {
  const auto finished = run({{"no-such-program-anywhere"}, {}, {}, {}}, ample);
  ASSERT_FALSE(finished.has_value());
  EXPECT_EQ(finished.error().code, ErrorCode::not_found);
}

// The process that wrote its number into the file, once it has.
std::optional<pid_t> written_number(const base::Path& file) {
  const auto text = base::read_text_file(file);
  if (!text || !text->ends_with('\n')) return std::nullopt;
  return std::stoi(*text);
}

TEST(Subprocess, kills_the_whole_group_at_the_deadline) {
  const base::ScratchFolder scratch;
  const base::Path mark = scratch.path() / "grandchild";
  const Command command = shell("sh -c 'echo $$ > " + mark.string() + "; exec sleep 600' & wait");
  // A busy machine may not have started the grandchild by an early deadline.
  std::optional<pid_t> grandchild;
  for (auto limit = 300ms; !grandchild && limit < ample; limit *= 4) {
    const auto finished = run(command, limit);
    ASSERT_FALSE(finished.has_value());
    EXPECT_EQ(finished.error().code, ErrorCode::timeout);
    grandchild = written_number(mark);
  }
  ASSERT_TRUE(grandchild);
  for (int tries = 0; tries < 500 && ::kill(*grandchild, 0) == 0; ++tries) {
    // Orphans are reaped by init, in its own time: a zombie counts as dead.
    const auto status = base::read_text_file("/proc/" + std::to_string(*grandchild) + "/stat");
    if (!status || status->find(") Z") != std::string::npos) return;
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_NE(::kill(*grandchild, 0), 0);
}

TEST(Subprocess, is_killed_with_its_group_as_soon_as_a_stop_is_requested) {
  std::stop_source stop;
  const auto begin = std::chrono::steady_clock::now();
  const std::jthread later([&] {
    std::this_thread::sleep_for(200ms);
    stop.request_stop();
  });
  const auto finished = run(shell("sleep 60 & wait"), 60s, stop.get_token());
  ASSERT_FALSE(finished.has_value());
  EXPECT_EQ(finished.error().code, ErrorCode::unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_FALSE(run(shell("sleep 60"), 60s, stop.get_token()).has_value());  // requested before it began
}

TEST(Subprocess, gives_way_to_others_when_it_is_told_to) {
  Command command{{"nice"}, {}, {}, {}};
  command.niceness = 19;
  const auto lowered = run(command, 5s);
  ASSERT_TRUE(lowered.has_value());
  EXPECT_EQ(lowered->output, "19\n");
}

TEST(Subprocess, does_not_wait_for_a_grandchild_that_holds_the_output_open) {
  const auto finished = run(shell("sleep 600 & echo done"), ample);
  ASSERT_TRUE(finished.has_value()) << finished.error().message();
  EXPECT_EQ(finished->output, "done\n");
}

TEST(Subprocess, stops_a_program_that_writes_without_end) {
  const auto finished = run({{"cat", "/dev/zero"}, {}, {}, {}}, 60s);
  ASSERT_FALSE(finished.has_value());
  EXPECT_EQ(finished.error().code, ErrorCode::exhausted);
}

TEST(Subprocess, hands_down_only_the_named_environment) {
  ::setenv("ART32_TEST_SECRET", "hidden", 1);
  const auto finished = run({{"env"}, {"GREETING=hello"}, {}, {}}, ample);
  ::unsetenv("ART32_TEST_SECRET");
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->output.find("hidden"), std::string::npos);
  EXPECT_NE(finished->output.find("GREETING=hello\n"), std::string::npos);
  EXPECT_NE(finished->output.find("PATH="), std::string::npos);
}

TEST(Subprocess, hands_down_no_descriptor) {
  const int leaked = ::open("/dev/null", O_RDONLY);  // deliberately without O_CLOEXEC
  const auto finished = run({{"ls", "/proc/self/fd"}, {}, {}, {}}, ample);
  ::close(leaked);
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->output, "0\n1\n2\n3\n");  // 3 is ls reading the folder
}

TEST(Subprocess, runs_in_the_given_folder) {
  const base::ScratchFolder scratch;
  const auto finished = run({{"pwd"}, {}, {}, scratch.path()}, ample);
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->output, scratch.path().string() + "\n");
}

TEST(Subprocess, says_when_the_folder_is_missing) {
  const auto finished = run({{"pwd"}, {}, {}, "/no/such/folder"}, ample);
  ASSERT_FALSE(finished.has_value());
  EXPECT_NE(finished.error().what.find("No such file"), std::string::npos) << finished.error().what;
}

TEST(Child, writes_to_its_log_and_ends_by_a_signal) {
  const base::ScratchFolder scratch;
  auto child = Child::start(shell("echo started; exec sleep 600"), scratch.path() / "log");
  ASSERT_TRUE(child.has_value());
  EXPECT_TRUE(child->running());
  const auto early = child->wait(20ms);
  ASSERT_FALSE(early.has_value());
  EXPECT_EQ(early.error().code, ErrorCode::timeout);
  for (int tries = 0; tries < 1500 && base::read_text_file(scratch.path() / "log") != "started\n"; ++tries)
    std::this_thread::sleep_for(20ms);
  EXPECT_EQ(base::read_text_file(scratch.path() / "log"), "started\n");
  child->signal(SIGTERM);
  const auto code = child->wait(ample);
  ASSERT_TRUE(code.has_value());
  EXPECT_EQ(*code, 128 + SIGTERM);
  EXPECT_FALSE(child->running());
}

TEST(Child, dies_with_its_object) {
  const base::ScratchFolder scratch;
  pid_t id = -1;
  {
    const auto child = Child::start({{"sleep", "600"}, {}, {}, {}}, scratch.path() / "log");
    ASSERT_TRUE(child.has_value());
    id = child->id();
    EXPECT_EQ(::kill(id, 0), 0);
  }
  EXPECT_NE(::kill(id, 0), 0);
}

TEST(Child, dies_with_the_thread_that_started_it) {
  const base::ScratchFolder scratch;
  std::optional<Child> child;
  std::thread([&] {
    auto started = Child::start({{"sleep", "600"}, {}, {}, {}}, scratch.path() / "log");
    if (started) child = std::move(*started);
  }).join();
  ASSERT_TRUE(child.has_value());
  const auto code = child->wait(ample);
  ASSERT_TRUE(code.has_value());
  EXPECT_EQ(*code, 128 + SIGKILL);
}

}  // namespace
}  // namespace art32::net
