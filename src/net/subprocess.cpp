#include "net/subprocess.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>

#include <cerrno>
#include <ctime>

#include "base/limits.h"
#include "net/deadline.h"
#include "net/spawn.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;
using base::system_failure;

namespace {

struct Pipe {
  Descriptor read;
  Descriptor write;
};

base::Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_failure("cannot make a pipe", errno);
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

void do_not_block(const Descriptor& descriptor) {
  ::fcntl(descriptor.number(), F_SETFL, ::fcntl(descriptor.number(), F_GETFL) | O_NONBLOCK);
}

// A child that closes its input must not end us: SIGPIPE stays blocked in this
// thread, and one that came meanwhile is taken off.
class PipeSignalBlocked {
 public:
  PipeSignalBlocked() {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    ::sigpending(&pending);
    was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~PipeSignalBlocked() {
    const timespec now{};
    if (!was_pending_) {
      while (::sigtimedwait(&pipe_, nullptr, &now) < 0 && errno == EINTR) {
      }
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  PipeSignalBlocked(const PipeSignalBlocked&) = delete;
  PipeSignalBlocked& operator=(const PipeSignalBlocked&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

// Becomes readable when a stop is requested, so that poll(2) notices.
class StopSignal {
 public:
  explicit StopSignal(const std::stop_token& stop)
      : event_(::eventfd(0, EFD_CLOEXEC)), requested_(stop, Write{event_.number()}) {}

  int number() const { return event_.number(); }

 private:
  struct Write {
    int event;
    void operator()() const {
      const std::uint64_t one = 1;
      [[maybe_unused]] const ssize_t written = ::write(event, &one, sizeof one);
    }
  };
  Descriptor event_;
  std::stop_callback<Write> requested_;
};

// One running command: feeds its input and drains both outputs side by side, so
// that neither side can wait for the other.
class Conversation {
 public:
  Conversation(const Command& command, pid_t id, Descriptor input, Descriptor output, Descriptor errors)
      : command_(command),
        id_(id),
        input_(std::move(input)),
        output_(std::move(output)),
        errors_(std::move(errors)),
        process_(open_process_descriptor(id)) {
    for (const Descriptor* each : {&input_, &output_, &errors_})
      do_not_block(*each);
    if (command_.input.empty()) input_.close();
  }

  base::Result<Finished> finish(std::chrono::milliseconds limit, const std::stop_token& stop) {
    const PipeSignalBlocked blocked;
    const StopSignal stopped(stop);
    const Deadline deadline(limit);
    while (!has_ended()) {
      if (stop.stop_requested()) {
        end_group(id_);
        return failure(ErrorCode::unavailable, command_.arguments[0] + " was stopped before it ended");
      }
      if (finished_.output.size() + finished_.errors.size() > base::limits::subprocess_output_octets) {
        end_group(id_);
        return failure(ErrorCode::exhausted, command_.arguments[0] + " wrote more than " +
                                                 std::to_string(base::limits::subprocess_output_octets) +
                                                 " octets");
      }
      if (deadline.passed()) {
        end_group(id_);
        return failure(ErrorCode::timeout, command_.arguments[0] + " did not end within " +
                                               std::to_string(limit.count()) + " ms and was killed");
      }
      wait_and_move(deadline, stopped.number());
    }
    // Whatever of its group still holds the pipes goes with it.
    finished_.exit_code = end_group(id_);
    drain(output_, finished_.output);
    drain(errors_, finished_.errors);
    return std::move(finished_);
  }

 private:
  bool has_ended() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == id_;
  }

  void wait_and_move(const Deadline& deadline, int stopped) {
    std::array<pollfd, 5> entries{pollfd{process_.number(), POLLIN, 0}, pollfd{output_.number(), POLLIN, 0},
                                  pollfd{errors_.number(), POLLIN, 0}, pollfd{input_.number(), POLLOUT, 0},
                                  pollfd{stopped, POLLIN, 0}};
    if (process_.is_open()) {
      deadline.wait(entries);
    } else {
      const Deadline soon(std::chrono::milliseconds(std::min(10, deadline.remaining_ms())));
      soon.wait(entries);
    }
    if (entries[1].revents != 0) drain(output_, finished_.output);
    if (entries[2].revents != 0) drain(errors_, finished_.errors);
    if (entries[3].revents != 0) feed();
  }

  static void drain(Descriptor& source, std::string& target) {
    std::array<char, 16'384> buffer;
    while (source.is_open() && target.size() <= base::limits::subprocess_output_octets) {
      const ssize_t got = ::read(source.number(), buffer.data(), buffer.size());
      if (got > 0)
        target.append(buffer.data(), static_cast<std::size_t>(got));
      else if (got < 0 && errno == EINTR)
        continue;
      else if (got < 0 && errno == EAGAIN)
        return;
      else
        source.close();
    }
  }

  void feed() {
    while (input_.is_open()) {
      const ssize_t put =
          ::write(input_.number(), command_.input.data() + fed_, command_.input.size() - fed_);
      if (put < 0 && errno == EINTR) continue;
      if (put < 0 && errno == EAGAIN) return;
      if (put > 0) fed_ += static_cast<std::size_t>(put);
      if (put < 0 || fed_ == command_.input.size()) input_.close();
    }
  }

  const Command& command_;
  pid_t id_;
  Descriptor input_;
  Descriptor output_;
  Descriptor errors_;
  Descriptor process_;
  Finished finished_;
  std::size_t fed_ = 0;
};

}  // namespace

base::Result<Finished> run(const Command& command, std::chrono::milliseconds limit,
                           const std::stop_token& stop) {
  ART32_ASSIGN(Pipe input, make_pipe());
  ART32_ASSIGN(Pipe output, make_pipe());
  ART32_ASSIGN(Pipe errors, make_pipe());
  ART32_ASSIGN(const pid_t id,
               spawn(command, {input.read.number(), output.write.number(), errors.write.number()}));
  input.read.close();
  output.write.close();
  errors.write.close();
  Conversation conversation(command, id, std::move(input.write), std::move(output.read),
                            std::move(errors.read));
  return conversation.finish(limit, stop);
}

base::Result<Child> Child::start(const Command& command, const base::Path& log_file) {
  const Descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!nothing.is_open()) return system_failure("cannot open /dev/null", errno);
  const Descriptor log(::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!log.is_open()) return system_failure("cannot open " + log_file.string(), errno);
  ART32_ASSIGN(const pid_t id, spawn(command, {nothing.number(), log.number(), log.number()}));
  return Child(id);
}

Child::Child(Child&& other) noexcept : id_(std::exchange(other.id_, -1)), exit_code_(other.exit_code_) {}

Child& Child::operator=(Child&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(exit_code_, other.exit_code_);
  return *this;
}

Child::~Child() {
  if (id_ > 0 && !exit_code_) end_group(id_);
}

bool Child::running() {
  if (id_ <= 0 || exit_code_) return false;
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0)
    return true;
  exit_code_ = end_group(id_);
  return false;
}

void Child::signal(int number) {
  if (running()) ::kill(id_, number);
}

base::Result<int> Child::wait(std::chrono::milliseconds limit) {
  const Deadline deadline(limit);
  while (running()) {
    if (deadline.passed())
      return failure(ErrorCode::timeout, "process " + std::to_string(id_) + " still runs after " +
                                             std::to_string(limit.count()) + " ms");
    const Descriptor process = open_process_descriptor(id_);
    if (process.is_open()) {
      deadline.wait(process.number(), POLLIN);
    } else {
      ::poll(nullptr, 0, std::min(10, deadline.remaining_ms()));
    }
  }
  return exit_code_.value_or(127);
}

}  // namespace art32::net
