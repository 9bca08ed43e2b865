#include "net/spawn.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdlib>

#include "base/text.h"
#include "net/signal_mask.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;
using base::system_failure;

namespace {

constexpr const char* default_search_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::string search_path() {
  const char* path = std::getenv("PATH");
  return path != nullptr && *path != '\0' ? path : default_search_path;
}

bool is_program(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

base::Result<std::string> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    if (is_program(name)) return name;
  } else {
    const std::string path = search_path();
    for (const std::string_view folder : base::split(path, ':')) {
      std::string candidate = std::string(folder.empty() ? "." : folder) + "/" + name;
      if (is_program(candidate)) return candidate;
    }
  }
  return failure(ErrorCode::not_found, "program " + name + " is not installed",
                 "install the Debian package that contains it, or add its folder to PATH");
}

std::vector<std::string> clean_environment(const std::vector<std::string>& additions) {
  std::vector<std::string> result{"PATH=" + search_path()};
  for (const char* kept : {"HOME", "LANG", "TMPDIR"}) {
    if (const char* value = std::getenv(kept)) result.push_back(std::string(kept) + "=" + value);
  }
  result.insert(result.end(), additions.begin(), additions.end());
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (std::string& text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// What the child needs, prepared before the fork: afterwards it may not allocate.
struct Preparation {
  const char* program;
  char* const* arguments;
  char* const* environment;
  const char* folder;
  int niceness;
  SpawnDescriptors descriptors;
  int report;
  pid_t parent;
};

// Above what dup2 can overwrite: a source may itself be 0, 1 or 2.
int lift(int descriptor) {
  return ::fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
}

bool take_descriptors(const SpawnDescriptors& descriptors) {
  const int input = lift(descriptors.input);
  const int output = lift(descriptors.output);
  const int errors = lift(descriptors.errors);
  return input >= 0 && output >= 0 && errors >= 0 && ::dup2(input, 0) >= 0 && ::dup2(output, 1) >= 0 &&
         ::dup2(errors, 2) >= 0;
}

// Libraries don't open everything with O_CLOEXEC; a child must not inherit a listener.
void mark_others_close_on_exec() {
  if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  for (int number = 3; number < 65'536; ++number)
    ::fcntl(number, F_SETFD, FD_CLOEXEC);
}

[[noreturn]] void become_program(const Preparation& preparation) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (preparation.niceness != 0) {
    [[maybe_unused]] const int lowered = ::nice(preparation.niceness);
  }
  if (::getppid() != preparation.parent) ::_exit(127);  // ended before prctl: no signal would come
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number)
    ::sigaction(number, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (take_descriptors(preparation.descriptors) &&
      (*preparation.folder == '\0' || ::chdir(preparation.folder) == 0)) {
    mark_others_close_on_exec();
    ::execve(preparation.program, preparation.arguments, preparation.environment);
  }
  const int number = errno;
  [[maybe_unused]] const ssize_t written = ::write(preparation.report, &number, sizeof number);
  ::_exit(127);
}

// No handler of ours may run in the child while it still shares our code's state.
pid_t fork_with_signals_blocked(const Preparation& preparation) {
  const SignalsBlocked blocked;
  const pid_t id = ::fork();
  if (id == 0) become_program(preparation);
  return id;
}

}  // namespace

base::Result<pid_t> spawn(const Command& command, const SpawnDescriptors& descriptors) {
  if (command.arguments.empty()) return failure(ErrorCode::invalid_argument, "a command without a program");
  ART32_ASSIGN(const std::string program, find_program(command.arguments[0]));
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = clean_environment(command.environment);
  const std::vector<char*> argument_pointers = pointers(arguments);
  const std::vector<char*> environment_pointers = pointers(environment);

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_failure("cannot make a pipe", errno);
  Descriptor report_read(ends[0]);
  Descriptor report_write(lift(ends[1]));
  ::close(ends[1]);
  const pid_t id = fork_with_signals_blocked(
      {program.c_str(), argument_pointers.data(), environment_pointers.data(), command.folder.c_str(),
       command.niceness, descriptors, report_write.number(), ::getpid()});
  if (id < 0) return system_failure("cannot start " + program, errno);
  report_write.close();

  int number = 0;
  ssize_t got = 0;
  do
    got = ::read(report_read.number(), &number, sizeof number);
  while (got < 0 && errno == EINTR);
  if (got == 0) return id;  // exec closed the pipe
  end_group(id);
  return system_failure("cannot start " + program, number);
}

int end_group(pid_t leader) {
  // The unreaped leader keeps the group's number from being used again.
  ::kill(-leader, SIGKILL);
  ::kill(leader, SIGKILL);
  int status = 0;
  while (::waitpid(leader, &status, 0) < 0) {
    if (errno != EINTR) return 127;
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

Descriptor open_process_descriptor(pid_t id) {
  return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, id, 0U)));
}

}  // namespace art32::net
