#include "net/unix_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace art32::net {

using base::ErrorCode;
using base::failure;
using base::system_failure;

namespace {

constexpr int backlog = 1024;

// sockaddr_un has room for 107 octets: a longer path goes by way of its folder.
struct UnixAddress {
  Descriptor folder;
  sockaddr_un native{};
};

base::Result<UnixAddress> unix_address(const base::Path& socket) {
  UnixAddress address;
  address.native.sun_family = AF_UNIX;
  std::string text = socket.string();
  if (text.size() >= sizeof address.native.sun_path) {
    address.folder = Descriptor(::open(socket.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!address.folder.is_open())
      return system_failure("cannot open " + socket.parent_path().string(), errno);
    text = "/proc/self/fd/" + std::to_string(address.folder.number()) + "/" + socket.filename().string();
  }
  if (text.size() >= sizeof address.native.sun_path)
    return failure(ErrorCode::invalid_argument, "the name of socket " + socket.string() + " is too long");
  std::memcpy(address.native.sun_path, text.c_str(), text.size() + 1);
  return address;
}

const sockaddr* as_sockaddr(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

base::Result<Descriptor> make_unix_socket() {
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return system_failure("cannot make a socket", errno);
  return socket;
}

}  // namespace

base::Result<Descriptor> connect_unix(const base::Path& path) {
  ART32_ASSIGN(const UnixAddress address, unix_address(path));
  ART32_ASSIGN(Descriptor socket, make_unix_socket());
  if (::connect(socket.number(), as_sockaddr(address.native), sizeof address.native) == 0) return socket;
  if (errno == EACCES || errno == EPERM)
    return failure(ErrorCode::permission, "not allowed to speak to the server at " + path.string(),
                   "run the command as the user that runs the server");
  return failure(ErrorCode::unavailable,
                 "no server listens at " + path.string() + ": " + std::strerror(errno),
                 "start it with `art32 serve`");
}

namespace {

// A socket file that nobody listens on is what a killed server left behind.
base::Status clear_the_place(const base::Path& path) {
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0) return {};
  if (!S_ISSOCK(facts.st_mode))
    return failure(ErrorCode::conflict, path.string() + " is in the way and is not a socket", "move it away");
  const auto other = connect_unix(path);
  if (other || other.error().code == ErrorCode::permission)
    return failure(ErrorCode::conflict, "another server listens at " + path.string(), "stop it first");
  ::unlink(path.c_str());
  return {};
}

}  // namespace

base::Result<Descriptor> listen_unix(const base::Path& path, UnixMode mode) {
  ART32_CHECKED(clear_the_place(path));
  ART32_ASSIGN(const UnixAddress address, unix_address(path));
  ART32_ASSIGN(Descriptor socket, make_unix_socket());
  // On the socket before bind: the file is born with this mode, never wider.
  ::fchmod(socket.number(), static_cast<mode_t>(mode));
  if (::bind(socket.number(), as_sockaddr(address.native), sizeof address.native) != 0)
    return system_failure("cannot make the socket " + path.string(), errno);
  // The umask, 0077 under systemd, took from it what others need to connect.
  if (mode == UnixMode::everyone && ::chmod(address.native.sun_path, static_cast<mode_t>(mode)) != 0)
    return system_failure("cannot open the socket " + path.string() + " to everyone", errno);
  if (::listen(socket.number(), backlog) != 0)
    return system_failure("cannot listen at " + path.string(), errno);
  return socket;
}

}  // namespace art32::net
