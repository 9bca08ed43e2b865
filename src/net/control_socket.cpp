#include "net/control_socket.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <list>
#include <mutex>
#include <thread>

#include "base/limits.h"
#include "base/log.h"
#include "net/deadline.h"
#include "net/descriptor.h"
#include "net/framed_message.h"
#include "net/signal_mask.h"
#include "net/unix_socket.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;
using base::system_failure;

namespace {

constexpr std::size_t most_conversations = 8;
constexpr auto request_wait = std::chrono::seconds(10);

// The file's mode says so already; a socket can be handed on, so ask the kernel too.
bool is_ours(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         (peer.uid == ::geteuid() || peer.uid == 0);
}

}  // namespace

class ControlServer::Implementation {
 public:
  Implementation(const base::Path& path, Answer answer, Descriptor listener, Descriptor stop)
      : path_(path), answer_(std::move(answer)), listener_(std::move(listener)), stop_(std::move(stop)) {
    thread_ = start_thread_without_signals([this] { serve(); });
  }

  ~Implementation() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t put = ::write(stop_.number(), &one, sizeof one);
    thread_.join();
    for (Conversation& each : conversations_) {
      ::shutdown(each.socket.number(), SHUT_RD);  // a request half read ends; one that is answered goes on
      each.thread.join();
    }
    ::unlink(path_.c_str());
  }

 private:
  struct Conversation {
    Descriptor socket;
    std::thread thread;
    std::atomic<bool> over{false};
  };

  void serve() {
    std::array<pollfd, 2> entries{pollfd{stop_.number(), POLLIN, 0}, pollfd{listener_.number(), POLLIN, 0}};
    while (true) {
      if (::poll(entries.data(), entries.size(), -1) < 0 && errno != EINTR) return;
      if (entries[0].revents != 0) return;
      reap();
      if (entries[1].revents != 0) accept_one();
      entries[1].revents = 0;
    }
  }

  void reap() {
    for (auto each = conversations_.begin(); each != conversations_.end();) {
      if (each->over) {
        each->thread.join();
        each = conversations_.erase(each);
      } else {
        ++each;
      }
    }
  }

  void accept_one() {
    Descriptor accepted(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!accepted.is_open()) {
      // Without descriptors the entry stays readable: don't spin on it.
      if (errno != EAGAIN) ::poll(nullptr, 0, 50);
      return;
    }
    if (conversations_.size() >= most_conversations || !is_ours(accepted.number())) return;
    Conversation& added = conversations_.emplace_back();
    added.socket = std::move(accepted);
    added.thread = start_thread_without_signals([this, &added] {
      converse(added.socket.number());
      ::shutdown(added.socket.number(), SHUT_RDWR);
      added.over = true;
    });
  }

  void converse(int socket) {
    const auto request = receive_message(socket, Deadline(request_wait));
    if (!request) return;
    std::string reply;
    try {
      reply = answer_(*request);
    } catch (const std::exception& exception) {
      base::log_error("control command failed", {{"error", exception.what()}});
      return;
    }
    const base::Status sent = send_message(socket, reply, Deadline(request_wait));
    if (!sent) base::log_warning("control reply not sent", {{"error", sent.error().what}});
  }

  base::Path path_;
  Answer answer_;
  Descriptor listener_;
  Descriptor stop_;
  std::list<Conversation> conversations_;  // of the serving thread, until it has ended
  std::thread thread_;
};

base::Result<std::unique_ptr<ControlServer>> ControlServer::start(const base::Path& socket, Answer answer) {
  ART32_ASSIGN(Descriptor listener, listen_unix(socket, UnixMode::owner_only));
  Descriptor stop(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop.is_open()) return system_failure("cannot make an event descriptor", errno);
  auto implementation =
      std::make_unique<Implementation>(socket, std::move(answer), std::move(listener), std::move(stop));
  return std::unique_ptr<ControlServer>(new ControlServer(std::move(implementation)));
}

ControlServer::ControlServer(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
ControlServer::~ControlServer() = default;

base::Result<std::string> control_request(const base::Path& path, std::string_view request,
                                          std::chrono::milliseconds limit) {
  ART32_ASSIGN(const Descriptor socket, connect_unix(path));
  const Deadline deadline(limit);
  ART32_CHECKED(send_message(socket.number(), request, deadline));
  return receive_message(socket.number(), deadline);
}

}  // namespace art32::net
