#include "net/service_notify.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdlib>
#include <cstring>

#include "base/scratch_folder.h"
#include "net/descriptor.h"

namespace art32::net {
namespace {

TEST(ServiceNotify, speaks_to_the_socket_of_the_service_manager) {
  const base::ScratchFolder scratch;
  const std::string path = scratch.path() / "notify";
  const Descriptor manager(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  ASSERT_EQ(::bind(manager.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  const auto heard = [&] {
    std::array<char, 512> text{};
    const ssize_t got = ::recv(manager.number(), text.data(), text.size(), 0);
    return std::string(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  };
  notify_ready("serving\nWATCHDOG=trigger");
  EXPECT_EQ(heard(), "READY=1\nSTATUS=serving WATCHDOG=trigger");
  notify_reloading();
  EXPECT_EQ(heard().substr(0, 27), "RELOADING=1\nMONOTONIC_USEC=");
  notify_watchdog();
  EXPECT_EQ(heard(), "WATCHDOG=1");
  notify_main_process(4711);
  EXPECT_EQ(heard(), "MAINPID=4711");
  notify_stopping();
  EXPECT_EQ(heard(), "STOPPING=1");
  ::unsetenv("NOTIFY_SOCKET");
  notify_status("nobody listens");
  EXPECT_EQ(heard(), "");
}

}  // namespace
}  // namespace art32::net
