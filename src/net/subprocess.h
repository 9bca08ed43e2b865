// Other programs, run with a deadline: no shell, a clean environment, output
// bounded (limits::subprocess_output_octets), ended with the whole group.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace art32::net {

struct Command {
  std::vector<std::string> arguments;    // [0] is the program, looked up in PATH
  std::vector<std::string> environment;  // "NAME=value", added to PATH, HOME, LANG, TMPDIR
  std::string input;
  base::Path folder;  // working folder; empty: ours
  int niceness = 0;   // added to ours: 19 gives way to everything else
};

struct Finished {
  int exit_code = 0;  // 128 + signal when killed
  std::string output;
  std::string errors;
};

// `not_found` when the program is missing, `timeout` when it was killed for it,
// `exhausted` when it wrote too much, `unavailable` when `stop` was requested: then
// its group is killed at once. Any thread; waits without SIGCHLD.
base::Result<Finished> run(const Command& command, std::chrono::milliseconds limit,
                           const std::stop_token& stop = {});

// A program in the background, killed with its group when the object goes, and
// by the kernel when the thread that started it ends: start it from one that stays.
class Child {
 public:
  // Standard output and error go to `log_file`.
  static base::Result<Child> start(const Command& command, const base::Path& log_file);
  Child(Child&&) noexcept;
  Child& operator=(Child&&) noexcept;
  ~Child();

  pid_t id() const { return id_; }
  bool running();
  void signal(int number);
  // Waits for its end; `timeout` leaves it running.
  base::Result<int> wait(std::chrono::milliseconds limit);

 private:
  explicit Child(pid_t id) : id_(id) {}
  pid_t id_ = -1;
  std::optional<int> exit_code_;  // once it has ended and been reaped
};

}  // namespace art32::net
