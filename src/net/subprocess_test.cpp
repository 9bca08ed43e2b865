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

Command shell(std::string script) {
  return {{"sh", "-c", std::move(script)}, {}, {}, {}};
}

TEST(Subprocess, returns_both_outputs_and_the_exit_code) {
  const auto finished = run(shell("echo out; echo err >&2; exit 3"), 5s);
  ASSERT_TRUE(finished.has_value()) << finished.error().message();
  EXPECT_EQ(finished->exit_code, 3);
  EXPECT_EQ(finished->output, "out\n");
  EXPECT_EQ(finished->errors, "err\n");
}

TEST(Subprocess, feeds_more_input_than_a_pipe_holds_while_draining_the_output) {
  Command command{{"cat"}, {}, std::string(3'000'000, 'x'), {}};
  const auto finished = run(command, 20s);
  ASSERT_TRUE(finished.has_value()) << finished.error().message();
  EXPECT_EQ(finished->output, command.input);
}

TEST(Subprocess, survives_a_program_that_closes_its_input) {
  const auto finished = run({{"true"}, {}, std::string(3'000'000, 'x'), {}}, 5s);
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->exit_code, 0);
}

TEST(Subprocess, names_a_program_that_is_missing) {
  const auto finished = run({{"no-such-program-anywhere"}, {}, {}, {}}, 5s);
  ASSERT_FALSE(finished.has_value());
  EXPECT_EQ(finished.error().code, ErrorCode::not_found);
}

TEST(Subprocess, kills_the_whole_group_at_the_deadline) {
  const base::ScratchFolder scratch;
  const std::string mark = scratch.path() / "grandchild";
  const auto begin = std::chrono::steady_clock::now();
  const auto finished = run(shell("sh -c 'echo $$ > " + mark + "; exec sleep 60' & wait"), 300ms);
  ASSERT_FALSE(finished.has_value());
  EXPECT_EQ(finished.error().code, ErrorCode::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  const auto text = base::read_text_file(mark);
  ASSERT_TRUE(text.has_value());
  const pid_t grandchild = std::stoi(*text);
  for (int tries = 0; tries < 100 && ::kill(grandchild, 0) == 0; ++tries) {
    // Orphans are reaped by init, in its own time: a zombie counts as dead.
    const auto status = base::read_text_file("/proc/" + std::to_string(grandchild) + "/stat");
    if (!status || status->find(") Z") != std::string::npos) return;
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_NE(::kill(grandchild, 0), 0);
}

TEST(Subprocess, does_not_wait_for_a_grandchild_that_holds_the_output_open) {
  const auto begin = std::chrono::steady_clock::now();
  const auto finished = run(shell("sleep 60 & echo done"), 10s);
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->output, "done\n");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST(Subprocess, stops_a_program_that_writes_without_end) {
  const auto finished = run({{"cat", "/dev/zero"}, {}, {}, {}}, 60s);
  ASSERT_FALSE(finished.has_value());
  EXPECT_EQ(finished.error().code, ErrorCode::exhausted);
}

TEST(Subprocess, hands_down_only_the_named_environment) {
  ::setenv("ART32_TEST_SECRET", "hidden", 1);
  const auto finished = run({{"env"}, {"GREETING=hello"}, {}, {}}, 5s);
  ::unsetenv("ART32_TEST_SECRET");
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->output.find("hidden"), std::string::npos);
  EXPECT_NE(finished->output.find("GREETING=hello\n"), std::string::npos);
  EXPECT_NE(finished->output.find("PATH="), std::string::npos);
}

TEST(Subprocess, hands_down_no_descriptor) {
  const int leaked = ::open("/dev/null", O_RDONLY);  // deliberately without O_CLOEXEC
  const auto finished = run({{"ls", "/proc/self/fd"}, {}, {}, {}}, 5s);
  ::close(leaked);
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->output, "0\n1\n2\n3\n");  // 3 is ls reading the folder
}

TEST(Subprocess, runs_in_the_given_folder) {
  const base::ScratchFolder scratch;
  const auto finished = run({{"pwd"}, {}, {}, scratch.path()}, 5s);
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->output, scratch.path().string() + "\n");
}

TEST(Subprocess, says_when_the_folder_is_missing) {
  const auto finished = run({{"pwd"}, {}, {}, "/no/such/folder"}, 5s);
  ASSERT_FALSE(finished.has_value());
  EXPECT_NE(finished.error().what.find("No such file"), std::string::npos) << finished.error().what;
}

TEST(Child, writes_to_its_log_and_ends_by_a_signal) {
  const base::ScratchFolder scratch;
  auto child = Child::start(shell("echo started; exec sleep 60"), scratch.path() / "log");
  ASSERT_TRUE(child.has_value());
  EXPECT_TRUE(child->running());
  const auto early = child->wait(20ms);
  ASSERT_FALSE(early.has_value());
  EXPECT_EQ(early.error().code, ErrorCode::timeout);
  for (int tries = 0; tries < 250 && base::read_text_file(scratch.path() / "log") != "started\n"; ++tries)
    std::this_thread::sleep_for(20ms);
  EXPECT_EQ(base::read_text_file(scratch.path() / "log"), "started\n");
  child->signal(SIGTERM);
  const auto code = child->wait(5s);
  ASSERT_TRUE(code.has_value());
  EXPECT_EQ(*code, 128 + SIGTERM);
  EXPECT_FALSE(child->running());
}

TEST(Child, dies_with_its_object) {
  const base::ScratchFolder scratch;
  pid_t id = -1;
  {
    const auto child = Child::start({{"sleep", "60"}, {}, {}, {}}, scratch.path() / "log");
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
    auto started = Child::start({{"sleep", "60"}, {}, {}, {}}, scratch.path() / "log");
    if (started) child = std::move(*started);
  }).join();
  ASSERT_TRUE(child.has_value());
  const auto code = child->wait(5s);
  ASSERT_TRUE(code.has_value());
  EXPECT_EQ(*code, 128 + SIGKILL);
}

}  // namespace
}  // namespace art32::net
