#include "net/control_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <thread>

#include "base/limits.h"
#include "base/scratch_folder.h"
#include "net/deadline.h"
#include "net/descriptor.h"

namespace art32::net {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;

std::string echo(std::string_view request) {
  return "reply to " + std::string(request);
}

sockaddr_un address_of(const base::Path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.string().size() + 1);
  return address;
}

Descriptor connect_raw(const base::Path& path) {
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  const sockaddr_un address = address_of(path);
  EXPECT_EQ(::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return socket;
}

TEST(ControlSocket, carries_a_request_and_its_reply) {
  const base::ScratchFolder scratch;
  const auto server = ControlServer::start(scratch.path() / "control.sock", echo);
  ASSERT_TRUE(server.has_value()) << server.error().message();
  EXPECT_EQ(control_request(scratch.path() / "control.sock", "status"), "reply to status");
  const std::string large(3'000'000, 'x');
  EXPECT_EQ(control_request(scratch.path() / "control.sock", large), echo(large));
  EXPECT_EQ(base::file_facts(scratch.path() / "control.sock")->mode, 0600U);
}

TEST(ControlSocket, works_in_a_folder_with_a_long_name) {
  const base::ScratchFolder scratch;
  const base::Path folder = scratch.path() / std::string(120, 'l');
  ASSERT_TRUE(base::make_folder(folder).has_value());
  const auto server = ControlServer::start(folder / "control.sock", echo);
  ASSERT_TRUE(server.has_value()) << server.error().message();
  EXPECT_EQ(control_request(folder / "control.sock", "status"), "reply to status");
}

TEST(ControlSocket, says_when_no_server_listens) {
  const base::ScratchFolder scratch;
  EXPECT_EQ(control_request(scratch.path() / "control.sock", "status").error().code, ErrorCode::unavailable);
}

TEST(ControlSocket, replaces_what_a_killed_server_left_but_not_a_living_one) {
  const base::ScratchFolder scratch;
  const base::Path path = scratch.path() / "control.sock";
  {
    const Descriptor left(::socket(AF_UNIX, SOCK_STREAM, 0));
    const sockaddr_un address = address_of(path);
    ASSERT_EQ(::bind(left.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ASSERT_TRUE(base::file_facts(path).has_value());
  const auto first = ControlServer::start(path, echo);
  ASSERT_TRUE(first.has_value()) << first.error().message();
  const auto second = ControlServer::start(path, echo);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  EXPECT_EQ(control_request(path, "still"), "reply to still");
}

TEST(ControlSocket, does_not_delete_a_file_that_is_in_the_way) {
  const base::ScratchFolder scratch;
  const base::Path path = scratch.path() / "control.sock";
  ASSERT_TRUE(base::replace_file(path, base::as_bytes("precious")).has_value());
  EXPECT_EQ(ControlServer::start(path, echo).error().code, ErrorCode::conflict);
  EXPECT_EQ(base::read_text_file(path), "precious");
}

TEST(ControlSocket, refuses_a_message_that_is_too_long) {
  const base::ScratchFolder scratch;
  const base::Path path = scratch.path() / "control.sock";
  const auto server = ControlServer::start(path, echo);
  ASSERT_TRUE(server.has_value());
  EXPECT_EQ(control_request(path, std::string(base::limits::control_message_octets + 1, 'x')).error().code,
            ErrorCode::invalid_argument);
  const Descriptor socket = connect_raw(path);
  ASSERT_EQ(::send(socket.number(), "\xff\xff\xff\xff", 4, 0), 4);
  char octet = 0;
  EXPECT_EQ(Deadline(30s).wait(socket.number(), POLLIN), Deadline::Wait::ready);
  EXPECT_EQ(::recv(socket.number(), &octet, 1, 0), 0);
}

std::vector<Descriptor> connect_silently(const base::Path& path, int count) {
  std::vector<Descriptor> silent;
  while (count-- > 0)
    silent.push_back(connect_raw(path));
  return silent;
}

TEST(ControlSocket, serves_others_while_some_say_nothing) {
  const base::ScratchFolder scratch;
  const base::Path path = scratch.path() / "control.sock";
  const auto server = ControlServer::start(path, echo);
  ASSERT_TRUE(server.has_value());
  const auto silent = connect_silently(path, 7);
  EXPECT_EQ(control_request(path, "status"), "reply to status");
}

TEST(ControlSocket, closes_beyond_a_few_and_waits_for_none_of_them_at_its_end) {
  const base::ScratchFolder scratch;
  const base::Path path = scratch.path() / "control.sock";
  auto server = ControlServer::start(path, echo);
  ASSERT_TRUE(server.has_value());
  const auto silent = connect_silently(path, 8);
  EXPECT_EQ(control_request(path, "status").error().code, ErrorCode::unavailable);
  const auto begin = std::chrono::steady_clock::now();
  server->reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s) << "the silent may take twice as long";
}

}  // namespace
}  // namespace art32::net
